"""Files as they are stored: in parts, by year in the path, damaged, or with values outside the type of their column."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import duckdb
import ibis
import polars as pl
import pytest

from canonical_data import damage, write
from firm_table import canonical, study_of
from firmtrade.engines import faults
from firmtrade.engines.duck import DuckDB
from firmtrade.engines.protocol import ParquetFiles
from firmtrade.errors import InputError
from firmtrade.observatory.canonical import open_table
from firmtrade.observatory.study_data import StudyData
from firmtrade.sources.folder import CanonicalFolder

FIRMS = """
    firm | nace | trade
    a    | 15   | export FR 100, import US 50
    b    | 17   | export FR 300
"""
STUDY = study_of("1")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "data", canonical(STUDY, FIRMS))


def in_parts(file: Path, *, by_year: bool = False) -> list[Path]:
    """The same rows as a folder: a file for each firm, or for each year, which then stands in the path."""
    rows = pl.read_parquet(file)
    file.unlink()
    made = []
    for (value,), part in sorted(rows.group_by("year" if by_year else "firm_id")):
        place = file.with_suffix("") / (f"year={value}" if by_year else "") / f"part-{value}.parquet"
        place.parent.mkdir(parents=True, exist_ok=True)
        (part.drop("year") if by_year else part).write_parquet(place)
        made.append(place)
    return made


def panel(folder: Path) -> pl.DataFrame:
    with DuckDB() as engine:
        observed = StudyData(CanonicalFolder(folder), STUDY, engine)
        return engine.collect(observed.derived.panel).sort("firm_id", "year")


@pytest.mark.parametrize("by_year", [False, True])
def test_a_table_in_parts_is_the_same_table(folder: Path, by_year: bool) -> None:
    whole = panel(folder)
    assert whole.height > 0
    in_parts(folder / "accounts.parquet", by_year=by_year)
    assert panel(folder).equals(whole)


def test_parts_may_have_their_columns_in_another_order(folder: Path) -> None:
    whole = panel(folder)
    last = in_parts(folder / "accounts.parquet")[-1]
    part = pl.read_parquet(last)
    part.select(reversed(part.columns)).write_parquet(last)
    assert panel(folder).equals(whole)


def test_a_column_that_one_part_lacks_is_missing_there(folder: Path) -> None:
    file = folder / "accounts.parquet"
    rows = pl.read_parquet(file)
    known = pl.when(pl.col("firm_id") == "b").then(pl.lit(9)).cast(pl.Decimal(18, 2))
    rows.with_columns(value_added=known).write_parquet(file)
    whole = panel(folder)
    assert whole["value_added"].null_count() == 1
    first = in_parts(file)[0]
    pl.read_parquet(first).drop("value_added").write_parquet(first)
    assert panel(folder).equals(whole)


def test_of_several_files_the_damaged_one_is_named(folder: Path) -> None:
    files = in_parts(folder / "accounts.parquet")
    damage(files[1])
    with pytest.raises(InputError) as error:
        panel(folder)
    assert str(error.value) == (
        f"{files[1]}: a file cannot be read to its end: it is damaged\n"
        "  `firmtrade check` names the column and counts the rows."
    )


def test_values_outside_the_type_of_their_column_are_no_damage(folder: Path) -> None:
    file = folder / "accounts.parquet"
    pl.read_parquet(file).with_columns(employees_fte=pl.lit(1e30)).write_parquet(file)
    with pytest.raises(InputError) as error:
        panel(folder)
    assert str(error.value).startswith(f"{folder}: a column holds values outside its type\n")
    assert "30" not in str(error.value).replace(str(folder), "")


def test_what_is_no_fault_of_a_file_is_told_as_it_is(folder: Path) -> None:
    with DuckDB() as engine:
        StudyData(CanonicalFolder(folder), STUDY, engine)
        with pytest.raises(duckdb.CatalogException):
            engine.fetch("SELECT * FROM nowhere")


def test_no_file_is_called_damaged_where_memory_is_lacking(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faults, "is_readable", lambda file: False)
    with DuckDB(memory_limit="1MB") as engine:
        rows = open_table(engine, CanonicalFolder(folder), "accounts").table
        many = rows.cross_join(ibis.range(1_000_000).unnest().name("n").as_table())
        with pytest.raises(duckdb.OutOfMemoryException):
            engine.materialize("many", many)


def test_money_has_two_decimals_and_employment_six_of_eighteen_digits_however_they_are_stored(
    folder: Path,
) -> None:
    for name, column in (("accounts", "employees_fte"), ("trade", "value")):
        file = folder / f"{name}.parquet"
        pl.read_parquet(file).with_columns(pl.col(column).cast(pl.Float64)).write_parquet(file)
    with DuckDB() as engine:
        opened = CanonicalFolder(folder)
        found = {name: open_table(engine, opened, name) for name in ("accounts", "trade")}
        schemas = {
            name: engine.collect(one.table.head(0)).schema for name, one in found.items() if one is not None
        }
    assert schemas["accounts"]["employees_fte"] == pl.Decimal(18, 6)
    assert schemas["trade"]["value"] == pl.Decimal(18, 2)
    assert schemas["accounts"]["year"] == pl.Int32


def test_amounts_stored_in_32_bits_keep_every_digit_that_these_hold(folder: Path) -> None:
    file = folder / "trade.parquet"
    rows = pl.read_parquet(file)
    rows.with_columns(value=pl.lit(1234567.875, dtype=pl.Float32)).write_parquet(file)
    with DuckDB() as engine:
        opened = open_table(engine, CanonicalFolder(folder), "trade")
        assert opened is not None
        assert set(engine.collect(opened.table)["value"]) == {Decimal("1234567.88")}


@pytest.mark.parametrize("code", ["01", "15"])
def test_a_code_in_a_path_is_text(tmp_path: Path, code: str) -> None:
    file = tmp_path / f"nace={code}" / "part.parquet"
    file.parent.mkdir()
    pl.DataFrame({"firm_id": ["a"]}).write_parquet(file)
    with DuckDB() as engine:
        read = engine.read(ParquetFiles("firms", tmp_path, "*", (file,), partitioned=True))
        assert engine.collect(read).to_dicts() == [{"firm_id": "a", "nace": code}]
