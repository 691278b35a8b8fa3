"""Every quality rule finds what was planted, counts it exactly, and is silent on clean tables."""

from __future__ import annotations

import csv
import html
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from firmtrade.messages import DEFAULT_LANGUAGE, LANGUAGES, language_of
from firmtrade.sources.check import check_tables
from firmtrade.sources.quality import ALL_RELATIONS, RULES, Severity
from firmtrade.sources.quality.imported import IMPORTED
from firmtrade.sources.quality.page import page
from firmtrade.sources.quality.remarks import REMARKS
from firmtrade.sources.quality.report import QualityReport
from sources.country import FIRMS, Frames, again, cast, clean, drop, put, set_rows, write, yearly


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., QualityReport]:
    """Check a copy of the clean country in which faults were planted."""
    count = 0

    def judge(*plants: Callable[[Frames], None], lists: Path | None = None) -> QualityReport:
        nonlocal count
        count += 1
        frames = clean()
        for plant in plants:
            plant(frames)
        return check_tables(write(frames, tmp_path_factory.mktemp("country") / str(count)), lists=lists)

    return judge


def test_clean_tables_have_no_findings(judged: Callable[..., QualityReport]) -> None:
    report = judged()
    assert report.findings == ()
    assert report.passed
    assert report.notes == ()
    assert "Nothing is odd." in str(report)


def odd_products(frames: Frames) -> None:
    """Products of eight digits, two of which have lost their zero."""
    frames["trade"] = frames["trade"].with_columns(product=pl.lit("01012100"))
    put("trade", "product", "1012100", 2, first=0)(frames)


def thresholds(frames: Frames) -> None:
    """A threshold for each year and flow, one of them with a sign too many."""
    frames["coverage"] = frames["coverage"].with_columns(threshold=pl.lit(Decimal("1000.00")))
    put("coverage", "threshold", Decimal("-1000.00"), 1)(frames)


def of_one_code(frames: Frames) -> None:
    """A register of one activity, whose code may have lost its zero."""
    frames["firms"] = frames["firms"].with_columns(nace=pl.lit("111"))


Case = tuple[str, str, str | None, int, Callable[[Frames], None]]
"""A rule, a table, a column, how often it must be found, and the planted fault."""

