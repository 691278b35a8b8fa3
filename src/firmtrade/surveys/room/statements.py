"""Estimates and curves of a survey, as the values that every room states."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from firmtrade.inference.effect_sizes import odds_ratio
from firmtrade.outputs import Contribution, Curve, CurvePoint, Estimate
from firmtrade.surveys.analysis import Analysis
from firmtrade.surveys.models.joint import SimpleSlope
from firmtrade.surveys.models.regression import Regression
from firmtrade.surveys.models.specification import FittedModel
from firmtrade.surveys.room.correlations import correlation_estimates
from firmtrade.surveys.room.question_statements import question_estimates


def _count(n: int) -> tuple[Contribution, ...]:
    """The firms behind a number: each counts once."""
    return (Contribution("count", n, n, n, min(n, 1), int(n > 1)),)


def _known(value: float | None) -> float | None:
    return None if value is None or not np.isfinite(value) else float(value)


def _estimate(
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
    return Estimate(
        f"survey.{block}",
        specification,
        outcome,
        term,
        _known(value),
        _known(error),
        _known(low),
        _known(high),
        _known(p_value),
        n,
        n,
        estimator,
        note,
        _count(n),
    )


def estimates(analysis: Analysis) -> tuple[Estimate, ...]:
    """Every number of the analysis that is no cell of a table."""
    return (
        *question_estimates(analysis),
        *_response(analysis),
        *_representativeness(analysis),
        *_scales(analysis),
        *correlation_estimates(analysis),
        *_models(analysis),
        *_hypotheses(analysis),
        *_multiverse(analysis),
    )


def _response(analysis: Analysis) -> Iterator[Estimate]:
    if analysis.rates is None:
        return
    n = sum(analysis.rates.counts.values())
    for name in type(analysis.rates).__slots__:
        if name != "counts":
            yield _estimate("response", "aapor", "disposition", name, getattr(analysis.rates, name), n)


def _representativeness(analysis: Analysis) -> Iterator[Estimate]:
    n = len(analysis.answers)
    for found in analysis.comparisons:
        yield _estimate(
            "representativeness",
            found.attribute,
            "frame",
            "chi_square",
            found.chi_square,
            n,
            p_value=found.p_value,
            estimator="respondents against the drawn sample",
            note=f"df {found.degrees}",
        )
    for name, wave in analysis.waves.items():
        yield _estimate(
            "waves",
            name,
            "first - last",
            "difference",
            wave.difference,
            sum(wave.n),
            low=wave.low,
            high=wave.high,
            p_value=wave.p_value,
            estimator="Welch, interval of 90%",
        )
    if analysis.r_indicator is not None:
        yield _estimate("representativeness", "sample", "response", "r_indicator", analysis.r_indicator, n)
    if analysis.weights is not None:
        found_ = analysis.weights.diagnostics
        for name in type(found_).__slots__:
            yield _estimate("weights", "final", "weight", name, getattr(found_, name), n)


def _scales(analysis: Analysis) -> Iterator[Estimate]:
    scales = analysis.scales
    for scale, found in scales.reliability.items():
        n = found.alpha.n
        yield _estimate(
            "reliability",
            scale,
            "alpha",
            "raw",
            found.alpha.raw,
            n,
            low=found.alpha.low,
            high=found.alpha.high,
            estimator="Cronbach, interval of Feldt",
        )
        for term, value in (
            ("composite_reliability", found.composite),
            ("average_variance", found.extracted),
        ):
            yield _estimate("reliability", scale, term, "confirmatory", value, n)
        if found.omega is not None:
            yield _estimate("reliability", scale, "omega", "total", found.omega.total, n)
    n = scales.n
    if scales.kmo is not None:
        yield _estimate("factors", "all items", "kmo", "overall", scales.kmo.overall, n)
    if scales.bartlett is not None:
        yield _estimate(
            "factors",
            "all items",
            "bartlett",
            "chi_square",
            scales.bartlett.chi_square,
            n,
            p_value=scales.bartlett.p_value,
            note=f"df {scales.bartlett.degrees}",
        )
    if scales.exploratory is not None:
        for row, item in enumerate(scales.items):
            for column in range(scales.exploratory.loadings.shape[1]):
                yield _estimate(
                    "factors",
                    "exploratory",
                    item,
                    f"factor{column + 1}",
                    scales.exploratory.loadings[row, column],
                    n,
                    estimator=f"{scales.exploratory.method}, {scales.exploratory.rotation}",
                )
    if scales.confirmatory is not None:
        yield from _confirmatory(analysis)
    if scales.htmt is not None:
        for a, one in enumerate(scales.factors):
            for b in range(a):
                low = scales.htmt.low[a, b] if scales.htmt.low is not None else None
                high = scales.htmt.high[a, b] if scales.htmt.high is not None else None
                yield _estimate(
                    "validity", "htmt", one, scales.factors[b], scales.htmt.ratio[a, b], n, low=low, high=high
                )
    if scales.harman is not None:
        yield _estimate(
            "common_method", "harman", "variance, %", "first component", scales.harman.component, n
        )
    if scales.marker is not None:
        yield _estimate(
            "common_method", "marker", "correlation", "method", scales.marker.method_correlation, n
        )
    if scales.collinearity is not None:
        for name, value in zip(
            analysis.loaded.plan.measurement.factors, scales.collinearity.inflation, strict=True
        ):
            yield _estimate("common_method", "full collinearity", name, "inflation", float(value), n)


def _confirmatory(analysis: Analysis) -> Iterator[Estimate]:
    scales = analysis.scales
    model = scales.confirmatory
    assert model is not None
    note = "; ".join(map(str, model.problems))
    for name in type(model.fit).__slots__:
        yield _estimate(
            "factors",
            "confirmatory",
            "fit",
            name,
            getattr(model.fit, name),
            model.n,
            estimator="maximum likelihood",
            note=note,
        )
    for column, (factor, items) in enumerate(model.model.factors.items()):
        for item in items:
            row = model.model.items.index(item)
            yield _estimate(
                "factors",
                "confirmatory",
                item,
                factor,
                model.standardized[row, column],
                model.n,
                error=model.standardized_errors[row, column],
                estimator="maximum likelihood, standardized",
            )


def _models(analysis: Analysis) -> Iterator[Estimate]:
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
        yield _estimate(
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
        yield _estimate(
            "models",
            specification,
            outcome,
            f"threshold{place + 1}",
            threshold,
            model.n,
            error=fit.threshold_errors[place],
            estimator=estimator,
        )
    yield _estimate(
        "models", specification, outcome, "r_squared", fit.r_squared, model.n, estimator=estimator
    )
    if fit is model.unweighted and model.proportional_odds is not None:
        yield _estimate(
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
            yield _estimate(
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
        yield _estimate(
            "effects", name, outcome, term, ratio, model.n, low=low, high=high, estimator="odds ratio"
        )
        if model.marginal is not None:
            for column, effect in enumerate(model.marginal.effects[place]):
                label = f"{term}, category {column + 1}" if model.marginal.effects.shape[1] > 1 else term
                yield _estimate(
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
        yield _estimate(
            "models", specification, outcome, criterion, test.statistic, model.n, p_value=test.p_value,
            estimator=f"Wald test of all contrasts, {law}", note=f"df {test.contrasts}",
        )  # fmt: skip
    for slope in model.slopes:
        yield _estimate(
            "slopes", name, outcome, slope_term(slope), slope.slope, model.n, error=slope.std_error,
            low=slope.low, high=slope.high, p_value=slope.p_value, estimator="simple slope",
        )  # fmt: skip
    for term, effect in model.penalized.items():
        yield _estimate(
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


def _hypotheses(analysis: Analysis) -> Iterator[Estimate]:
    for verdict in analysis.verdicts:
        declared = verdict.hypothesis
        yield _estimate(
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


def _multiverse(analysis: Analysis) -> Iterator[Estimate]:
    curve = analysis.multiverse
    if curve is None:
        return
    n = len(analysis.answers)
    for term, value in (
        ("median", curve.median),
        ("share_as_expected", curve.as_expected),
        ("share_against", curve.against),
    ):
        yield _estimate("multiverse", curve.hypothesis, "standardized effect", term, value, n)


def curves(analysis: Analysis) -> tuple[Curve, ...]:
    """The specification curve, and the eigenvalues of parallel analysis."""
    found = []
    if analysis.multiverse is not None:
        table = analysis.multiverse.table
        points = tuple(
            CurvePoint(float(place), row["estimate"], row["low"], row["high"], row["n"])
            for place, row in enumerate(table.iter_rows(named=True), 1)
        )
        n = len(analysis.answers)
        found.append(
            Curve(
                "survey.multiverse",
                analysis.multiverse.hypothesis,
                "standardized effect",
                "specifications",
                points,
                "Specification",
                "Standardized effect",
                n,
                "least squares and ordered logit",
                "",
                _count(n),
            )
        )
    parallel = analysis.scales.parallel
    if parallel is not None:
        for series, values in (("observed", parallel.observed), ("reference", parallel.reference)):
            points = tuple(CurvePoint(float(place), float(value)) for place, value in enumerate(values, 1))
            found.append(
                Curve(
                    "survey.factors",
                    "parallel analysis",
                    "eigenvalue",
                    series,
                    points,
                    "Component",
                    "Eigenvalue",
                    analysis.scales.n,
                    f"permutation, quantile {parallel.quantile:g}",
                    "",
                    _count(analysis.scales.n),
                )
            )
    return tuple(found)
