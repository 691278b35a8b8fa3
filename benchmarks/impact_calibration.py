"""How often an evaluation of support says what, where the truth is known, and whether its planned power is what it has.

    PYTHONPATH=src:tests python benchmarks/impact_calibration.py [economies] [first seed]

Five synthetic programmes: one that does nothing, two that do nothing and take firms by their level or their own growth,
one that raises first exports by as much as the plan says it could detect, and one that raises them by more. Of each,
the share of runs by sentence for first exports and for employment, and how often any sentence of the three outcomes
calls one higher or lower.
"""

from __future__ import annotations

import sys
from collections import Counter

from evidence.supported import Programme, supported
from firmtrade.evidence import prepare
from firmtrade.evidence.impact import impact, parse_preregistration

ASKED = parse_preregistration("""
[impact]
name = "calibration"
title = { en = "Calibration" }
question = "Does it help?"
study = "belgium-2008"
registered = 2006-01-01
[design]
match_on = ["exported_before", "productivity"]
[[outcomes]]
name = "first_export"
[[outcomes]]
name = "employment"
[[outcomes]]
name = "survival"
""")
PROGRAMMES = {
    "no effect": Programme(takes=0.05),
    "no effect, taken by level": Programme(takes=0.05, by_level=0.8),
    "no effect, taken by growth": Programme(takes=0.05, by_trend=1.0),
    "effect of the detectable size": Programme(takes=0.05, effect=0.034),
    "larger effect": Programme(takes=0.05, effect=0.06),
}
FIRMS = 1200


def main(economies: int, first: int) -> None:
    for name, programme in PROGRAMMES.items():
        said: dict[str, Counter[str]] = {"first_export": Counter(), "employment": Counter()}
        claims, found, planned, plain = 0, 0.0, 0.0, 0
        for seed in range(first, first + economies):
            frame, took = supported(FIRMS, 9, seed=seed, programme=programme)
            result = impact(prepare(frame, support=took), ASKED)
            keys = [sentence.key.rpartition(".")[2] for sentence in result.verdicts[:3]]
            for outcome, key in zip(said, keys, strict=False):
                said[outcome][key] += 1
            claims += any(key in ("higher", "lower") for key in keys)
            values = {(e.specification, e.outcome, e.term): e for e in result.estimates}
            after = values["matched", "first_export", "after the support"]
            found += after.estimate or 0.0
            plain += (after.p_value or 1.0) < 0.05
            planned += values["power/matched", "first_export", "smallest detectable effect"].estimate or 0.0
        print(f"\n{name}, {economies} economies of {FIRMS} firms and 9 years")
        print(f"  first export: mean {found / economies:.2f} points, detectable {planned / economies:.2f}")
        print(f"  first export: plain test at 5% rejects {plain / economies:.3f}")
        print(f"  some outcome is called higher or lower  {claims / economies:.3f}")
        for outcome, counted in said.items():
            shares = ", ".join(f"{key} {n / economies:.3f}" for key, n in sorted(counted.items()))
            print(f"  {outcome}: {shares}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200, int(sys.argv[2]) if len(sys.argv) > 2 else 0)
