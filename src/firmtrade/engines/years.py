"""The files of a large table by the year that each of them holds, so that a new year is read alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq

from firmtrade.engines.protocol import ParquetFiles
from firmtrade.storage import footer_of

MANY = 10_000_000
"""Rows of a table below which it is read whole sooner than year by year."""
YEAR = "year"


def by_year(files: ParquetFiles) -> dict[int, ParquetFiles]:
    """The files of each year; nothing where a file holds several or does not tell, or where there are few rows."""
    found: dict[int, list[Path]] = {}
    rows = 0
    for file in files.files:
        footer = footer_of(file)
        if footer.num_rows == 0:
            continue
        rows += footer.num_rows
        years = _in_rows(footer) if YEAR in footer.schema.names else _in_path(file.relative_to(files.folder))
        if years is None or len(years) != 1:
            return {}
        found.setdefault(years.pop(), []).append(file)
    if rows < MANY:
        return {}
    return {
        year: replace(files, name=f"{files.name}_{year}", files=tuple(found[year])) for year in sorted(found)
    }


def _in_rows(footer: pq.FileMetaData) -> set[int] | None:
    """The least and the greatest year of each part of a file, as its writer noted them."""
    place = footer.schema.names.index(YEAR)
    years: set[int] = set()
    for group in range(footer.num_row_groups):
        noted = footer.row_group(group).column(place).statistics
        if noted is None or not noted.has_min_max or not isinstance(noted.min, int):
            return None
        years |= {noted.min, noted.max}
    return years


def _in_path(path: Path) -> set[int] | None:
    """The years that stand in a path (``year=2001/``)."""
    said = [part.removeprefix(f"{YEAR}=") for part in path.parts if part.startswith(f"{YEAR}=")]
    return {int(year) for year in said} if all(map(str.isdecimal, said)) else None
