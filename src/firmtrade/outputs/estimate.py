"""An estimate: one coefficient or test of a model, with its uncertainty and its sample."""

from __future__ import annotations

from dataclasses import dataclass

from firmtrade.outputs.contribution import Contribution

ESTIMATE_COLUMNS = (
    "block", "specification", "outcome", "term", "estimate", "std_error", "conf_low", "conf_high",
    "p_value", "n_obs", "n_firms", "estimator", "note",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Estimate:
    """One number of a model. None where a number does not exist (a test has no interval, say)."""

    block: str
    specification: str
    outcome: str
    term: str
    estimate: float | None
    std_error: float | None = None
    conf_low: float | None = None
    conf_high: float | None = None
    p_value: float | None = None
    n_obs: int = 0
    n_firms: int = 0
    estimator: str = ""
    note: str = ""
    contributions: tuple[Contribution, ...] = ()