ROWS: list[Case] = [
    ("founded_in_future", "firms", "founded", 2, put("firms", "founded", 2004, 2, first=0)),
    ("founded_before_1800", "firms", "founded", 3, put("firms", "founded", 1799, 3, first=2)),
    ("closed_before_founded", "firms", "closed", 5, put("firms", "closed", 1950, 5, first=10)),
    ("missing_activity", "firms", "nace", 2, put("firms", "nace", None, 2, first=0)),
    ("unknown_activity", "firms", "nace", 5, put("firms", "nace", "5811", 4, first=2)),
    ("unknown_activity", "firms", "nace", 5, put("firms", "nace", "Z", 1, first=6)),
    ("lost_zero", "firms", "nace", 2, put("firms", "nace", "111", 2, first=7)),
    ("unknown_revision", "firms", "nace_revision", 3, put("firms", "nace_revision", "Rev. 3", 3, first=10)),
    ("impossible_postcode", "firms", "postcode", 3, put("firms", "postcode", "0999", 2, first=0)),
    ("impossible_postcode", "firms", "postcode", 3, put("firms", "postcode", "B-1000", 1, first=2)),
    ("negative_employment", "accounts", "employees_fte", 4, put("accounts", "employees_fte", Decimal(-1), 4)),
    (
        "negative_employment",
        "accounts",
        "employees",
        2,
        put("accounts", "employees", Decimal(-3), 2, first=0),
    ),
    (
        "fractional_headcount",
        "accounts",
        "employees",
        5,
        put("accounts", "employees", Decimal("2.5"), 5, first=5),
    ),
    ("negative_turnover", "accounts", "turnover", 3, put("accounts", "turnover", Decimal(-1), 3)),
    ("negative_stock", "accounts", "total_assets", 2, put("accounts", "total_assets", Decimal(-1), 2)),
    ("negative_stock", "accounts", "tangible_assets", 1, put("accounts", "tangible_assets", Decimal(-1), 1)),
    ("negative_labor_cost", "accounts", "labor_cost", 2, put("accounts", "labor_cost", Decimal(-1), 2)),
    ("impossible_book_year", "accounts", "book_months", 4, put("accounts", "book_months", 19, 3, first=0)),
    ("impossible_book_year", "accounts", "book_months", 4, put("accounts", "book_months", 5, 1, first=3)),
    ("unusual_book_year", "accounts", "book_months", 2, put("accounts", "book_months", 18, 2, first=5)),
    ("unknown_flow", "trade", "flow", 2, put("trade", "flow", "transit", 2)),
    ("unknown_flow", "coverage", "flow", 1, put("coverage", "flow", "transit", 1)),
    ("unknown_zone", "trade", "zone", 2, put("trade", "zone", "I", 2)),
    ("unknown_zone", "coverage", "zone", 1, put("coverage", "zone", "E", 1)),
    ("negative_threshold", "coverage", "threshold", 1, thresholds),
    ("odd_product", "trade", "product", 2, odd_products),
    ("unknown_partner", "trade", "partner", 3, put("trade", "partner", "ZZ", 3, first=0)),
    ("own_country", "trade", "partner", 2, put("trade", "partner", "BE", 2, first=5)),
    ("unknown_place", "trade", "partner", 2, put("trade", "partner", None, 6, first=12)),
    ("impossible_month", "trade", "month", 3, put("trade", "month", 13, 3)),
    ("negative_value", "trade", "value", 2, put("trade", "value", Decimal(-5), 2)),
]
OF_A_REGISTER: list[Case] = [
    ("missing_register_year", "firms", "year", 3, yearly({0: None, 1: None, 2: None})),
    ("before_register", "accounts", None, 4, yearly({10: 2002, 11: 2004})),
    ("before_register", "trade", None, 8, yearly({10: 2002, 11: 2004})),
]
"""Only a yearly register can be late: its other firms have a state of 1990."""
OF_ONE_ACTIVITY: list[Case] = [("open_zero", "firms", "nace", FIRMS, of_one_code)]
KEYS: list[Case] = [
    ("missing_key", "firms", "firm_id", 1, put("firms", "firm_id", None, 1, first=39)),
    ("missing_key", "trade", "value", 3, put("trade", "value", None, 3)),
    ("missing_key", "accounts", "year", 2, put("accounts", "year", None, 2)),
    ("fractional_number", "trade", "month", 2, cast("trade", "month", 3.5, 2)),
    ("fractional_number", "accounts", "book_months", 2, cast("accounts", "book_months", 11.5, 2)),
    ("impossible_year", "trade", "year", 4, put("trade", "year", 98, 4)),
]
RELATED: list[Case] = [
    ("duplicate_key", "firms", None, 2, again("firms", 2)),
    ("duplicate_key", "accounts", None, 5, again("accounts", 3)),
    ("conflicting_duplicate", "accounts", None, 6, again("accounts", 2, turnover=Decimal(1))),
    ("repeated_declaration", "trade", None, 4, again("trade", 4)),
    ("without_firm", "accounts", None, 3, drop("firms", pl.col("firm_id") == "f007")),
    ("without_firm", "trade", None, 6, drop("firms", pl.col("firm_id") == "f007")),
    ("without_firm", "links", None, 1, put("links", "firm_id", "f999", 1, first=0)),
    ("without_firm", "support", None, 1, put("support", "firm_id", "f999", 1, first=0)),
    ("firm_without_accounts", "firms", None, 1, drop("accounts", pl.col("firm_id") == "f009")),
    ("trade_without_accounts", "trade", None, 6, drop("accounts", pl.col("firm_id") == "f009")),
]
SPIKES: list[Case] = [
    ("year_gap", "accounts", None, 1, drop("accounts", pl.col("year") == 2002)),
    ("missing_value_code", "accounts", "employees", 14, put("accounts", "employees", Decimal(999), 14)),
    ("missing_value_code", "accounts", "employees_fte", 20, put("accounts", "employees_fte", Decimal(99), 20)),
    ("missing_value_code", "accounts", "turnover", 12, put("accounts", "turnover", Decimal(9999), 12)),
]  # fmt: skip
GROUPS = {"rows": ROWS, "keys": KEYS, "relations": RELATED, "spikes": SPIKES, "register": OF_A_REGISTER,
          "one activity": OF_ONE_ACTIVITY}  # fmt: skip
FAULTS = [(group, *case) for group, cases in GROUPS.items() for case in cases]


