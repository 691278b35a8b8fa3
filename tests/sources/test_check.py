"""Checking a folder: what it covers, how its tables link, what official totals say, which names are wrong."""

from __future__ import annotations

from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import polars as pl
import pytest

from firmtrade.errors import InputError, UsageError
from firmtrade.sources.check import check_tables
from firmtrade.sources.quality.page import page
from firmtrade.sources.quality.report import QualityReport
from firmtrade.sources.stamp import Stamp, write_stamp


def _write(folder: Path) -> Path:
    """Three firms, two years; one trader without register, one without accounts of the year."""
    pl.DataFrame({"firm_id": ["a", "b", "c"], "nace": ["15", "52", "K"], "naze": ["", "", ""]}).write_parquet(
        folder / "firms.parquet"
    )
    pl.DataFrame(
        {
            "firm_id": ["a", "a", "b"],
            "year": [2001, 2002, 2002],
            "employees_fte": [Decimal(10), Decimal(12), None],
            "turnover": [Decimal(100), Decimal(200), Decimal(50)],
        }
    ).write_parquet(folder / "accounts.parquet")
    pl.DataFrame(
        {
            "firm_id": ["a", "a", "b", "z"],
            "year": [2001, 2002, 2001, 2002],
            "flow": ["export", "export", "import", "export"],
            "value": [Decimal(30), Decimal(10), Decimal(5), Decimal(40)],
        }
    ).write_parquet(folder / "trade.parquet")
    pl.DataFrame(
        {
            "indicator": ["employment", "export_value", "exporters", "export_valu", "turnover"],
            "year": [2002, 2002, 2001, 2002, 1999],
            "value": [Decimal(24), Decimal(100), Decimal(4), Decimal(1), Decimal(1)],
            "source": ["Statistics office", "Bank", "Bank", "Bank", "Statistics office"],
        }
    ).write_parquet(folder / "benchmarks.parquet")
    pl.DataFrame({"x": [1]}).write_parquet(folder / "link.parquet")
    write_stamp(folder / "stamp.json", Stamp("real", "A <country> & its firms", "An office"))
    return folder


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> QualityReport:
    return check_tables(_write(tmp_path_factory.mktemp("country")))


def test_coverage_says_what_each_table_holds_of_each_year(report: QualityReport) -> None:
    assert {row.year: row.counts for row in report.years} == {
        2001: {
            "accounts: rows": 1, "accounts: employees_fte known": 1, "accounts: turnover known": 1,
            "import: declarations": 1, "import: firms": 1, "export: declarations": 1, "export: firms": 1,
        },
        2002: {
            "accounts: rows": 2, "accounts: employees_fte known": 1, "accounts: turnover known": 2,
            "export: declarations": 2, "export: firms": 2,
        },
    }  # fmt: skip


def test_linkage_says_how_much_finds_its_partner(report: QualityReport) -> None:
    assert {str(link.name): link.share for link in report.linkage} == {
        "firms with accounts": pytest.approx(2 / 3),
        "accounts with a firm": 1,
        "import declarations with a firm": 1,
        "import value with a firm": 1,
        "export declarations with a firm": pytest.approx(2 / 3),
        "export value with a firm": pytest.approx(40 / 80),
        "traders and years with accounts": pytest.approx(2 / 4),
    }


def test_totals_are_set_against_official_ones(report: QualityReport) -> None:
    ratios = {(ratio.indicator, ratio.year): ratio.ratio for ratio in report.ratios}
    assert ratios == {
        ("employment", 2002): 0.5,
        ("export_value", 2002): 0.5,
        ("exporters", 2001): 0.25,
        ("export_valu", 2002): None,
        ("turnover", 1999): None,
    }


def test_names_that_nothing_reads_are_told_with_the_nearest(report: QualityReport) -> None:
    assert tuple(map(str, report.notes)) == (
        "There is no table `coverage`: every year present in `trade` counts as covered.",
        "`link.parquet` is no canonical table: nothing reads it. Is `links.parquet` meant?",
        "`naze` is no column of the table `firms`: only a study that groups by it reads it.",
        "The official total `export_valu` is compared with nothing. Is `export_value` meant?",
    )


def test_tables_are_summed_up(report: QualityReport) -> None:
    firms, accounts, *_ = report.tables
    assert (firms.rows, firms.firms, firms.years) == (3, 3, None)
    assert (accounts.rows, accounts.firms, accounts.years) == (3, 2, (2001, 2002))
    assert accounts.missing["employees_fte"] == pytest.approx(1 / 3)


