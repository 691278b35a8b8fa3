"""What is missing switches off only what needs it, and the run says what and why."""

from __future__ import annotations

from typing import Any

import pytest

from canonical_data import Tables
from firm_table import Computed, canonical, observing, run, study_of, without
from firmtrade.errors import DataError
from firmtrade.observatory.flows import FLOWS
from firmtrade.observatory.missing import Inputs, why_no_measure
from firmtrade.outputs import Cell, CellKey
from firmtrade.query.universes import Period, Universe
from firmtrade.study import Study

FIRMS = """
    firm | founded | postcode | value_added | trade
    a    | 1990    | 1000     | 100         | export FR, import US
    b    | 1998    | 9000     | 100         |
"""


def off(identifier: str, *lacking: tuple[str, ...], **changes: Any) -> tuple[dict[str, str], Computed]:
    """What is switched off, and why, where the tables lack columns."""
    study = study_of(identifier, **changes)
    tables = canonical(study, FIRMS)
    for table, *columns in lacking:
        tables = without(tables, table, *columns)
    result = Computed(run(study, tables))
    return {where: str(needs) for where, needs in result.chapter.switched_off.items()}, result


@pytest.mark.parametrize(
    ("table", "lacking", "reason"),
    [
        ("1", ("firms", "nace"), "the column `nace` of firms"),
        ("1", ("accounts", "employees_fte"), "the column `employees_fte` of accounts"),
        ("fig15", ("firms", "postcode"), "the column `postcode` or `region` of firms"),
        ("fig18", ("firms", "founded"), "the column `founded` of firms"),
        ("7", ("firms", "founded"), "the column `founded` of firms"),
        ("2", ("trade", "partner", "zone"), "the column `partner` or `zone` of trade"),
    ],
)
def test_a_table_whose_input_is_missing_is_not_computed_and_says_what_it_needs(
    table: str, lacking: tuple[str, ...], reason: str
) -> None:
    found, result = off(table, lacking)
    assert found == {table: reason}
    assert {(cell.value, cell.status, str(cell.reason)) for cell in result.cells.values()} == {
        (None, "L", reason)
    }


def test_without_value_added_the_number_of_panel_firms_stays() -> None:
    found, result = off("6", ("accounts", "value_added"))
    assert found == dict.fromkeys(
        ("6/employment_cagr", "6/value_added_cagr", "6/labor_productivity_cagr"),
        "the column `value_added` of accounts",
    )
    assert result.cell("6/manufacturing/export/n").value == 1


def test_without_partner_and_zone_exporters_and_importers_stay() -> None:
    found, result = off("3", ("trade", "partner", "zone"))
    assert found == {}
    assert result.cell("3/manufacturing/total/export_share").value == 50


def test_without_turnover_and_ownership_their_limits_do_not_apply() -> None:
    found, result = off("1", ("accounts", "turnover"), ("firms", "domestic_owned"))
    assert found == {}
    assert result.cell("1/manufacturing/no_internationalization/n").value == 1


def uncovered(
    identifier: str, *gaps: tuple[str, str, int], **changes: Any
) -> tuple[dict[str, str], Computed]:
    study = study_of(identifier, **changes)
    tables = canonical(study, FIRMS)
    tables["coverage"] = [
        row for row in tables["coverage"] if (row["flow"], row["zone"], row["year"]) not in gaps
    ]
    result = Computed(run(study, tables))
    return {where: str(needs) for where, needs in result.chapter.switched_off.items()}, result


def test_an_uncovered_flow_switches_off_what_asks_about_it_and_nothing_else() -> None:
    reason = "extra-EU import declarations of 2002, which the trade files do not cover"
    found, result = uncovered("3", ("import", "extra", 2002))
    assert found == {"3/import_share": reason}
    assert result.cell("3/manufacturing/total/export_share").value == 50
    found, result = uncovered("2", ("import", "extra", 2002))
    assert set(found.values()) == {reason}
    assert {
        key.row
        for key, cell in result.cells.items()
        if cell.status == "L" and key.column != "extra_eu_import"
    } == {"extra_eu_import"}
    assert result.cell("2/manufacturing/intra_eu_export/intra_eu_import").value == 0


