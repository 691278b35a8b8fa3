"""One family of messages: what is wrong, where, and what to do next.

Every error that a user can cause is a :class:`FirmtradeError`. The command line prints its text and leaves
with its exit status; a traceback never reaches a user. Messages may quote codes of classifications and keys
of a study, never identifiers, amounts or other values of firms.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is wrong: any of file, line, column of a table, key of a study.

    >>> str(Place(file="study.toml", line=12, key="populations.services"))
    'study.toml, line 12, key populations.services'
    """

    file: str | None = None
    line: int | None = None
    column: str | None = None
    key: str | None = None

    def __str__(self) -> str:
        parts = [
            self.file or "",
            f"line {self.line}" if self.line is not None else "",
            f"column {self.column}" if self.column else "",
            f"key {self.key}" if self.key else "",
        ]
        return ", ".join(part for part in parts if part)


class FirmtradeError(Exception):
    """Base of the family.

    Parameters
    ----------
    what
        One sentence that says what is wrong, in the user's words.
    where
        The place, where there is one.
    fix
        What to do next.
    """

    exit_status = 2

    def __init__(self, what: str, *, where: Place | None = None, fix: str | None = None) -> None:
        self.what = what
        self.where = where
        self.fix = fix
        super().__init__(self._text())

    def _text(self) -> str:
        place = f"{self.where}: " if self.where and str(self.where) else ""
        advice = f"\n  {self.fix}" if self.fix else ""
        return f"{place}{self.what}{advice}"


class UsageError(FirmtradeError):
    """The call itself is wrong: a folder that is not there, a name that does not exist (exit status 2)."""


class StudyError(FirmtradeError):
    """A study, mapping or other declaration says something that cannot be (exit status 2)."""


class InputError(FirmtradeError):
    """A file cannot be read, or lacks a column that is required (exit status 2)."""


class DataError(FirmtradeError):
    """The data or the result says no: too many bad rows, a year absent, a contradiction (exit status 1)."""

    exit_status = 1


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name closest to ``name``, or None where nothing is close.

    >>> nearest("manufactoring", ["manufacturing", "services"])
    'manufacturing'
    """
    names = list(known)
    folded = {candidate.casefold(): candidate for candidate in reversed(names)}
    close = get_close_matches(name.casefold(), list(folded), n=1, cutoff=0.6)
    return folded[close[0]] if close else None


def suggest(name: str, known: Iterable[str]) -> str:
    """A sentence that leads from a wrong name to the right one.

    >>> suggest("manufactoring", ["manufacturing", "services"])
    'Did you mean `manufacturing`? Known: manufacturing, services.'
    >>> suggest("xyz", ["manufacturing", "services"])
    'Known: manufacturing, services.'
    """
    names = sorted(set(known))
    shown = ", ".join(names[:20]) + (f" and {len(names) - 20} more" if len(names) > 20 else "")
    listing = f"Known: {shown}." if names else "Nothing is known here."
    guess = nearest(name, names)
    return f"Did you mean `{guess}`? {listing}" if guess else listing