def test_a_folder_without_accounts_can_be_checked(tmp_path: Path) -> None:
    _write(tmp_path)
    (tmp_path / "accounts.parquet").rename(tmp_path / "acounts.parquet")
    report = check_tables(tmp_path)
    (missing,) = report.of("missing_table")
    assert (missing.table, str(missing.detail)) == ("accounts", "is `acounts.parquet` meant?")


def test_a_missing_table_that_every_study_needs_is_an_error(tmp_path: Path) -> None:
    _write(tmp_path)
    assert check_tables(tmp_path).passed
    (tmp_path / "trade.parquet").unlink()
    report = check_tables(tmp_path)
    assert not report.passed
    assert "a required table that is not there: no study can run without it" in str(report)
    (tmp_path / "benchmarks.parquet").unlink()
    assert check_tables(tmp_path).of("missing_table") == report.of("missing_table")


def test_an_empty_table_has_no_findings_of_its_own(tmp_path: Path) -> None:
    _write(tmp_path)
    pl.read_parquet(tmp_path / "trade.parquet").clear().write_parquet(tmp_path / "trade.parquet")
    report = check_tables(tmp_path)
    assert [finding for finding in report.findings if finding.table == "trade"] == []
    assert "The table `trade` has no rows: what asks for it is empty." in map(str, report.notes)
    assert {link.share for link in report.linkage if "export" in str(link.name)} == {None}


def test_a_folder_that_cannot_be_opened_is_answered(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is not there"):
        check_tables(tmp_path / "nowhere")
    with pytest.raises(InputError, match=r"holds no canonical table\n  It holds no Parquet file"):
        check_tables(tmp_path)
    _write(tmp_path)
    (tmp_path / "trade.parquet").write_bytes(b"PAR1")
    with pytest.raises(InputError, match=r"trade\.parquet: this is not a readable Parquet file"):
        check_tables(tmp_path)


def test_a_file_that_breaks_off_in_the_middle_is_answered_without_a_traceback(tmp_path: Path) -> None:
    _write(tmp_path)
    frame = pl.DataFrame(
        {"firm_id": [f"{n}" for n in range(5000)], "year": 2001, "flow": "export", "value": 1.5}
    )
    frame.write_parquet(tmp_path / "trade.parquet", compression="uncompressed")
    content = bytearray((tmp_path / "trade.parquet").read_bytes())
    content[100:4000] = bytes(3900)
    (tmp_path / "trade.parquet").write_bytes(content)
    with pytest.raises(InputError, match="a file cannot be read to its end"):
        check_tables(tmp_path)


def test_a_partitioned_table_is_checked_like_a_file(tmp_path: Path) -> None:
    _write(tmp_path)
    whole = check_tables(tmp_path)
    trade = pl.read_parquet(tmp_path / "trade.parquet")
    (tmp_path / "trade.parquet").unlink()
    for year in (2001, 2002):
        (tmp_path / "trade" / f"year={year}").mkdir(parents=True)
        part = trade.filter(pl.col("year") == year).drop("year")
        part.write_parquet(tmp_path / "trade" / f"year={year}" / "part.parquet")
    assert check_tables(tmp_path) == whole


class _Page(HTMLParser):
    """Tags that are open, ids, and every address that the page asks for."""

    VOID = ("meta", "br", "link", "img")

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.anchors: list[str] = []
        self.headers_without_scope = 0
        self.captions = self.tables = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        assert not {"src", "onclick"} & set(given)
        assert tag not in ("script", "link", "img")
        self.ids += [given["id"] or ""] if "id" in given else []
        self.anchors += [(given["href"] or "")] if "href" in given else []
        self.headers_without_scope += tag == "th" and "scope" not in given
        self.tables += tag == "table"
        self.captions += tag == "caption"
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_needs_nothing_else_and_reads_without_eyes(report: QualityReport) -> None:
    text = page(report)
    parsed = _Page()
    parsed.feed(text)
    assert parsed.open == []
    assert len(parsed.ids) == len(set(parsed.ids))
    assert {anchor.removeprefix("#") for anchor in parsed.anchors} <= set(parsed.ids)
    assert parsed.headers_without_scope == 0
    assert parsed.tables == parsed.captions > 5
    assert "http" not in text
    assert '<html lang="en">' in text


def test_the_page_shows_the_stamp_and_escapes_it(report: QualityReport) -> None:
    text = page(report)
    assert "A &lt;country&gt; &amp; its firms" in text
    assert "Real data: keep this page inside" in text