def test_status_over_the_window_needs_both_of_its_dates() -> None:
    found, result = uncovered("6", ("export", "intra", 1998))
    rows = {key.row: cell.status for key, cell in result.cells.items() if key.column == "n"}
    assert rows == {
        "export": "A",
        "constant_export": "L",
        "new_to_export": "L",
        "stopped_export": "L",
        "no_export": "A",
    }
    assert set(found.values()) == {"intra-EU export declarations of 1998, which the trade files do not cover"}


def test_an_uncovered_year_is_a_gap_in_a_series_and_no_zero() -> None:
    found, result = uncovered("fig17", ("export", "intra", 2001), years=[2000, 2002])
    assert found == {
        "fig17/intra_eu_export/2001": "intra-EU export declarations of 2001, which the trade files do not cover"
    }
    assert result.cell("fig17/manufacturing/extra_eu_export/2001").value == 0
    assert result.cell("fig17/manufacturing/intra_eu_export/2001").value is None


def notes(study: Study, tables: Tables) -> list[str]:
    with observing(study, tables) as observed:
        return list(map(str, observed.notes))


def test_without_a_table_of_coverage_every_year_of_the_declarations_counts_and_the_run_says_so() -> None:
    study = study_of("fig17", years=[2001, 2002])
    tables = without(
        canonical(study, "firm | trade\na | export FR, export FR 5 2001, export FR 5 1998"), "coverage"
    )
    assert notes(study, tables) == [
        "There is no table `coverage`: every year present in `trade` counts as covered."
    ]


def test_without_coverage_and_declarations_what_asks_about_trade_is_not_computed() -> None:
    study = study_of("3")
    result = Computed(run(study, without(canonical(study, "firm | nace\na | 15"), "coverage")))
    assert set(result.chapter.switched_off) == {"3/export_share", "3/import_share"}
    assert result.cell("3/manufacturing/nace_15/n").value == 1


def test_covered_years_without_a_declaration_are_years_without_trade() -> None:
    study = study_of("3")
    result = Computed(run(study, canonical(study, "firm | nace\na | 15")))
    assert result.cell("3/manufacturing/nace_15/export_share").value == 0


def test_empty_tables_make_an_empty_population_and_notes() -> None:
    study = study_of("1")
    tables = {"firms": [], "accounts": [], "trade": [], "coverage": canonical(study, "firm\na")["coverage"]}
    assert notes(study, tables) == [
        "The table `accounts` is empty: every population is empty.",
        "The population `manufacturing` has no firms in 2002.",
    ]
    result = Computed(run(study, tables))
    assert {cell.value for cell in result.cells.values()} == {0}


@pytest.mark.parametrize(("table", "year"), [("accounts", 1998), ("accounts", 2002)])
def test_accounts_of_a_year_that_the_study_asks_about_must_be_there(table: str, year: int) -> None:
    study = study_of("6")
    tables = without(
        canonical(study, "firm | trade\na | export FR 1 1998, export FR 1 2002, export FR 1 2000"), "coverage"
    )
    tables[table] = [row for row in tables[table] if row["year"] != year]
    with pytest.raises(
        DataError, match=rf"asks about {year}, which the table `{table}` does not hold\n  Years there: "
    ) as error:
        run(study, tables)
    assert error.value.exit_status == 1


def test_only_operating_figures_may_run_past_the_trade_that_is_asked_for() -> None:
    """The window ends in 2003, trade in 2002: it is absent where that is the reference year."""
    growth = study_of("6")
    text = "firm | trade\na | export FR 1 1998, export FR 1 2002, export FR 1 2003"
    tables = without(canonical(growth, text), "coverage")
    tables["trade"] = [row for row in tables["trade"] if row["year"] != 2003]
    assert Computed(run(growth, tables)).cell("6/manufacturing/export/n").value == 1


@pytest.mark.parametrize("year", [1998, 2002])
def test_a_year_without_trade_switches_off_what_needs_it_and_names_the_remedy(year: int) -> None:
    study = study_of("4", "6")
    text = "firm | trade\na | export FR 1 1998, export FR 1 2002, export FR 1 2000"
    tables = without(canonical(study, text), "coverage")
    tables["trade"] = [row for row in tables["trade"] if row["year"] != year]
    (note, *_) = [said for said in notes(study, tables) if "no declarations" in said]
    assert note.startswith(
        f"The table `trade` has no declarations of {year}: what needs them is not computed."
    )
    assert "the table `coverage`" in note
    cells = Computed(run(study, tables)).cells
    lacking = cell(cells, "6", "constant_export")
    assert lacking.value is None
    assert f"of {year}" in str(lacking.reason)
    assert (cell(cells, "4", "intra_eu_export").value is None) == (year == 2002)