@pytest.fixture(scope="module")
def faulty(judged: Callable[..., QualityReport]) -> dict[str, QualityReport]:
    """Each group of faults planted together, checked once."""
    return {group: judged(*(case[4] for case in cases)) for group, cases in GROUPS.items()}


@pytest.mark.parametrize(
    ("group", "rule", "table", "column", "count"),
    [case[:5] for case in FAULTS],
    ids=[f"{case[2]}-{case[1]}-{case[3]}" for case in FAULTS],
)
def test_planted_faults_are_counted(
    faulty: dict[str, QualityReport], group: str, rule: str, table: str, column: str | None, count: int
) -> None:
    assert [finding.count for finding in faulty[group].of(rule, table, column)] == [count]


def test_nothing_else_is_found_in_faulty_rows(faulty: dict[str, QualityReport]) -> None:
    planted = {(rule, table) for rule, table, *_ in ROWS}
    assert {(finding.rule, finding.table) for finding in faulty["rows"].findings} == planted


def test_every_rule_has_its_planted_fault() -> None:
    """A rule that no test breaks may be broken itself."""
    tried = {(rule, table) for _, rule, table, *_ in FAULTS}
    of_any_table = {rule for rule, _ in tried} & {"missing_key", "fractional_number", "impossible_year"}
    of_a_study = {("unnamed_region", "firms")}
    assert {(rule.id, rule.table) for rule in RULES if rule.id not in of_any_table} - of_a_study <= tried
    elsewhere = (
        {relation.id for relation in IMPORTED}
        | set(REMARKS)
        | {
            "absent_year",
            "missing_table",
            "other_country",
            "other_currency",
            "other_revision",
        }
    )
    assert {relation.id for relation in ALL_RELATIONS} - elsewhere <= {rule for rule, _ in tried}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_rule_says_what_is_odd_and_what_to_do(lang: str) -> None:
    language = language_of(lang)
    for rule in (*RULES, *ALL_RELATIONS):
        sentence = language.render(rule.sentence)
        assert sentence[0].islower() or lang == "de"
        assert not sentence.endswith(".")
        assert language.render(rule.fix).endswith(".")


@pytest.mark.parametrize("lang", [lang for lang in LANGUAGES if lang != DEFAULT_LANGUAGE])
def test_a_report_and_its_page_speak_one_language(judged: Callable[..., QualityReport], lang: str) -> None:
    def odd(frames: Frames) -> None:
        frames["trade"] = set_rows(frames["trade"], "value", Decimal(-300), 0, 1)
        frames["accounts"] = frames["accounts"].filter(pl.col("year") != 2000)

    report, language = judged(odd), language_of(lang)
    english = [str(text) for one in report.findings for text in (one.sentence, one.fix)]
    english += [str(link.name) for link in report.linkage]
    shown = html.unescape(re.sub("<[^>]+>", "", page(report, lang=lang)))
    for text in (report.text(lang), shown):
        assert not [one for one in english if one in text.replace("`", "")]
        assert all(language.render(one.sentence) in text for one in report.findings)
    assert f'<html lang="{lang}">' in page(report, lang=lang)


def test_a_finding_is_weighed_by_the_amount_behind_it(judged: Callable[..., QualityReport]) -> None:
    def heavy(frames: Frames) -> None:
        frames["trade"] = frames["trade"].with_columns(value=pl.lit(Decimal(1)))
        frames["trade"] = set_rows(frames["trade"], "value", Decimal(-300), 0, 1)
        frames["trade"] = set_rows(frames["trade"], "partner", "BE", 0, 1)

    (found,) = judged(heavy).of("own_country")
    assert found.share == pytest.approx(1 / 240)
    assert found.weight_share == pytest.approx(300 / 539)
    assert found.weight == "value"


def test_what_breaks_a_relation_is_weighed_too(judged: Callable[..., QualityReport]) -> None:
    def heavy(frames: Frames) -> None:
        trade = frames["trade"].with_columns(value=pl.lit(Decimal(1)))
        frames["trade"] = trade.with_columns(
            value=pl.when(pl.col("firm_id") == "f007").then(pl.lit(Decimal(40))).otherwise(pl.col("value"))
        )

    report = judged(heavy, drop("firms", pl.col("firm_id") == "f007"), again("trade", 1))
    assert report.of("without_firm", "trade")[0].weight_share == pytest.approx(240 / (240 + 234 + 1))
    assert report.of("repeated_declaration")[0].weight_share == pytest.approx(1 / 475)


