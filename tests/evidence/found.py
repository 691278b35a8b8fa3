"""Looking up an estimate in a result."""

from collections.abc import Iterable

from firmtrade.evidence import BlockResult
from firmtrade.outputs import Curve, Estimate


def estimate(result: BlockResult, specification: str, outcome: str, term: str) -> Estimate:
    [found] = [
        e for e in result.estimates if (e.specification, e.outcome, e.term) == (specification, outcome, term)
    ]
    return found


def curve(result: BlockResult, specification: str, outcome: str, series: str) -> Curve:
    [found] = [
        c for c in result.curves if (c.specification, c.outcome, c.series) == (specification, outcome, series)
    ]
    return found


def english(messages: Iterable[object]) -> tuple[str, ...]:
    """Messages as they read in English."""
    return tuple(map(str, messages))
