"""Every formula and every kind of table meets the rules: a new one that nobody judges fails here."""

from __future__ import annotations

from random import Random

import pytest

from canonical_data import Tables, world
from drawn_studies import drawn_study, drawn_world
from firm_table import canonical, declared, run
from firmtrade.kinds import KINDS, specify
from firmtrade.outputs import Cell, CellKey, Contribution
from firmtrade.protection.binding.judge import judge
from firmtrade.protection.profile import load_profile
from firmtrade.protection.protect import protect_cells
from firmtrade.query.cells import CellSpec, Formula, Term
from firmtrade.query.statistic import Statistic
from firmtrade.query.universes import Universe
from firmtrade.query.where import EVERYONE
from firmtrade.study import Study

KEY = CellKey("1", "firms", "total", "value")
GROUP = Term(Universe("firms", "export"), EVERYONE)
COMPONENTS = {
    Formula.SHARE: ("count", "base"),
    Formula.LEVEL: ("value_added_end", "fte_end"),
    Formula.LEVEL_CHANGE: ("value_added_start", "value_added_end", "fte_start", "fte_end"),
    Formula.CAGR: ("fte_start", "fte_end"),
    Formula.PRODUCTIVITY_CAGR: ("value_added_start", "value_added_end", "fte_start", "fte_end"),
    Formula.AMOUNT: ("value",),
}


@pytest.mark.parametrize("formula", [one for one in Formula if one is not Formula.CODE])
def test_a_number_of_one_firm_breaks_a_rule_whatever_its_formula(formula: Formula) -> None:
    names = COMPONENTS.get(formula, ("count",))
    measures = {"count": "firms", "base": "firms"}
    terms = {name: Term(GROUP.universe, EVERYONE, measures.get(name, name)) for name in names}
    statistic = Statistic.MEDIAN if formula is Formula.QUARTILE else Statistic.MEAN
    spec = CellSpec(KEY, formula, "percent", "2002", 1, terms, group=GROUP, statistic=statistic, spread=GROUP)
    behind = tuple(Contribution(name, 1, 1, 1, 1, 0) for name in names)
    assert list(judge(spec, Cell(KEY, 1.0, "percent", "2002", contributions=behind), load_profile()))


@pytest.mark.parametrize("kind", KINDS)
def test_no_number_of_one_unit_is_shown_in_a_table_of_any_kind(kind: str) -> None:
    """But that exporters export, and importers import: it is true by definition, and says nothing of a firm."""
    rng = Random(f"judged {kind}")
    study = drawn_study(rng, [kind])
    shown = shown_of_one_unit(study, world(study, 5, drawn_world(rng, study, 12)))
    assert all(kind == "conditional" and key.row == key.column for key in shown)


def test_of_one_exporter_it_is_shown_alone_that_exporters_export() -> None:
    study = declared({"kind": "conditional", "rows": "trade_share", "columns": "trade_share"})
    firms = """
        firm | trade
        one  | export FR 100, import FR 100
        two  | import FR 100
        more | import FR 100
        four | import FR 100
        five |
    """
    assert {(key.row, key.column) for key in shown_of_one_unit(study, canonical(study, firms))} == {
        ("export_share", "export_share")
    }


def test_a_hidden_partner_is_not_what_the_others_leave_of_the_total() -> None:
    """What partners, and the regions they lie in, add up to is known to every reader from the total of all firms."""
    table = {"kind": "trade", "flow": "export", "rows": "partner", "totals": ["total"]}
    study = declared(table)
    many = "\n".join(f"f{at} | export FR {100 + at}, export CH {100 + at}" for at in range(12))
    result = run(study, canonical(study, f"firm | trade\n{many}\none | export FR 110, export US 500"))
    found = protect_cells(study, specify(study), result.cells, load_profile()).cells
    value = {cell.key.row: cell.value for cell in found if cell.key.column == "value"}
    assert value["US"] is None
    assert value["partners_americas"] is None
    assert None in (value["partners_union"], value["partners_europe"], value["total"])
    assert None in (value["FR"], value["CH"], value["total"])


def shown_of_one_unit(study: Study, tables: Tables) -> set[CellKey]:
    """The cells that one unit stands behind alone, and that are shown when all are protected."""
    cells = tuple(run(study, tables).cells)
    protected = protect_cells(study, specify(study), cells, load_profile()).cells
    shown = {cell.key for cell in protected if cell.value is not None}
    return {
        cell.key
        for cell in cells
        if cell.key in shown and any(part.n_firms and part.n_units == 1 for part in cell.contributions)
    }