def test_a_number_that_is_as_frequent_as_its_neighbours_is_no_code(
    judged: Callable[..., QualityReport],
) -> None:
    """Ninety-nine employees are nothing odd where there are as many firms of 95 or 101."""

    def heap(frames: Frames) -> None:
        sizes = [Decimal(91 + n % 15) for n in range(frames["accounts"].height * 10)]
        many = pl.concat([frames["accounts"].with_columns(pl.col("firm_id") + f"-{n}") for n in range(10)])
        frames["accounts"] = many.with_columns(employees=pl.Series(sizes))

    assert judged(heap).of("missing_value_code") == ()


def test_a_code_is_found_in_thousands_where_amounts_were_declared_so(
    judged: Callable[..., QualityReport],
) -> None:
    def thousands(frames: Frames) -> None:
        values = [Decimal(1000 * (120 + n)) for n in range(frames["accounts"].height)]
        frames["accounts"] = frames["accounts"].with_columns(turnover=pl.Series(values))
        put("accounts", "turnover", Decimal(99_000), 15)(frames)

    (found,) = judged(thousands).of("missing_value_code")
    assert (found.column, found.count) == ("turnover", 15)
    assert str(found.detail).startswith("99 thousand: 15 rows")


def test_a_row_without_its_key_is_a_missing_key_and_no_duplicate(
    judged: Callable[..., QualityReport],
) -> None:
    report = judged(put("firms", "firm_id", None, 3, first=0))
    assert [finding.count for finding in report.of("missing_key", "firms")] == [3]
    assert report.of("duplicate_key") == report.of("conflicting_duplicate") == ()


def test_missing_years_are_told_as_spans(judged: Callable[..., QualityReport]) -> None:
    """One stray year of the future is no reason to list every year before it."""
    (found,) = judged(put("accounts", "year", 2090, 1)).of("year_gap", "accounts")
    assert (found.count, str(found.detail)) == (86, "accounts: 2004–2089")


def test_an_impossible_year_ends_no_gap(judged: Callable[..., QualityReport]) -> None:
    report = judged(put("accounts", "year", 2200, 1), put("trade", "year", 98, 1))
    assert report.of("year_gap") == ()
    assert {finding.table for finding in report.of("impossible_year")} == {"accounts", "trade"}


def test_nan_means_missing_and_is_no_finding(judged: Callable[..., QualityReport]) -> None:
    report = judged(cast("accounts", "turnover", float("nan"), 30))
    assert report.findings == ()
    accounts = next(table for table in report.tables if table.name == "accounts")
    assert accounts.missing["turnover"] == pytest.approx(30 / 120)


def test_the_rows_behind_a_finding_are_listed(judged: Callable[..., QualityReport], tmp_path: Path) -> None:
    judged(put("trade", "month", 13, 3), again("accounts", 2), lists=tmp_path / "lists")
    assert {path.name for path in (tmp_path / "lists").iterdir()} == {
        "trade.impossible_month.month.csv", "accounts.duplicate_key.csv",
    }  # fmt: skip
    with (tmp_path / "lists" / "trade.impossible_month.month.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert rows[0] == {"firm_id": "f000", "year": "2002", "flow": "export", "month": "13"}
    assert len(rows) == 3


def test_a_report_holds_no_identifier_and_no_amount(judged: Callable[..., QualityReport]) -> None:
    report = judged(
        put("firms", "firm_id", "SECRET-1", 1), put("accounts", "turnover", Decimal(-123456789), 1)
    )
    for text in (str(report), repr(report.as_dict())):
        assert "SECRET" not in text
        assert "123456789" not in text


def test_errors_come_before_warnings_and_notes(judged: Callable[..., QualityReport]) -> None:
    report = judged(
        put("trade", "value", Decimal(-5), 2),
        put("firms", "postcode", "0999", 1),
        put("accounts", "turnover", Decimal(-1), 1),
    )
    assert [finding.severity for finding in report.findings] == [
        Severity.ERROR,
        Severity.WARNING,
        Severity.NOTE,
    ]
    lines = str(report)
    assert lines.index("Errors") < lines.index("Warnings") < lines.index("Notes")
