"""The minimum repair: no smaller set of cells ends all contradictions, and every machine comes to the same one."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from functools import cache
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from firmtrade.linked import Edition, LinkedSystem, repair
from firmtrade.studies import load_study
from linked.random_population import Row, edition_of, printed_rows, random_firms

STUDY = load_study("belgium-2008")
EXAMPLE = Path(__file__).parents[2] / "examples" / "audit-imaginary"
MOST_WRONG = 4


@cache
def published() -> tuple[Row, ...]:
    """A few linked tables of one population."""
    rows = printed_rows(STUDY, random_firms(STUDY, 4, 150))
    return tuple(
        row
        for row in rows
        if row["population"] == "manufacturing" and row["printed"] and row["table"] in ("1", "5", "6")
        if row["unit"] == "count"
    )


def with_mistakes(seed: int) -> Edition:
    """The tables with one to four numbers changed by chance."""
    chance, rows = np.random.default_rng(seed), [dict(row) for row in published()]
    for at in chance.choice(len(rows), int(chance.integers(1, MOST_WRONG + 1)), replace=False):
        most = 100 if rows[at]["unit"] == "percent" else 10_000
        number = min(most, int(float(rows[at]["value"])) + int(chance.integers(1, 40)))
        rows[at] |= {"value": str(number), "printed": str(number)}
    return replace(edition_of(STUDY, rows), left_out_is_empty=False)


@pytest.mark.parametrize("seed", range(6))
def test_no_smaller_set_of_cells_ends_all_contradictions(seed: int) -> None:
    """Brute force: every set of fewer cells leaves a contradiction."""
    system = LinkedSystem.build(STUDY, with_mistakes(seed).cells)
    found = repair(system)
    assert system.is_consistent(found.cells)
    for size in range(len(found.cells)):
        assert not any(system.is_consistent(frozenset(some)) for some in combinations(system.keys, size))


def test_among_the_mistakes_are_some_that_one_cell_cannot_mend() -> None:
    sizes = [len(repair(LinkedSystem.build(STUDY, with_mistakes(seed).cells)).cells) for seed in range(6)]
    assert max(sizes) > 1


def _alone_on_one_core() -> None:
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    os.nice(19)


@pytest.mark.long
@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="cores are chosen so on Linux alone")
def test_a_busy_machine_and_the_lowest_priority_on_one_core_come_to_the_same_bytes() -> None:
    command = [
        *(sys.executable, "-m", "firmtrade", "audit", str(EXAMPLE / "edition.csv"), "--format", "json"),
        *("--study", str(EXAMPLE / "study.toml"), "--facts", str(EXAMPLE / "facts.toml")),
    ]
    idle = subprocess.run(command, capture_output=True).stdout
    slow = subprocess.run(command, capture_output=True, preexec_fn=_alone_on_one_core).stdout
    load = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(os.cpu_count() or 1)]
    try:
        busy = subprocess.run(command, capture_output=True).stdout
    finally:
        for one in load:
            one.kill()
            one.wait()
    assert idle.startswith(b"{")
    assert idle == slow == busy
