"""Premia: how much more productive, better paying and larger traders are than other firms of their industry.

The models of the International Study Group on Exports and Productivity (ISGEP 2008, *Review of World
Economics* 144: 596-635): a log outcome on trade status, division x year effects, size controls; then with
firm effects; then on export intensity. Status enters alone and by mode of trade, because an exporter premium
is overstated where importing is left out (Muûls & Pisu 2009).
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from firmtrade.evidence.options import EvidenceOptions
from firmtrade.evidence.panel import TRADING_MODES, Panel, lead_column
from firmtrade.evidence.phrases import named, phrase
from firmtrade.evidence.result import BlockResult, Chart, EstimateTable, Section, curve_key_of, keys_of
from firmtrade.evidence.samples import MEASURES, Sample, contributions
from firmtrade.evidence.statements import (
    by_model,
    collinear_note,
    effects,
    estimate_of,
    lacking,
    not_computed,
    of_status,
    percent,
    singleton_note,
    too_few,
)
from firmtrade.inference.fits import Fit
from firmtrade.inference.fixed_effects import fit_designs
from firmtrade.messages import Message, Slot, Year
from firmtrade.outputs import Contribution, Curve, CurvePoint, Estimate

BLOCK = "premia"
SIZE = ("log_employment", "log_employment_squared")
OUTSIDE = "outside"
"""The group of the firms that have none of the statuses compared."""
STATUS: dict[str, tuple[str, ...]] = {
    "exporter": ("exporter",),
    "importer": ("importer",),
    "exporter_and_importer": ("exporter", "importer"),
    "modes": TRADING_MODES,
}


@dataclass(frozen=True, slots=True)
class _Outcome:
    """An outcome, the columns it needs, and whether percent is a fair reading of it."""

    name: str
    needs: tuple[str, ...]
    size_controls: bool = True
    growth_of: str | None = None


SWITCHING = "firms that change status"

OUTCOMES = (
    _Outcome("log_labor_productivity", ("employment", "value_added")),
    _Outcome("log_wage", ("employment", "labor_cost")),
    _Outcome("log_employment", ("employment",), size_controls=False),
    _Outcome("labor_productivity_growth", ("employment", "value_added"), growth_of="log_labor_productivity"),
    _Outcome("employment_growth", ("employment",), growth_of="log_employment"),
)


@dataclass(frozen=True, slots=True)
class _Model:
    """A set of controls and fixed effects, applied to every status."""

    name: str
    controls: tuple[str, ...]
    firm_effects: bool
    words: Slot


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
        found, reasons = _intensity(panel, options)
        estimates += found
        off += reasons
    return BlockResult(BLOCK, tuple(estimates), tuple(curves), _section(estimates, curves, panel, off))


def _blocked(missing: tuple[str, ...]) -> set[str]:
    return set(missing) | (set(TRADING_MODES) if missing else set())


def _models(outcome: _Outcome, panel: Panel) -> list[_Model]:
    size = SIZE if outcome.size_controls else ()
    pooled = _Model("pooled", size, firm_effects=False, words=effects("division_year", "size"))
    if outcome.growth_of:
        return [pooled]
    models = [_Model("unconditional", (), firm_effects=False, words=effects("division_year"))]
    if size:
        models.append(pooled)
    if outcome.name == "log_labor_productivity" and not panel.lacks("log_wage"):
        words = effects("division_year", "size", "wage")
        models.append(_Model("pooled_wage", (*size, "log_wage"), firm_effects=False, words=words))
    words = effects("firm_division_year", *(("size",) if size else ()))
    models.append(_Model("firm_effects", size, firm_effects=True, words=words))
    return models


def _of_outcome(
    panel: Panel, options: EvidenceOptions, outcome: _Outcome, usable: dict[str, tuple[str, ...]]
) -> tuple[list[Estimate], list[Curve], list[Message]]:
    column = outcome.name
    statuses = tuple(dict.fromkeys(name for columns in usable.values() for name in columns))
    rows = panel.rows.select(name for name in _read(outcome, statuses) if name in panel.rows.columns)
    if outcome.growth_of:
        rows = lead_column(rows, outcome.growth_of, 1, "_later")
        rows = rows.with_columns((pl.col("_later") - pl.col(outcome.growth_of)).alias(column)).drop("_later")
    rows = rows.filter("in_population")
    base = Sample(rows, _firm_years(panel)).complete(
        [name for name in ("exporter", "importer") if name in statuses]
    )
    estimates: list[Estimate] = []
    curves: list[Curve] = []
    off: list[Message] = []
    for model in _models(outcome, panel):
        sample = base.complete([column, *model.controls])
        allowed, reasons = _large_enough(sample, usable, model, options, column)
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
            name: _behind(sample.rows, name, model)
            for name in statuses
            if any(name in c for c in allowed.values())
        }
        for (status, columns), fit in zip(allowed.items(), fits, strict=True):
            if fit is None:
                reason = phrase("reasons.constant_status")
                off.append(not_computed(_asked(column, status, model), reason))
                continue
            remarks = (model.words, phrase("notes.clustered"), collinear_note(fit), singleton_note(fit))
            note = sample.note(*remarks)
            estimates += _stated(fit, status, columns, model, outcome, note, behind, options)
            if model.firm_effects:
                estimates += _switching(fit, status, columns, model, outcome, note, behind)
        if model.name == "pooled" and not outcome.growth_of and "exporter" in allowed:
            curves += _by_year(sample, column, model, options)
    return estimates, curves, off


def _read(outcome: _Outcome, statuses: tuple[str, ...]) -> tuple[str, ...]:
    """The columns that the models of an outcome read, and those that say who stands behind them."""
    needed = (
        "firm", "unit_code", "year", "cell", "in_population", *MEASURES, *statuses, "exporter", "importer", *SIZE,
        "log_wage", outcome.growth_of or outcome.name,
    )  # fmt: skip
    return tuple(dict.fromkeys(needed))


def _firm_years(panel: Panel) -> Message:
    return phrase("notes.firm_years", first=Year(panel.first_year), last=Year(panel.last_year))


def _asked(outcome: str, status: str, model: _Model) -> Message:
    return phrase("premia.model", outcome=named(outcome), status=named(status), model=named(model.name))


def _large_enough(
    sample: Sample,
    usable: dict[str, tuple[str, ...]],
    model: _Model,
    options: EvidenceOptions,
    outcome: str,
) -> tuple[dict[str, tuple[str, ...]], list[Message]]:
    """Status sets all of whose groups have firms enough; under firm effects, firms that change status."""
    rows, minimum = sample.rows, options.minimum_firms
    allowed: dict[str, tuple[str, ...]] = {}
    off: list[Message] = []
    for status, columns in usable.items():
        groups = {name: pl.col(name) for name in columns}
        groups[OUTSIDE] = ~pl.any_horizontal(columns)
        if model.firm_effects:
            counts = {name: _switchers(rows, name)["firm"].n_unique() for name in columns}
        else:
            counts = {name: rows.filter(flag)["firm"].n_unique() for name, flag in groups.items()}
        short = [name for name, count in counts.items() if count < minimum]
        if short:
            off.append(too_few(_asked(outcome, status, model), _group(short[0], model), minimum))
        else:
            allowed[status] = columns
    return allowed, off


def _group(status: str, model: _Model) -> Message:
    if status == OUTSIDE:
        return phrase("groups.outside")
    return phrase("groups.switching", status=named(status)) if model.firm_effects else of_status(status)


def _switchers(rows: pl.DataFrame, status: str) -> pl.DataFrame:
    changes = (pl.col(status).any() & ~pl.col(status).all()).over("firm")
    return rows.filter(changes)


def _behind(rows: pl.DataFrame, status: str, model: _Model) -> tuple[Contribution, ...]:
    if model.firm_effects:
        rows = _switchers(rows, status)
    return contributions(rows, {status: pl.col(status), f"not_{status}": ~pl.col(status)})


def _stated(
    fit: Fit,
    status: str,
    columns: tuple[str, ...],
    model: _Model,
    outcome: _Outcome,
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
                estimator=_estimator(firm_effects=model.firm_effects),
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
    model: _Model,
    outcome: _Outcome,
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


def _estimator(*, firm_effects: bool) -> Message:
    return phrase("estimators.within" if firm_effects else "estimators.least_squares")


def _by_year(sample: Sample, outcome: str, model: _Model, options: EvidenceOptions) -> list[Curve]:
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
            estimator=_estimator(firm_effects=False),
            note=sample.note(model.words, phrase("premia.interacted"), phrase("premia.exporters_at_risk")),
            contributions=contributions(
                rows, {"exporter": pl.col("exporter"), "not_exporter": ~pl.col("exporter")}
            ),
        )
    ]


def _intensity(panel: Panel, options: EvidenceOptions) -> tuple[list[Estimate], list[Message]]:
    """Productivity on the export share of turnover and its square, with the premium at three shares."""
    what = phrase("premia.intensity")
    missing = panel.lacks("export_value", "turnover", "value_added", "employment", "exporter")
    if missing:
        return [], [lacking(what, missing)]
    shares = ("export_intensity", "export_intensity_squared")
    outcome = "log_labor_productivity"
    sample = Sample(panel.population, _firm_years(panel)).complete(
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
                estimator=_estimator(firm_effects=firm_effects),
                note=note,
                contributions=behind,
            )
            for term, effect in found.items()
        ]
    return estimates, off


def _section(estimates: list[Estimate], curves: list[Curve], panel: Panel, off: list[Message]) -> Section:
    tables, charts = [], []
    for outcome in (each.name for each in OUTCOMES):
        title = phrase(f"premia.tables.{outcome}")
        keys = keys_of(estimates, outcome=outcome)
        levels = tuple(key for key in keys if key.term.endswith("(percent)"))
        switching = tuple(key for key in keys if key.term.endswith(f"({SWITCHING})"))
        keys = tuple(key for key in keys if key not in switching)
        if keys:
            unit = phrase("axes.percent" if levels else "axes.log_points_a_year")
            tables.append(EstimateTable(title, levels or keys, unit))
        if switching:
            changed = phrase("premia.switching", outcome=named(outcome))
            tables.append(EstimateTable(changed, switching, phrase("axes.firms")))
        shown = tuple(
            key for key in levels or keys if key.specification in ("modes/pooled", "modes/firm_effects")
        )
        if shown:
            charts.append(
                Chart(
                    "coefficients",
                    title,
                    phrase("premia.modes_drawn", outcome=named(outcome)),
                    phrase("axes.percent" if levels else "axes.log_points"),
                    phrase("axes.mode_and_model"),
                    estimates=shown,
                )
            )
    if curves:
        charts.append(
            Chart(
                "lines",
                phrase("premia.by_year"),
                phrase("premia.by_year_drawn"),
                phrase("axes.year"),
                phrase("axes.percent"),
                curves=tuple(curve_key_of(curve) for curve in curves),
            )
        )
    paragraphs = (phrase("premia.compared"), phrase("premia.difference"), *panel.notes)
    return Section(BLOCK, phrase("premia.title"), paragraphs, tuple(tables), tuple(charts), tuple(off))
