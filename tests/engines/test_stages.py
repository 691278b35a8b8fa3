"""What a run has kept is taken up by the next where nothing has changed that it follows from, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import polars as pl
import pytest

from canonical_data import write
from firm_table import canonical, study_of
from firmtrade.engines import stages, years
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


def in_files(table: Path) -> None:
    """A table as a file for each year."""
    rows = pl.read_parquet(table)
    table.unlink()
    table.with_suffix("").mkdir()
    for (year,), part in rows.group_by("year"):
        part.write_parquet(table.with_suffix("") / f"part-{year}.parquet")


def in_folders(table: Path) -> None:
    """A table as a folder for each year, which alone says the year."""
    rows = pl.read_parquet(table)
    table.unlink()
    for (year,), part in rows.group_by("year"):
        folder = table.with_suffix("") / f"year={year}"
        folder.mkdir(parents=True)
        part.drop("year").write_parquet(folder / "part.parquet")


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(years, "MANY", 0)


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize("split", [in_files, in_folders])
@pytest.mark.parametrize("union", ["EU-15", "membership"])
def test_declarations_of_a_year_that_changes_are_summed_alone(
    data: Path, kept: Path, tmp_path: Path, split: Callable[[Path], None], union: str
) -> None:
    study = study_of("4", "6", head={"union": union})
    (tmp_path / "at once").mkdir()
    whole, at_once, _ = run(data, tmp_path / "at once", study)
    assert not [name for name in at_once if name.startswith("flows_by_kind_")]
    split(data / "trade.parquet")
    cells, made, _ = run(data, kept, study)
    assert cells == whole
    assert [name for name in made if name.startswith("flows")] == [
        "flows_by_kind_1998", "flows_by_kind_2002", "flows_by_kind", "flows"
    ]  # fmt: skip
    changed = next(file for file in (data / "trade").rglob("*.parquet") if "2002" in str(file))
    rows = pl.read_parquet(changed)
    more = (rows["value"] + 1).cast(rows.schema["value"])
    rows.with_columns(more).write_parquet(changed)
    cells, made, taken = run(data, kept, study)
    assert "flows_by_kind_1998" in taken
    assert made[:2] == ["flows_by_kind_2002", "flows_by_kind"]
    (other := tmp_path / "other").mkdir()
    assert cells == run(data, other, study)[0]


@pytest.mark.usefixtures("many")
def test_a_study_of_more_years_sums_those_that_come_to_it(kept: Path, tmp_path: Path) -> None:
    longer = study_of("4", "6", "fig17")
    data = write(tmp_path / "data", canonical(longer, FIRMS))
    in_files(data / "trade.parquet")
    rows = pl.read_parquet(data / "trade" / "part-2002.parquet")
    rows.with_columns(year=pl.lit(1997, pl.Int32)).write_parquet(data / "trade" / "part-1997.parquet")
    run(data, kept, study_of("4", "6"))
    _, made, taken = run(data, kept, longer)
    assert {"flows_by_kind_1998", "flows_by_kind_2002"} <= {*taken}
    assert "flows_by_kind_1997" in made


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize("statistics", [True, False])
def test_files_that_hold_several_years_or_do_not_tell_are_summed_at_once(
    data: Path, kept: Path, statistics: bool
) -> None:
    in_files(data / "trade.parquet")
    whole = pl.read_parquet(data / "trade")
    for file in (data / "trade").iterdir():
        pl.read_parquet(file).write_parquet(file, statistics=statistics)
    if statistics:
        whole.write_parquet(data / "trade" / "part-1998.parquet")
    _, made, _ = run(data, kept)
    assert [name for name in made if name.startswith("flows")] == ["flows_by_kind", "flows"]


def clock(step: float) -> SimpleNamespace:
    """A clock that goes on by a step whenever it is looked at: every table takes so long."""
    return SimpleNamespace(perf_counter=count(step=step).__next__)


@pytest.mark.usefixtures("many")
def test_a_table_is_written_if_it_took_long_and_those_of_years_if_they_took_long_together(
    data: Path, kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_files(data / "trade.parquet")
    monkeypatch.setattr(stages, "time", clock(0.5))
    for number, (worth, found) in enumerate(
        [(0.5, {"flows_by_kind_1998", "flows_by_kind"}), (0.75, {"flows_by_kind_1998"}), (1.25, set())]
    ):
        monkeypatch.setattr(stages, "WORTH", worth)
        folder = tmp_path / "stages of runs" / str(number)
        run(data, folder)
        _, _, taken = run(data, folder)
        assert {*taken} & {"flows_by_kind_1998", "flows_by_kind"} == found


@pytest.mark.usefixtures("many")
def test_files_whose_columns_differ_are_summed_at_once(data: Path, kept: Path) -> None:
    in_files(data / "trade.parquet")
    part = data / "trade" / "part-1998.parquet"
    rows = pl.read_parquet(part)
    rows.with_columns(pl.col("value").cast(pl.Float64)).write_parquet(part)
    _, made, _ = run(data, kept)
    assert [name for name in made if name.startswith("flows")] == ["flows_by_kind", "flows"]


@pytest.mark.usefixtures("many")
def test_declarations_of_one_year_alone_are_a_table_of_it(data: Path, kept: Path) -> None:
    in_files(data / "trade.parquet")
    (data / "trade" / "part-1998.parquet").unlink()
    cells, made, _ = run(data, kept)
    assert [name for name in made if name.startswith("flows_by_kind")] == [
        "flows_by_kind_2002",
        "flows_by_kind",
    ]
    assert [cell for cell in cells if cell.value is not None]
