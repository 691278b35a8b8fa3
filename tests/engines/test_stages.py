"""What a run has kept is taken up by the next where nothing has changed that it follows from, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from canonical_data import write
from firm_table import canonical, study_of
from firmtrade.engines import stages
from firmtrade.engines.measured import EngineStep, Measured
from firmtrade.engines.stages import Resumed
from firmtrade.observatory.study_data import StudyData
from firmtrade.outputs import Cell
from firmtrade.sources.folder import CanonicalFolder
from firmtrade.statistics import compute
from firmtrade.study import Study
from tested_engine import an_engine

STUDY = study_of("4", "6")
FIRMS = """
    firm | nace | employees_fte | value_added | trade
    a    | 15   | 12            | 500         | export FR 100, import US 50, export FR 20 1998
    b    | 17   | 80            | 700         | export FR 300
    c    | 22   | 3             | 90          |
"""


@pytest.fixture(autouse=True)
def every_table_is_worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stages, "WORTH", 0)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write(tmp_path / "data", canonical(STUDY, FIRMS))


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    folder = tmp_path / "stages"
    folder.mkdir()
    return folder


class Killed(BaseException):
    """Nobody catches it."""


def run(
    data: Path,
    kept: Path,
    study: Study = STUDY,
    *,
    unchanged: Callable[[], bool] = lambda: True,
    until: str = "",
) -> tuple[tuple[Cell, ...], list[str], list[str]]:
    """The cells, and the names of the tables made and of those taken up. It dies before ``until`` is made."""
    steps: list[EngineStep] = []
    folder = CanonicalFolder(data)

    class Dying(Measured):
        def materialize(self, name: str, expression: object) -> object:
            if name == until:
                raise Killed
            return super().materialize(name, expression)  # type: ignore[arg-type]

    with Resumed(Dying(an_engine(), steps), kept, folder.digests, unchanged) as engine:
        cells = compute(study, StudyData(folder, study, engine)).cells
        engine.forget_others()
    made, taken = ([step.name for step in steps if step.what == what] for what in ("keep", "restore"))
    return tuple(cells), made, taken


def test_a_run_that_was_killed_ends_in_the_same_cells_and_makes_nothing_twice(data: Path, kept: Path) -> None:
    whole, names, none = run(data, kept)
    assert none == []
    for saved in kept.iterdir():
        for file in saved.rglob("*"):
            assert file.stat().st_mode & 0o077 == 0
    again, made, taken = run(data, kept)
    assert (again, made) == (whole, [])
    assert len(taken) == len(names)


@pytest.mark.parametrize("until", ["codes", "panel", "window"])
def test_it_may_be_killed_at_any_table(data: Path, kept: Path, tmp_path: Path, until: str) -> None:
    (tmp_path / "others").mkdir()
    whole, names, _ = run(data, tmp_path / "others")
    with pytest.raises(Killed):
        run(data, kept, until=until)
    before = names[: names.index(until)]
    cells, made, taken = run(data, kept)
    assert cells == whole
    assert taken == before
    assert made[0] == until


def test_a_table_half_written_is_made_again(data: Path, kept: Path) -> None:
    whole, names, _ = run(data, kept)
    first = sorted(kept.iterdir())[0]
    first.rename(first.with_name(first.name + stages.UNFINISHED))
    cells, made, _ = run(data, kept)
    assert cells == whole
    assert len(made) == 1
    assert len(list(kept.iterdir())) == len(names)


def test_new_accounts_change_the_panel_and_leave_the_declarations_summed(data: Path, kept: Path) -> None:
    run(data, kept)
    accounts = pl.read_parquet(data / "accounts.parquet")
    accounts.with_columns(employees_fte=pl.col("employees_fte") * 2).write_parquet(data / "accounts.parquet")
    cells, made, taken = run(data, kept)
    assert {"flows", "register"} <= {*taken}
    assert {"panel", "window"} <= {*made}
    (other := kept.parent / "fresh").mkdir()
    assert cells == run(data, other)[0]


def test_a_study_with_another_threshold_makes_what_the_threshold_decides(data: Path, kept: Path) -> None:
    run(data, kept)
    other = study_of("4", "6", head={"trade_threshold": 60})
    _, made, taken = run(data, kept, other)
    assert "flows" in taken
    assert "panel" in made


def test_another_version_of_the_program_takes_up_nothing(
    data: Path, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(data, kept)
    monkeypatch.setattr(stages, "__version__", "another")
    _, made, taken = run(data, kept)
    assert taken == []
    assert {"flows", "panel"} <= {*made}


def test_tables_that_nothing_follows_from_any_more_go(data: Path, kept: Path) -> None:
    run(data, kept)
    before = {each.name for each in kept.iterdir()}
    trade = pl.read_parquet(data / "trade.parquet")
    trade.with_columns(pl.col("value") + 1).write_parquet(data / "trade.parquet")
    run(data, kept)
    after = {each.name for each in kept.iterdir()}
    assert len(after) == len(before)
    assert after != before


def test_nothing_is_written_from_files_that_were_changed_meanwhile(data: Path, kept: Path) -> None:
    run(data, kept, unchanged=lambda: False)
    assert list(kept.iterdir()) == []
