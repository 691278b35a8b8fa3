"""Sentences of learning and selection where nothing, level, own trend or a true effect lies behind a start.

Exports alone, productivity and employment: three events of two outcomes are judged together.
"""

from __future__ import annotations

from functools import partial

from evidence.simulator import Truth, simulate
from firmtrade.evidence import BlockResult, EvidenceOptions, learning, prepare, selection

FIRMS, YEARS = 500, 9
OPTIONS = EvidenceOptions(compress_above=0, minimum_firms=5)
CLAIMS = ("higher", "lower")


def _draw(truth: Truth, seed: int) -> dict[str, str]:
    panel = prepare(simulate(FIRMS, YEARS, seed=seed, truth=truth).drop("importer", "mode", "labor_cost"))
    found = learning(panel, OPTIONS)
    said = [sentence.key.rpartition(".")[2] for sentence in found.verdicts]
    starts = next(
        key
        for key, sentence in zip(said, found.verdicts, strict=True)
        if str(sentence).startswith("Starting to export, labor productivity")
    )
    before = [str(sentence.key).rpartition(".")[2] for sentence in selection(panel, OPTIONS).verdicts]
    return {
        "start of exports, productivity": starts,
        "the same by the plain tests": _by_plain_tests(found, "export/entry", "log_labor_productivity"),
        "some event and outcome higher or lower beyond a trend": _some(any(key in CLAIMS for key in said)),
        "some event and outcome higher or lower": _some(any(key.startswith(CLAIMS) for key in said)),
        "some event and outcome called selection": _some("selection" in said),
        "before a start of exports": before[0],
    }


def _by_plain_tests(found: BlockResult, specification: str, outcome: str) -> str:
    """What the test of the mean says where that of the years before does not reject, neither adjusted."""
    p_values = {
        each.term: each.p_value
        for each in found.estimates
        if (each.specification, each.outcome) == (specification, outcome)
    }
    if (p_values["pre-trends (joint test)"] or 0.0) < 0.05:
        return "selection"
    return "differs" if (p_values["mean after the event"] or 1.0) < 0.05 else "chance"


def _some(found: bool) -> str:
    return "yes" if found else "no"


ECONOMIES = {
    title: partial(_draw, truth)
    for title, truth in {
        "no effect": Truth(entry=0.10, leaving=0.10),
        "selection on level": Truth(entry=0.10, leaving=0.10, selection=0.7),
        "selection on trend": Truth(entry=0.10, leaving=0.10, trend_selection=1.0),
        "true effect of 0.15": Truth(entry=0.10, leaving=0.10, premium=0.15),
    }.items()
}
