"""Activities of firms: divisions of NACE and ISIC, the sections above them, and ranges such as `10-45`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from firmtrade.classifications.classification import Classification, classification
from firmtrade.classifications.provenance import provenances, table
from firmtrade.errors import StudyError, suggest

SPELLINGS: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "nace-1": ("1", "1.0", "1993"),
    "nace-1.1": ("1.1", "2003"),
    "nace-2": ("2", "2.0", "2008"),
    "nace-2.1": ("2.1", "2025"),
    "isic-2": ("isic2", "isic2.0"),
})  # fmt: skip
"""How a register may write the revision of a code, once `spelling` has left out words and signs.

A number alone is one of NACE, a year that of NACE-BEL.
"""
SPELLED_OUT, DOTS_AROUND = "(nace|bel|revision|rev|r|[^a-z0-9.])[.]*", "^[.]+|[.]+$"
"""What is left out of the way a register writes a revision, first the one and then the other.

`NACE Rev. 1.1`, `rev1.1`, `NACE_R1.1` and `nace-1.1` are the same.
"""
SCHEMES = tuple(SPELLINGS)

_DIVISION = re.compile(r"\d\d")
_RANGE = re.compile(r"(\d\d)\s*-\s*(\d\d)")

DIVISION_DIGITS = 2

ONE_BEFORE_POINT = r"^[A-Za-z]{0,2}[ ]*[0-9][.]"
"""A code whose division has lost its zero, beyond doubt: one digit before the point."""


def digits_of(code: str) -> str:
    """The digits of a code, leading zeros kept: ``01.11`` and ``1.11`` are ``0111``, ``DA15.81`` is ``1581``.

    Whether a code without a point has lost a zero is a matter of its whole column: ``Activity.zeros``.
    """
    zero = "0" if re.search(ONE_BEFORE_POINT, code.strip()) else ""
    return zero + re.sub(r"[^0-9]", "", code)


class Zeros(NamedTuple):
    """Codes of a column that have ``lost`` their first zero, and those of which the column does not tell: ``open``."""

    lost: tuple[str, ...] = ()
    open: tuple[str, ...] = ()


@dataclass(frozen=True)
class Activity:
    """One revision of a classification of activities.

    ``groups_above`` are the codes above the divisions: sections, and subsections where the revision has them.
    """

    name: str
    classification: Classification

    @property
    def divisions(self) -> tuple[str, ...]:
        """All two-digit divisions, in order."""
        return self.classification.at_level("division")

    @property
    def sections(self) -> tuple[str, ...]:
        """The sections, in order."""
        return self.classification.at_level("section")

    @property
    def groups_above(self) -> tuple[str, ...]:
        """Sections and subsections, in the order of the classification."""
        return tuple(item.code for item in self.classification if item.level in {"section", "subsection"})

    def division_of(self, code: str) -> str | None:
        """The division of a code of any depth: its first two digits, other signs removed.

        A code with fewer than two digits, such as the letter of a section, has no division (None). Whether
        the revision has the division is a second question: ``division in activity.divisions``.

        >>> scheme = activity("nace-1.1")
        >>> [scheme.division_of(code) for code in ("01.11", "15", "15.81", "1581", "K")]
        ['01', '15', '15', '15', None]
        """
        digits = digits_of(code)
        return digits[:2] if len(digits) >= 2 else None

    def zeros(self, codes: Mapping[str, int]) -> Zeros:
        """The codes of a column, without points, that have lost their first zero or may have, in order.

        A program that takes codes for numbers writes ``0111`` as ``111``, which is also a group of another division.
        Codes have lost their zero where the column has codes with one digit more and none of these begins with a zero,
        if those are more, or if there are several shorter codes and every one is a class of this revision once the
        zero is put back. Of the shorter ones those have lost it that are such a class. A single digit is no code: it
        may have lost a zero at either end. Where nothing else tells, and every code of three digits or more of a length
        is such a class, whether they have lost it stays open. ``codes`` are those of the column, each with the number
        of its firms.

        >>> activity("nace-1.1").zeros({"111": 2, "1581": 3, "2511": 4, "151": 1})
        Zeros(lost=('111',), open=())
        >>> activity("nace-1.1").zeros({"111": 2})
        Zeros(lost=(), open=('111',))
        """
        times = {code: count for code, count in codes.items() if re.fullmatch("[0-9]{2,}", code)}
        lost = {code for code in times if self._begins_with_zero("0" + code)}
        firms = Counter[int]()
        for code, count in times.items():
            firms[len(code)] += count
        short, untold = set[int](), set[int]()
        for length in firms:
            ours, longer = (
                {code for code in times if len(code) == digits} for digits in (length, length + 1)
            )
            if any(code.startswith("0") for code in (ours | longer)):
                continue
            if longer and (firms[length + 1] > firms[length] or (len(ours) > 1 and ours <= lost)):
                short.add(length)
            elif length > DIVISION_DIGITS and ours <= lost:
                untold.add(length)
        lost_certainly, open_ = (
            tuple(code for code in sorted(lost) if len(code) in some) for some in (short, untold)
        )
        return Zeros(lost_certainly, open_)

    def _begins_with_zero(self, digits: str) -> bool:
        """Whether digits are, or begin, a class of the divisions 01 to 09."""
        name = f"{self.name}-leading-zero"
        known = [row["code"] for row in table(name)] if name in provenances() else []
        return digits[:4] in known or (len(digits) < 4 and any(code.startswith(digits) for code in known))

    def section_of(self, division: str) -> str | None:
        """The section of a division. Raises StudyError where the revision does not have the division."""
        return self.classification.ancestor(division, "section")

    def divisions_within(self, group: str) -> tuple[str, ...]:
        """The divisions of a section or subsection."""
        above = {group, *self.classification.children(group)}
        return tuple(code for code in self.divisions if self.classification.parent(code) in above)

    def divisions_in(self, text: str) -> tuple[str, ...]:
        """The divisions of a list such as ``10-45``, ``50-52, 55, 60-74`` or ``C, D``.

        Each part is a division, a range of divisions with both ends included, or a section or subsection.
        The ends of a range need not be divisions themselves (``45-82`` in Rev.2), but it must hold one.

        >>> activity("nace-1.1").divisions_in("10-14, 40-41, F")
        ('10', '11', '12', '13', '14', '40', '41', '45')

        Raises
        ------
        StudyError
            If a part is no division, section or range, runs backwards, or holds no division.
        """
        wanted: set[str] = set()
        for part in text.split(","):
            wanted |= self._divisions_of_part(part.strip(), text)
        return tuple(code for code in self.divisions if code in wanted)

    def sections_within(self, text: str) -> tuple[str, ...]:
        """The sections and subsections whose divisions all lie in a list of divisions.

        A firm that gives only such a letter as its activity belongs to the list, though its division is
        unknown.

        >>> activity("nace-1.1").sections_within("50-74")
        ('G', 'H', 'I', 'J', 'K')
        """
        inside = set(self.divisions_in(text))
        return tuple(group for group in self.groups_above if inside.issuperset(self.divisions_within(group)))

    def _divisions_of_part(self, part: str, text: str) -> set[str]:
        if part in self.groups_above:
            return set(self.divisions_within(part))
        if _DIVISION.fullmatch(part):
            if part not in self.divisions:
                raise StudyError(
                    f"`{self.name}` has no division `{part}` (in `{text}`).",
                    fix=suggest(part, self.divisions),
                )
            return {part}
        bounds = _RANGE.fullmatch(part)
        if not bounds:
            raise StudyError(
                f"`{part or text}` is neither a division, a range nor a section of `{self.name}`.",
                fix="Write two digits for a division, as in `10-45` or `50-52, 55, 60-74`, or a section.",
            )
        low, high = bounds.groups()
        if low > high:
            raise StudyError(f"The range `{part}` runs backwards.", fix=f"Write `{high}-{low}`.")
        found = {code for code in self.divisions if low <= code <= high}
        if not found:
            raise StudyError(
                f"No division of `{self.name}` lies in `{part}`.",
                fix=f"Its divisions run from {self.divisions[0]} to {self.divisions[-1]}, with gaps.",
            )
        return found


def revision_of(written: str) -> str | None:
    """The scheme that a register means by what it writes as the revision of a code, or None.

    >>> revision_of("1.1"), revision_of("NACE Rev. 1.1"), revision_of("rev2"), revision_of("NACE 70")
    ('nace-1.1', 'nace-1.1', 'nace-2', None)
    """
    return next((scheme for scheme, known in SPELLINGS.items() if spelling(written) in known), None)


def spelling(written: str) -> str:
    """The revision without the words and signs around it.

    >>> spelling("NACE Rev. 2.1"), spelling("ISIC-2"), spelling("rev1.1")
    ('2.1', 'isic2', '1.1')
    """
    return re.sub(DOTS_AROUND, "", re.sub(SPELLED_OUT, "", written.lower().replace(",", ".")))


def spellings_read(scheme: str) -> tuple[str, ...]:
    """What a register may write, words and signs left out, as the revision of codes that a study on this scheme reads.

    Rev. 1 and Rev. 1.1 have the same divisions: a study on the later reads both.

    >>> spellings_read("nace-1.1")
    ('1.1', '2003', '1', '1.0', '1993')
    """
    return SPELLINGS[scheme] + (SPELLINGS["nace-1"] if scheme == "nace-1.1" else ())


@lru_cache
def activity(name: str) -> Activity:
    """The activity scheme of that name: ``nace-1``, ``nace-1.1``, ``nace-2`` or ``isic-2``.

    Raises
    ------
    StudyError
        If there is none; the message names the nearest.
    """
    if name not in SCHEMES:
        raise StudyError(f"There is no activity scheme `{name}`.", fix=suggest(name, SCHEMES))
    return Activity(name, classification(name))
