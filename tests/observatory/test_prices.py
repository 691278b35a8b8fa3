"""Prices: amounts that are compared over years are deflated alike, by branch where it has an index of its own."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from canonical_data import World, world
from firm_table import Computed, canonical, declared, observing, run
from firmtrade.kinds import KINDS, specify
from firmtrade.observatory.prices import price_notes
from firmtrade.query.registry import field_of, meaning
from firmtrade.study import Study
from firmtrade.study.checks import problems

WORDS = {"definition": "a price index", "source": "a test"}
RISE = WORDS | {"base": 1999, "index": {"1999": 80.0, "2000": 88.0, "2001": 100.0}}
LEVEL = {"kind": "level", "rows": "export_status", "n": True}
GROWTH = {
    "kind": "distribution",
    "flow": "export",
    "rows": "trader_type",
    "measure": "value_growth",
    "years": [1999, 2001],
}

FIRMS = """
    firm | nace | employees_fte | value_added 1999 | value_added 2001 | trade
    a    | 15   | 10            | 100000           | 125000           | export FR 80 1999, export FR 110
    b    | 17   | 10            | 200000           | 300000           |
"""


def told(study: Study, column: str, text: str = FIRMS) -> dict[str, float | None]:
    cells = Computed(run(study, canonical(study, text))).cells
    return {key.row: cell.value for key, cell in cells.items() if key.column == column}


def test_levels_and_growth_are_at_prices_of_the_base_year() -> None:
    study = declared(LEVEL, deflator=RISE)
    assert told(study, "labor_productivity_1999")["export"] == 10
    assert told(study, "labor_productivity_2001")["export"] == 10
    assert told(study, "labor_productivity_delta")["export"] == 0
    assert told(study, "labor_productivity_2001")["no_export"] == 24
    latest = declared(LEVEL, deflator=RISE | {"base": 2001})
    assert told(latest, "labor_productivity_1999")["export"] == 12.5
    assert told(latest, "labor_productivity_delta")["export"] == 0
    assert told(declared(LEVEL), "labor_productivity_delta")["export"] == 25


def test_a_branch_has_an_index_of_its_own() -> None:
    own = {"activity": "17", "index": {"1999": 100.0, "2000": 110.0, "2001": 150.0}}
    study = declared(LEVEL, deflator=RISE | {"branches": [own]})
    assert told(study, "labor_productivity_delta")["export"] == 0
    assert told(study, "labor_productivity_delta")["no_export"] == 0


def test_growth_of_the_value_of_trade_is_growth_at_constant_prices() -> None:
    study = declared(GROWTH, deflator=RISE)
    assert told(study, "mean")["incumbents"] == 25
    assert told(declared(GROWTH), "mean")["incumbents"] == 37.5


def test_growth_from_an_amount_that_is_nothing_at_constant_prices_is_not_known() -> None:
    lost_zeros = RISE | {"base": 2000, "index": {"1999": 1000.0, "2000": 1.0, "2001": 1.0}}
    study = declared(GROWTH, deflator=lost_zeros)
    small = """
        firm | export 1999 | export 2000
        a    | FR 4        | FR 100
        b    | FR 10       | FR 0.02
    """
    assert told(study, "n", small)["incumbents"] == 1  # of the first, 0.00 is left in 1999
    assert told(study, "mean", small)["incumbents"] == 100
    assert told(declared(GROWTH), "n", small)["incumbents"] == 2


def test_prices_are_said_on_the_table_in_the_notes_and_in_explanations() -> None:
    study = declared(LEVEL, deflator=RISE)
    tables = canonical(study, FIRMS)
    with observing(study, tables) as data:
        assert "Amounts that are compared over years are at prices of 1999." in map(str, data.notes)
    with observing(declared(LEVEL), tables) as data:
        assert "Amounts of several years are compared at current prices." in map(str, data.notes)
    with observing(study, tables, models=True) as data:
        assert not any("prices" in str(note) for note in data.notes)
    with observing(declared({"kind": "mode"}), tables) as data:
        assert not any("prices" in str(note) for note in data.notes)
    (spec,) = specify(study)
    about = KINDS["level"].layout(study.outputs[0], study, spec).about
    assert "prices of 1999" in [str(words) for words in about]
    assert "at prices of 1999" in meaning(field_of("value_added_end", study), study)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"kind": "median", "measure": "value_added"}, True),
        ({"kind": "median", "measure": "labor_productivity"}, True),
        ({"kind": "median", "measure": "employment"}, False),
        ({"kind": "trade", "flow": "export", "rows": "type_of_trader"}, True),
        ({"kind": "concentration", "flow": "export", "rows": "division"}, True),
        ({"kind": "weighted", "measure": "turnover"}, True),
        ({"kind": "weighted"}, False),
        (GROWTH | {"measure": "value"}, True),
        (GROWTH | {"measure": "partners"}, False),
        ({"kind": "mode"}, False),
    ],
)
def test_amounts_of_one_year_are_said_to_be_at_its_current_prices(table: dict[str, Any], said: bool) -> None:
    for deflator, expected in ((RISE, said), (None, False)):
        study = declared(table, weight="firms.weight", **({"deflator": deflator} if deflator else {}))
        (spec,) = specify(study)
        about = [str(words) for words in KINDS[table["kind"]].layout(study.outputs[0], study, spec).about]
        assert ("current prices of 2000" in about) is expected


TWO_FIRMS = """
    firm | employees_fte | value_added
    a    | 10            | 100000
    b    | 10            | 300000
