"""Files are told apart by year where each says its own, by its statistics or by its path, and where it is worth it."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from firmtrade.engines import years
from firmtrade.engines.protocol import ParquetFiles
from firmtrade.engines.years import by_year


def files(folder: Path, rows: dict[str, pl.DataFrame]) -> ParquetFiles:
    for name, frame in rows.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        frame.write_parquet(folder / name)
    paths = tuple(sorted(folder / name for name in rows))
    return ParquetFiles("trade", folder, "trade/*", paths, partitioned=True)


def of_years(*said: int) -> pl.DataFrame:
    return pl.DataFrame({"year": said, "value": said})


VALUES = pl.DataFrame({"value": [1, 2]})


def test_a_table_is_told_apart_from_so_many_rows_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = files(tmp_path, {"a.parquet": of_years(2001, 2001), "b.parquet": of_years(2002)})
    monkeypatch.setattr(years, "MANY", 3)
    assert {year: each.name for year, each in by_year(given).items()} == {
        2001: "trade_2001", 2002: "trade_2002"
    }  # fmt: skip
    monkeypatch.setattr(years, "MANY", 4)
    assert by_year(given) == {}


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (("year=2001/a.parquet", "year=2001/b.parquet"), {2001: 2}),
        (("year=2001/a.parquet", "year=2002/a.parquet"), {2001: 1, 2002: 1}),
        (("year=2001/a.parquet", "year=later/a.parquet"), {}),
        (("year=2001/year=later/a.parquet",), {}),
        (("year=2001/year=2002/a.parquet",), {}),
        (("year=2001/a.parquet", "a.parquet"), {}),
    ],
)
def test_a_path_says_one_year_or_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, names: tuple[str, ...], found: dict[int, int]
) -> None:
    monkeypatch.setattr(years, "MANY", 0)
    given = by_year(files(tmp_path, dict.fromkeys(names, VALUES)))
    assert {year: len(each.files) for year, each in given.items()} == found


def test_a_file_without_rows_is_of_no_year(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(years, "MANY", 0)
    given = files(tmp_path, {"a.parquet": of_years(2001), "b.parquet": VALUES.head(0)})
    assert [each.files for each in by_year(given).values()] == [(tmp_path / "a.parquet",)]


@pytest.mark.parametrize(
    "rows", [of_years(2001), of_years(2001).cast({"year": pl.String})], ids=["no statistics", "texts"]
)
def test_a_file_that_does_not_tell_its_years_keeps_all_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: pl.DataFrame
) -> None:
    monkeypatch.setattr(years, "MANY", 0)
    given = files(tmp_path, {"a.parquet": of_years(2001), "b.parquet": rows})
    if rows.schema["year"] != pl.String:
        rows.write_parquet(tmp_path / "b.parquet", statistics=False)
    assert by_year(given) == {}
