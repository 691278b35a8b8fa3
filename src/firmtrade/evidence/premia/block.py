"""Premia: how much more productive, better paying and larger traders are than other firms of their industry.

The models of the International Study Group on Exports and Productivity (ISGEP 2008, *Review of World
Economics* 144: 596-635): a log outcome on trade status, division x year effects, size controls; then with
firm effects; then on export intensity. Status enters alone and by mode of trade, because an exporter premium
is overstated where importing is left out (Muûls & Pisu 2009).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from firmtrade.evidence.options import EvidenceOptions
from firmtrade.evidence.panel import TRADING_MODES, Panel
from firmtrade.evidence.phrases import named, phrase
from firmtrade.evidence.premia.by_year import by_year
from firmtrade.evidence.premia.firm_years import FirmYears, PremiaSample, firm_years_of
from firmtrade.evidence.premia.groups import asked, large_enough
from firmtrade.evidence.premia.intensity import intensity
from firmtrade.evidence.premia.models import (
    BLOCK,
    OUTCOMES,
    STATUS,
    SWITCHING,
    PremiaModel,
    PremiaOutcome,
    estimator_of,
    models_of,
)
from firmtrade.evidence.premia.questions import PremiaFindings, PremiaQuestion, answered
from firmtrade.evidence.premia.section import section_of
from firmtrade.evidence.result import BlockResult
from firmtrade.evidence.statements import (
    collinear_note,
    estimate_of,
    lacking,
    not_computed,
    percent,
    singleton_note,
)
from firmtrade.inference.fits import Fit
from firmtrade.messages import Slot
from firmtrade.outputs import Contribution, Estimate


def premia(panel: Panel, options: EvidenceOptions) -> BlockResult:
    """Premia of traders in productivity, wages, size and growth.

    Specifications are ``STATUS/MODEL``: the status sets of :data:`STATUS` and ``intensity``; the models
    ``unconditional`` (division x year effects), ``pooled`` (and size controls), ``pooled_wage`` (and the
    wage) and ``firm_effects``. Each coefficient is given as a log difference and, under the term with
    ``(percent)``, as 100 (exp(b) - 1). Firm-years outside the population are not used.
    """
    missing = panel.lacks("exporter", "importer")
    usable = {name: columns for name, columns in STATUS.items() if not set(columns) & _blocked(missing)}
    statuses = tuple(dict.fromkeys(name for columns in usable.values() for name in columns))
    years = firm_years_of(panel, ("exporter", "importer", *statuses))
    found = answered(_asked(panel, years, options, usable, statuses, missing), options)
    estimates, curves = found.estimates, found.curves
    return BlockResult(
        BLOCK, tuple(estimates), tuple(curves), section_of(estimates, curves, panel, found.off)
    )


def _blocked(missing: tuple[str, ...]) -> set[str]:
    return set(missing) | (set(TRADING_MODES) if missing else set())


def _asked(
    panel: Panel,
    years: FirmYears,
    options: EvidenceOptions,
    usable: dict[str, tuple[str, ...]],
    statuses: tuple[str, ...],
    missing: tuple[str, ...],
) -> Iterator[PremiaFindings | PremiaQuestion]:
    """All questions in the order of the report, and sentences in place of those that cannot be asked."""
    if missing:
        yield PremiaFindings(off=[lacking(phrase("premia.statuses"), missing)])
    if not usable:
        return
    directions = [name for name in ("exporter", "importer") if name in statuses]
    for outcome in OUTCOMES:
        without = panel.lacks(*outcome.needs)
        if without:
            yield PremiaFindings(
                off=[lacking(phrase("premia.outcome", outcome=named(outcome.name)), without)]
            )
            continue
        for model in models_of(outcome, panel):
            compared = years.compared([*directions, outcome.name, *model.controls])
            allowed, reasons = large_enough(compared.rows, usable, model, options, outcome.name)
            yield PremiaFindings(off=reasons)
            yield _question(compared, outcome, model, allowed, options)
            if model.name == "pooled" and not outcome.growth_of and "exporter" in allowed:
                curve = by_year(compared, outcome.name, model, options)
                if curve:
                    yield curve
    yield from intensity(panel, years, options)


def _question(
    compared: PremiaSample,
    outcome: PremiaOutcome,
    model: PremiaModel,
    allowed: dict[str, tuple[str, ...]],
    options: EvidenceOptions,
) -> PremiaQuestion:
    """One model with each of the status sets."""

    def told_by(fits: Sequence[Fit | None]) -> PremiaFindings:
        found = PremiaFindings()
        for (status, columns), fit in zip(allowed.items(), fits, strict=True):
            if fit is None:
                reason = phrase("reasons.constant_status")
                found.off.append(not_computed(asked(outcome.name, status, model), reason))
                continue
            remarks = (model.words, phrase("notes.clustered"), collinear_note(fit), singleton_note(fit))
            note = compared.note(*remarks)
            behind = {name: compared.rows.behind(name, switching=model.firm_effects) for name in columns}
            found.estimates.extend(_stated(fit, status, columns, model, outcome, note, behind, options))
            if model.firm_effects:
                found.estimates.extend(_switching(fit, status, columns, model, outcome, note, behind))
        return found

    models = [(outcome.name, (*columns, *model.controls)) for columns in allowed.values()]
    return PremiaQuestion(compared.rows, models, model.firm_effects, told_by)


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
