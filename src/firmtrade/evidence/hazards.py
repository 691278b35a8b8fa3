"""Hazard models of years of risk: Cox and discrete time, and Firth's estimate where a covariate separates.

Annual data has ties and is grouped, so the discrete-time model with the complementary log-log link stands
beside Cox's with Efron's ties. Rows of one firm are not independent: errors are clustered by firm.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from firmtrade.evidence.options import EvidenceOptions
from firmtrade.evidence.panel import label_codes
from firmtrade.evidence.phrases import fault, phrase
from firmtrade.evidence.samples import Sample, contributions
from firmtrade.evidence.statements import (
    by_model,
    collinear_note,
    estimate_of,
    not_computed,
    ratio,
    separated_note,
)
from firmtrade.inference.arrays import Flags, Floats, Integers
from firmtrade.inference.cloglog import cloglog, firth_cloglog
from firmtrade.inference.cox import cox, firth_cox
from firmtrade.inference.fits import Effect, Fit
from firmtrade.inference.penalized import PenalizedFit
from firmtrade.inference.unfitted import UnfittedError
from firmtrade.messages import Message, Slot
from firmtrade.outputs import Contribution, Estimate

AGE_BANDS = (1, 2, 3, 4, 5, 10, 15, 20, 30)
ENOUGH = 5
"""Ends, and years without an end, from which a division or year has an effect of its own."""
FIRTH = {"cox": "cox_firth", "discrete": "discrete_firth"}


def hazard_models(
    sample: Sample,
    covariates: tuple[str, ...],
    specification: str,
    outcome: str,
    terms: tuple[str, ...],
    remarks: tuple[Slot, ...],
    asked: Message,
    options: EvidenceOptions,
) -> tuple[list[Estimate], list[Message]]:
    """Both hazard models of a sample: log hazard ratios and ratios, Firth's where a covariate separates."""
    estimates: list[Estimate] = []
    off: list[Message] = []
    data = _arrays(sample.rows, covariates)
    behind = _behind(sample.rows, terms)
    for model in ("cox", "discrete"):
        try:
            fit = _fit(data, covariates, model)
        except (UnfittedError, np.linalg.LinAlgError) as error:
            off.append(not_computed(by_model(asked, model), fault(error)))
            continue
        words = _model_words(model, fit)
        effects = {term: fit.effect(term, options.level) for term in terms if term in fit.names}
        note = sample.note(*remarks, *words)
        name = f"{specification}/{model}"
        estimates += _hazards(behind, effects, name, outcome, (fit.n_obs, sample.n_firms), note)
        separated = tuple(term for term in terms if term in fit.separated)
        if not separated:
            continue
        name = f"{specification}/{FIRTH[model]}"
        try:
            penalized = _penalized(data, covariates, model)
            effects = {term: penalized.effect(term, options.level) for term in separated}
        except (UnfittedError, np.linalg.LinAlgError) as error:
            off.append(not_computed(by_model(asked, FIRTH[model]), fault(error)))
            continue
        note = sample.note(*remarks, *words[:2], words[3], phrase("survival.penalized"))
        estimates += _hazards(behind, effects, name, outcome, (sample.rows.height, sample.n_firms), note)
    return estimates, off


def _model_words(model: str, fit: Fit) -> tuple[Slot, ...]:
    ties = phrase("survival.efron") if model == "cox" else ""
    clusters, status = phrase("notes.clustered"), phrase("survival.status_at_start")
    return (
        phrase(f"survival.baseline.{model}"), ties, clusters, status, collinear_note(fit), separated_note(fit),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Arrays:
    """What a hazard model reads: arrays (n,) of times, ends, firms and divisions, covariates (n, k), and the sets of
    categories of the discrete model's baseline."""

    start: Floats
    stop: Floats
    ends: Flags
    values: Floats
    firm: Integers
    division: Integers
    baseline: tuple[Integers, ...]


def _arrays(rows: pl.DataFrame, covariates: tuple[str, ...]) -> _Arrays:
    duration = np.searchsorted(np.array(AGE_BANDS), rows["start"].to_numpy(), side="right")
    return _Arrays(
        rows["start"].cast(pl.Float64).to_numpy(),
        rows["stop"].cast(pl.Float64).to_numpy(),
        rows["cause"].to_numpy() > 0,
        np.column_stack([rows[name].cast(pl.Float64).to_numpy() for name in covariates]),
        rows["firm"].to_numpy(),
        label_codes(rows["division"]).to_numpy(),
        (duration.astype(np.int64), *(_grouped(rows, label) for label in ("division", "year"))),
    )


def _fit(data: _Arrays, covariates: tuple[str, ...], model: str) -> Fit:
    if model == "cox":
        return cox(
            data.start, data.stop, data.ends, data.values, covariates, clusters=data.firm,
            strata=data.division,
        )  # fmt: skip
    return cloglog(data.ends, data.values, covariates, factors=data.baseline, clusters=data.firm)


def _penalized(data: _Arrays, covariates: tuple[str, ...], model: str) -> PenalizedFit:
    if model == "cox":
        return firth_cox(data.start, data.stop, data.ends, data.values, covariates, strata=data.division)
    return firth_cloglog(data.ends, data.values, covariates, factors=data.baseline)


def _grouped(rows: pl.DataFrame, label: str) -> Integers:
    """Categories of division or year as integers; those with too few of either outcome share one."""
    counts = rows.group_by(label).agg((pl.col("cause") > 0).sum().alias("ended"), pl.len().alias("rows"))
    both = (pl.col("ended") >= ENOUGH) & (pl.col("rows") - pl.col("ended") >= ENOUGH)
    usable = counts.filter(both)[label].sort()
    code = rows[label].replace_strict(usable, pl.int_range(1, len(usable) + 1, eager=True), default=0)
    return code.cast(pl.Int64).to_numpy()


def _behind(rows: pl.DataFrame, terms: tuple[str, ...]) -> dict[str, tuple[Contribution, ...]]:
    """Who stands behind each covariate: the ends, and where it is a group, the group and the others too."""
    event = pl.col("cause") > 0
    groups = {"event": event}
    for term in terms:
        if rows.schema[term] == pl.Boolean:
            own = pl.col(term)
            groups |= {term: own, f"not_{term}": ~own, f"{term}_event": own & event}
    found = dict(zip(groups, contributions(rows, groups), strict=True))
    return {
        term: tuple(found[name] for name in (term, f"not_{term}", f"{term}_event"))
        if term in found
        else (found["event"],)
        for term in terms
    }


def _hazards(
    behind: Mapping[str, tuple[Contribution, ...]],
    effects: Mapping[str, Effect],
    specification: str,
    outcome: str,
    size: tuple[int, int],
    note: Slot,
) -> list[Estimate]:
    """Log hazard ratios and ratios of the covariates of a model; ``size`` is its numbers of rows and firms."""
    n_obs, n_firms = size
    estimator = phrase(f"estimators.hazard.{specification.rpartition('/')[2]}")
    return [
        estimate_of(
            "survival", specification, outcome, name, form, n_obs=n_obs, n_firms=n_firms,
            estimator=estimator, note=note, contributions=behind[term],
        )
        for term, effect in effects.items()
        for name, form in ((term, effect), (f"{term} (hazard ratio)", ratio(effect)))
    ]  # fmt: skip
