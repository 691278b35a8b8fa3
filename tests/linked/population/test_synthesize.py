"""The synthetic population, seen through the engine that every other data goes through."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest
from stdnum.be import vat

from firmtrade.engines.duck import DuckDB
from firmtrade.linked import read_edition
from firmtrade.linked.population import SynthReport, synthesize
from firmtrade.observatory.study_data import StudyData
from firmtrade.outputs import CellKey
from firmtrade.sources.folder import CanonicalFolder
from firmtrade.statistics.result import compute
from firmtrade.studies import load_study

STUDY = load_study("belgium-2008")
MOST = 607
"""As many of the 614 printed statistics can be true of firms at once: six contradict others, and one change of
productivity lies outside what its printed levels allow."""
WHOLE = {"1", "2", "3", "4", "17", "18", "19", "20"}
"""Tables of the reference year: nothing in them is given up."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, SynthReport]:
    folder = tmp_path_factory.mktemp("population") / "belgium"
    return folder, synthesize("belgium-2008", folder)


@pytest.fixture(scope="module")
def missed(made: tuple[Path, SynthReport]) -> dict[CellKey, float | None]:
    """Printed statistics that the engine does not find in the population, with the value it finds."""
    observed = StudyData(CanonicalFolder(made[0]), STUDY, DuckDB())
    values = {cell.key: cell.value for cell in compute(STUDY, observed).cells}
    observed.engine.close()
    return {
        cell.key: values[cell.key]
        for cell in read_edition("belgium-2008").statistics
        if not _within(values[cell.key], cell.interval.low, cell.interval.high)
    }


def _within(value: float | None, low: float, high: float) -> bool:
    return value is not None and low - 1e-9 <= value <= high + 1e-9


def test_all_printed_statistics_that_can_be_true_at_once_are_reproduced(
    missed: dict[CellKey, float | None],
) -> None:
    printed = len(read_edition("belgium-2008").statistics)
    assert printed == 614
    assert printed - len(missed) == MOST


def test_the_tables_of_the_reference_year_stay_whole(missed: dict[CellKey, float | None]) -> None:
    assert not {key for key in missed if key.table in WHOLE}


def test_the_report_lists_what_is_not_reproduced_with_the_value_that_the_engine_finds(
    made: tuple[Path, SynthReport], missed: dict[CellKey, float | None]
) -> None:
    listed = {one.key: one.obtained for one in made[1].missed}
    assert listed.keys() == missed.keys()
    assert all(listed[key] == pytest.approx(missed[key], rel=1e-9) for key in missed)


def test_the_folder_and_every_file_say_that_they_are_synthetic(made: tuple[Path, SynthReport]) -> None:
    opened = CanonicalFolder(made[0])
    assert opened.stamp.synthetic
    assert "never existed" in opened.stamp.title
    for table in opened.tables.values():
        for file in table.files:
            metadata = pq.read_metadata(file).metadata
            assert metadata[b"kind"] == b"synthetic"
            assert b"No evidence" in metadata[b"source"]


def test_enterprise_numbers_are_different_and_have_valid_check_digits(made: tuple[Path, SynthReport]) -> None:
    numbers = pl.read_parquet(made[0] / "firms.parquet")["firm_id"]
    assert numbers.is_unique().all()
    assert all(vat.is_valid(number) for number in numbers.gather_every(97))


def test_firms_that_the_chapter_cannot_place_are_unknown_as_in_a_register(
    made: tuple[Path, SynthReport],
) -> None:
    firms = pl.read_parquet(made[0] / "firms.parquet")
    accounts = pl.read_parquet(made[0] / "accounts.parquet").filter(pl.col("year") == STUDY.reference_year)
    letters = firms.filter(pl.col("nace").str.contains("^[G-K]$")).join(accounts, on="firm_id")
    inside = letters.filter(pl.col("domestic_owned").fill_null(True), pl.col("employees_fte") >= 1)
    assert inside.filter(pl.col("employees").is_null()).height == 3_151


def test_firms_stay_in_the_populations_from_year_to_year(made: tuple[Path, SynthReport]) -> None:
    accounts = pl.read_parquet(made[0] / "accounts.parquet")
    large_enough = accounts.filter(pl.col("employees_fte") >= 1)["year"].value_counts()
    firms = dict(large_enough.rows())
    for year in range(1996, 2003):
        assert 0.8 < firms[year] / firms[year + 1] < 1.2


def test_no_year_stands_out_in_who_trades_and_who_begins_to(made: tuple[Path, SynthReport]) -> None:
    trade = pl.scan_parquet(made[0] / "trade" / "*.parquet")
    flows = ["firm_id", "flow", "year"]
    there = trade.select(pl.col(flows).cast(pl.String)).unique().collect()
    for flow in ("export", "import"):
        traders = {
            year: set(there.filter(pl.col("flow") == flow, pl.col("year") == str(year))["firm_id"])
            for year in range(1996, 2003)
        }
        for year in range(1997, 2003):
            now, before = traders[year], traders[year - 1]
            assert 0.85 < len(now) / len(before) < 1.15
            assert 0.08 < len(now - before) / len(now) < 0.25
            assert 0.05 < len(before - now) / len(before) < 0.25


def test_a_correction_never_outweighs_its_flow(made: tuple[Path, SynthReport]) -> None:
    trade = pl.read_parquet(made[0] / "trade" / "*.parquet")
    assert (trade["value"] < 0).any()
    flows = trade.group_by("firm_id", "year", "flow").agg(pl.col("value").sum())
    assert (flows["value"] > 0).all()
