"""From fits to statements: estimates, their percent form, and the phrases where none can be."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from firmtrade.evidence.phrases import commas, named, phrase, remarked
from firmtrade.inference.corrections import holm
from firmtrade.inference.fits import Effect, Fit
from firmtrade.messages import Code, Count, Firms, Listing, Message, Slot
from firmtrade.outputs import CellKey, Contribution, Estimate

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
    estimator: Slot,
    note: Slot,
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
    estimator: Slot,
    note: Slot,
    contributions: tuple[Contribution, ...] = (),
) -> Estimate:
    """A test as an estimate: the statistic and its p-value, no interval."""
    return Estimate(
        block, specification, outcome, term, _finite(statistic), p_value=_finite(p_value), n_obs=n_obs,
        n_firms=n_firms, estimator=estimator, note=note, contributions=contributions,
    )  # fmt: skip


def by_holm(tests: Sequence[Estimate], term: Callable[[str], str], family: Slot) -> dict[CellKey, Estimate]:
    """The tests of a family once more with their p-values by Holm, by the keys of the plain ones.

    ``term`` gives the new term from the old, ``family`` is a remark that names the family. A test that could not be
    made is no member of it and is left out.
    """
    p_values = holm(np.array([math.nan if each.p_value is None else each.p_value for each in tests]))
    return {
        each.key: replace(each, term=term(each.term), p_value=p_value, note=remarked(each.note, family))
        for each, p_value in zip(tests, p_values.tolist(), strict=True)
        if not math.isnan(p_value)
    }


def collinear_note(fit: Fit) -> Slot:
    """A remark on regressors that were left out, or nothing."""
    if not fit.collinear:
        return ""
    return phrase("notes.collinear", names=commas(*map(named, fit.collinear)))


def separated_note(fit: Fit) -> Slot:
    """A remark on regressors without an estimate because they separate, or nothing."""
    if not fit.separated:
        return ""
    return phrase("notes.separated", names=commas(*map(named, fit.separated)))


def singleton_note(fit: Fit) -> Slot:
    """A remark on rows alone in their fixed effect, or nothing."""
    return phrase("notes.singletons", count=Count(fit.singletons)) if fit.singletons >= 10 else ""


def not_computed(what: Slot, reason: Slot) -> Message:
    """What is not there, and why."""
    return phrase("off.not_computed", what=what, reason=reason)


def lacking(what: Slot, columns: tuple[str, ...]) -> Message:
    """What a missing input switches off."""
    key = "reasons.column" if len(columns) == 1 else "reasons.columns"
    return not_computed(what, phrase(key, names=Listing(tuple(map(Code, columns)))))


def too_few(what: Slot, group: Slot, minimum: int) -> Message:
    """What a group that is too small switches off."""
    return not_computed(what, phrase("reasons.few", minimum=Firms(minimum), group=group))


def of_status(status: str) -> Message:
    """The group of firms that have a status."""
    return phrase("groups.status", status=named(status))


def part_of(what: Slot, part: Slot) -> Message:
    """A part of what is asked: one outcome of it, say."""
    return phrase("off.part", what=what, part=part)


def by_model(what: Slot, model: str) -> Message:
    """What is asked, by one model."""
    return phrase("off.model", what=what, model=named(model))


def effects(base: str, *controls: str) -> Message:
    """The fixed effects and controls of a model, by their keys."""
    return phrase("notes.effects", parts=commas(*(phrase(f"effects.{key}") for key in (base, *controls))))


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
