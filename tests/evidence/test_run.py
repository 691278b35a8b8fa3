"""A run: all blocks, two files, the same bytes every time, and no crash on poor data."""

import csv
import math

import polars as pl
import pytest

from evidence.chile import chile_deflator, chile_panel
from evidence.found import english
from evidence.simulator import simulate
from firmtrade.evidence import BLOCKS, EvidenceOptions, run_evidence
from firmtrade.outputs import CURVE_COLUMNS, ESTIMATE_COLUMNS
from firmtrade.outputs.models import STATED, curves_file, estimates_file
from shared import shared

FAST = EvidenceOptions(compress_above=0)


def written(results, folder):
    folder.mkdir(exist_ok=True)
    (folder / "estimates.csv").write_bytes(estimates_file(results.estimates))
    (folder / "curves.csv").write_bytes(curves_file(results.curves))


@pytest.fixture(scope="module")
def results(selective):
    return run_evidence(selective, FAST)


def test_all_blocks_speak(results) -> None:
    assert {e.block for e in results.estimates} == set(BLOCKS)
    assert [section.block for section in results.sections] == list(BLOCKS)


def test_the_files_have_the_columns_of_the_interface_and_no_key_twice(results, tmp_path) -> None:
    written(results, tmp_path)
    for name, columns, width in (("estimates", ESTIMATE_COLUMNS, 4), ("curves", CURVE_COLUMNS, 5)):
        with (tmp_path / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            header, *rows = list(csv.reader(file))
        assert tuple(header) == (*columns, *STATED)
        keys = [tuple(row[:width]) for row in rows]
        assert len(keys) == len(set(keys)) > 0


def test_two_runs_on_shuffled_rows_write_the_same_bytes(selective, results, tmp_path) -> None:
    shuffled = selective.sample(fraction=1.0, shuffle=True, seed=9).select(sorted(selective.columns))
    written(results, tmp_path / "one")
    written(run_evidence(shuffled, FAST), tmp_path / "two")
    for name in ("estimates.csv", "curves.csv"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_what_is_alike_in_all_firms_is_a_sentence_and_no_certainty() -> None:
    """Premia, selection and learning of an outcome without spread had a difference of nought give or take nought."""
    alike = simulate(300, 8, seed=4).with_columns(
        employment=pl.lit(5.0), value_added=pl.lit(100.0), labor_cost=pl.lit(50.0), turnover=pl.lit(900.0)
    )
    options = EvidenceOptions(compress_above=0, blocks=("premia", "selection", "learning"))
    results = run_evidence(alike, options)
    certain = [e for e in results.estimates if e.std_error == 0]
    assert not certain
    said = english(results.switched_off)
    assert any("the status or the outcome does not vary" in text for text in said)
    assert any("does not vary among the firms compared" in text for text in said)


def test_no_identifier_of_a_firm_reaches_a_file_or_a_sentence(selective, results, tmp_path) -> None:
    written(results, tmp_path)
    text = (tmp_path / "estimates.csv").read_text() + (tmp_path / "curves.csv").read_text()
    text += " ".join(english(results.switched_off) + english(results.verdicts))
    assert not [name for name in selective["firm_id"].unique() if name in text]


def test_numbers_are_finite_and_intervals_hold_their_estimates(results) -> None:
    for found in results.estimates:
        numbers = (found.estimate, found.std_error, found.conf_low, found.conf_high, found.p_value)
        assert all(number is None or math.isfinite(number) for number in numbers)
        if found.conf_low is not None:
            assert found.conf_low <= found.estimate <= found.conf_high
        if found.p_value is not None:
            assert 0 <= found.p_value <= 1


def test_every_number_rests_on_enough_firms_and_names_sample_and_estimator(results) -> None:
    for found in results.estimates:
        assert str(found.note).startswith("sample: ")
        assert "dropped: " in str(found.note)
        assert str(found.estimator)
        assert found.contributions
        assert found.n_firms >= 10


def test_every_section_has_a_table_and_a_picture_of_what_exists(results) -> None:
    estimates = {(e.block, e.specification, e.outcome, e.term) for e in results.estimates}
    curves = {(c.block, c.specification, c.outcome, c.series) for c in results.curves}
    for section in results.sections:
        assert section.tables
        assert section.charts
        assert {key for table in section.tables for key in table.rows} <= estimates
        assert {key for chart in section.charts for key in chart.estimates} <= estimates
        assert {key for chart in section.charts for key in chart.curves} <= curves


def test_a_block_can_be_read_as_a_table(results) -> None:
    table = results.table("growth")
    assert tuple(table.columns) == ESTIMATE_COLUMNS
    assert table.height == sum(e.block == "growth" for e in results.estimates)


def test_only_the_blocks_asked_for_are_run_and_progress_is_told(selective) -> None:
    told = []
    results = run_evidence(selective, EvidenceOptions(blocks=("growth",)), progress=told.append)
    assert told == ["growth"]
    assert {e.block for e in results.estimates} == {"growth"}


POOR = {
    "no optional column": lambda f: f.select("firm_id", "year"),
    "three firms": lambda f: f.filter(pl.col("firm_id").is_in(f["firm_id"].unique().sort()[:3])),
    "one year": lambda f: f.filter(pl.col("year") == 1999),
    "two years": lambda f: f.filter(pl.col("year").is_between(1999, 2000)),
    "everyone exports": lambda f: f.with_columns(exporter=pl.lit(value=True)),
    "nobody trades": lambda f: f.with_columns(exporter=pl.lit(value=False), importer=pl.lit(value=False)),
    "importing equals exporting": lambda f: f.with_columns(importer=pl.col("exporter")),
    "trade unknown": lambda f: f.with_columns(exporter=pl.lit(None, dtype=pl.Boolean)),
    "employment constant": lambda f: f.with_columns(employment=pl.lit(10.0)),
    "productivity constant": lambda f: f.with_columns(value_added=pl.col("employment") * 50),
    "value added all missing": lambda f: f.with_columns(value_added=pl.lit(None, dtype=pl.Float64)),
    "a division per firm": lambda f: f.with_columns(division=pl.col("firm_id")),
    "divisions unknown": lambda f: f.with_columns(division=pl.lit(None, dtype=pl.String)),
    "nobody in the population": lambda f: f.with_columns(in_population=pl.lit(value=False)),
    "nobody closes": lambda f: f.with_columns(closed=pl.lit(None, dtype=pl.Int32)),
    "founded after the end": lambda f: f.with_columns(founded=pl.lit(2050)),
    "every second year": lambda f: f.filter(pl.col("year") % 2 == 0),
    "exporters in one year": lambda f: f.with_columns(exporter=pl.col("exporter") & (pl.col("year") == 1999)),
    "everyone changes status every year": lambda f: f.with_columns(exporter=pl.col("year") % 2 == 0),
    "two firms a division": lambda f: f.with_columns(
        division=(pl.col("firm_id").str.slice(1).cast(pl.Int64) // 2).cast(pl.String)
    ),
    "one exporter": lambda f: f.with_columns(exporter=pl.col("firm_id") == f["firm_id"][0]),
    "nobody lives two years": lambda f: f.filter(pl.col("year") == pl.col("year").min().over("firm_id")),
}


@pytest.mark.parametrize("poor", POOR, ids=list(POOR))
def test_poor_data_gives_sentences_never_a_crash_nor_a_silent_gap(poor) -> None:
    frame = POOR[poor](simulate(250, 6, seed=51))
    results = run_evidence(frame, FAST)
    assert english(results.switched_off)
    for sentence in english(results.switched_off):
        assert sentence.endswith(".")
    for found in results.estimates:
        assert found.estimate is not None
        assert math.isfinite(found.estimate)


@pytest.mark.skipif(
    shared() is None or not (shared() / "data" / "chile-enia").is_dir(),
    reason="the Chilean plants are not here",
)
def test_chilean_plants_show_the_order_of_modes_known_from_other_countries() -> None:
    """Two-way traders lead, then importers, then exporters (Muûls & Pisu 2009 for Belgium): a shape, not a
    copy."""
    folder = shared() / "data" / "chile-enia"
    results = run_evidence(chile_panel(folder), FAST, deflator=chile_deflator(folder))
    premium = {
        e.term: e.estimate
        for e in results.estimates
        if (e.block, e.specification, e.outcome) == ("premia", "modes/pooled", "log_labor_productivity")
    }
    assert premium["import_and_export"] > premium["import_only"] > premium["export_only"] > 0
    assert (
        "Firms that later start to export are already more productive before, at t-3, t-2, t-1: selection."
        in english(results.verdicts)
    )
    assert (
        "Starting to export, employment: selection, no credible effect (pre-trends differ before the event)."
        in english(results.verdicts)
    )
