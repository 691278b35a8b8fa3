"""Nothing of the synthesizer is Belgian: another country, scheme and measure, and requests that fail."""

from __future__ import annotations

import hashlib
import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow.parquet as pq
import pytest

from firmtrade import workers
from firmtrade.classifications import activity
from firmtrade.engines.duck import DuckDB
from firmtrade.errors import DataError, UsageError
from firmtrade.linked import read_edition
from firmtrade.linked.population import synthesize
from firmtrade.observatory.study_data import StudyData
from firmtrade.outputs import CellKey
from firmtrade.sources.folder import CanonicalFolder
from firmtrade.sources.stamp import stamped_files
from firmtrade.statistics.result import compute
from firmtrade.studies import load_study, parse_study
from firmtrade.study import Study

HERE = Path(__file__).parent
PORTUGAL = HERE / "portugal.toml"


def found(folder: Path, study: Study) -> dict[CellKey, float | None]:
    observed = StudyData(CanonicalFolder(folder), study, DuckDB())
    cells = {cell.key: cell.value for cell in compute(study, observed).cells}
    observed.engine.close()
    return cells


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("synth") / "portugal"
    assert not synthesize(PORTUGAL, out).missed
    return out


def digest(folder: Path) -> str:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


def test_the_engine_finds_every_number_of_an_edition_of_another_country(folder: Path) -> None:
    study = load_study(PORTUGAL)
    cells = found(folder, study)
    for printed in read_edition(HERE / "portugal.csv", study).statistics:
        value = cells[printed.key]
        assert value is not None
        assert printed.interval.low - 1e-9 <= value <= printed.interval.high + 1e-9, printed.key


def test_a_study_without_full_time_equivalents_gets_headcounts_only(folder: Path) -> None:
    accounts = pl.read_parquet(folder / "accounts.parquet")
    assert "employees" in accounts.columns
    assert "employees_fte" not in accounts.columns


