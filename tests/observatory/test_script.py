"""The drafted statements, run as they are, make the tables that a run keeps."""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl
import pytest

from canonical_data import World, world, write
from firmtrade.engines.duck import DuckDB
from firmtrade.observatory.script import script
from firmtrade.observatory.study_data import StudyData
from firmtrade.query.universes import Universe
from firmtrade.sources.folder import CanonicalFolder
from firmtrade.studies import load_study
from firmtrade.study import Study


@pytest.mark.parametrize("products", [True, False])
@pytest.mark.parametrize("in_parts", [True, False])
@pytest.mark.parametrize("name", ["belgium-2008", "belgium-traders"])
def test_the_panel_of_the_statements_is_the_panel_of_the_run(
    name: str, in_parts: bool, products: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = load_study(name)
    folder = write(tmp_path / "it's data", world(study, 3, World(firms=40, products=products)))
    if in_parts:
        take_apart(folder / "trade.parquet")
    monkeypatch.chdir(folder)
    assert rows_of(drafted(study, folder)) == rows_of(computed(study, folder))


def test_codes_that_lost_their_zero_are_read_with_it_by_the_statements_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = load_study("belgium-2008")
    folder = write(tmp_path / "data", world(study, 3, World(firms=40)))
    firms = pl.read_parquet(folder / "firms.parquet")
    codes = [("111", "1581", "2511")[row % 3] for row in range(firms.height)]
    firms = firms.drop("nace_revision", strict=False).with_columns(nace=pl.Series(codes))
    firms.write_parquet(folder / "firms.parquet")
    monkeypatch.chdir(folder)
    found = computed(study, folder)
    assert "01" in found["division"].to_list()
    assert rows_of(drafted(study, folder)) == rows_of(found)


def take_apart(file: Path) -> None:
    """A folder of two files, of which the first lacks the columns that may be missing."""
    rows = pl.read_parquet(file)
    file.unlink()
    file.with_suffix("").mkdir()
    needed = ("firm_id", "year", "flow", "value")
    rows.head(5).select(needed).write_parquet(file.with_suffix("") / "a.parquet")
    rows.tail(-5).write_parquet(file.with_suffix("") / "b.parquet")


def drafted(study: Study, folder: Path) -> pl.DataFrame:
    with DuckDB() as engine:
        tables = StudyData(CanonicalFolder(folder), study, engine).stored
    universe = Universe(next(iter(study.populations)), "reference")
    connection = duckdb.connect()
    for statement in script(study, tables, {universe: ["firm_id"]}).statements:
        connection.execute(statement)
    return connection.sql("SELECT * FROM panel").pl()


def computed(study: Study, folder: Path) -> pl.DataFrame:
    with DuckDB() as engine:
        return engine.collect(StudyData(CanonicalFolder(folder), study, engine).derived.panel)


def rows_of(panel: pl.DataFrame) -> tuple[list[str], list[str]]:
    assert panel.height > 40
    return sorted(panel.columns), sorted(map(str, panel.select(sorted(panel.columns)).rows()))
