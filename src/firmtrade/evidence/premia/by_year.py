"""The premium of exporters year by year."""

from __future__ import annotations

import polars as pl

from firmtrade.evidence.options import EvidenceOptions
from firmtrade.evidence.phrases import phrase
from firmtrade.evidence.premia.models import BLOCK, PremiaModel, estimator_of
from firmtrade.evidence.samples import Sample, contributions
from firmtrade.evidence.statements import percent
from firmtrade.inference.fixed_effects import fit_designs
from firmtrade.outputs import Curve, CurvePoint


def by_year(sample: Sample, outcome: str, model: PremiaModel, options: EvidenceOptions) -> list[Curve]:
    """The exporter premium of each year, from one model with the status interacted with years."""
    rows, minimum = sample.rows, options.minimum_firms
    counts = (
        rows.group_by("year").agg(pl.col("exporter").sum().alias("with"), pl.len().alias("all")).sort("year")
    )
    years = [
        year
        for year, traders, firms in counts.iter_rows()
        if traders >= minimum and firms - traders >= minimum
    ]
    names = [f"exporter_{year}" for year in years]
    flags = [(pl.col("exporter") & (pl.col("year") == year)).alias(f"exporter_{year}") for year in years]
    rows = rows.filter(pl.col("year").is_in(years)).with_columns(flags)
    if len(years) < 2:
        return []
    [fit] = fit_designs(
        rows,
        outcome,
        [[*names, *model.controls]],
        groups="cell",
        clusters="firm",
        compress_above=options.compress_above,
    )
    if fit is None:
        return []
    points = []
    for year, name in zip(years, names, strict=True):
        if name in fit.names:
            effect = percent(fit.effect(name, options.level))
            at_risk = rows.filter(pl.col(name))["firm"].n_unique()
            points.append(CurvePoint(year, effect.estimate, effect.conf_low, effect.conf_high, at_risk))
    return [
        Curve(
            BLOCK,
            "exporter/pooled/by_year",
            outcome,
            "exporter",
            tuple(points),
            x_label="year",
            y_label="premium of exporters, percent",
            n_firms=fit.n_clusters,
            estimator=estimator_of(firm_effects=False),
            note=sample.note(model.words, phrase("premia.interacted"), phrase("premia.exporters_at_risk")),
            contributions=contributions(
                rows, {"exporter": pl.col("exporter"), "not_exporter": ~pl.col("exporter")}
            ),
        )
    ]