"""


@pytest.mark.parametrize("measure", ["value_added", "labor_productivity"])
def test_quartiles_of_a_study_with_a_deflator_are_those_of_amounts_as_they_stand(measure: str) -> None:
    table = {"kind": "median", "measure": measure}
    deflated, plain = (
        told(declared(table, **prices), "median", TWO_FIRMS)
        for prices in ({"deflator": RISE | {"base": 2001}}, {})
    )
    assert deflated == plain
    assert plain["total"]


@pytest.mark.parametrize(
    ("deflator", "says"),
    [
        (
            RISE | {"index": {"1999": 80.0, "2001": 100.0}, "branches": []},
            "an index has no price level of 2000",
        ),
        (RISE | {"branches": [{"activity": "99", "index": RISE["index"]}]}, ""),
        (RISE | {"branches": [{"activity": "6", "index": RISE["index"]}]}, "`6` is neither a division"),
    ],
)
def test_an_index_speaks_of_every_year_and_of_divisions_that_there_are(
    deflator: dict[str, Any], says: str
) -> None:
    found = [what for _, what, _ in problems(declared(LEVEL, checked=False, deflator=deflator))]
    assert any(says in what for what in found) if says else not found


def test_deflated_totals_are_those_of_the_plain_computation() -> None:
    index = {"1999": 97.3, "2000": 100.0, "2001": 104.9}
    deflator = RISE | {"base": 2000, "index": index}
    study = declared(LEVEL | {"rows": "import_status"}, deflator=deflator)
    tables = world(study, 4, World(firms=60))
    factors = {1999: Fraction(1000, 973), 2001: Fraction(1000, 1049)}
    known = Computed(run(study, tables)).cells
    plain = Computed(run(declared(LEVEL | {"rows": "import_status"}), tables)).cells
    for key, cell in plain.items():
        year = next((year for year in factors if key.column.endswith(str(year))), None)
        if year is not None and cell.value is not None:
            part = next(one for one in cell.contributions if one.component.startswith("value_added"))
            deflated = next(one for one in known[key].contributions if one.component == part.component)
            assert abs(Fraction(deflated.total) - Fraction(part.total) * factors[year]) <= Fraction(
                part.n_firms, 200
            )


def test_prices_are_noted_where_one_of_the_tables_compares_amounts_of_several_years() -> None:
    amounts = declared(LEVEL)
    heads = declared({"kind": "mode"})
    for tables, notes in (
        (amounts.tables, ["notes.current_prices"]),
        ((*heads.tables, *amounts.tables), ["notes.current_prices"]),
        (heads.tables, []),
    ):
        study = heads.model_copy(update={"tables": tables})
        assert [note.key for note in price_notes(study)] == notes
