"""The premium by the share of turnover that is exported."""

from __future__ import annotations

import polars as pl

from firmtrade.evidence.options import EvidenceOptions
from firmtrade.evidence.panel import Panel
from firmtrade.evidence.phrases import phrase
from firmtrade.evidence.premia.models import BLOCK, SIZE, estimator_of, firm_years
from firmtrade.evidence.samples import Sample, contributions
from firmtrade.evidence.statements import (
    by_model,
    effects,
    estimate_of,
    lacking,
    not_computed,
    percent,
    too_few,
)
from firmtrade.inference.fixed_effects import fit_designs
from firmtrade.messages import Message
from firmtrade.outputs import Estimate


def intensity(panel: Panel, options: EvidenceOptions) -> tuple[list[Estimate], list[Message]]:
    """Productivity on the export share of turnover and its square, with the premium at three shares."""
    what = phrase("premia.intensity")
    missing = panel.lacks("export_value", "turnover", "value_added", "employment", "exporter")
    if missing:
        return [], [lacking(what, missing)]
    shares = ("export_intensity", "export_intensity_squared")
    outcome = "log_labor_productivity"
    sample = Sample(panel.population, firm_years(panel)).complete(
        [outcome, *SIZE, "export_intensity", "exporter"]
    )
    exporters = sample.rows.filter(pl.col("export_intensity") > 0)["firm"].n_unique()
    if exporters < options.minimum_firms or sample.n_firms - exporters < options.minimum_firms:
        return [], [too_few(what, phrase("groups.intensity"), options.minimum_firms)]
    estimates: list[Estimate] = []
    off: list[Message] = []
    positive = pl.col("export_intensity") > 0
    behind = contributions(sample.rows, {"exporter": positive, "not_exporter": ~positive})
    for model, firm_effects in (("pooled", False), ("firm_effects", True)):
        [fit] = fit_designs(
            sample.rows,
            outcome,
            [[*shares, *SIZE]],
            groups="cell",
            clusters="firm",
            within_clusters=firm_effects,
            compress_above=options.compress_above,
        )
        if fit is None or not set(shares) <= set(fit.names):
            off.append(not_computed(by_model(what, model), phrase("reasons.constant_share")))
            continue
        found = {name: fit.effect(name, options.level) for name in shares}
        for share in (0.25, 0.5, 0.75):
            effect = fit.contrast({shares[0]: share, shares[1]: share**2}, options.level)
            found[f"export share of {share:.0%} (percent)"] = percent(effect)
        note = sample.note(
            effects("firm_division_year" if firm_effects else "division_year", "size"),
            phrase("notes.clustered"),
            phrase("premia.capped"),
        )
        estimates += [
            estimate_of(
                BLOCK,
                f"intensity/{model}",
                outcome,
                term,
                effect,
                n_obs=fit.n_obs,
                n_firms=fit.n_clusters,
                estimator=estimator_of(firm_effects=firm_effects),
                note=note,
                contributions=behind,
            )
            for term, effect in found.items()
        ]
    return estimates, off
