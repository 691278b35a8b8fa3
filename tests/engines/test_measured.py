"""How often an engine is asked, how many rows it reads and how many come back: counts, and no seconds."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from types import SimpleNamespace

import polars as pl
import pytest

from canonical_data import World, world, write
from firmtrade.engines import measured
from firmtrade.engines.duck import DuckDB
from firmtrade.engines.measured import EngineStep, Measured
from firmtrade.engines.protocol import ParquetFiles
from firmtrade.observatory.study_data import StudyData
from firmtrade.sources.folder import CanonicalFolder
from firmtrade.statistics import compute
from firmtrade.studies import load_study


def steps(folder: Path, study: str) -> list[EngineStep]:
    told: list[EngineStep] = []
    with Measured(DuckDB(), told) as engine:
        compute(load_study(study), StudyData(CanonicalFolder(folder), load_study(study), engine))
    return told


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[int, list[EngineStep]]:
    """What is done for few firms, and for many."""
    study, found = load_study("belgium-2008"), {}
    for firms in (250, 1250):
        folder = write(tmp_path_factory.mktemp("data"), world(study, 1, World(firms=firms, groups=True)))
        found[firms] = steps(folder, "belgium-2008")
    return found


def test_declarations_are_read_once_and_every_table_is_made_once(told: dict[int, list[EngineStep]]) -> None:
    for one in told.values():
        named = [(step.what, step.name) for step in one if step.name]
        assert len(named) == len({*named})
        assert named.count(("read", "trade")) == 1


def test_the_number_of_questions_does_not_grow_with_the_firms(told: dict[int, list[EngineStep]]) -> None:
    few, many = ([step for step in one if step.what == "answer"] for one in told.values())
    assert len(few) == len(many) <= 33


def test_answers_are_combinations_of_classes_and_never_firms(told: dict[int, list[EngineStep]]) -> None:
    """Five times the firms bring combinations that the few had not, but fewer than themselves: at most half as many."""
    few, many = (sum(step.rows for step in one if step.what == "answer") for one in told.values())
    assert many < 5 * few / 2
    rows = {step.name: step.rows for step in told[1250] if step.what == "keep"}
    assert max(step.rows for step in told[1250] if step.what == "answer") < rows["panel"] / 10


@pytest.mark.parametrize(("table", "most"), [("flows", 40), ("panel", 91), ("window", 130)])
def test_a_row_that_is_kept_is_no_wider_than_what_is_asked_of_it(
    told: dict[int, list[EngineStep]], table: str, most: float
) -> None:
    """Writing the panel costs by its width: a text more for every firm-year shows here before it shows in seconds."""
    for one in told.values():
        (kept,) = (step for step in one if (step.what, step.name) == ("keep", table))
        assert kept.bytes / kept.rows <= most


def test_rows_and_bytes_are_those_of_files_and_tables(tmp_path: Path) -> None:
    folder = write(tmp_path, world(load_study("belgium-2008"), 1, World(firms=20)))
    told = {(step.what, step.name): step for step in steps(folder, "belgium-2008") if step.name}
    trade = told["read", "trade"]
    assert trade.rows == pl.read_parquet(folder / "trade.parquet").height
    assert trade.bytes == (folder / "trade.parquet").stat().st_size
    kept = told["keep", "window"]
    assert 0 < kept.rows <= 20
    assert kept.bytes > 8 * kept.rows


def test_the_bytes_of_a_kept_table_are_those_of_its_values() -> None:
    frame = pl.DataFrame(
        {
            "name": ["ab", None],
            "code": ["c", "de"],
            "year": [1, 2],
            "flag": [True, False],
            "money": [1, 2],
            "sum": [1, 2],
        },
        schema_overrides={"year": pl.Int32, "money": pl.Decimal(18, 2), "sum": pl.Decimal(38, 6)},
    )
    told: list[EngineStep] = []
    with Measured(DuckDB(), told) as engine:
        engine.materialize("kept", engine.register("given", frame))
    (step,) = (one for one in told if one.what == "keep")
    letters = len("ab") + len("c") + len("de")
    assert step.bytes == 2 * (4 + 1 + 8 + 16) + letters


@pytest.mark.parametrize(
    ("rows", "size"),
    [(["ab", "c"], len("abc")), ([None, None], 0), ([], 0)],
    ids=["texts", "missing", "no rows"],
)
def test_a_table_of_texts_alone_is_as_long_as_they_are(rows: list[str | None], size: int) -> None:
    told: list[EngineStep] = []
    with Measured(DuckDB(), told) as engine:
        engine.materialize(
            "kept", engine.register("given", pl.DataFrame({"name": rows}, {"name": pl.String}))
        )
    (step,) = (one for one in told if one.what == "keep")
    assert (step.rows, step.bytes) == (len(rows), size)


def test_decimals_of_more_than_18_digits_take_twice_the_bytes_and_a_day_four() -> None:
    told: list[EngineStep] = []
    with Measured(DuckDB(), told) as engine:
        given = engine.register("given", pl.DataFrame({"n": ["1"], "day": ["2002-12-31"]}))
        number, day = given["n"], given["day"]
        kept = given.select(
            short=number.cast("decimal(18, 2)"), long=number.cast("decimal(19, 2)"), day=day.cast("date")
        )
        engine.materialize("kept", kept)
    (step,) = (one for one in told if one.what == "keep")
    assert step.bytes == 8 + 16 + 4


def test_seconds_are_those_between_question_and_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measured, "time", SimpleNamespace(perf_counter=count(step=0.5).__next__))
    pl.DataFrame({"n": [1]}).write_parquet(file := tmp_path / "firms.parquet")
    told: list[EngineStep] = []
    with Measured(DuckDB(), told) as engine:
        table = engine.read(ParquetFiles("firms", tmp_path, "*", (file,)))
        kept = engine.materialize("kept", table)
        engine.save("kept", tmp_path / "kept")
        engine.restore("again", tmp_path / "kept", kept.schema())
        engine.collect(kept)
    assert {step.what: step.seconds for step in told} == {
        "read": 0.5,
        "keep": 0.5,
        "restore": 0.5,
        "answer": 0.5,
    }
