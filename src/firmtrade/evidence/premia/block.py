"""Premia: how much more productive, better paying and larger traders are than other firms of their industry.

The models of the International Study Group on Exports and Productivity (ISGEP 2008, *Review of World
Economics* 144: 596-635): a log outcome on trade status, division x year effects, size controls; then with
firm effects; then on export intensity. Status enters alone and by mode of trade, because an exporter premium
is overstated where importing is left out (Muûls & Pisu 2009).
"""

from __future__ import annotations

import polars as pl

from firmtrade.evidence.options import EvidenceOptions
from firmtrade.evidence.panel import TRADING_MODES, Panel, lead_column
from firmtrade.evidence.phrases import named, phrase
from firmtrade.evidence.premia.by_year import by_year
from firmtrade.evidence.premia.groups import asked, large_enough, stands_behind
from firmtrade.evidence.premia.intensity import intensity
from firmtrade.evidence.premia.models import (
    BLOCK,
    OUTCOMES,
    SIZE,
    STATUS,
    SWITCHING,
    PremiaModel,
    PremiaOutcome,
    estimator_of,
    firm_years,
    models_of,
)
from firmtrade.evidence.premia.section import section_of
from firmtrade.evidence.result import BlockResult
from firmtrade.evidence.samples import MEASURES, Sample
from firmtrade.evidence.statements import (
    collinear_note,
    estimate_of,
    lacking,
    not_computed,
    percent,
    singleton_note,
)
from firmtrade.inference.fits import Fit
from firmtrade.inference.fixed_effects import fit_designs
from firmtrade.messages import Message, Slot
from firmtrade.outputs import Contribution, Curve, Estimate


def premia(panel: Panel, options: EvidenceOptions) -> BlockResult:
    """Premia of traders in productivity, wages, size and growth.

    Specifications are ``STATUS/MODEL``: the status sets of :data:`STATUS` and ``intensity``; the models
    ``unconditional`` (division x year effects), ``pooled`` (and size controls), ``pooled_wage`` (and the
    wage) and ``firm_effects``. Each coefficient is given as a log difference and, under the term with
    ``(percent)``, as 100 (exp(b) - 1). Firm-years outside the population are not used.
    """
    off: list[Message] = []
    estimates: list[Estimate] = []
    curves: list[Curve] = []
    missing = panel.lacks("exporter", "importer")
    usable = {name: columns for name, columns in STATUS.items() if not set(columns) & _blocked(missing)}
    if missing:
        off.append(lacking(phrase("premia.statuses"), missing))
    if usable:
        for outcome in OUTCOMES:
            without = panel.lacks(*outcome.needs)
            if without:
                off.append(lacking(phrase("premia.outcome", outcome=named(outcome.name)), without))
                continue
            found, lines, reasons = _of_outcome(panel, options, outcome, usable)
            estimates += found
            curves += lines
            off += reasons
        found, reasons = intensity(panel, options)
        estimates += found
        off += reasons
    return BlockResult(BLOCK, tuple(estimates), tuple(curves), section_of(estimates, curves, panel, off))


def _blocked(missing: tuple[str, ...]) -> set[str]:
    return set(missing) | (set(TRADING_MODES) if missing else set())


