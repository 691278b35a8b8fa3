"""Codes are literal: an import writes them as their list does, the check and the observatory take the same ones."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import polars as pl
import pytest

from firmtrade.classifications import partners
from firmtrade.observatory.flows import OWN_COUNTRY, ZONES, partner_zones
from firmtrade.sources.check import check_tables
from firmtrade.sources.importer import ImportReport, import_records
from firmtrade.sources.stamp import Stamp, write_stamp
from firmtrade.studies import load_study
from firmtrade.study import Study
from sources.raw_files import bring

STUDY = load_study("belgium-2008")
SPELLINGS = ("fr", "Fr", " FR", "FR ", "FR\u00a0", "be", "BE ", "UK", "uk", "ZZ", "", " ")
CANDIDATES = tuple(dict.fromkeys([*partners(), *(code.lower() for code in partners()), *SPELLINGS]))


def of_union(union: str) -> Study:
    return STUDY.model_copy(update={"head": STUDY.head.model_copy(update={"union": union})})


def folder_of(folder: Path, **columns: list[str]) -> Path:
    """Declarations of one firm, with these columns, in a folder of a Belgian office."""
    number = len(next(iter(columns.values())))
    trade = {"firm_id": ["a"] * number, "year": [2002] * number, "flow": ["export"] * number} | columns
    pl.DataFrame(trade | {"value": [1.0] * number}).write_parquet(folder / "trade.parquet")
    write_stamp(folder / "stamp.json", Stamp("synthetic", "Codes", "tests", "EUR", "BE"))
    return folder


def listed(folder: Path, rule: str) -> list[str]:
    """The partners in the rows behind a finding."""
    check_tables(folder, lists=folder / "lists")
    with (folder / "lists" / f"trade.{rule}.partner.csv").open(encoding="utf-8", newline="") as stream:
        return [row["partner"] for row in csv.DictReader(stream)]


@pytest.mark.parametrize("union", ["EU-15", "membership"])
@pytest.mark.parametrize("monthly", [False, True])
def test_the_check_and_the_observatory_know_the_same_partners(
    tmp_path: Path, union: str, monthly: bool
) -> None:
    folder = folder_of(tmp_path, partner=list(CANDIDATES))
    zones, _ = partner_zones(of_union(union), [2002], monthly=monthly)
    known = set(zones["partner"])
    assert {"FR", "EL", "QV"} <= known
    assert set(listed(folder, "unknown_partner")) == set(CANDIDATES) - known
    own = zones.filter(pl.col("partner_zone") == ZONES.index(OWN_COUNTRY))["partner"]
    assert set(listed(folder, "own_country")) == set(own)


def test_a_code_in_other_letters_is_unknown_and_told_as_its_list_has_it(tmp_path: Path) -> None:
    spelled = ["fr", "fr", "FR ", "de", "us", "gb", "ZZ", "FR"]
    report = check_tables(folder_of(tmp_path, partner=spelled, flow=["Export", *["export"] * 6, "IMPORT "]))
    (partner,) = report.of("unknown_partner")
    assert (partner.count, str(partner.detail)) == (
        7,
        "write 3 as `FR`, 1 as `DE`, 1 as `GB`, 1 as other codes",
    )
    (flow,) = report.of("unknown_flow")
    assert (flow.count, str(flow.detail)) == (2, "write 1 as `export`, 1 as `import`")
    assert "[write 1 as `export`, 1 as `import`]" in str(report)


def test_a_code_that_is_in_no_letters_known_is_told_without_advice(tmp_path: Path) -> None:
    (found,) = check_tables(folder_of(tmp_path, partner=["ZZ", "??"])).of("unknown_partner")
    assert (found.count, found.detail) == (2, "")


MAPPING = """
[files.customs]
path = "customs.csv"
[trade]
file = "customs"
[trade.columns]
firm_id = "firm"
year = "year"
flow = "flow"
partner = { column = "country", take = [1, 3] }
zone = { column = "area", codes = { 1 = "Intra", 2 = "extra" }, otherwise = "missing" }
value = "value"
"""
ROWS = """firm,year,flow,country,area,value
a,2002,Export,fr,1,10
a,2002,export,FR-75,2,20
a,2002,EXPORT,DE,9,30
a,2002,import,DE France,1,40
"""


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> ImportReport:
    folder = tmp_path_factory.mktemp("codes")
    return import_records(bring(folder, MAPPING, {"customs.csv": ROWS}), folder / "out")


def test_an_import_writes_codes_as_their_list_does(imported: ImportReport) -> None:
    trade = pl.read_parquet(imported.out / "trade.parquet").sort("value")
    assert trade["flow"].to_list() == ["export", "export", "export", "import"]
    assert trade["partner"].to_list() == ["FR", "FR-", "DE", "DE"]
    assert trade["zone"].to_list() == ["intra", "extra", None, "intra"]


def test_an_import_counts_the_codes_that_it_wrote_otherwise(imported: ImportReport) -> None:
    found = {finding.column: finding for finding in imported.quality.of("rewritten_code")}
    assert {column: finding.count for column, finding in found.items()} == {
        "flow": 2,
        "partner": 2,
        "zone": 2,
    }
    assert found["partner"].weight_share == pytest.approx((10 + 40) / 100)
    assert found["flow"].detail == "customs"
    assert "Nothing is odd" not in str(imported)
    written = json.loads((imported.out / "quality.json").read_text(encoding="utf-8"))["findings"]
    assert ("rewritten_code", "flow", 2) in [(one["rule"], one["column"], one["count"]) for one in written]
