"""How offices write numbers: signs for what is not shown, footnote marks, and the marks within a number.

Signs and flags follow Eurostat's *Statistical symbols and abbreviations* and the tables of national offices.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal

NOT_SHOWN = frozenset(
    {
        *(
            "",
            ":",
            "-",
            "--",
            "---",
            "\u2013",
            "\u2014",
            "\u2212",
            ".",
            "..",
            "...",
            "\u2026",
            "/",
            "//",
            "///",
        ),
        *("x", "c", "d", "s", "u", "z", "(c)", "(d)", "(s)", "(x)", "#", "*", "**", "\u2022", "\u00b7"),
        *(
            "conf",
            "conf.",
            "confidential",
            "confidentiel",
            "vertrouwelijk",
            "vertraulich",
            "secret",
            "geheim",
        ),
        *("n.a.", "n/a", "na", "n.d.", "n/d", "nd", "n.c.", "n.s.", "n.v.t.", "n.b.", "k.a.", "k. a."),
        *("null", "nan"),
    }
)
"""Signs for a number that is confidential, not available, not reliable or not applicable, in small letters."""

_FLAGGED = re.compile(r"(?::|\.{2,3}|\u2026)\s*(?:[a-z]{1,2}|\([a-z]{1,2}\))")
"""A sign with the flag that says why, as in ``:c`` or ``: (u)``."""

MOST_DIGITS, MOST_DECIMALS = 18, 50

_MARKS = re.compile(
    r"(?:\s*(?:[*\u2020\u2021\u00a7#]+|[\u00aa\u00b2\u00b3\u00b9\u00ba\u02b0-\u02b8\u1d43-\u1d61\u2070-\u2079\u207d-\u207f]+"
    r"|\((?:\d{1,2}|[a-z]{1,2})\)|\[\d{1,2}\])"
    r"|\s+\d{1,2}[)/]|\s+[bdeprsu]{1,2}|(?<=\d)[bdepr]{1,2})+\s*$"
)
"""Footnote marks after a number, and the flags of Eurostat (break, definition, estimate, provisional, ...)."""
_BEFORE = {
    "<": (
        "<",
        "under",
        "below",
        "less than",
        "fewer than",
        "moins de",
        "minder dan",
        "weniger als",
        "onder",
        "unter",
    ),
    "<=": ("<=", "\u2264", "=<", "at most", "up to", "au plus", "hoogstens", "h\u00f6chstens", "bis zu"),
    ">": (">", "over", "above", "more than", "plus de", "meer dan", "mehr als", "boven", "\u00fcber"),
    ">=": (">=", "\u2265", "=>", "at least", "au moins", "minstens", "ten minste", "mindestens"),
}
_BEHIND = {
    "<=": ("or less", "or fewer", "ou moins", "of minder", "oder weniger"),
    ">=": (
        "+",
        "or more",
        "and more",
        "and over",
        "ou plus",
        "et plus",
        "of meer",
        "en meer",
        "oder mehr",
        "und mehr",
    ),
}
"""How a cell says on which side of a number its value lies, before and behind the number."""


def _one_of(signs: Mapping[str, Iterable[str]]) -> tuple[dict[str, str], str]:
    """Every written sign with its meaning, and a pattern that finds the longest one."""
    meant = {written: sign for sign, many in signs.items() for written in many}
    return meant, "|".join(map(re.escape, sorted(meant, key=len, reverse=True)))


_MEANT_BEFORE, _ANY_BEFORE = _one_of(_BEFORE)
_MEANT_BEHIND, _ANY_BEHIND = _one_of(_BEHIND)
_BEYOND = re.compile(rf"({_ANY_BEFORE})\s*(.+)")
_ONWARDS = re.compile(rf"(.*\d)\s*({_ANY_BEHIND})")
_RANGE = re.compile(r"(\d[^-a-z]*?)(?:\s*-\s*|\s+(?:to|\u00e0|tot|bis)\s+)(\d[^-]*)")
_AMONG = re.compile(r"(?:between|entre|tussen|zwischen)\s+(\d[^-a-z]*?)\s+(?:and|et|en|und)\s+(\d[^-]*)")
_NUMBER = re.compile(r"[-+]?(?:\d[\d.,]*\d|\d|[.,]\d+)")
_SCIENTIFIC = re.compile(r"[-+]?\d+(?:\.\d+)?[eE][-+]?\d+")
_SPACES = re.compile(r"(?<=\d)[\u00a0\u202f\u2000-\u200a' `\u00b4\u2018\u2019\u02bc\u2032](?=\d{3}(?!\d))")
_DASHES = str.maketrans(
    {"\u2212": "-", "\u2013": "-", "\u2012": "-", "\u2010": "-", "\u2011": "-", "\u00b7": "."}
)
"""Signs of a minus, and the raised point of British decimals."""


def is_not_shown(text: str) -> bool:
    """Whether a cell says that its number is not shown.

    >>> is_not_shown("n.a."), is_not_shown(": c"), is_not_shown("0")
    (True, True, False)
    """
    plain = text.strip().lower()
    return plain in NOT_SHOWN or _FLAGGED.fullmatch(plain) is not None


def bounds_of(text: str) -> tuple[tuple[str, str], ...]:
    """The sides on which the value of a cell lies, each a sign and a number: one for a bound, two for a range, none for
    what is neither.

    >>> bounds_of("< 5"), bounds_of("10 or more"), bounds_of("1-4"), bounds_of("5")
    ((('<', '5'),), (('>=', '10'),), (('>=', '1'), ('<=', '4')), ())
    """
    plain = text.strip().lower().translate(_DASHES)
    if found := _BEYOND.fullmatch(plain):
        return ((_MEANT_BEFORE[found[1]], found[2]),)
    if found := _ONWARDS.fullmatch(plain):
        return ((_MEANT_BEHIND[found[2]], found[1]),)
    if found := _AMONG.fullmatch(plain) or _RANGE.fullmatch(plain):
        return ((">=", found[1]), ("<=", found[2]))
    return ()


def numbers_in(text: str, *, whole: bool = False) -> tuple[Decimal, ...]:
    """What a written number can mean: one number, or two where a mark before three digits may part thousands or
    decimals, and none where it is no number or longer than any that is printed. ``whole`` numbers have no decimals.

    >>> numbers_in("21\u00a0814"), numbers_in("58,7 %"), numbers_in("1.094"), numbers_in("1.094", whole=True)
    ((Decimal('21814'),), (Decimal('58.7'),), (Decimal('1.094'), Decimal('1094')), (Decimal('1094'),))
    """
    return tuple(number for number in map(Decimal, _written(text, whole)) if _printable(number))


def _printable(number: Decimal) -> bool:
    """At most 18 digits before the point, and 50 behind it, where unrounded numbers have theirs."""
    return number.adjusted() < MOST_DIGITS and int(number.as_tuple().exponent) >= -MOST_DECIMALS


def _written(text: str, whole: bool) -> tuple[str, ...]:
    if _SCIENTIFIC.fullmatch(text.strip()):
        return (text.strip(),)
    plain = _MARKS.sub("", text.translate(_DASHES).strip())
    plain = _SPACES.sub("", plain).removesuffix("%").strip()
    plain = re.sub(r"^([-+])\s+", r"\1", plain)
    if not _NUMBER.fullmatch(plain):
        return ()
    sign, digits = ("-", plain[1:]) if plain[0] == "-" else ("", plain.lstrip("+"))
    return tuple(sign + one for one in _readings(digits, whole))


def numbers_within(text: str, *, whole: bool = False) -> tuple[Decimal, ...]:
    """What the number among the words of a page can mean.

    >>> numbers_within("up to 40%")
    (Decimal('40'),)
    """
    found = numbers_in(text, whole=whole)
    if found:
        return found
    plain = _SPACES.sub("", text.translate(_DASHES))
    number = _NUMBER.search(plain)
    return numbers_in(number[0], whole=whole) if number else ()


def _readings(digits: str, whole: bool) -> tuple[str, ...]:
    marks = [character for character in digits if character in ".,"]
    if not marks:
        return (digits,)
    last = marks[-1]
    head, _, tail = digits.rpartition(last)
    if len(set(marks)) == 2:  # the last mark parts decimals, the other thousands
        other = marks[0]
        regular = marks.count(last) == 1 and _grouped(head, other)
        return (head.replace(other, "") + "." + tail,) if regular else ()
    if len(marks) > 1:
        return (digits.replace(last, ""),) if _grouped(digits, last) else ()
    if len(tail) == 3 and _grouped(digits, last):
        thousands, decimals = digits.replace(last, ""), f"{head}.{tail}"
        return (thousands,) if whole else (decimals, thousands)
    return (f"{head or '0'}.{tail}",)


def _grouped(digits: str, mark: str) -> bool:
    first, *rest = digits.split(mark)
    return 1 <= len(first) <= 3 and first[0] != "0" and all(len(part) == 3 for part in rest)
