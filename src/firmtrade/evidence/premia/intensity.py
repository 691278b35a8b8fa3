"""The premium by the share of turnover that is exported."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np

from firmtrade.evidence.options import EvidenceOptions
from firmtrade.evidence.panel import Panel
from firmtrade.evidence.phrases import named, phrase
from firmtrade.evidence.premia.firm_years import FirmYears, PremiaSample
from firmtrade.evidence.premia.models import BLOCK, EXPORTS, SIZE, estimator_of
from firmtrade.evidence.premia.questions import PremiaFindings, PremiaQuestion
from firmtrade.evidence.statements import (
    by_model,
    effects,
    estimate_of,
    lacking,
    not_computed,
    part_of,
    percent,
    too_few,
)
from firmtrade.inference.fits import Fit
from firmtrade.messages import Message

SHARES = ("export_intensity", "export_intensity_squared")
TOLD = (0.25, 0.5, 0.75)
"""Export shares at which the premium is told, where enough firms reach them: a square says nothing beyond its data."""
OUTCOME = "log_labor_productivity"


def intensity(
    panel: Panel, years: FirmYears, options: EvidenceOptions
) -> Iterator[PremiaFindings | PremiaQuestion]:
    """Productivity on the export share of turnover and its square, with the premium at three shares."""
    what = phrase("premia.intensity")
    missing = panel.lacks("export_value", "turnover", "value_added", "employment", "exporter")
    if missing:
        yield PremiaFindings(off=[lacking(what, missing)])
        return
    compared = years.compared([OUTCOME, *SIZE, SHARES[0], "exporter"])
    rows = compared.rows
    exporters, firms = np.count_nonzero(rows.having(EXPORTS)), np.count_nonzero(rows.sizes)
    if exporters < options.minimum_firms or firms - exporters < options.minimum_firms:
        yield PremiaFindings(off=[too_few(what, phrase("groups.intensity"), options.minimum_firms)])
        return

    for firm_effects in (False, True):
        yield PremiaQuestion(
            rows,
            [(OUTCOME, (*SHARES, *SIZE))],
            firm_effects,
            partial(_told_by, what, compared, firm_effects, options),
        )


def _told_by(
    what: Message,
    compared: PremiaSample,
    firm_effects: bool,
    options: EvidenceOptions,
    fits: Sequence[Fit | None],
) -> PremiaFindings:
    [fit] = fits
    model = "firm_effects" if firm_effects else "pooled"
    if fit is None or not set(SHARES) <= set(fit.names):
        return PremiaFindings(off=[not_computed(by_model(what, model), phrase("reasons.constant_share"))])
    found = {name: fit.effect(name, options.level) for name in SHARES}
    shares = compared.rows.years.frame[SHARES[0]].fill_null(0).to_numpy()
    off = []
    for share in TOLD:
        term = f"export share of {share:.0%} (percent)"
        if compared.rows.firms_where(shares >= share) < options.minimum_firms:
            beyond = part_of(by_model(what, model), named(term))
            off.append(too_few(beyond, phrase("groups.of_share"), options.minimum_firms))
            continue
        found[term] = percent(fit.contrast({SHARES[0]: share, SHARES[1]: share**2}, options.level))
    note = compared.note(
        effects("firm_division_year" if firm_effects else "division_year", "size"),
        phrase("notes.clustered"),
        phrase("premia.capped"),
    )
    return PremiaFindings(
        [
            estimate_of(
                BLOCK,
                f"intensity/{model}",
                OUTCOME,
                term,
                effect,
                n_obs=fit.n_obs,
                n_firms=fit.n_clusters,
                estimator=estimator_of(firm_effects=firm_effects),
                note=note,
                contributions=compared.rows.behind(EXPORTS, name="exporter"),
            )
            for term, effect in found.items()
        ],
        off=off,
    )
