"""Estimates of scales: factors, reliability, validity and the confirmatory model."""

from __future__ import annotations

from collections.abc import Iterator

from firmtrade.outputs import Estimate
from firmtrade.surveys.analysis import Analysis
from firmtrade.surveys.room.stated import stated


def scale_estimates(analysis: Analysis) -> Iterator[Estimate]:
    scales = analysis.scales
    for scale, found in scales.reliability.items():
        n = found.alpha.n
        yield stated(
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
            yield stated("reliability", scale, term, "confirmatory", value, n)
        if found.omega is not None:
            yield stated("reliability", scale, "omega", "total", found.omega.total, n)
    n = scales.n
    if scales.kmo is not None:
        yield stated("factors", "all items", "kmo", "overall", scales.kmo.overall, n)
    if scales.bartlett is not None:
        yield stated(
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
                yield stated(
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
                yield stated(
                    "validity", "htmt", one, scales.factors[b], scales.htmt.ratio[a, b], n, low=low, high=high
                )
    if scales.harman is not None:
        yield stated("common_method", "harman", "variance, %", "first component", scales.harman.component, n)
    if scales.marker is not None:
        yield stated("common_method", "marker", "correlation", "method", scales.marker.method_correlation, n)
    if scales.collinearity is not None:
        for name, value in zip(
            analysis.loaded.plan.measurement.factors, scales.collinearity.inflation, strict=True
        ):
            yield stated("common_method", "full collinearity", name, "inflation", float(value), n)


def _confirmatory(analysis: Analysis) -> Iterator[Estimate]:
    scales = analysis.scales
    model = scales.confirmatory
    assert model is not None
    note = "; ".join(map(str, model.problems))
    for name in type(model.fit).__slots__:
        yield stated(
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
            yield stated(
                "factors",
                "confirmatory",
                item,
                factor,
                model.standardized[row, column],
                model.n,
                error=model.standardized_errors[row, column],
                estimator="maximum likelihood, standardized",
            )
