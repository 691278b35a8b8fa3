"""How often each sentence of learning and selection is said in economies where the truth is known.

    PYTHONPATH=src:tests python benchmarks/verdict_calibration.py [economies] [first seed]

Four synthetic economies: no effect anywhere, firms that start by their level, firms that start by their own trend, and
a true effect. Of each, the share of runs in which learning says of a start of exports that productivity is higher (or
lower) beyond a trend, of any event and outcome that it is, the share in which the plain tests would have said so,
and the share in which selection names a difference before entry.
"""

from __future__ import annotations

import sys

from evidence.simulator import Truth, simulate
from firmtrade.evidence import EvidenceOptions, learning, prepare, selection

OPTIONS = EvidenceOptions(compress_above=0, minimum_firms=5)
ECONOMIES = {
    "no effect": Truth(entry=0.10, leaving=0.10),
    "selection on level": Truth(entry=0.10, leaving=0.10, selection=0.7),
    "selection on trend": Truth(entry=0.10, leaving=0.10, trend_selection=1.0),
    "true effect of 0.15": Truth(entry=0.10, leaving=0.10, premium=0.15),
}


def run(truth: Truth, seed: int) -> dict[str, bool]:
    """What one economy says."""
    panel = prepare(simulate(500, 9, seed=seed, truth=truth))
    found = learning(panel, OPTIONS)
    said = list(map(str, found.verdicts))
    claimed = [v for v in said if "by more than a steady trend" in v]
    trend = [v for v in said if "but a steady trend" in v]
    mine = "Starting to export, labor productivity"
    before = {
        (e.specification, e.outcome): e.p_value for e in found.estimates if e.term.startswith("pre-trends")
    }
    plain = [
        (e.specification, e.outcome)
        for e in found.estimates
        if e.term == "mean after the event" and (e.p_value or 1) < 0.05
        and (before.get((e.specification, e.outcome)) or 1) >= 0.05
    ]  # fmt: skip
    first = next((v for v in map(str, selection(panel, OPTIONS).verdicts) if "start to export" in v), "")
    return {
        "start of exports, productivity: plain test": ("export/entry", "log_labor_productivity") in plain,
        "start of exports, productivity: beyond a trend": any(v.startswith(mine) for v in claimed),
        "start of exports, productivity: or a trend": any(v.startswith(mine) for v in trend),
        "any event and outcome: plain test": bool(plain),
        "any event and outcome: beyond a trend": bool(claimed),
        "selection before entry": "selection" in first or "not always" in first,
    }


def main(economies: int, first: int) -> None:
    for name, truth in ECONOMIES.items():
        found = [run(truth, seed) for seed in range(first, first + economies)]
        print(f"\n{name}, {economies} economies of 500 firms and 9 years")
        for question in found[0]:
            print(f"  {question:<52} {sum(each[question] for each in found) / economies:.3f}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500, int(sys.argv[2]) if len(sys.argv) > 2 else 0)
