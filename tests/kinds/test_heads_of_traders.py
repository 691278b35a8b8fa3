"""How tables about traders are headed: keys, units, decimals and languages of rows and columns."""

from __future__ import annotations

from typing import Any

import pytest

from firm_table import declared
from firmtrade.kinds import specify
from firmtrade.query import TableSpec

EXPORT = {"flow": "export", "decimals": 2}


def spec(**table: Any) -> TableSpec:
    return specify(declared(EXPORT | table))[0]


def heads(table: TableSpec) -> str:
    """Columns with their units, and the decimals of the cells below them."""
    decimals = {cell.key.column: cell.decimals for cell in table.cells}
    return ", ".join(f"{line.key} {line.unit} {decimals[line.key]}" for line in table.columns)


def test_dynamics_have_counts_and_rates() -> None:
    table = spec(kind="dynamics", years=[1999, 2001])
    decimals = {cell.key.row: cell.decimals for cell in table.cells}
    rows = {line.key: (line.unit, decimals[line.key]) for line in table.rows}
    assert {key for key, head in rows.items() if head == ("count", 0)} == {
        "traders", "entrants", "incumbents", "reentrants", "one_year", "traders_before", "exiters", "started", "ended",
    }  # fmt: skip
    assert {key for key, head in rows.items() if head == ("percent", 2)} == {
        "entry_rate", "exit_rate", "survival_1", "survival_2", "survival_3", "reentry_rate", "one_year_rate",
        "entrant_value_share",
    }  # fmt: skip


def test_a_transition_leads_from_a_number_to_percents() -> None:
    table = declared({"kind": "transition", "years": [1999, 2001], "decimals": 2})
    assert heads(specify(table)[0]) == (
        "n count 0, no_internationalization percent 2, import_and_export percent 2, import_only percent 2, "
        "export_only percent 2, gone percent 2, reorganized count 0"
    )


@pytest.mark.parametrize(
    ("measure", "unit"),
    [
        ("value", "thousand_eur"),
        ("products", "number"),
        ("partners", "number"),
        ("new_partner_rate", "percent"),
    ],
)
def test_a_distribution_has_the_unit_of_its_measure(measure: str, unit: str) -> None:
    table = spec(kind="distribution", measure=measure, rows="size_class")
    assert heads(table) == (
        f"n count 0, mean {unit} 2, standard_deviation {unit} 2, first_quartile {unit} 2, median {unit} 2, "
        f"third_quartile {unit} 2"
    )
    cells = {cell.key.column: (cell.unit, cell.decimals, cell.optional) for cell in table.cells}
    assert cells["mean"] == cells["median"] == (unit, 2, True)  # of the last row, the unknown


def test_concentration_has_an_index_of_four_decimals() -> None:
    table = spec(kind="concentration", rows="size_class")
    assert heads(table).startswith(
        "n count 0, value thousand_eur 0, herfindahl ratio 4, top_1_percent percent 2"
    )
    assert [line.key for line in table.columns] == [
        "n", "value", "herfindahl", "top_1_percent", "top_5_percent", "top_25_percent", "top_5", "top_10", "top_20",
        "top_50", "top_100",
    ]  # fmt: skip


def test_trade_has_zones_but_not_by_partner() -> None:
    four = "n count 0, n_share percent 2, value thousand_eur 0, value_share percent 2"
    zones = "n_intra count 0, value_intra thousand_eur 0, n_extra count 0, value_extra thousand_eur 0"
    assert heads(spec(kind="trade", rows="partner")) == four
    assert heads(spec(kind="trade", rows="size_class")) == f"{four}, {zones}"


def test_rows_speak_every_language_and_totals_are_told_from_groups() -> None:
    rows = {line.key: line for line in spec(kind="trade", rows="partner", totals=["total"]).rows}
    assert rows["DE"].label.say("en") == "Germany"
    assert rows["DE"].label.say("fr") == "Allemagne"
    for by in ("partner", "number_of_partners", "type_of_trader", "size_class"):
        lines = spec(kind="trade", rows=by, totals=["total"]).rows
        regions = [line.key for line in lines if line.total and line.key.startswith("partners_")]
        assert [line.key for line in lines if line.total] == [*regions, "total"], by
        assert bool(regions) == (by == "partner")
        assert {line.population for line in lines} == {"firms"}
        assert all(line.key != "total" for line in spec(kind="trade", rows=by).rows), by


def test_groups_without_firms_are_left_out_where_there_are_many() -> None:
    """Divisions and countries, and what is unknown; classes of a study and of the number of partners stay."""

    def optional(rows: str) -> set[str]:
        cells = spec(kind="trade", rows=rows, totals=["total"]).cells
        return {cell.key.row for cell in cells if cell.optional}

    assert optional("size_class") == optional("number_of_partners") == {"unknown"}
    assert optional("type_of_trader") == set()
    assert {"nace_15", "nace_17", "unknown"} == optional("division") - {"nace_16"}
    assert {"DE", "US"} < optional("partner")
    assert "total" not in optional("partner") | optional("division")
