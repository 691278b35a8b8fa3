"""The verdict on every declared hypothesis, corrected within its family."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from firmtrade.inference.corrections import corrected
from firmtrade.inference.effect_sizes import EffectSize, strength
from firmtrade.messages import Slot, message
from firmtrade.surveys.models.specification import FittedModel, UnfittedModel
from firmtrade.surveys.plan import Hypothesis, HypothesisFamily


@dataclass(frozen=True, slots=True)
class HypothesisVerdict:
    """One hypothesis: ``supported``, ``contradicted`` (significant the other way), ``not_supported`` or
    ``not_tested``.

    ``strength`` is Cohen's word for the standardized coefficient taken as a correlation, ``agrees`` whether
    the other way of weighting gives the same verdict before correction.
    """

    hypothesis: Hypothesis
    verdict: str
    estimate: float | None
    std_error: float | None
    low: float | None
    high: float | None
    p_value: float | None
    corrected_p: float | None
    standardized: float | None
    effect: EffectSize | None
    strength: str
    agrees: bool | None
    n: int
    reason: Slot = ""


def _untested(hypothesis: Hypothesis, reason: Slot) -> HypothesisVerdict:
    return HypothesisVerdict(
        hypothesis, "not_tested", None, None, None, None, None, None, None, None, "", None, 0, reason
    )  # fmt: skip


def _judged(sign: str, estimate: float, p_value: float, level: float) -> str:
    if np.isnan(p_value) or p_value >= level:
        return "not_supported"
    if sign == "either" or (estimate > 0) == (sign == "+"):
        return "supported"
    return "contradicted"


def judge(
    hypotheses: tuple[Hypothesis, ...],
    families: Mapping[str, HypothesisFamily],
    models: Mapping[str, FittedModel | UnfittedModel],
    primary: str = "unweighted",
) -> tuple[HypothesisVerdict, ...]:
    """Test every hypothesis, correct within families, and say what the data say.

    A two-sided test is used throughout: a significant effect against the expectation is a finding too. A
    hypothesis whose model could not be fitted is no member of its family.
    """
    found = [_test(hypothesis, models.get(hypothesis.model), primary) for hypothesis in hypotheses]
    for name, family in families.items():
        members = [place for place, verdict in enumerate(found) if verdict.hypothesis.family == name]
        values = np.array([_nan(found[place].p_value) for place in members], dtype=float)
        for place, p_value in zip(members, corrected(values, family.correction), strict=True):
            verdict = found[place]
            if verdict.estimate is None or np.isnan(p_value):
                continue
            outcome = _judged(verdict.hypothesis.sign, verdict.estimate, float(p_value), family.level)
            found[place] = replace(verdict, corrected_p=float(p_value), verdict=outcome)
    return tuple(found)


def _nan(value: float | None) -> float:
    return float("nan") if value is None else value


def _test(
    hypothesis: Hypothesis, model: FittedModel | UnfittedModel | None, primary: str
) -> HypothesisVerdict:
    if model is None or isinstance(model, UnfittedModel):
        return _untested(hypothesis, model.reason if model else message("problems.not_fitted"))
    if hypothesis.term not in model.terms:
        return _untested(hypothesis, message("problems.no_contrast"))
    place = model.terms.index(hypothesis.term)
    use_weighted = primary == "weighted" and model.weighted is not None
    fit = model.weighted if use_weighted and model.weighted else model.unweighted
    other = model.unweighted if use_weighted else model.weighted
    if not fit.converged:
        return _untested(hypothesis, fit.problems[0])
    low, high = fit.interval()
    estimate, p_value = float(fit.coefficients[place]), float(fit.p_values[place])
    agrees = None
    if other is not None and other.converged:
        alone = _judged(hypothesis.sign, estimate, p_value, 0.05)
        agrees = alone == _judged(
            hypothesis.sign, float(other.coefficients[place]), float(other.p_values[place]), 0.05
        )
    standardized = float(model.standardized[place])
    return HypothesisVerdict(
        hypothesis, "not_supported", estimate, float(fit.std_errors[place]), float(low[place]),
        float(high[place]), p_value, None, standardized, model.effects[place], strength("r", standardized),
        agrees, model.n,
    )  # fmt: skip
