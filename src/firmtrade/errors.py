"""One family of messages: what is wrong, where, and what to do next.

Every error that a user can cause is a :class:`FirmtradeError`. The command line prints its text and leaves
with its exit status; a traceback never reaches a user. Messages may quote codes of classifications and keys
of a study, never identifiers, amounts or other values of firms.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import PurePath

_NAME = re.compile(r"[^\W\d][\w .,:;/()%&$€#+'-]{0,63}")
"""How names of columns, tables and sheets look: a letter or `_` first, in one line, not long."""
_IDENTIFIER = re.compile(r"\d(?:[ ._/-]?\d){7,}")
"""Eight digits and more, however they are grouped: the number of an enterprise, or a date."""
_DATE = re.compile(r"(\d{4}_)?(19|20)\d\d[ ._/-]?(0[1-9]|1[0-2])[ ._/-]?(0[1-9]|[12]\d|3[01])")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]{0,19})://")
_PLACE = re.compile(r"([\w.-]*|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?(/[\w./ -]*)?")
"""Host, port and path of an address."""


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
            without_identifiers(self.file or ""),
            f"line {self.line}" if self.line is not None else "",
            f"column {self.column}" if self.column else "",
            f"key {self.key}" if self.key else "",
        ]
        return "".join(
            sign if sign.isprintable() else "…" for sign in ", ".join(part for part in parts if part)
        )


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


def counted(number: int, noun: str) -> str:
    """A number of things, in the words of messages.

    >>> counted(1, "hidden number"), counted(2_000, "row")
    ('1 hidden number', '2,000 rows')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


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
    >>> suggest("", ["10", "9", "fig1"])
    'Known: 9, 10, fig1.'
    """
    names = sorted(set(known), key=_by_number)
    shown = ", ".join(names[:20]) + (f" and {len(names) - 20} more" if len(names) > 20 else "")
    listing = f"Known: {shown}." if names else "Nothing is known here."
    guess = nearest(name, names)
    return f"Did you mean `{guess}`? {listing}" if guess else listing


def _by_number(name: str) -> list[str | int]:
    """Sorts names as people count: 9 before 10."""
    return [int(part) if part.isascii() and part.isdecimal() else part for part in re.split("([0-9]+)", name)]


def suggest_found(name: str, found: Iterable[str], what: str = "columns") -> str:
    """As :func:`suggest`, from names that stand in a file of data, of which nothing but names may be quoted.

    Where one of them is a value (a number, a date, an identifier, an address), the file may have no header, and its
    first row is data: then they are only counted. The nearest is named where it is close to what was asked for.

    >>> suggest_found("turnover", ["vat", "turnovr"])
    'Did you mean `turnovr`? Known: turnovr, vat.'
    >>> suggest_found("turnover", ["0999000001", "ACME NV", "1998"])
    'Its 3 columns are not quoted: some look like values. Is the header missing?'
    """
    names = list(found)
    if all(map(is_name, names)):
        return suggest(name, names)
    guess = nearest(name, filter(is_name, names))
    meant = f"Did you mean `{guess}`? " if guess else ""
    return f"{meant}Its {len(names)} {what} are not quoted: some look like values. Is the header missing?"


def is_name(text: str) -> bool:
    """Whether a text from a file looks like a name and not like a value.

    >>> [is_name(text) for text in ("Omzet 2003", "firm_id", "1998", "BE0999000001", "a@b.be", "")]
    [True, True, False, False, False, False]
    """
    return bool(_NAME.fullmatch(text)) and not re.search(r"\d(?:[ ._/-]?\d){4,}", text)


def without_identifiers(path: str) -> str:
    """A path whose last part, the name of a file, holds no number of an enterprise; dates stay.

    >>> without_identifiers("raw/0999.000.001-2003.csv"), without_identifiers("trade-20031231.csv")
    ('raw/….csv', 'trade-20031231.csv')
    """
    name = PurePath(path).name

    def masked(found: re.Match[str]) -> str:
        return found.group() if _DATE.fullmatch(found.group()) else "…"

    return path.removesuffix(name) + _IDENTIFIER.sub(masked, name) if name else path


def address(url: str) -> str:
    """The address of a database or an engine without what may be secret: user, password and options.

    Where a part is not what it should be, it may be a part of a password, and is left out.

    >>> address("postgresql://ann:s3cret@db.example:5432/customs?sslkey=x")
    'postgresql://db.example:5432/customs'
    >>> address("postgresql:/ann:s3cret@db.example"), address("duckdb://firms.duckdb")
    ('a database', 'duckdb://firms.duckdb')
    """
    scheme = _SCHEME.match(url)
    if scheme is None:
        return "a database"
    place, *options = re.split("[?#;]", url[scheme.end() :], maxsplit=1)
    rest = place.rpartition("@")[2]
    named = _PLACE.fullmatch(rest) and "@" not in "".join(options)
    return f"{scheme.group(1)}://{rest if named else '…'}"