def cell(cells: dict[CellKey, Cell], table: str, row: str) -> Cell:
    return next(one for key, one in cells.items() if (key.table, key.row) == (table, row))


def test_a_study_none_of_whose_years_has_trade_is_refused() -> None:
    study = study_of("6")
    tables = without(canonical(study, "firm | trade\na | export FR 1 1998, export FR 1 2002"), "coverage")
    tables["trade"] = [row | {"year": 1970} for row in tables["trade"]]
    with pytest.raises(DataError, match="which the table `trade` does not hold"):
        run(study, tables)


@pytest.mark.parametrize(("table", "keys"), [("firms", "firm_id"), ("accounts", "firm_id, year")])
def test_a_key_that_stands_twice_is_an_error_that_names_no_firm(table: str, keys: str) -> None:
    study = study_of("1")
    tables = canonical(study, "firm | trade\nsecret name | export FR")
    tables[table] = [*tables[table], tables[table][0]]
    with pytest.raises(
        DataError, match=rf"1 keys \({keys}\) stand more than once in the table `{table}`"
    ) as error:
        run(study, tables)
    assert "secret" not in str(error.value)


@pytest.mark.parametrize("table", ["firms", "accounts"])
def test_rows_without_their_firm_are_a_missing_key_and_no_repeated_one(table: str) -> None:
    study = study_of("1")
    tables = canonical(study, "firm | trade\na | export FR")
    tables[table] = [*tables[table], *[tables[table][0] | {"firm_id": None}] * 3]
    with pytest.raises(
        DataError,
        match=f"missing key: 3 rows of the table `{table}` have no `firm_id`\n  `firmtrade check` counts",
    ) as error:
        run(study, tables)
    assert error.value.exit_status == 1


TRADE = {"firm_id", "year", "flow", "value", "partner", "zone"}
AROUND = ("the year {}, which the study does not read").format


@pytest.mark.parametrize(
    ("measure", "years", "reason"),
    [
        ("firms", (2002,), None),
        ("value", (2002,), None),
        ("partners", (2002,), None),
        ("products", (2002,), "the column `product` of trade"),
        ("new_product_rate", (2002,), "the column `product` of trade"),
        ("value_growth", (2002,), None),
        ("value_growth", (2000,), AROUND(1999)),
        ("new_partner_rate", (2000, 2002), AROUND(1999)),
        ("new_partner_survival", (2001,), None),
        ("new_partner_survival", (2003,), AROUND(2004)),
        ("new_partner_survival", (2000,), AROUND(1999)),
        ("value_intra", (2000,), None),
        (
            "value_extra",
            (2001,),
            "extra-EU export declarations of 2001, which the trade files do not cover",
        ),
    ],
)
def test_a_measure_of_traders_needs_its_column_and_the_years_beside_its_own(
    measure: str, years: tuple[int, ...], reason: str | None
) -> None:
    study = study_of("fig17", years=[2000, 2003])
    gap = {("export", "extra", 2001)} if measure == "value_extra" else set()
    covered = {
        (flow, zone, year) for flow in FLOWS for zone in ("intra", "extra") for year in study.years
    } - gap
    inputs = Inputs({"trade": frozenset(TRADE)}, frozenset(covered))
    found = why_no_measure(inputs, study, Universe("manufacturing", "export"), measure, years)
    assert (found and str(found)) == reason


@pytest.mark.parametrize(("period", "lacks"), [("export_partners", None), ("export_products", "product")])
def test_what_is_counted_by_partner_or_product_needs_that_column(period: Period, lacks: str | None) -> None:
    study = study_of("1")
    covered = {("export", zone, 2002) for zone in ("intra", "extra")}
    inputs = Inputs({"trade": frozenset(TRADE)}, frozenset(covered))
    reason = why_no_measure(inputs, study, Universe("manufacturing", period), "firms", (2002,))
    assert (reason and str(reason)) == (lacks and f"the column `{lacks}` of trade")
