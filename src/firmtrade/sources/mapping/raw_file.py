"""A raw file or a database: where it stands, and how its texts are written."""

from __future__ import annotations

import codecs
import re
from typing import Annotated, Literal

from pydantic import Field, PositiveInt, field_validator, model_validator

from firmtrade.sources.mapping.declaration import MappingPart, Names, Values
from firmtrade.sources.mapping.rule import RowCondition

VARIABLE = "[A-Za-z_][A-Za-z0-9_]*"


class Replacement(MappingPart):
    """Later files replace rows of earlier ones; files count in the order of ``path``, members of an archive by name."""

    column: str
    """Raw column of what rows belong to: a file replaces all rows that earlier files have of the same. A file with this
    column alone lists what is gone."""
    where: dict[str, RowCondition] = Field(default_factory=dict)
    """Conditions on raw columns: only rows that meet them replace earlier ones, the others are added."""


class RawFile(MappingPart):
    """Raw files of one layout: a file, several by a pattern, members of archives, or a database query."""

    path: Names = ()
    """Files or patterns (``accounts_*.csv``), relative to the mapping; zip archives are opened."""
    inside: Names = ()
    """Member within a zip archive, or a pattern; several in a list."""
    replaces: Replacement | None = None
    """Later files replace rows of earlier ones, as an extract of updates does."""
    url: str | None = None
    """Database: ``postgresql://host/name``, ``duckdb://file``, ``sqlite://file``."""
    url_variable: str | None = None
    """Environment variable that holds the URL, so that no password stands in a file."""
    table: str | None = None
    """Table of the database, with its schema where it has one (`customs.declarations`)."""
    query: str | None = None
    """Query to the database, instead of a table."""
    format: str | None = None
    """Name of the format where the file's ending does not say it."""
    encoding: str = "utf-8"
    """Encoding of texts: `latin-1`, `cp1252`, `utf-16`, ... A byte order mark is no part of the first name."""
    separator: str = ","
    """Sign between fields of delimited text."""
    quote: str = '"'
    """Sign around texts of delimited text; the empty text where nothing is quoted."""
    decimal: Literal[".", ","] = "."
    """Decimal mark of numbers written as text."""
    thousands: Literal["", ".", ",", " ", "'"] = ""
    """Mark between groups of three digits; a blank stands for no-break blanks, too."""
    header: bool = True
    """Whether the first row holds the names of the columns."""
    names: tuple[str, ...] = ()
    """Names of the columns of a file without a header."""
    skip_lines: Annotated[int, Field(ge=0)] = 0
    """Lines above the header."""
    sheet: str | None = None
    """Sheet of a workbook; the first where it is not given."""
    missing: Values = ()
    """Texts that mean missing, beside the empty one."""
    max_columns: PositiveInt = 10_000
    """Columns that a file may have; more are refused, since its separator may be another."""

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, encoding: str) -> str:
        try:
            return codecs.lookup(encoding).name
        except LookupError:
            usual = "`utf-8`, `latin-1`, `cp1252` and `utf-16` are usual"
            raise ValueError(f"there is no encoding `{encoding}`; {usual}") from None

    @model_validator(mode="after")
    def _one_place(self) -> RawFile:
        database = self.url is not None or self.url_variable is not None
        if (not self.path) != database:
            raise ValueError("give either `path` (a file) or `url` (a database)")
        if self.url_variable is not None and not re.fullmatch(VARIABLE, self.url_variable):
            raise ValueError(
                "`url_variable` is the name of an environment variable, not an address: see `url`"
            )
        if self.url is not None and self.url_variable is not None:
            raise ValueError("give either `url` or `url_variable`")
        if database and (self.table is None) == (self.query is None):
            raise ValueError("a database needs either `table` or `query`")
        if not database and (self.table is not None or self.query is not None):
            raise ValueError("`table` and `query` belong to a database: give its `url`")
        if self.decimal == self.thousands:
            raise ValueError("the decimal and the thousands mark are the same")
        if self.names and self.header:
            raise ValueError("`names` are for files without a header: add `header = false`")
        return self