def _of_outcome(
    panel: Panel, options: EvidenceOptions, outcome: PremiaOutcome, usable: dict[str, tuple[str, ...]]
) -> tuple[list[Estimate], list[Curve], list[Message]]:
    column = outcome.name
    statuses = tuple(dict.fromkeys(name for columns in usable.values() for name in columns))
    rows = panel.rows.select(name for name in _read(outcome, statuses) if name in panel.rows.columns)
    if outcome.growth_of:
        rows = lead_column(rows, outcome.growth_of, panel.step, "_later")
        change = (pl.col("_later") - pl.col(outcome.growth_of)) / panel.step
        rows = rows.with_columns(change.alias(column)).drop("_later")
    rows = rows.filter("in_population")
    base = Sample(rows, firm_years(panel)).complete(
        [name for name in ("exporter", "importer") if name in statuses]
    )
    estimates: list[Estimate] = []
    curves: list[Curve] = []
    off: list[Message] = []
    for model in models_of(outcome, panel):
        sample = base.complete([column, *model.controls])
        allowed, reasons = large_enough(sample, usable, model, options, column)
        off += reasons
        fits = fit_designs(
            sample.rows,
            column,
            [[*columns, *model.controls] for columns in allowed.values()],
            groups="cell",
            clusters="firm",
            within_clusters=model.firm_effects,
            compress_above=options.compress_above,
        )
        behind = {
            name: stands_behind(sample.rows, name, model)
            for name in statuses
            if any(name in c for c in allowed.values())
        }
        for (status, columns), fit in zip(allowed.items(), fits, strict=True):
            if fit is None:
                reason = phrase("reasons.constant_status")
                off.append(not_computed(asked(column, status, model), reason))
                continue
            remarks = (model.words, phrase("notes.clustered"), collinear_note(fit), singleton_note(fit))
            note = sample.note(*remarks)
            estimates += _stated(fit, status, columns, model, outcome, note, behind, options)
            if model.firm_effects:
                estimates += _switching(fit, status, columns, model, outcome, note, behind)
        if model.name == "pooled" and not outcome.growth_of and "exporter" in allowed:
            curves += by_year(sample, column, model, options)
    return estimates, curves, off


def _read(outcome: PremiaOutcome, statuses: tuple[str, ...]) -> tuple[str, ...]:
    """The columns that the models of an outcome read, and those that say who stands behind them."""
    needed = (
        "firm", "unit_code", "year", "cell", "in_population", *MEASURES, *statuses, "exporter", "importer", *SIZE,
        "log_wage", outcome.growth_of or outcome.name,
    )  # fmt: skip
    return tuple(dict.fromkeys(needed))


def _stated(
    fit: Fit,
    status: str,
    columns: tuple[str, ...],
    model: PremiaModel,
    outcome: PremiaOutcome,
    note: Slot,
    behind: dict[str, tuple[Contribution, ...]],
    options: EvidenceOptions,
) -> list[Estimate]:
    specification = f"{status}/{model.name}"
    found = {name: (fit.effect(name, options.level), behind[name]) for name in columns if name in fit.names}
    both, only = "import_and_export", "export_only"
    if both in found and only in found:
        contrast = fit.contrast({both: 1, only: -1}, options.level)
        found[f"{both} - {only}"] = (contrast, (*behind[both], *behind[only]))
    estimates = []
    for term, (effect, contribution) in found.items():
        forms = [(term, effect)]
        if not outcome.growth_of:
            forms.append((f"{term} (percent)", percent(effect)))
        estimates += [
            estimate_of(
                BLOCK,
                specification,
                outcome.name,
                name,
                form,
                n_obs=fit.n_obs,
                n_firms=fit.n_clusters,
                estimator=estimator_of(firm_effects=model.firm_effects),
                note=note,
                contributions=contribution,
            )
            for name, form in forms
        ]
    return estimates


def _switching(
    fit: Fit,
    status: str,
    columns: tuple[str, ...],
    model: PremiaModel,
    outcome: PremiaOutcome,
    note: Slot,
    behind: dict[str, tuple[Contribution, ...]],
) -> list[Estimate]:
    """How many firms change each status: they alone stand behind a model with firm effects."""
    return [
        Estimate(
            BLOCK, f"{status}/{model.name}", outcome.name, f"{name} ({SWITCHING})", behind[name][0].n_firms,
            n_obs=fit.n_obs, n_firms=fit.n_clusters, estimator=phrase("estimators.count"), note=note,
            contributions=behind[name],
        )
        for name in columns
        if name in fit.names
    ]  # fmt: skip
