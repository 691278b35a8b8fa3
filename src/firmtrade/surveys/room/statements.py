"""Estimates and curves of a survey, as the values that every room states."""

from __future__ import annotations

from collections.abc import Iterator

from firmtrade.outputs import Curve, CurvePoint, Estimate
from firmtrade.surveys.analysis import Analysis
from firmtrade.surveys.room.correlations import correlation_estimates
from firmtrade.surveys.room.ledger import ones
from firmtrade.surveys.room.model_statements import (
    hypothesis_estimates,
    model_estimates,
    multiverse_estimates,
)
from firmtrade.surveys.room.question_statements import question_estimates
from firmtrade.surveys.room.scale_statements import scale_estimates
from firmtrade.surveys.room.stated import stated


def estimates(analysis: Analysis) -> tuple[Estimate, ...]:
    """Every number of the analysis that is no cell of a table."""
    return (
        *question_estimates(analysis),
        *_response(analysis),
        *_representativeness(analysis),
        *scale_estimates(analysis),
        *correlation_estimates(analysis),
        *model_estimates(analysis),
        *hypothesis_estimates(analysis),
        *multiverse_estimates(analysis),
    )


def _response(analysis: Analysis) -> Iterator[Estimate]:
    if analysis.rates is None:
        return
    n = sum(analysis.rates.counts.values())
    for name in type(analysis.rates).__slots__:
        if name != "counts":
            yield stated("response", "aapor", "disposition", name, getattr(analysis.rates, name), n)


def _representativeness(analysis: Analysis) -> Iterator[Estimate]:
    n = len(analysis.answers)
    for found in analysis.comparisons:
        yield stated(
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
        yield stated(
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
        yield stated("representativeness", "sample", "response", "r_indicator", analysis.r_indicator, n)
    if analysis.weights is not None:
        found_ = analysis.weights.diagnostics
        for name in type(found_).__slots__:
            yield stated("weights", "final", "weight", name, getattr(found_, name), n)


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
                (ones("count", n),),
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
                    (ones("count", analysis.scales.n),),
                )
            )
    return tuple(found)
