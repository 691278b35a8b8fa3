"""From fits to statements: estimates, their percent form, and the sentences where none can be."""

from __future__ import annotations

import math

from firmtrade.inference.fits import Effect, Fit
from firmtrade.outputs import Contribution, Estimate

PERCENT = "percent"


def estimate_of(
    block: str,
    specification: str,
    outcome: str,
    term: str,
    effect: Effect,
    *,
    n_obs: int,
    n_firms: int,
    estimator: str,
    note: str,
    contributions: tuple[Contribution, ...] = (),
) -> Estimate:
    """An effect as an estimate; what is not finite is absent."""
    return Estimate(
        block, specification, outcome, term,
        _finite(effect.estimate), _finite(effect.std_error), _finite(effect.conf_low),
        _finite(effect.conf_high), _finite(effect.p_value), n_obs, n_firms, estimator, note, contributions,
    )  # fmt: skip


def percent(effect: Effect) -> Effect:
    """A log difference as percent, 100 (exp(b) - 1): interval transformed, error by the delta method."""
    factor = math.exp(min(effect.estimate, 700.0))

    def change(value: float) -> float:
        return 100 * math.expm1(min(value, 700.0))

    return Effect(
        change(effect.estimate), 100 * factor * effect.std_error, change(effect.conf_low),
        change(effect.conf_high), effect.p_value,
    )  # fmt: skip


def ratio(effect: Effect) -> Effect:
    """A log hazard ratio as a hazard ratio: the interval transformed, the error by the delta method."""
    value = math.exp(effect.estimate)
    return Effect(
        value, value * effect.std_error, math.exp(effect.conf_low), math.exp(effect.conf_high), effect.p_value
    )


def statement_of_test(
    block: str,
    specification: str,
    outcome: str,
    term: str,
    statistic: float,
    p_value: float,
    *,
    n_obs: int,
    n_firms: int,
    estimator: str,
    note: str,
    contributions: tuple[Contribution, ...] = (),
) -> Estimate:
    """A test as an estimate: the statistic and its p-value, no interval."""
    return Estimate(
        block, specification, outcome, term, _finite(statistic), p_value=_finite(p_value), n_obs=n_obs,
        n_firms=n_firms, estimator=estimator, note=note, contributions=contributions,
    )  # fmt: skip


def collinear_note(fit: Fit) -> str:
    """A remark on regressors that were left out, or nothing."""
    if not fit.collinear:
        return ""
    names = ", ".join(name.replace("_", " ") for name in fit.collinear)
    return f"left out because the others determine it: {names}"


def singleton_note(fit: Fit) -> str:
    """A remark on rows alone in their fixed effect, or nothing."""
    return f"{fit.singletons} rows alone in a fixed effect" if fit.singletons >= 10 else ""


def lacking(what: str, columns: tuple[str, ...]) -> str:
    """The sentence for a missing input."""
    names = " and ".join(f"`{name}`" for name in columns)
    verb = "column is" if len(columns) == 1 else "columns are"
    return f"{what}: not computed, because the {verb} missing or empty: {names}."


def too_few(what: str, group: str, minimum: int) -> str:
    """The sentence for a group that is too small."""
    return f"{what}: not computed, because fewer than {minimum} firms are {group}."


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
