"""`median`: quartiles of a number of single firms, by group, with the firms on either side."""

from __future__ import annotations

from decimal import Decimal
from itertools import cycle
from typing import Any

import pytest

from canonical_data import World, world
from firm_table import agreed, computed_table, declared, run, without
from firmtrade.kinds import KINDS, specify
from firmtrade.kinds.finding import ReadTable
from firmtrade.messages import LANGUAGES, language_of
from firmtrade.outputs import Cell, CellKey
from firmtrade.query.registry import numbers_of_firms
from firmtrade.study import Study


def quartiles_of(measure: str, **changes: Any) -> dict[str, Any]:
    """Quartiles of a measure over all firms."""
    return {"kind": "median", "measure": measure} | changes


FIRMS = """
    firm | employees_fte | turnover | value_added | export 2000         | import 2000
    a    | 1             | 1000     | 500         | FR 100              |
    b    | 2             | 3000     |             | FR 300, US 50       | DE 10
    c    | 4             | 2000     | 8000        |                     | DE 20
    d    | 30            |          | 9000        |                     |
    e    | 40            | 9000     | 10000       | US 900              |
"""


@pytest.mark.parametrize(
    ("measure", "unit", "expected"),
    [
        ("employment", "fte", "5 | 2 | 4 | 30"),
        ("turnover", "thousand_eur", "4 | 1.5 | 2.5 | 6"),
        ("value_added", "thousand_eur", "4 | 4.25 | 8.5 | 9.5"),
        ("labor_productivity", "thousand_eur_per_fte", "4 | 0.275 | 0.4 | 1.25"),
        ("export_value", "thousand_eur", "3 | 0.1 | 0.35 | 0.9"),
        ("import_value", "thousand_eur", "2 | 0.01 | 0.015 | 0.02"),
    ],
)
def test_quartiles_are_of_the_firms_whose_number_is_known(measure: str, unit: str, expected: str) -> None:
    result = computed_table(quartiles_of(measure), FIRMS)
    result.shows(f"row | n | first_quartile | median | third_quartile\ntotal | {expected}")
    assert result.cell("X/firms/total/median").unit == unit
    assert result.cell("X/firms/total/n").unit == "count"


def test_groups_are_classes_divisions_modes_or_flags_with_a_total_of_all() -> None:
    by_size = computed_table(quartiles_of("turnover", rows="size_class", totals=["total", "food"]), FIRMS)
    by_size.shows("""
        row   | n | first_quartile | median | third_quartile
        small | 3 | 1              | 2      | 3
        large | 1 | 9              | 9      | 9
        total | 4 | 1.5            | 2.5    | 6
        food  | 4 | 1.5            | 2.5    | 6
    """)
    by_mode = computed_table(quartiles_of("employment", rows="mode", totals=["total"]), FIRMS)
    by_mode.shows("""
        row                     | n | median
        no_internationalization | 1 | 30
        import_and_export       | 1 | 2
        import_only             | 1 | 4
        export_only             | 2 | 20.5
        total                   | 5 | 4
    """)
    by_flow = computed_table(quartiles_of("employment", rows="trade_direction", totals=["total"]), FIRMS)
    by_flow.shows("""
        row    | n | median
        export | 3 | 2
        import | 2 | 3
        total  | 5 | 4
    """)


def test_a_group_without_numbers_has_no_median_and_says_why() -> None:
    result = computed_table(quartiles_of("turnover", rows="size_class"), """
        firm | employees_fte | turnover
        a    | 1             | 100
        b    | 30            |
    """)  # fmt: skip
    result.shows("""
        row   | n | first_quartile | median | third_quartile
        small | 1 | 0.1            | 0.1    | 0.1
        large | 0 | -              | -      | -
    """)


def test_the_contributions_are_the_units_on_either_side_of_a_quartile() -> None:
    """Firms, units, total, largest and second largest; a group of firms is one unit."""
    result = computed_table(quartiles_of("employment"), """
        firm | employees_fte | group_id
        a    | 1             | g
        b    | 2             | g
        c    | 3             |
        d    | 3             | h
        e    | 9             | g
    """)  # fmt: skip
    result.shows("row | n | first_quartile | median | third_quartile\ntotal | 5 | 2 | 3 | 3")
    assert result.behind("X/firms/total/median", "count") == (5, 3, 5, 3, 1)
    assert result.behind("X/firms/total/median", "at_or_below") == (4, 3, 4, 2, 1)
    assert result.behind("X/firms/total/median", "at_or_above") == (3, 3, 3, 1, 1)
    assert result.behind("X/firms/total/first_quartile", "at_or_below") == (2, 1, 2, 2, 0)
    assert result.behind("X/firms/total/first_quartile", "at_or_above") == (4, 3, 4, 2, 1)


def test_between_two_firms_each_side_has_only_its_own() -> None:
    result = computed_table(quartiles_of("employment"), """
        firm | employees_fte
        a    | 1
        b    | 2
        c    | 4
        d    | 9
    """)  # fmt: skip
    result.shows("row | n | median\ntotal | 4 | 3")
    assert result.behind("X/firms/total/median", "at_or_below")[0] == 2
    assert result.behind("X/firms/total/median", "at_or_above")[0] == 2


