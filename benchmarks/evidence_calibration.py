"""Bias, coverage and false positives of the evidence on many simulated economies.

    PYTHONPATH=src:tests python benchmarks/evidence_calibration.py [economies]

Prints one line per estimator: the mean of its estimates against the truth, the share of 95% intervals that
hold the truth, and, for tests of something that is not there, the share that rejects at 5%.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import numpy as np

from evidence.simulator import Truth, simulate
from firmtrade.evidence import BlockResult, EvidenceOptions, learning, premia, prepare, selection, survival

FAST = EvidenceOptions(compress_above=0, minimum_firms=2)
PRODUCTIVITY = "log_labor_productivity"
Cases = dict[str, tuple[Callable[..., BlockResult], tuple[str, str, str], float]]

EFFECTS: Cases = {
    "premium, firm effects": (premia, ("exporter/firm_effects", PRODUCTIVITY, "exporter"), 0.10),
    "hazard of exporters, Cox": (survival, ("firm/cox", "firm_death", "export_only"), -0.50),
    "hazard of exporters, discrete": (survival, ("firm/discrete", "firm_death", "export_only"), -0.50),
    "learning at t+2 where none stops": (
        learning, ("export/entry", PRODUCTIVITY, "t+2"), 0.10 + 2 * 0.03,
    ),
}  # fmt: skip
NOTHING: Cases = {
    "premium, firm effects": (premia, ("exporter/firm_effects", PRODUCTIVITY, "exporter"), 0.0),
    "selection at t-3": (selection, ("export/pooled", PRODUCTIVITY, "starter at t-3"), 0.0),
    "hazard of exporters, Cox": (survival, ("firm/cox", "firm_death", "export_only"), 0.0),
    "mean after entry": (learning, ("export/entry", PRODUCTIVITY, "mean after the event"), 0.0),
    "pre-trends": (learning, ("export/entry", PRODUCTIVITY, "pre-trends (joint test)"), 0.0),
}


def main(economies: int) -> None:
    effective = Truth(premium=0.10, learning=0.03, protection=-0.5, leaving=1e-12)
    constant = Truth(premium=0.10, protection=-0.5)
    print(f"{economies} synthetic economies of 600 firms and 8 years each")
    for title, truth, cases in (
        ("known effects", constant, {name: case for name, case in EFFECTS.items() if "learning" not in name}),
        ("known learning", effective, {name: case for name, case in EFFECTS.items() if "learning" in name}),
        ("no effect", Truth(), NOTHING),
    ):
        print(f"\n{title}")
        found: dict[str, list[tuple[float, float, float]]] = {name: [] for name in cases}
        for seed in range(economies):
            panel = prepare(simulate(600, 8, seed=seed, truth=truth))
            results = {block: block(panel, FAST) for block, _, _ in cases.values()}
            for name, (block, key, value) in cases.items():
                for e in results[block].estimates:
                    if (e.specification, e.outcome, e.term) == key and e.p_value is not None:
                        covered = e.conf_low is not None and e.conf_low <= value <= (e.conf_high or value)
                        found[name].append((e.estimate or 0.0, covered, e.p_value < 0.05))
        for name, (_, _, value) in cases.items():
            estimates, covered, rejected = (
                np.array(part, dtype=float) for part in zip(*found[name], strict=True)
            )
            line = (
                f"{name:<32} truth {value:6.3f}  mean {estimates.mean():7.4f}  coverage {covered.mean():.3f}"
            )
            if "pre-trends" in name:
                line = f"{name:<32}"
            print(f"{line}  rejects {rejected.mean():.3f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
