"""Sentences of the forecast of first exports and of the rule for allocating support."""

from __future__ import annotations

from functools import partial

from evidence.supported import Programme, supported
from firmtrade.evidence import EvidenceOptions, prepare, targeting

FIRMS, YEARS = 2000, 8
OPTIONS = EvidenceOptions(minimum_firms=5)


def _draw(programme: Programme, steep: float, above: float | None, seed: int) -> dict[str, str]:
    frame, took = supported(
        FIRMS, YEARS, seed=seed, programme=programme, start=0.05, steep=steep, only_level_above=above
    )
    said = [sentence.key for sentence in targeting(prepare(frame, support=took), OPTIONS).result.verdicts]
    rule = next((key for key in said if ".allocation." in key), "no answer")
    return {"forecast": said[0].rpartition(".")[2], "rule": rule.rpartition(".")[2]}


ECONOMIES = {
    "nothing tells who starts, support adds nothing": partial(_draw, Programme(takes=0.06), 0.0, None),
    "level tells, support adds nothing, taken by level": partial(
        _draw, Programme(takes=0.06, by_level=0.5), 0.8, None
    ),
    "level tells, support adds alike": partial(_draw, Programme(takes=0.06, effect=0.15), 0.8, None),
    "level tells, support adds above half a deviation alone": partial(
        _draw, Programme(takes=0.06, effect=0.3), 0.8, 0.5
    ),
}
