"""Every formula and every kind of table meets the rules: a new one that nobody judges fails here."""

from __future__ import annotations

from random import Random

import pytest

from canonical_data import world
from drawn_studies import drawn_study, drawn_world
from firm_table import run
from firmtrade.kinds import KINDS, specify
from firmtrade.outputs import Cell, CellKey, Contribution
from firmtrade.protection.binding.judge import judge
from firmtrade.protection.profile import load_profile
from firmtrade.protection.protect import protect_cells
from firmtrade.query.cells import CellSpec, Formula, Term
from firmtrade.query.statistic import Statistic
from firmtrade.query.universes import Universe
from firmtrade.query.where import EVERYONE

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
    rng = Random(f"judged {kind}")
    study = drawn_study(rng, [kind])
    cells = tuple(run(study, world(study, 5, drawn_world(rng, study, 12))).cells)
    shown = {
        cell.key
        for cell in protect_cells(study, specify(study), cells, load_profile()).cells
        if cell.value is not None
    }
    alone = {
        cell.key for cell in cells if any(part.n_firms and part.n_units == 1 for part in cell.contributions)
    }
    assert not shown & alone
