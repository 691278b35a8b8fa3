"""From fits to statements: estimates, their percent form, and the phrases where none can be."""

from __future__ import annotations

import math

from firmtrade.evidence.phrases import Phrase, named, phrase
from firmtrade.inference.fits import Effect, Fit
from firmtrade.outputs import Contribution, Estimate

_LARGEST_LOGARITHM = math.log(1e12)
"""A factor beyond this is the sign of a regressor that hardly varies; its logarithm stands beside it."""


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

    def change(value: float) -> float:
        return 100 * math.expm1(value) if value < _LARGEST_LOGARITHM else math.inf

    error = (100 + change(effect.estimate)) * effect.std_error
    return Effect(
        change(effect.estimate), error, change(effect.conf_low), change(effect.conf_high), effect.p_value
    )


def ratio(effect: Effect) -> Effect:
    """A log hazard ratio as a hazard ratio: the interval transformed, the error by the delta method."""
    value = _exp(effect.estimate)
    return Effect(
        value, value * effect.std_error, _exp(effect.conf_low), _exp(effect.conf_high), effect.p_value
    )


def _exp(value: float) -> float:
    """The exponential; infinite, hence absent from what is published, where it is no number a reader can use."""
    return math.exp(value) if value < _LARGEST_LOGARITHM else math.inf


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
    return phrase("notes.collinear", names=tuple(map(named, fit.collinear)))


def separated_note(fit: Fit) -> str:
    """A remark on regressors without an estimate because they separate, or nothing."""
    if not fit.separated:
        return ""
    return phrase("notes.separated", names=tuple(map(named, fit.separated)))


def singleton_note(fit: Fit) -> str:
    """A remark on rows alone in their fixed effect, or nothing."""
    return phrase("notes.singletons", count=fit.singletons) if fit.singletons >= 10 else ""


def not_computed(what: str, reason: str) -> Phrase:
    """What is not there, and why."""
    return phrase("off.not_computed", what=what, reason=reason)


def lacking(what: str, columns: tuple[str, ...]) -> Phrase:
    """What a missing input switches off."""
    key = "reasons.column" if len(columns) == 1 else "reasons.columns"
    return not_computed(what, phrase(key, names=tuple(f"`{column}`" for column in columns)))


def too_few(what: str, group: str, minimum: int) -> Phrase:
    """What a group that is too small switches off."""
    return not_computed(what, phrase("reasons.few", minimum=minimum, group=group))


def of_status(status: str) -> Phrase:
    """The group of firms that have a status."""
    return phrase("groups.status", status=named(status))


def part_of(what: str, part: str) -> Phrase:
    """A part of what is asked: one outcome of it, say."""
    return phrase("off.part", what=what, part=part)


def by_model(what: str, model: str) -> Phrase:
    """What is asked, by one model."""
    return phrase("off.model", what=what, model=named(model))


def effects(base: str, *controls: str) -> Phrase:
    """The fixed effects and controls of a model, by their keys."""
    return phrase("notes.effects", parts=tuple(phrase(f"effects.{key}") for key in (base, *controls)))


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