def test_trade_is_by_month_activities_are_of_the_second_revision_and_some_firms_form_groups(
    folder: Path,
) -> None:
    firms, trade = pl.read_parquet(folder / "firms.parquet"), pl.read_parquet(folder / "trade")
    assert set(trade["month"]) == set(range(1, 13))
    inside = firms.filter(pl.col("nace").str.contains(r"^\d"))
    assert set(firms["nace_revision"]) == {"nace-2"}
    assert set(inside["nace"].str.slice(0, 2)) <= set(activity("nace-2").divisions)
    sizes = firms["group_id"].drop_nulls().value_counts()["count"]
    assert 2 <= sizes.max() <= 3


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However much is worked out at the same time."""
    monkeypatch.setattr(workers, "AT_ONCE", 1)
    for name, seed in (("again", 0), ("other", 1)):
        synthesize(PORTUGAL, tmp_path / name, seed=seed)
    assert digest(tmp_path / "again") == digest(folder)
    assert digest(tmp_path / "other") != digest(folder)


def test_a_population_that_is_not_compared_with_its_edition_is_the_same(folder: Path, tmp_path: Path) -> None:
    report = synthesize(PORTUGAL, tmp_path / "again", compared=False)
    assert digest(tmp_path / "again") == digest(folder)
    assert (report.printed, report.missed) == (0, ())
    assert "printed" not in str(report)


def test_the_stamp_lists_every_file_however_long_one_takes_to_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = pl.DataFrame.write_parquet

    def slowly(table: pl.DataFrame, *asked: Any, **options: Any) -> None:
        time.sleep(1)
        write(table, *asked, **options)

    monkeypatch.setattr(pl.DataFrame, "write_parquet", slowly)
    synthesize(PORTUGAL, tmp_path / "slow")
    written = {path.name for path in (tmp_path / "slow").glob("*.parquet")}
    assert written == {"firms.parquet", "accounts.parquet", "coverage.parquet"}
    assert written <= set(stamped_files(tmp_path / "slow" / "stamp.json") or ())


def test_a_scale_multiplies_firms_and_leaves_shares_alone(tmp_path: Path) -> None:
    assert not synthesize(PORTUGAL, tmp_path / "threefold", scale=3).missed
    cells = found(tmp_path / "threefold", load_study(PORTUGAL))
    assert cells[CellKey("a", "plants", "import_and_export", "n")] == 450
    share = cells[CellKey("b", "plants", "intra_eu_export", "small")]
    assert share == pytest.approx(17.5, abs=0.05)


def test_as_many_declarations_are_written_as_were_asked_for(tmp_path: Path) -> None:
    report = synthesize(PORTUGAL, tmp_path / "many", declarations=30_000)
    files = (tmp_path / "many" / "trade").glob("*.parquet")
    assert report.rows["trade"] == 30_000
    assert sum(pq.read_metadata(file).num_rows for file in files) == 30_000


def test_fewer_declarations_than_flows_are_refused_and_leave_no_folder(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"10 declarations are too few.*\n.*at least"):
        synthesize(PORTUGAL, tmp_path / "few", declarations=10)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_in_use_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(UsageError, match="holds files that are not of a synthetic population; nothing was"):
        synthesize(PORTUGAL, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    with pytest.raises(UsageError, match=r"mine\.txt is a file"):
        synthesize(PORTUGAL, tmp_path / "mine.txt")


def test_an_earlier_population_is_replaced_and_no_other_canonical_folder(tmp_path: Path) -> None:
    out = tmp_path / "drawn"
    synthesize(PORTUGAL, out, seed=1)
    first = (out / "firms.parquet").read_bytes()
    synthesize(PORTUGAL, out, seed=2)
    assert (out / "firms.parquet").read_bytes() != first
    assert [path.name for path in tmp_path.iterdir()] == ["drawn"]
    stamp = json.loads((out / "stamp.json").read_text(encoding="utf-8"))
    for other in ({**stamp, "kind": "real"}, {**stamp, "source": "Drawn by another program"}, "no stamp"):
        (out / "stamp.json").write_text(json.dumps(other), encoding="utf-8")
        with pytest.raises(UsageError, match="not of a synthetic population"):
            synthesize(PORTUGAL, out)


def test_an_edition_that_no_population_can_have_names_the_contradicting_cells(tmp_path: Path) -> None:
    text = (HERE / "portugal.csv").read_text()
    for right, wrong in (
        (",150,count,2010,150", 1500),
        (",280,count,2006-2011,280", 2800),
        (",700,count,2006-2011,700", 9000),
        (",70,count,2010,70", 7000),
    ):
        text = text.replace(right, right.replace(right.split(",")[1], str(wrong)))
    edition = tmp_path / "wrong.csv"
    edition.write_text(text)
    with pytest.raises(DataError, match=r"cannot all be true: [abc]/plants/"):
        synthesize(PORTUGAL, tmp_path / "out", edition=edition)
    assert not (tmp_path / "out").exists()


def test_a_share_that_no_whole_number_of_firms_has_is_listed_with_the_nearest(tmp_path: Path) -> None:
    edition = tmp_path / "edition.csv"
    edition.write_text((HERE / "portugal.csv").read_text().replace("30.5", "30.2"))
    missed = synthesize(PORTUGAL, tmp_path / "out", edition=edition).missed
    assert [str(one) for one in missed] == ["b/plants/extra_eu_import/large: printed 30.2%, obtained 30"]


def test_a_study_without_an_edition_gets_a_plausible_population(tmp_path: Path) -> None:
    text = PORTUGAL.read_text().replace('edition = "portugal.csv"\n', "")
    study = parse_study(text)
    report = synthesize(study, tmp_path / "plausible")
    cells = found(tmp_path / "plausible", study)
    assert report.printed == 0
    small = cells[CellKey("b", "plants", "intra_eu_export", "small")]
    large = cells[CellKey("b", "plants", "intra_eu_export", "large")]
    assert small is not None
    assert large is not None
    assert 0 < small < large < 100


def test_a_study_without_a_panel_gets_a_population_over_its_window(tmp_path: Path) -> None:
    tables = PORTUGAL.read_text().replace('edition = "portugal.csv"\n', "").split("[[tables]]")
    study = parse_study("[[tables]]".join(one for one in tables if 'kind = "growth"' not in one))
    assert (study.years, study.head.window) == ((study.reference_year,), (2006, 2011))
    synthesize(study, tmp_path / "out")
    years = pl.read_parquet(tmp_path / "out" / "accounts.parquet")["year"]
    assert {*years} == {*range(2006, 2012)}
    assert found(tmp_path / "out", study)[CellKey("b", "plants", "intra_eu_export", "large")]


def test_planted_faults_come_in_known_counts_and_changes_no_printed_number(
    folder: Path, tmp_path: Path
) -> None:
    study = load_study(PORTUGAL)
    report = synthesize(PORTUGAL, tmp_path / "faulty", faults=True)
    firms = pl.read_parquet(tmp_path / "faulty" / "firms.parquet")
    accounts = pl.read_parquet(tmp_path / "faulty" / "accounts.parquet")
    links = pl.read_parquet(tmp_path / "faulty" / "links.parquet")
    traders = pl.read_parquet(tmp_path / "faulty" / "trade" / "*.parquet")["firm_id"].cast(pl.String).unique()
    counted = {
        "renumbered": (links["kind"] == "renumbered").sum(),
        "merger": (links["kind"] == "merger").sum(),
        "traders missing from the register": (~traders.is_in(firms["firm_id"].implode())).sum(),
        "missing-value codes posing as numbers": (accounts["employees"].cast(float) == -9).sum(),
        "impossible founding years": (firms["founded"] == 9999).sum(),
    }
    codes = report.planted.pop("missing-value codes posing as numbers")
    assert 0 <= counted.pop("missing-value codes posing as numbers") <= codes
    assert counted.items() <= report.planted.items()
    assert min(counted.values()) >= 1
    assert firms["firm_id"].is_unique().all()
    clean, faulty = found(folder, study), found(tmp_path / "faulty", study)
    printed = [cell.key for cell in read_edition(HERE / "portugal.csv", study).statistics]
    assert [faulty[key] for key in printed] == pytest.approx([clean[key] for key in printed])


def test_the_largest_of_a_group_is_large_enough_for_dominance_rules_to_bite(folder: Path) -> None:
    trade = pl.read_parquet(folder / "trade" / "*.parquet").filter(pl.col("year") == 2010)
    by_product = trade.group_by("partner", "firm_id").agg(pl.col("value").cast(float).sum())
    share = by_product.group_by("partner").agg(
        (pl.col("value").max() / pl.col("value").sum()).alias("largest")
    )
    assert np.median(share["largest"]) > 0.5
