"""A sentence of the first page says what its table prints: never a sign, order or group that it denies."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmtrade.kinds import KINDS, specify
from firmtrade.messages import LANGUAGES, Text, language_of, printed
from firmtrade.outputs import ObsStatus
from firmtrade.query.cells import Line
from firmtrade.report.findings import Made, findings
from firmtrade.report.model import Column, Finding, Row, Table
from firmtrade.studies import load_study
from report.sample import SIZES, cell, figures, grid_of, growth_table, size_table

BY_ID = {figure.table.id: figure.table for figure in figures()}


STUDY = load_study("belgium-2008")
SPECS = {spec.id: spec for spec in specify(STUDY)}
TABLES = {
    "composition": "fig16", "growth": "6", "regions": "fig15", "level": "5", "classes": "4", "series": "fig17",
}  # fmt: skip
"""The table of the study that says each sentence."""


def found(sentence: str, table: Table, language: str = "en", times: int = 1) -> list[Finding]:
    """The findings of a table of the study, made so many times, that has the lines and numbers of ``table``."""
    declared = STUDY.output(TABLES[sentence])
    layout = KINDS[declared.kind].layout(declared, STUDY, SPECS[declared.id])
    if sentence != "regions":
        layout = replace(layout, rows=lines(table.rows), columns=lines(table.columns))
    cells = {one.key: one for one in table.cells.values()}
    made = [Made(declared, layout, table, cells)] * times
    return list(findings(made, STUDY, language_of(language)))


def lines(heads: Iterable[Row | Column]) -> tuple[Line, ...]:
    return tuple(Line(head.key, Text(head.label)) for head in heads)


def said(sentence: str, table: Table, language: str = "en") -> list[str]:
    return [finding.text for finding in found(sentence, table, language)]


def levels(a: float, b: float) -> Table:
    name = "labor_productivity_2003"
    unit = "thousand_eur_per_fte"
    return Table(
        "5", "5", "Levels",
        rows=(Row("export", "Export"), Row("no_export", "No export")),
        columns=(Column(name, "Labor productivity 2003"),),
        cells=grid_of([
            cell("5", "export", name, a, unit, year="2003"),
            cell("5", "no_export", name, b, unit, year="2003"),
        ]),
    )  # fmt: skip


def test_a_composition_is_said_in_one_sentence() -> None:
    assert said("composition", BY_ID["fig16"]) == [
        "76.3% of firms neither imported nor exported; "
        "11.3% did both, 5.9% only imported and 6.5% only exported."
    ]


def test_growth_keeps_the_sign_of_every_number() -> None:
    assert said("growth", growth_table()) == [
        "Employment changed by +1.2% a year in the group “Export” and by +0.6% in the group “No export”; "
        "value added by +3.1% and +2.9%."
    ]


def test_the_series_that_moved_most_is_said_with_its_direction() -> None:
    assert said("series", BY_ID["fig17"]) == [
        "Intra-EU import: 19.1% of firms in 1996 and 12.1% in 2002 (−7.0 percentage points)."
    ]


def test_a_rise_over_all_classes_is_said_only_where_every_step_rises() -> None:
    assert said("classes", size_table())[0].endswith("; the share is higher in every next class.")
    table = size_table()
    dented = {
        **table.cells,
        ("intra_eu_import", "size_50_99"): cell("4", "intra_eu_import", "size_50_99", 3.0),
    }
    assert said("classes", replace(table, cells=dented)) == [
        "Intra-EU import: 6.1% of firms in the class < 10, 74.2% in the class 100–249."
    ]


@given(st.floats(1, 500), st.floats(1, 500))
def test_a_comparison_of_levels_agrees_with_the_printed_numbers(a: float, b: float) -> None:
    (text,) = said("level", levels(a, b))
    first, second = printed(a, 1), printed(b, 1)
    relation = "higher" if first > second else "lower" if first < second else "equal"
    assert relation in text
    assert sum(word in text for word in (" higher", " lower", " equal")) == 1
    if relation != "equal":
        assert f"{abs(first - second):.1f} {relation} in the first" in text


@given(st.lists(st.floats(0, 100), min_size=4, max_size=4))
def test_a_trend_over_classes_agrees_with_the_printed_numbers(shares: list[float]) -> None:
    table = size_table()
    cells = {
        ("intra_eu_import", key): cell("4", "intra_eu_import", key, share)
        for (key, _), share in zip(SIZES, shares, strict=True)
    }
    (text,) = said("classes", replace(table, cells={**table.cells, **cells}))
    numbers = [printed(share, 1) for share in shares]
    assert ("higher in every" in text) == (numbers[0] < numbers[1] < numbers[2] < numbers[3])
    assert ("lower in every" in text) == (numbers[0] > numbers[1] > numbers[2] > numbers[3])


@given(st.floats(-60, 60), st.floats(-60, 60))
def test_a_change_over_years_has_the_sign_of_its_printed_ends(start: float, move: float) -> None:
    table = BY_ID["fig17"]
    row = table.rows[0]
    values = {"1996": 60 + start, "2002": 60 + start + move}
    cells = {(row.key, year): cell("fig17", row.key, year, value) for year, value in values.items()}
    (text,) = said("series", replace(table, rows=(row,), cells=cells))
    change = printed(values["2002"], 1) - printed(values["1996"], 1)
    sign = "the same" if change == 0 else f"(+{change}" if change > 0 else f"(−{abs(change)}"
    assert sign in text
    assert change == 0 or Decimal(text.split("(")[1].split(" ")[0].replace("−", "-")) == change


@pytest.mark.parametrize("status", [ObsStatus.SUPPRESSED, ObsStatus.UNDEFINED, ObsStatus.NOT_COMPUTED])
@pytest.mark.parametrize(
    ("kind", "table"),
    [
        ("composition", BY_ID["fig16"]),
        ("growth", growth_table()),
        ("regions", BY_ID["fig15"]),
        ("level", levels(1, 2)),
        ("classes", size_table()),
        ("series", BY_ID["fig17"]),
    ],
)
def test_nothing_is_said_of_numbers_that_are_hidden(kind: str, table: Table, status: Any) -> None:
    hidden = {place: replace(one, status=status) for place, one in table.cells.items()}
    assert said(kind, replace(table, cells=hidden)) == []


def test_a_table_that_was_not_computed_says_nothing() -> None:
    assert said("growth", replace(growth_table(), cells={}, needs="accounts")) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_can_be_said_in_every_language(language: str) -> None:
    for kind, table in (
        ("composition", BY_ID["fig16"]), ("growth", growth_table()), ("regions", BY_ID["fig15"]),
        ("level", levels(3, 2)), ("level", levels(2, 2)), ("classes", size_table()),
        ("series", BY_ID["fig17"]),
    ):  # fmt: skip
        for text in said(kind, table, language):
            assert text.endswith(".")
            assert "{" not in text


def test_a_finding_names_the_cells_that_it_says() -> None:
    (finding,) = found("growth", growth_table())
    assert {key.row for key in finding.cells} == {"export", "no_export"}
    assert finding.about == "Manufacturing · 1998–2003"


def test_what_two_tables_say_alike_of_the_same_firms_is_said_once() -> None:
    assert len(found("growth", growth_table(), times=2)) == 1
