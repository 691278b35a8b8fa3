"""Sentences of an evaluation of support, and whether its planned power is what it has."""

from __future__ import annotations

from functools import partial

from evidence.supported import Programme, supported
from firmtrade.evidence import prepare
from firmtrade.evidence.impact import impact, parse_preregistration

FIRMS, YEARS = 1200, 9
ASKED = parse_preregistration("""
groups = ["region"]
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
OUTCOMES = [each.name for each in ASKED.outcomes]
CLAIMS = ("higher", "lower")


def _draw(programme: Programme, seed: int) -> dict[str, str]:
    frame, took = supported(FIRMS, YEARS, seed=seed, programme=programme)
    result = impact(prepare(frame, support=took), ASKED)
    keys = [sentence.key.rpartition(".")[2] for sentence in result.verdicts]
    said = dict(zip(OUTCOMES, keys, strict=False))
    [after] = [
        each for each in result.estimates
        if (each.specification, each.outcome, each.term) == ("matched", "first_export", "after the support")
    ]  # fmt: skip
    return {
        **said,
        "first export by the plain test": "differs" if (after.p_value or 1.0) < 0.05 else "chance",
        "some outcome higher or lower": "yes" if any(key in CLAIMS for key in said.values()) else "no",
        "some outcome on another path before": "yes" if "other_path" in said.values() else "no",
        "parts of some outcome differ": "yes" if "differ" in keys else "no",
        "neighbours": next((key for key in keys if key.startswith("spillover")), "too few"),
    }


ECONOMIES = {
    title: partial(_draw, programme)
    for title, programme in {
        "no effect": Programme(takes=0.05),
        "no effect, taken by level": Programme(takes=0.05, by_level=0.8),
        "no effect, taken by growth": Programme(takes=0.05, by_trend=1.0),
        "effect of the size that is detectable at 80%": Programme(takes=0.05, effect=0.034),
    }.items()
}
