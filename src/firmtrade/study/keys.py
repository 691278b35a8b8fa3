"""One rule for the keys of a study: what may name a table, a population, an attribute, a class or a subtotal.

Keys become parts of keys of cells, names of files, sheets and columns, anchors of pages, codes of SDMX and comments of
SQL. A key that is right here is right in all of them, and no two of a study have the same code.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from firmtrade.study.tables import Path, Problem
from firmtrade.study.vocabulary import vocabulary

if TYPE_CHECKING:
    from firmtrade.study.model import Study

RESERVED = frozenset({"unknown", "total", "none", "n"})
"""Rows and columns that tables have of their own, beside those of classes and subtotals."""
MOST_SIGNS = 64
"""Signs of a key; those of a table's id are fewer, since the name of a sheet has 31 with the word before it."""
MOST_SIGNS_OF_ID = 20
_KEY = re.compile(r"[^\W_](?:[\w .,()&'-]*[\w.)'])?")
_ATTRIBUTE = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_SIGN = re.compile(r"[^\w .,()&'-]")
_LETTERS = str.maketrans(
    dict(zip("øØđĐðÐłŁı", "oOdDdDlLi", strict=True))
    | {"ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "þ": "th", "Þ": "Th"}
)
"""Latin letters that Unicode does not take apart into a plain letter and a mark."""
_WRITTEN = {"<": "lt_", "<=": "le_", "≤": "le_", ">": "gt_", ">=": "ge_", "≥": "ge_", "+": "ge_"}


def plain(key: str) -> str:
    """A key in plain letters: accents are left out, Latin letters of their own are written in two.

    >>> plain("Île-de-France"), plain("Groß & Łódź")
    ('Ile-de-France', 'Gross & Lodz')
    """
    apart = unicodedata.normalize("NFKD", key.translate(_LETTERS))
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


def code(key: str) -> str:
    """What is left of a key where only plain letters and digits are told apart, capitals not.

    >>> code("Île-de-France"), code("a--b"), code("A_b")
    ('ile_de_france', 'a_b', 'a_b')
    """
    return re.sub(r"[^0-9A-Za-z]+", "_", plain(key)).strip("_").lower()


def wrong(key: str, most: int = MOST_SIGNS) -> tuple[str, str] | None:
    """What is wrong with a key, and what to write instead; None where nothing is.

    >>> wrong("size_lt10") is None
    True
    >>> wrong(">=50")
    ("the key '>=50' has the sign '>'", "Use letters, digits, blanks and `_ . , - ( ) & '`, such as `ge_50`.")
    """
    if not key.strip():
        return "a key is empty", "Give it a name."
    if not key.isprintable():
        return (
            "a key has a sign that is not printed, such as a new line",
            "Write it in one line, in plain signs.",
        )
    if len(key) > most:
        return (
            f"the key {key[:most]!r}... has {len(key)} signs",
            f"At most {most} fit: the label may be longer.",
        )
    if "/" in key:
        return (
            f"the name {key!r} has a slash",
            "Keys of cells are table/population/row/column: leave the slash out.",
        )
    if found := _SIGN.search(plain(key)):
        return (
            f"the key {key!r} has the sign {found.group()!r}",
            f"Use letters, digits, blanks and `_ . , - ( ) & '`{_such_as(key)}.",
        )
    if not plain(key).isascii():
        return (
            f"the key {key!r} is not in Latin letters",
            "Codes and names of files are: write the key in them. The label may be in any script.",
        )
    if not _KEY.fullmatch(plain(key)):
        return (
            f"the key {key!r} begins or ends with a sign",
            "Begin with a letter or digit, and end with one.",
        )
    return None


def _such_as(key: str) -> str:
    """A key that says the same, where it is a number with a sign of comparison."""
    found = re.fullmatch(r"\s*([<>]=?|[≤≥])?\s*(\d+)\s*(\+)?", key)
    sign = (found.group(1) or found.group(3)) if found else None
    return f", such as `{_WRITTEN[sign]}{found.group(2)}`" if found and sign else ""


def problems(study: Study) -> Iterator[Problem]:
    """Keys that cannot be, and keys that have one code."""
    populations: list[tuple[Path, str]] = [(("populations", name), name) for name in study.populations]
    subtotals: list[tuple[Path, str]] = [(("subtotals", name), name) for name in study.subtotals]
    classes: list[tuple[Path, str]] = [
        (("attributes", attribute, "classes", position, "key"), key)
        for attribute, one in study.attributes.items()
        for position, key in enumerate(one.keys)
    ]
    yield from _attributes(study)
    for where, key in (*populations, *subtotals, *classes):
        if found := wrong(key):
            yield where, *found
    for where, key in (*subtotals, *classes):
        if where[0] == "attributes" and key in study.subtotals:
            yield (
                where,
                f"a subtotal has the name {key!r}, too",
                "Classes and subtotals are rows of one table: give one of them another name.",
            )
        elif code(key) in RESERVED:
            yield (
                where,
                f"tables have a row or column {code(key)!r} of their own",
                f"Give it another name, such as `{code(key)}_firms`.",
            )
    yield from _ids(study)
    yield from _alike(populations)
    yield from _alike((*subtotals, *classes), _words())


def _attributes(study: Study) -> Iterator[Problem]:
    for name in study.attributes:
        where: Path = ("attributes", name)
        if not _ATTRIBUTE.fullmatch(name) or len(name) > MOST_SIGNS:
            yield (
                where,
                "an attribute is a column, and this is no name of one",
                f"Use letters without accents, digits and `_`, a letter first, at most {MOST_SIGNS}.",
            )
        elif name != "region" and name.lower() == "region":
            yield where, f"the panel has a column {name!r} of its own", "Write `region`."
        elif name.lower() in _sets():
            yield (
                where,
                f"the program has rows or columns called {name.lower()!r}",
                f"Give the attribute another name, such as `{name}_class`.",
            )


def _ids(study: Study) -> Iterator[Problem]:
    earlier: dict[tuple[bool, str], str] = {}
    for family, declared in (("tables", study.tables), ("figures", study.figures)):
        for position, table in enumerate(declared):
            where: Path = (family, position, "id")
            if found := wrong(table.id, MOST_SIGNS_OF_ID):
                yield where, *found
                continue
            coded = (table.is_figure, code(table.number))
            if not coded[1]:
                yield where, f"the id {table.id!r} has no number or letter", "Write one, as in `fig1`."
            first = earlier.setdefault(coded, table.id)
            if first != table.id:
                yield where, *_of_one_code(first, table.id)


def _alike(named: Iterable[tuple[Path, str]], taken: Iterable[str] = ()) -> Iterator[Problem]:
    """Different keys of one code; the same key may stand in several attributes."""
    earlier = {code(key): key for key in taken}
    for where, key in named:
        first = earlier.setdefault(code(key), key)
        if first != key:
            yield where, *_of_one_code(first, key)


def _of_one_code(first: str, key: str) -> tuple[str, str]:
    return (
        f"{key!r} and {first!r} differ in nothing but capitals, accents and signs",
        "Files, anchors and codes are not told apart by them: give one of the two another name.",
    )


def _sets() -> frozenset[str]:
    """Names of the sets of rows and columns that every study has."""
    words = vocabulary()
    return frozenset({*words.flags, *words.status})


def _words() -> frozenset[str]:
    """Keys of rows and columns that every study has."""
    words = vocabulary()
    families = (*words.flags.values(), *words.status.values(), words.mode, words.scope, words.column)
    return frozenset(key for family in families for key in family)
