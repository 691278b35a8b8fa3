"""The section on the scales: reliability, factors, validity, method variance."""

from __future__ import annotations

import polars as pl

from firmtrade.survey.analysis import Analysis
from firmtrade.survey.room.phrases import Phrases
from firmtrade.survey.room.sections import ChartSpec, Entry, Section, TableSpec

Row = tuple[Entry, ...]
Notes = tuple[str, ...]


def scales_section(analysis: Analysis, say: Phrases, notes: Notes) -> Section:
    """Everything that was found about the scales; steps that failed are told in paragraphs."""
    scales = analysis.scales
    paragraphs: list[str] = []
    if scales.kmo and scales.bartlett and scales.parallel and scales.map_test:
        paragraphs.append(
            say.paragraph(
                "scales",
                n=scales.n,
                items=len(scales.items),
                kmo=say.number(scales.kmo.overall, 3),
                chi=say.number(scales.bartlett.chi_square, 1),
                df=scales.bartlett.degrees,
                parallel=scales.parallel.retained,
                map=scales.map_test.retained,
            )
        )
    tables = [_reliability(analysis, say, notes)]
    if scales.exploratory is not None:
        tables.append(_loadings(analysis, say, notes))
    if scales.confirmatory is not None:
        fit = scales.confirmatory.fit
        paragraphs.append(
            say.paragraph(
                "fit",
                k=len(scales.factors),
                chi=say.number(fit.chi_square, 1),
                df=fit.degrees,
                cfi=say.number(fit.cfi, 3),
                tli=say.number(fit.tli, 3),
                rmsea=say.number(fit.rmsea, 3),
                low=say.number(fit.rmsea_low, 3),
                high=say.number(fit.rmsea_high, 3),
                srmr=say.number(fit.srmr, 3),
            )
        )
        tables += _confirmatory(analysis, say, notes)
    if scales.htmt is not None:
        ratios = scales.htmt.ratio
        rows: list[Row] = [
            (name, *(float(ratios[place, other]) if other < place else None for other in range(len(ratios))))
            for place, name in enumerate(scales.factors)
        ]
        heads = (say.column("scale"), *scales.factors)
        tables.append(TableSpec("htmt", say.table("htmt"), heads, tuple(rows), 3, notes))
    tables.append(_common_method(analysis, say, notes))
    paragraphs += list(scales.problems)
    return Section(
        "scales", say.section("scales"), tuple(paragraphs), tuple(tables), _eigenvalues(analysis, say)
    )


def _reliability(analysis: Analysis, say: Phrases, notes: Notes) -> TableSpec:
    rows: tuple[Row, ...] = tuple(
        (
            analysis.loaded.plan.scales[scale].label.say(say.language),
            len(found.items),
            found.alpha.raw,
            found.alpha.low,
            found.alpha.high,
            found.omega.total if found.omega else None,
            found.composite,
            found.extracted,
            found.alpha.n,
        )
        for scale, found in analysis.scales.reliability.items()
    )
    heads = (
        *say.columns("scale", "items"),
        "alpha",
        *say.columns("low", "high"),
        "omega",
        "CR",
        "AVE",
        say.column("n"),
    )
    return TableSpec("reliability", say.table("reliability"), heads, rows, 3, notes)


def _loadings(analysis: Analysis, say: Phrases, notes: Notes) -> TableSpec:
    solution = analysis.scales.exploratory
    assert solution is not None
    rows: tuple[Row, ...] = tuple(
        (item, *(float(value) for value in solution.loadings[place]), float(solution.communalities[place]))
        for place, item in enumerate(analysis.scales.items)
    )
    numbered = (f"{say.column('factor')} {place + 1}" for place in range(solution.loadings.shape[1]))
    heads = (say.column("item"), *numbered, say.column("communality"))
    return TableSpec("loadings", say.table("loadings"), heads, rows, 3, (*solution.problems, *notes))


def _confirmatory(analysis: Analysis, say: Phrases, notes: Notes) -> list[TableSpec]:
    model = analysis.scales.confirmatory
    assert model is not None
    fit: tuple[Row, ...] = tuple((name, getattr(model.fit, name)) for name in type(model.fit).__slots__)
    rows: tuple[Row, ...] = tuple(
        (
            analysis.loaded.plan.scales[factor].label.say(say.language),
            item,
            float(model.standardized[model.model.items.index(item), column]),
            float(model.standardized_errors[model.model.items.index(item), column]),
        )
        for column, (factor, items) in enumerate(model.model.factors.items())
        for item in items
    )
    remarks = (*model.problems, *notes)
    return [
        TableSpec("fit", say.table("fit"), say.columns("index", "value"), fit, 3, remarks),
        TableSpec(
            "confirmatory",
            say.table("confirmatory"),
            say.columns("scale", "item", "loading", "error"),
            rows,
            3,
            remarks,
        ),
    ]


def _common_method(analysis: Analysis, say: Phrases, notes: Notes) -> TableSpec:
    scales = analysis.scales
    rows: list[Row] = []
    if scales.harman is not None:
        rows.append((say.sentence("harman_component"), scales.harman.component))
        rows.append((say.sentence("harman_factor"), scales.harman.factor))
    if scales.marker is not None:
        rows.append((say.sentence("marker_correlation"), scales.marker.method_correlation))
    if scales.collinearity is not None:
        rows += [
            (f"VIF {name}", float(value))
            for name, value in zip(
                analysis.loaded.plan.measurement.factors, scales.collinearity.inflation, strict=True
            )
        ]
    heads = say.columns("index", "value")
    return TableSpec("common", say.table("common"), heads, tuple(rows), 2, (say.note("harman"), *notes))


def _eigenvalues(analysis: Analysis, say: Phrases) -> tuple[ChartSpec, ...]:
    parallel = analysis.scales.parallel
    if parallel is None:
        return ()
    data = pl.DataFrame(
        [
            {"component": place, "series": series, "eigenvalue": float(value)}
            for series, values in (("observed", parallel.observed), ("reference", parallel.reference))
            for place, value in enumerate(values, 1)
        ]
    )
    title = say.sentence("parallel")
    return (
        ChartSpec(
            "eigenvalues",
            "eigenvalues",
            title,
            f"{title}: {parallel.retained}",
            data,
            {"x": "component", "y": "eigenvalue", "color": "series"},
        ),
    )
