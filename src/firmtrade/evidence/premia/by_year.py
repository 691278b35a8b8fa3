"""The premium of exporters year by year."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from firmtrade.evidence.options import EvidenceOptions
from firmtrade.evidence.phrases import phrase
from firmtrade.evidence.premia.firm_years import PremiaSample
from firmtrade.evidence.premia.models import BLOCK, PremiaModel, estimator_of, exporter_in
from firmtrade.evidence.premia.questions import PremiaFindings, PremiaQuestion
from firmtrade.evidence.statements import percent
from firmtrade.inference.fits import Fit
from firmtrade.outputs import Curve, CurvePoint


def by_year(
    compared: PremiaSample, outcome: str, model: PremiaModel, options: EvidenceOptions
) -> PremiaQuestion | None:
    """The exporter premium of each year, from one model with the status interacted with years."""
    rows, minimum = compared.rows, options.minimum_firms
    calendar = rows.years.frame["year"].to_numpy()
    known, firms = np.unique(calendar[rows.used], return_counts=True)
    traders = {year: int(np.count_nonzero(rows.used & rows.years.flag(exporter_in(year)))) for year in known}
    years = [
        int(year)
        for year, count in zip(known, firms, strict=True)
        if traders[year] >= minimum and count - traders[year] >= minimum
    ]
    if len(years) < 2:
        return None
    if len(years) < len(known):
        rows = rows.years.rows(rows.used & np.isin(calendar, years))

    def told_by(fits: Sequence[Fit | None]) -> PremiaFindings:
        [fit] = fits
        if fit is None:
            return PremiaFindings()
        points = []
        for year in years:
            if exporter_in(year) in fit.names:
                effect = percent(fit.effect(exporter_in(year), options.level))
                points.append(
                    CurvePoint(year, effect.estimate, effect.conf_low, effect.conf_high, traders[year])
                )
        curve = Curve(
            BLOCK,
            "exporter/pooled/by_year",
            outcome,
            "exporter",
            tuple(points),
            x_label="year",
            y_label="premium of exporters, percent",
            n_firms=fit.n_clusters,
            estimator=estimator_of(firm_effects=False),
            note=compared.note(model.words, phrase("premia.interacted"), phrase("premia.exporters_at_risk")),
            contributions=rows.behind("exporter"),
        )
        return PremiaFindings(curves=[curve])

    return PremiaQuestion(rows, [(outcome, (*map(exporter_in, years), *model.controls))], False, told_by)
