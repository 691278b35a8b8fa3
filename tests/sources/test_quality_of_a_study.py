"""With a study, a check asks also what only the study can tell: its country, currency, years, codes and regions."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from firmtrade.sources.check import check_tables
from firmtrade.sources.quality import Severity
from firmtrade.sources.stamp import Stamp, write_stamp
from firmtrade.studies import load_study
from sources.country import FIRMS, clean, set_rows, write


def test_a_study_asks_for_its_years_and_currency(tmp_path: Path) -> None:
    frames = clean()
    folder = write(frames, tmp_path / "country")
    write_stamp(folder / "stamp.json", Stamp("synthetic", "x", "y", "CLP"))
    report = check_tables(folder, study=load_study("belgium-2008"))
    absent = {str(finding.detail) for finding in report.of("absent_year")}
    assert absent == {"accounts: 1998", "import: 1998", "export: 1998"}
    assert report.notes == ()
    (wrong,) = report.of("other_currency")
    assert (wrong.table, wrong.severity, str(wrong.detail)) == ("accounts", Severity.ERROR, "CLP, not EUR")
    assert str(wrong.fix).startswith('Set `currency = "CLP"` in the study')


def test_a_study_asks_for_its_country(tmp_path: Path) -> None:
    folder = write(clean(), tmp_path / "country")
    write_stamp(folder / "stamp.json", Stamp("synthetic", "x", "y", "EUR", "NL"))
    (wrong,) = check_tables(folder, study=load_study("belgium-2008")).of("other_country")
    assert (wrong.table, wrong.severity, str(wrong.detail)) == ("firms", Severity.ERROR, "NL, not BE")
    assert check_tables(folder).passed


@pytest.mark.parametrize(
    ("revision", "count", "severity", "detail"),
    [
        ("nace-2", 3, Severity.WARNING, "`nace-2`, not `nace-1.1`"),
        ("2", None, Severity.ERROR, "`nace-2`, not `nace-1.1`"),
        ("Rev. 3", None, Severity.ERROR, "a revision that is not known here, not `nace-1.1`"),
    ],
)
def test_a_study_asks_for_its_revision_of_activity_codes(
    tmp_path: Path, revision: str, count: int | None, severity: Severity, detail: str
) -> None:
    frames = clean()
    every = frames["firms"].height
    frames["firms"] = set_rows(frames["firms"], "nace_revision", revision, 0, count or every)
    folder = write(frames, tmp_path / "country")
    assert check_tables(folder).of("other_revision") == ()
    (found,) = check_tables(folder, study=load_study("belgium-2008")).of("other_revision")
    assert (found.column, found.severity, str(found.detail)) == ("nace_revision", severity, detail)
    assert found.count == (count or every)


def test_a_study_counts_the_regions_that_no_class_of_it_names(tmp_path: Path) -> None:
    """A region is compared as it is written; Lisboa is no class; a firm without a region is none of either."""
    frames = clean()
    regions = ["flanders", "flanders ", "Lisboa", None] * (FIRMS // 4)
    frames["firms"] = frames["firms"].with_columns(region=pl.Series(regions))
    folder = write(frames, tmp_path / "country")
    assert check_tables(folder).of("unnamed_region") == ()
    (found,) = check_tables(folder, study=load_study("belgium-2008")).of("unnamed_region")
    assert (found.column, found.count) == ("region", FIRMS // 4)


def test_a_country_that_nobody_has_is_no_fault_of_the_program(tmp_path: Path) -> None:
    """Every partner is foreign to it, and its postcodes are not known."""
    study = load_study("belgium-2008")
    nowhere = study.model_copy(update={"head": study.head.model_copy(update={"country": "XQ"})})
    report = check_tables(write(clean(), tmp_path / "country"), study=nowhere)
    assert report.of("own_country") == report.of("impossible_postcode") == ()


def test_a_study_lends_its_country_and_its_activity_scheme(tmp_path: Path) -> None:
    frames = clean()
    frames["firms"] = set_rows(frames["firms"], "nace", "5811", 0, 2).drop("nace_revision")
    frames["trade"] = set_rows(frames["trade"], "partner", "BE", 0, 3)
    folder = write(frames, tmp_path / "country")
    (folder / "stamp.json").unlink()
    alone, asked = check_tables(folder), check_tables(folder, study=load_study("belgium-2008"))
    assert alone.of("own_country") == alone.of("unknown_activity") == ()
    assert [finding.count for finding in asked.of("own_country")] == [3]
    assert [finding.count for finding in asked.of("unknown_activity")] == [2]
