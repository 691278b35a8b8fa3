"""What comes solved with the program is what the program solves."""

from __future__ import annotations

from dataclasses import replace
from importlib.resources import files

import numpy as np

from firmtrade.linked.population.base import DIMENSIONS, base_of, root_populations
from firmtrade.linked.population.prepared import END, fingerprint, prepared, read_prepared, write_prepared
from firmtrade.linked.population.targets import solve_bundled, targets_of
from firmtrade.studies import load_study

STUDY = load_study("belgium-2008")
SHIPPED = files("firmtrade.studies").joinpath(STUDY.name + END).read_text(encoding="utf-8")


def test_a_fresh_solve_gives_the_same_margins_to_the_letter() -> None:
    assert write_prepared(STUDY, solve_bundled(STUDY)) == SHIPPED


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
