"""Bias, coverage and false positives of the evidence on many simulated economies.

    PYTHONPATH=src:tests python benchmarks/evidence_calibration.py [economies] [alone]

Prints one line per estimator: how far the mean of its estimates is from the truth, with the error that so many draws
leave, their spread beside the mean standard error, the share of 95% intervals that hold the truth, and the share of
tests at 5% that reject. With ``alone`` three estimates are made without the rest of their block, many times as fast.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from evidence.simulator import Truth, simulate
from firmtrade.evidence import BlockResult, EvidenceOptions, learning, premia, prepare, selection, survival
from firmtrade.evidence.events import Event, Levels, cells_before, difference_of, members_before, path_of
from firmtrade.evidence.grid import grid_of
from firmtrade.evidence.panel import Panel
from firmtrade.inference.fits import Effect
from firmtrade.inference.fixed_effects import fit_fixed_effects
from firmtrade.outputs import Estimate

FAST = EvidenceOptions(compress_above=0, minimum_firms=2)
PRODUCTIVITY = "log_labor_productivity"
CONSTANT = Truth(premium=0.10, protection=-0.5)
LEARNING = Truth(premium=0.10, learning=0.03, protection=-0.5, leaving=1e-12)
SELECTION = ("export/pooled", PRODUCTIVITY, "starter at t-3")
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
    "selection at t-3": (selection, SELECTION, 0.0),
    "hazard of exporters, Cox": (survival, ("firm/cox", "firm_death", "export_only"), 0.0),
    "mean after entry": (learning, ("export/entry", PRODUCTIVITY, "mean after the event"), 0.0),
    "pre-trends": (learning, ("export/entry", PRODUCTIVITY, "pre-trends (joint test)"), 0.0),
}


def premium_alone(panel: Panel) -> Effect:
    """The premium of exporters with firm effects."""
    [fit] = fit_fixed_effects(
        panel.rows, [(PRODUCTIVITY, ["exporter", "log_employment", "log_employment_squared"])], groups="cell",
        clusters="firm", within_clusters=True, compress_above=0,
    )  # fmt: skip
    return fit.effect("exporter")


def learning_alone(panel: Panel) -> Effect:
    """The difference two years after a start."""
    grid = grid_of(panel)
    event = Event(grid.status("exporter"), members_before(grid), FAST.clean_years)
    change = Levels(grid.values(PRODUCTIVITY)).change(2)
    point = difference_of(grid, change, cells_before(grid), event.treated(2), event.comparison(2), 2)
    return path_of([point]).effect(0, FAST.level)


def selection_alone(panel: Panel) -> Estimate:
    """The difference of starters three years before they start."""
    estimates = selection(panel, replace(FAST, leads=(3,))).estimates
    [found] = [e for e in estimates if (e.specification, e.outcome, e.term) == SELECTION]
    return found


ALONE: dict[str, tuple[Callable[[Panel], Effect | Estimate], Truth, float]] = {
    "premium, firm effects": (premium_alone, CONSTANT, 0.10),
    "learning at t+2 where none stops": (learning_alone, LEARNING, 0.10 + 2 * 0.03),
    "selection at t-3": (selection_alone, Truth(), 0.0),
}


def report(name: str, truth: float, found: Sequence[Effect | Estimate]) -> None:
    """One line on an estimator."""
    estimates, errors = (np.array([getattr(e, part) for e in found]) for part in ("estimate", "std_error"))
    covered = np.mean([e.conf_low <= truth <= e.conf_high for e in found])
    rejected = np.mean([e.p_value < 0.05 for e in found])
    spread = estimates.std(ddof=1)
    bias, error = estimates.mean() - truth, spread / len(found) ** 0.5
    print(
        f"{name:<32} truth {truth:6.3f}  bias {bias:7.4f} (error {error:.4f})  "
        f"spread {spread:.4f}, mean error {errors.mean():.4f}  coverage {covered:.3f}  rejects {rejected:.3f}",
        flush=True,
    )


def main(economies: int, *, alone: bool) -> None:
    print(f"{economies} synthetic economies of 600 firms and 8 years each")
    if alone:
        for name, (estimator, truth, value) in ALONE.items():
            panels = (prepare(simulate(600, 8, seed=seed, truth=truth)) for seed in range(economies))
            report(name, value, [estimator(panel) for panel in panels])
        return
    for title, truth, cases in (
        ("known effects", CONSTANT, {name: case for name, case in EFFECTS.items() if "learning" not in name}),
        ("known learning", LEARNING, {name: case for name, case in EFFECTS.items() if "learning" in name}),
        ("no effect", Truth(), NOTHING),
    ):
        print(f"\n{title}")
        found: dict[str, list[Estimate]] = {name: [] for name in cases}
        for seed in range(economies):
            panel = prepare(simulate(600, 8, seed=seed, truth=truth))
            results = {block: block(panel, FAST) for block, _, _ in cases.values()}
            for name, (block, key, _) in cases.items():
                found[name] += [
                    e
                    for e in results[block].estimates
                    if (e.specification, e.outcome, e.term) == key and e.p_value is not None
                ]
        for name, (_, _, value) in cases.items():
            if "pre-trends" in name:
                rejected = np.mean([e.p_value < 0.05 for e in found[name]])
                print(f"{name:<32} rejects {rejected:.3f}", flush=True)
            else:
                report(name, value, found[name])


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200, alone=len(sys.argv) > 2)
