"""What comes solved with the program is what the program solves, and keeps what is printed."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from importlib.resources import files

import numpy as np
import pytest

from firmtrade.linked.population.base import DIMENSIONS, base_of, root_populations
from firmtrade.linked.population.bundled import bundled_panels
from firmtrade.linked.population.calibrate import PanelFirms
from firmtrade.linked.population.conditions import bounds_of, mask, needed
from firmtrade.linked.population.prepared import (
    END,
    Prepared,
    fingerprint,
    prepared,
    read_prepared,
    write_prepared,
)
from firmtrade.linked.population.targets import solve_counts, targets_of
from firmtrade.linked.population.totals import MEASURES, MISSED
from firmtrade.studies import load_study

STUDY = load_study("belgium-2008")
SHIPPED = files("firmtrade.studies").joinpath(STUDY.name + END).read_text(encoding="utf-8")


@cache
def fresh() -> Prepared:
    return solve_counts(STUDY)


@cache
def panels() -> list[PanelFirms]:
    return bundled_panels(STUDY, read_prepared(SHIPPED))


def test_a_fresh_solve_gives_up_the_same_cells_of_the_same_inputs() -> None:
    shipped = read_prepared(SHIPPED)
    assert (fresh().inputs, fresh().given_up) == (shipped.inputs, shipped.given_up)
    assert fresh().out_of_reach == shipped.out_of_reach
    assert fresh().margins.keys() == shipped.margins.keys()


@pytest.mark.parametrize("solved", ["shipped", "fresh"])
def test_prepared_and_fresh_margins_keep_every_printed_count_and_share(solved: str) -> None:
    """Whole numbers near a fitted table are not unique: another processor may end at others, as good as these."""
    margins = (read_prepared(SHIPPED) if solved == "shipped" else fresh()).margins
    roots = root_populations(STUDY)
    checked = 0
    for root, populations in roots.items():
        base, found = base_of(STUDY, root), margins[root]
        frames = {name: (base.frame(name), found.tables[name].ravel()) for name in DIMENSIONS}
        for year, panel in (("reference", False), ("window", True)):
            for bound in bounds_of(targets_of(STUDY, None).cells, base, populations, year, 1):
                dimensions = needed(bound.dimensions, base)
                if len(dimensions) > 1 and not panel:
                    continue
                frame, firms = (
                    (base.panel_cells, found.panel.ravel()) if panel else frames[(*dimensions, "size")[0]]
                )
                value = firms[mask(bound.count, frame)].sum()
                if bound.base is not None:
                    value = value / firms[mask(bound.base, frame)].sum()
                assert bound.low - 1e-9 <= value <= bound.high + 1e-9, bound.target.key
                checked += 1
    assert checked > 250


def test_the_prepared_margins_are_of_the_same_firms_whichever_way_they_are_counted() -> None:
    for margins in read_prepared(SHIPPED).margins.values():
        by_pattern = {name: margins.tables[name].sum(axis=1).tolist() for name in DIMENSIONS}
        assert all(total == by_pattern["activity"] for total in by_pattern.values())
        assert margins.panel.sum() <= margins.tables["birth"].sum()
    firms = sum(int(margins.tables["size"].sum()) for margins in read_prepared(SHIPPED).margins.values())
    assert firms == 94_225


def test_another_digit_is_solved_anew() -> None:
    bases = [base_of(STUDY, root) for root in root_populations(STUDY)]
    targets = targets_of(STUDY, None)
    same = fingerprint((*targets.printed, *targets.facts), bases)
    first, *rest = targets.printed
    changed = fingerprint((replace(first, high=first.high + 1), *rest, *targets.facts), bases)
    assert prepared(STUDY, same) is not None
    assert prepared(STUDY, changed) is None


def test_margins_are_whole_and_never_negative() -> None:
    for margins in read_prepared(SHIPPED).margins.values():
        for table in (*margins.tables.values(), margins.panel):
            assert table.dtype == np.int64
            assert (table >= 0).all()


def test_a_fresh_solve_of_the_panels_ends_at_the_same_totals() -> None:
    shipped = read_prepared(SHIPPED)
    assert [panel.population for panel in panels()] == list(shipped.panels) == ["manufacturing", "services"]
    for panel in panels():
        fresh, known = panel.fitted(shipped.out_of_reach), shipped.panels[panel.population]
        assert fresh.inputs == known.inputs
        np.testing.assert_allclose(known.totals, fresh.totals, rtol=1e-9)


def test_the_totals_of_the_panels_keep_every_level_and_growth_rate_but_those_out_of_reach() -> None:
    shipped = read_prepared(SHIPPED)
    kept = 0
    for panel in panels():
        totals = panel.totals(shipped)
        assert totals.shape == (len(MEASURES), len(panel.firms))
        for ratio in panel.ratios:
            if ratio.key in shipped.out_of_reach:
                continue
            slack = MISSED * (ratio.high - ratio.low)
            assert ratio.low - slack <= ratio.value(totals) <= ratio.high + slack, ratio.key
            kept += 1
    assert kept > 150


def test_a_panel_of_other_firms_or_other_ratios_is_fitted_anew() -> None:
    shipped = read_prepared(SHIPPED)
    panel = next(panel for panel in panels() if panel.population == "services")
    known = shipped.panels["services"]
    more = panel.drawn.copy()
    more[0, np.flatnonzero(panel.firms)[0]] += 0.01
    fewer = panel.ratios[1:]
    for other in (replace(panel, drawn=more), replace(panel, ratios=fewer)):
        assert other.fingerprint(shipped.out_of_reach) != known.inputs
    assert panel.fingerprint(()) != known.inputs
    assert np.array_equal(panel.totals(shipped), known.totals)
    assert not np.array_equal(replace(panel, ratios=fewer).totals(shipped), known.totals)


def test_what_is_written_of_a_solution_is_read_as_it_was() -> None:
    shipped = read_prepared(SHIPPED)
    assert write_prepared(STUDY, shipped) == SHIPPED