def test_a_measure_that_the_data_does_not_have_switches_the_table_off() -> None:
    study = declared(quartiles_of("turnover"))
    tables = without(world(study, 1, World(firms=20)), "accounts", "turnover")
    reasons = {str(cell.reason) for cell in run(study, tables).cells}
    assert reasons == {"the column `turnover` of accounts"}


def test_trade_of_a_year_that_is_not_covered_is_unknown() -> None:
    study = declared(quartiles_of("export_value"))
    tables = world(study, 1, World(firms=20))
    covered = [row for row in tables["coverage"] if (row["flow"], row["year"]) != ("export", 2000)]
    reasons = {str(cell.reason) for cell in run(study, tables | {"coverage": covered}).cells}
    assert reasons == {"intra-EU export declarations of 2000, which the trade files do not cover"}


ROWS = (None, "size_class", "division", "mode", "trade_flow")


@pytest.mark.parametrize(("measure", "rows"), list(zip(numbers_of_firms(), cycle(ROWS), strict=False)))
def test_drawn_firms_have_the_quartiles_of_the_plain_computation(measure: str, rows: str | None) -> None:
    more = {} if rows is None else {"rows": rows, "totals": ["total"]}
    study = declared(quartiles_of(measure, **more))
    tables = world(study, 7, World(firms=60, groups=True))
    for place, book in enumerate(tables["accounts"]):  # what the drawn accounts leave out
        for name in ("labor_cost", "total_assets", "tangible_assets"):
            book[name] = None if place % 7 == 0 else Decimal(place * 7919 % 5000) / 100
    agreed(study, tables)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("measure", numbers_of_firms())
def test_the_finding_names_the_measure_and_the_middle_half(measure: str, language: str) -> None:
    (said,) = sentences(
        quartiles_of(measure), {"first_quartile": 1, "median": 2, "third_quartile": 5}, language
    )
    assert said.endswith(".")
    assert "{" not in said
    assert [sign for sign in said if sign in "125"][-2:] == ["1", "5"]


def test_nothing_is_said_of_hidden_numbers_of_parts_and_of_figures() -> None:
    numbers = {"first_quartile": 1, "median": 2, "third_quartile": 5}
    assert sentences(quartiles_of("turnover"), numbers | {"median": None}) == []
    assert sentences(quartiles_of("turnover", where={"size_class": ["small"]}), numbers) == []
    assert sentences(quartiles_of("turnover", id="figX"), numbers) == []


def sentences(table: dict[str, Any], row: dict[str, float | None], language: str = "en") -> list[str]:
    """What a table whose row ``total`` has these numbers says on the first page."""
    study = study_with(table)
    declaration = study.outputs[0]
    kind = KINDS[declaration.kind]
    spec = kind.specify(declaration, study)
    cells = {
        ("total", column): Cell(CellKey(spec.id, "firms", "total", column), value, "thousand_eur", "2000", 0)
        for column, value in row.items()
    }
    printed = ReadTable("firms", spec.rows, spec.columns, cells)
    found = kind.findings(declaration, study, printed)
    return [language_of(language).render(one.sentence) for one in found]


def study_with(table: dict[str, Any]) -> Study:
    """A study of one table, or of one figure."""
    study = declared({name: value for name, value in table.items() if name != "id"})
    only = study.outputs[0].model_copy(update={"id": table.get("id", "X")})
    return study.model_copy(update={"tables": (only,)})


def test_an_explanation_names_the_measure_and_rests_on_the_number_of_firms() -> None:
    study = declared(quartiles_of("turnover"))
    kind, table = KINDS["median"], study.outputs[0]
    assert [*map(str, kind.remarks(table))] == ["Measure: turnover of the firm in twelve months"]
    behind = {
        cell.key.column: [key.column for key in kind.rests_on(table, cell)]
        for cell in specify(study)[0].cells
    }
    assert behind == {"n": [], "first_quartile": ["n"], "median": ["n"], "third_quartile": ["n"]}


@pytest.mark.parametrize(
    ("changes", "says", "advice"),
    [
        ({"measure": "turnovr"}, "'turnovr' cannot be the measure of a table of kind `median`", "`turnover`"),
        (
            {"rows": "trade_share"},
            "'trade_share' cannot be the rows of a table of kind `median`",
            "Did you mean `trade_direction`?",
        ),
        (
            {"totals": ["food"]},
            "rows of all firms have no subtotal",
            'Only `totals = ["total"]` is possible.',
        ),
        ({"rows": "mode", "totals": ["food"]}, "rows of `mode` have no subtotal", "Only"),
    ],
)
def test_what_a_median_cannot_be_of_is_said_with_the_nearest_name(
    changes: dict[str, Any], says: str, advice: str
) -> None:
    with pytest.raises(AssertionError) as error:
        declared(quartiles_of("turnover") | changes)
    assert says in str(error.value)
    assert advice in str(error.value)
