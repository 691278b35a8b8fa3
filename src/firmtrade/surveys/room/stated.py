"""A number of a survey as an estimate, with the firms behind it."""

from __future__ import annotations

from firmtrade.outputs import Estimate
from firmtrade.surveys.room.ledger import known, ones


def stated(
    block: str,
    specification: str,
    outcome: str,
    term: str,
    value: float | None,
    n: int,
    *,
    error: float | None = None,
    low: float | None = None,
    high: float | None = None,
    p_value: float | None = None,
    estimator: str = "",
    note: str = "",
) -> Estimate:
    """A number of the block ``survey.<block>`` over ``n`` answers, one from each firm; what is not finite is none."""
    return Estimate(
        f"survey.{block}",
        specification,
        outcome,
        term,
        known(value),
        known(error),
        known(low),
        known(high),
        known(p_value),
        n,
        n,
        estimator,
        note,
        (ones("count", n),),
    )
