"""An explanation leads from the canonical tables to the number: its statements are run, its sentences are complete."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from canonical_data import World, world, write
from firmtrade import api
from firmtrade.errors import UsageError
from firmtrade.kinds import specify
from firmtrade.observatory.canonical import StoredTable
from firmtrade.observatory.script import script
from firmtrade.outputs import ObsStatus
from firmtrade.outputs.manifest import Contents
from firmtrade.outputs.room import Room, read_room
from firmtrade.query.cells import CellSpec
from firmtrade.report.explained import explained
from firmtrade.report.inputs import inputs
from firmtrade.report.queries import columns_of, columns_of_term, query, terms_of
from firmtrade.report.rows import meanings
from firmtrade.sources.stamp import Stamp, write_stamp
from firmtrade.statistics.spread import evaluate, spread
from firmtrade.studies import load_study, parse_study
from firmtrade.study import Study

ELSEWHERE = Path(__file__).parents[1] / "statistics" / "studies" / "elsewhere.toml"
WORLDS = {
    "elsewhere": (
        ELSEWHERE,
        World(firms=60, headcount=True, regions=True, months=True, yearly_register=True),
    ),
    "belgium-traders": ("belgium-traders", World(firms=60, products=True, groups=True, zones=True)),
}


def in_a_folder(file: Path) -> None:
    """The same table as a folder with a file for each year."""
    rows = pl.read_parquet(file)
    file.unlink()
    for (year,), part in rows.group_by("year"):
        place = file.with_suffix("") / f"year={year}"
        place.mkdir(parents=True)
        part.drop("year").write_parquet(place / "part.parquet")


def ran(name: str, folder: Path, *, partitioned: bool = False) -> Room:
    study, drawn = WORLDS[name]
    data = write(folder / "data", world(load_study(study), 5, drawn))
    if partitioned:
        in_a_folder(data / "trade.parquet")
    write_stamp(data / "stamp.json", Stamp("synthetic", "Drawn firms", "the tests"))
    return read_room(api.run(study, data).write(folder / "room"))


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Room:
    return ran("elsewhere", tmp_path_factory.mktemp("elsewhere"))


def cells(study: Study) -> Iterator[CellSpec]:
    return (cell for table in specify(study) for cell in table.cells)


@pytest.mark.parametrize(("name", "partitioned"), [("elsewhere", True), ("belgium-traders", False)])
def test_the_statements_of_an_explanation_give_every_number_from_the_canonical_tables(
    name: str, partitioned: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = ran(name, tmp_path, partitioned=partitioned)
    study = parse_study(room.study, "study.toml")
    asked = {cell.key: cell for cell in cells(study) if cell.key in room.by_key}
    computed = {
        key: cell for key, cell in asked.items() if room.by_key[key].status is not ObsStatus.NOT_COMPUTED
    }
    every = {(key, name): term for key, cell in computed.items() for name, term in terms_of(cell).items()}
    columns = columns_of({str(number): term for number, term in enumerate(every.values())})
    drafted = script(
        study, {t: StoredTable(**one.model_dump()) for t, one in room.manifest.tables.items()}, columns
    )
    monkeypatch.chdir(tmp_path / "data")
    engine = duckdb.connect()
    for statement in drafted.statements:
        engine.execute(statement)
    for universe, rows in drafted.rows.items():
        engine.execute(f'CREATE TEMP TABLE "{universe}" AS {rows}')
    answers: dict[str, list[Any]] = {}
    counted = 0
    for key, spec in computed.items():
        behind = {part.component: part.total for part in room.by_key[key].contributions}
        for component, term in terms_of(spec).items():
            single = term == spec.spread
            text = query("value", term, f'"{term.universe}"', single=single)
            if text not in answers:  # many cells ask for the same
                answers[text] = [row[-1] for row in engine.execute(text).fetchall()]
            values = answers[text]
            if single:
                assert spec.statistic is not None
                numbers = spread(pl.Series(values, dtype=None if values else pl.Int64))
                assert evaluate(spec.statistic, numbers, spec.scale) == room.by_key[key].value, key
            else:
                assert sum(value or 0 for value in values) == behind[component], (key, component)
            counted += 1
    assert counted > 200


def test_the_printed_script_is_run_as_it_is_and_ends_with_the_numerator(room: Room, tmp_path: Path) -> None:
    key = next(
        key
        for key, cell in room.by_key.items()
        if cell.numerator and key.table == "D" and cell.unit == "percent"
    )
    engine = duckdb.connect()
    text = explained(room, str(key)).sql()
    shutil.copytree(room.path.parent / "data", tmp_path / "data")
    found = []
    engine.execute(f"SET file_search_path = '{tmp_path / 'data'}'")
    for statement in text.split(";\n"):
        done = engine.execute(statement.removesuffix(";"))
        if "\nSELECT COUNT" in statement or statement.lstrip().startswith("SELECT"):
            found.append(done.fetchall())
    cell = room.by_key[key]
    assert found == [[(cell.numerator,)], [(cell.denominator,)]]
    assert text.startswith(f"-- {key}: ")


@pytest.mark.parametrize("name", ["belgium-2008", "belgium-traders", str(ELSEWHERE)])
def test_every_column_that_a_number_asks_for_has_a_meaning(name: str) -> None:
    study = load_study(name)
    asked = {
        (term.universe, column)
        for cell in cells(study)
        for term in terms_of(cell).values()
        for column in columns_of_term(term)
    }
    assert len(asked) > 20
    assert all(dict(meanings([column], universe, study))[column] for universe, column in asked)


def test_an_explanation_names_its_sources_apart_and_says_what_a_row_is(room: Room) -> None:
    text = str(explained(room, "F/industry/export/labor_productivity_2003"))
    lines = [line.strip() for line in text.splitlines()]

    def after(head: str) -> str:
        return lines[next(number for number, line in enumerate(lines) if line.startswith(head)) + 1]

    assert after("definition ") == "from: Internationalization of SMEs in Belgium (2008), chapter 5"
    assert after("study        elsewhere: Firms of a country") == "from: For tests"
    assert after("population   industry: Industry") == "from: For tests"
    assert after("data         synthetic, Drawn firms, the tests").startswith("fingerprint ")
    assert (
        "in_industry, member of industry: in the register (firms) with accounts or trade in the year; firms.nace "
        "in 05-39 (nace-2); accounts.employees known and at least 0.5; accounts.employees below 100" in lines
    )
    assert "export_reference: exporter in 2005" in lines
    assert any(
        line.startswith("exporter: the year's sum of trade.value, with trade.flow export, exceeds 50 EUR")
        for line in lines
    )
    assert 'SELECT SUM("value_added_start") FILTER (WHERE "complete") AS "value_added_start"' in lines
    assert 'WHERE "export_reference"' in lines


def test_inputs_are_all_that_is_read_and_only_what_the_data_has() -> None:
    study = load_study("belgium-2008")
    of = {str(cell.key): terms_of(cell).values() for cell in cells(study)}
    read = inputs(study, of["1/manufacturing/no_internationalization/n"], "manufacturing")
    # The limit of 250 employees is judged by the headcount, the limit of turnover on twelve months.
    assert {"accounts.employees", "accounts.employees_fte", "accounts.turnover", "accounts.book_months"} <= {
        *read
    }
    assert {"firms.nace_revision", "trade.partner", "trade.zone"} <= {*read}
    assert "trade.month" not in read  # the union of the study is a fixed one
    by_region = next(
        terms_of(cell).values()
        for cell in cells(study)
        if any("region" in term.where.dimensions for term in terms_of(cell).values())
    )
    assert {"firms.postcode", "firms.region"} <= {*inputs(study, by_region, "manufacturing")}
    there = {"firms": {"nace", "region"}, "accounts": {"employees_fte"}, "trade": {"flow", "value", "zone"}}
    assert inputs(study, by_region, "manufacturing", there)[-1].startswith("trade.")
    assert "firms.postcode" not in inputs(study, by_region, "manufacturing", there)
    elsewhere = load_study(ELSEWHERE)
    flows = next(terms_of(cell) for cell in cells(elsewhere) if cell.key.table == "B")
    assert "trade.month" in inputs(
        elsewhere, flows.values(), "industry"
    )  # membership at the date of each flow


def test_a_number_that_was_not_computed_says_why_and_has_no_query(room: Room, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(room.path.parent / "data", data)
    pl.read_parquet(data / "firms.parquet").drop("founded").write_parquet(data / "firms.parquet")
    write_stamp(data / "stamp.json", Stamp("synthetic", "Drawn firms", "the tests"))
    without = read_room(api.run(ELSEWHERE, data).write(tmp_path / "room"))
    key = next(str(cell.key) for cell in without.cells if cell.key.table == "E")
    text = str(explained(without, key))
    assert "not computed: needs the column `founded` of firms" in text
    assert "\nquery" not in text
    assert "SELECT" not in explained(without, key).sql()


def test_a_room_of_evidence_or_of_a_survey_has_no_cells_of_a_study_to_explain(room: Room) -> None:
    other = replace(room, manifest=room.manifest.model_copy(update={"contents": Contents.SURVEY}))
    with pytest.raises(
        UsageError, match=r"this is a room of survey\n  Give the folder that `firmtrade run` wrote"
    ):
        explained(other, "F/industry/export/labor_productivity_2003")


def test_an_explanation_is_a_value_whose_numbers_are_those_of_its_cell(room: Room) -> None:
    cell = next(cell for cell in room.cells if cell.numerator is not None and cell.denominator is not None)
    found = explained(room, str(cell.key))
    assert found.cell == cell
    assert found.numbers == {
        "numerator": cell.numerator, "denominator": cell.denominator, "firms": cell.n_firms
    }  # fmt: skip
    assert found.said.key == cell.key
    assert found.said.definition in str(found)
    assert all(query in found.sql() for query in found.queries)


def test_how_tables_are_stored_says_no_path_outside_the_data(room: Room) -> None:
    tables = {name: StoredTable(**one.model_dump()) for name, one in room.manifest.tables.items()}
    assert {name: one.path for name, one in tables.items()} == {
        "firms": "firms.parquet", "accounts": "accounts.parquet", "trade": "trade.parquet",
        "coverage": "coverage.parquet",
    }  # fmt: skip
    assert asdict(tables["trade"])["columns"]["value"] == "decimal(18, 2)"
