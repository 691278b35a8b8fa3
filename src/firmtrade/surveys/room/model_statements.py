"""Estimates of models: coefficients, effects, hypotheses, and every defensible analysis."""

from __future__ import annotations

from collections.abc import Iterator

from firmtrade.inference.effect_sizes import odds_ratio
from firmtrade.outputs import Estimate
from firmtrade.surveys.analysis import Analysis
from firmtrade.surveys.models.joint import SimpleSlope
from firmtrade.surveys.models.regression import Regression
from firmtrade.surveys.models.specification import FittedModel
from firmtrade.surveys.room.stated import stated


def model_estimates(analysis: Analysis) -> Iterator[Estimate]:
    for name, model in analysis.models.items():
        if not isinstance(model, FittedModel):
            continue
        for weighting, fit in (("unweighted", model.unweighted), ("weighted", model.weighted)):
            if fit is not None:
                yield from _regression(f"{name}, {weighting}", model, fit)
        yield from _effects(name, model)
        yield from _together(name, model)


def _regression(specification: str, model: FittedModel, fit: Regression) -> Iterator[Estimate]:
    low, high = fit.interval()
    outcome, estimator = model.declared.outcome, f"{fit.kind}, {fit.variance}"
    for place, term in enumerate(model.terms):
        yield stated(
            "models",
            specification,
            outcome,
            term,
            fit.coefficients[place],
            model.n,
            error=fit.std_errors[place],
            low=low[place],
            high=high[place],
            p_value=fit.p_values[place],
            estimator=estimator,
            note="; ".join(map(str, fit.problems)),
        )
    for place, threshold in enumerate(fit.thresholds):
        yield stated(
            "models",
            specification,
            outcome,
            f"threshold{place + 1}",
            threshold,
            model.n,
            error=fit.threshold_errors[place],
            estimator=estimator,
        )
    yield stated("models", specification, outcome, "r_squared", fit.r_squared, model.n, estimator=estimator)
    if fit is model.unweighted and model.proportional_odds is not None:
        yield stated(
            "models",
            specification,
            outcome,
            "proportional odds",
            model.proportional_odds.chi_square,
            model.n,
            p_value=model.proportional_odds.p_value,
            estimator="Brant",
            note=f"df {model.proportional_odds.degrees}",
        )


def _effects(name: str, model: FittedModel) -> Iterator[Estimate]:
    """Effect sizes of the unweighted model: partial correlations, or odds ratios and average marginal
    effects."""
    outcome, fit = model.declared.outcome, model.unweighted
    for place, term in enumerate(model.terms):
        if term == "intercept":
            continue
        size = model.effects[place]
        if size is not None:
            yield stated(
                "effects",
                name,
                outcome,
                term,
                size.value,
                model.n,
                low=size.low,
                high=size.high,
                estimator="partial correlation, interval of Fisher",
                note=size.strength,
            )
            continue
        ratio, low, high = odds_ratio(float(fit.coefficients[place]), float(fit.std_errors[place]))
        yield stated(
            "effects", name, outcome, term, ratio, model.n, low=low, high=high, estimator="odds ratio"
        )
        if model.marginal is not None:
            for column, effect in enumerate(model.marginal.effects[place]):
                label = f"{term}, category {column + 1}" if model.marginal.effects.shape[1] > 1 else term
                yield stated(
                    "marginal_effects",
                    name,
                    outcome,
                    label,
                    float(effect),
                    model.n,
                    error=float(model.marginal.std_errors[place, column]),
                    estimator="average marginal effect on the probability",
                )


def _together(name: str, model: FittedModel) -> Iterator[Estimate]:
    """Joint tests of contrasts, simple slopes of interactions, and Firth's estimates, of the unweighted model."""
    outcome, specification = model.declared.outcome, f"{name}, unweighted"
    for criterion, test in model.joint.items():
        law = "chi-square" if test.degrees is None else f"F with {test.degrees} residual df"
        yield stated(
            "models", specification, outcome, criterion, test.statistic, model.n, p_value=test.p_value,
            estimator=f"Wald test of all contrasts, {law}", note=f"df {test.contrasts}",
        )  # fmt: skip
    for slope in model.slopes:
        yield stated(
            "slopes", name, outcome, slope_term(slope), slope.slope, model.n, error=slope.std_error,
            low=slope.low, high=slope.high, p_value=slope.p_value, estimator="simple slope",
        )  # fmt: skip
    for term, effect in model.penalized.items():
        yield stated(
            "models", f"{name}, penalized", outcome, term, effect.estimate, model.n, error=effect.std_error,
            low=effect.conf_low, high=effect.conf_high, p_value=effect.p_value,
            estimator="logit with Firth's penalty, profile likelihood",
        )  # fmt: skip


def slope_term(slope: SimpleSlope) -> str:
    """The name of a simple slope: ``age at distance low``, or ``age at sector=2``."""
    where = (
        f"{slope.moderator}={slope.at or 'base'}" if slope.value is None else f"{slope.moderator} {slope.at}"
    )
    return f"{slope.term} at {where}"


def hypothesis_estimates(analysis: Analysis) -> Iterator[Estimate]:
    for verdict in analysis.verdicts:
        declared = verdict.hypothesis
        yield stated(
            "hypotheses",
            declared.id,
            declared.model,
            declared.term,
            verdict.estimate,
            verdict.n,
            error=verdict.std_error,
            low=verdict.low,
            high=verdict.high,
            p_value=verdict.corrected_p,
            estimator=f"corrected within {declared.family}",
            note=verdict.verdict + (f": {verdict.reason}" if verdict.reason else f", {verdict.strength}"),
        )


def multiverse_estimates(analysis: Analysis) -> Iterator[Estimate]:
    curve = analysis.multiverse
    if curve is None:
        return
    n = len(analysis.answers)
    for term, value in (
        ("median", curve.median),
        ("share_as_expected", curve.as_expected),
        ("share_against", curve.against),
    ):
        yield stated("multiverse", curve.hypothesis, "standardized effect", term, value, n)
