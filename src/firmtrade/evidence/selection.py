"""Selection: were firms that start to trade different before they started?

Future starters against firms that never start, in the same division and year, before entry: levels at each
lead and growth over the years before (Bernard & Jensen 1999; ISGEP 2008, step two). A start is a first year
of exports (imports) after as many years without as the longest lead, all of them observed; a comparison
firm never exports (imports) and is observed over the same years, so neither side is chosen by its survival.

Trade in the other direction is a control of the pooled model: firms that never export import less often, and
without the control a difference between importers would pass for one between starters. The model
``from_no_trade`` is stricter: both sides have no trade at all in the years before, and the comparison firms
never trade in either direction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from firmtrade.evidence.grid import PanelGrid, grid_of, shifted
from firmtrade.evidence.options import EvidenceOptions
from firmtrade.evidence.panel import Panel
from firmtrade.evidence.phrases import commas, named, phrase, remarked
from firmtrade.evidence.result import (
    BlockResult,
    EstimateTable,
    EvidenceChart,
    EvidenceSection,
    curve_key_of,
    keys_of,
)
from firmtrade.evidence.samples import DIRECTIONS, MEASURES, PERFORMANCE, Sample, contributions
from firmtrade.evidence.statements import (
    by_holm,
    collinear_note,
    effects,
    estimate_of,
    lacking,
    not_computed,
    part_of,
    percent,
    too_few,
)
from firmtrade.inference.arrays import Flags, Floats
from firmtrade.inference.fits import Fit
from firmtrade.inference.fixed_effects import fit_fixed_effects
from firmtrade.inference.raised_errors import raised_error
from firmtrade.messages import Count, Firms, Message, Slot, Year
from firmtrade.outputs import Curve, CurvePoint, Estimate

BLOCK = "selection"
SIZE = ("log_employment", "log_employment_squared")
FEW = 500
"""Starters, or never-traders, below which errors are raised firm by firm; of more, that changes nothing to be seen."""


@dataclass(frozen=True, slots=True)
class _Starts:
    """Entries (firms, years): those of starters, and those of never-traders observed alike."""

    starter: Flags
    comparison: Flags
    history: int
    variant: str


def selection(panel: Panel, options: EvidenceOptions) -> BlockResult:
    """Differences of future starters from never-traders before entry.

    Specifications are ``DIRECTION/MODEL`` with the models ``unconditional``, ``pooled`` (controls: size, its
    square, trade in the other direction) and ``from_no_trade``, and ``DIRECTION/growth`` for the mean
    yearly change over the years before entry. Terms are ``starter at t-3`` and so on, as log differences
    and in percent; ``(Holm)`` repeats the pooled differences in productivity with the p-value that the sentences
    rest on, adjusted for all years before and both directions.
    """
    grid = grid_of(panel)
    estimates: list[Estimate] = []
    curves: list[Curve] = []
    off: list[Message] = []
    verdicts: list[Message] = []
    for direction, flag in DIRECTIONS.items():
        what = phrase(f"selection.{direction}.what")
        missing = panel.lacks(flag)
        if missing:
            off.append(lacking(what, missing))
            continue
        history = max(options.leads)
        if grid.n_years <= history:
            apart = grid.step
            short = phrase(
                f"selection.{direction}.short",
                history=Count(apart * history),
                needed=Count(apart * history + 1),
                years=Count(apart * (grid.n_years - 1) + 1),
            )
            off.append(not_computed(what, short))
            continue
        variants = _variants(grid, direction, history)
        counts = [
            int(side.any(axis=1).sum()) for side in (variants["all"].starter, variants["all"].comparison)
        ]
        if min(counts) < options.minimum_firms:
            group = (
                phrase("groups.starters", history=Count(grid.step * history))
                if counts[0] <= counts[1]
                else phrase("groups.never_traders")
            )
            off.append(too_few(what, group, options.minimum_firms))
            continue
        for outcome, needs in PERFORMANCE.items():
            without = panel.lacks(*needs)
            if without:
                off.append(lacking(part_of(what, named(outcome)), without))
                continue
            found, reasons = _levels(grid, variants, direction, outcome, options)
            more, further = _growth(grid, variants["all"], direction, outcome, options)
            curves += _curve(found, direction, outcome)
            estimates += found + more
            off += reasons + further
    estimates, adjusted = _adjusted(estimates)
    for direction in DIRECTIONS:
        verdicts += _verdict(adjusted, direction, options)
    return BlockResult(
        BLOCK, tuple(estimates), tuple(curves), _section(estimates, curves, verdicts, off), tuple(verdicts)
    )


def _variants(grid: PanelGrid, direction: str, history: int) -> dict[str, _Starts]:
    """All starts, and those of firms without any trade before (where both directions are known)."""
    status = grid.status(DIRECTIONS[direction])
    never = np.asarray(~np.nan_to_num(status, nan=0.0).any(axis=1))
    variants = {"all": _starts(grid, status, [status], never, history, "all")}
    other = next(flag for name, flag in DIRECTIONS.items() if name != direction)
    if other in grid.rows.columns:
        opposite = grid.status(other)
        never &= ~np.nan_to_num(opposite, nan=0.0).any(axis=1)
        variant = "from_no_trade"
        variants[variant] = _starts(grid, status, [status, opposite], never, history, variant)
    return variants


def _starts(
    grid: PanelGrid, status: Floats, absent: list[Floats], never: Flags, history: int, variant: str
) -> _Starts:
    member = grid.values("in_population")
    starter = np.zeros(status.shape, dtype=np.bool_)
    comparison = np.zeros(status.shape, dtype=np.bool_)
    for year in range(history, grid.n_years):
        before = member[:, year - history] == 1
        for trade in absent:
            before &= (trade[:, year - history : year] == 0).all(axis=1)
        starter[:, year] = before & (status[:, year] == 1)
        comparison[:, year] = before & (status[:, year] == 0) & never
    return _Starts(starter, comparison, history, variant)


def _rows_at(
    grid: PanelGrid, starts: _Starts, lead: int, direction: str, beside: Mapping[str, Floats] | None = None
) -> Sample:
    """Rows ``lead`` years before each (possible) start, with the flag ``starter`` and cells of that year.

    ``beside`` holds further columns as matrices (firms, years) read at the start. A firm without a row in that
    year, though it has them before and after, is left out there and counted.
    """
    firm, year = np.nonzero(starts.starter | starts.comparison)
    there = grid.present[firm, year - lead]
    absent = int((~there).sum())
    firm, year = firm[there], year[there]
    used = dict.fromkeys(("firm", "unit_code", "cell", *MEASURES, *PERFORMANCE, *SIZE, *DIRECTIONS.values()))
    columns = grid.rows.select(name for name in used if name in grid.rows.columns)
    rows = columns[grid.rows_of(firm, year - lead)]
    rows = rows.with_columns(
        pl.Series("starter", starts.starter[firm, year]),
        *(pl.Series(name, matrix[firm, year]).fill_nan(None) for name, matrix in (beside or {}).items()),
    )
    words = phrase(
        f"selection.{direction}.sample_{starts.variant}",
        first=Year(int(grid.years[starts.history])),
        last=Year(int(grid.years[-1])),
        history=Count(grid.step * starts.history),
    )
    return Sample(rows, words, ((phrase("selection.absent"), absent),) if absent else ())


def _controls(grid: PanelGrid, direction: str, outcome: str) -> tuple[str, ...]:
    other = next(flag for name, flag in DIRECTIONS.items() if name != direction)
    trade = (
        (other,) if other in grid.rows.columns and grid.rows[other].null_count() < grid.rows.height else ()
    )
    return trade if outcome == "log_employment" else (*SIZE, *trade)


def _control_words(controls: tuple[str, ...]) -> Message:
    size = ("size",) if controls[:2] == SIZE else ()
    return effects("division_year", *size, *(name for name in controls if name not in SIZE))


def _levels(
    grid: PanelGrid, variants: dict[str, _Starts], direction: str, outcome: str, options: EvidenceOptions
) -> tuple[list[Estimate], list[Message]]:
    estimates: list[Estimate] = []
    off: list[Message] = []
    controls = _controls(grid, direction, outcome)
    models: list[tuple[str, str, tuple[str, ...]]] = [
        ("unconditional", "all", ()),
        ("pooled", "all", controls),
    ]
    if "from_no_trade" in variants:
        own = tuple(name for name in controls if name in SIZE)
        models.append(("from_no_trade", "from_no_trade", own))
    for model, variant, columns in models:
        reasons = []
        for lead in sorted(options.leads, reverse=True):
            sample = _rows_at(grid, variants[variant], lead, direction).complete([outcome, *columns])
            fit = _fit(sample, outcome, columns, options)
            if fit is None:
                reasons.append(f"t-{grid.step * lead}")
                continue
            term = f"starter at t-{grid.step * lead}"
            words = _control_words(columns)
            estimates += _stated(fit, sample, f"{direction}/{model}", outcome, term, words, options)
        if reasons:
            what = phrase(
                f"selection.{direction}.levels_at",
                model=named(model),
                outcome=named(outcome),
                leads=commas(*reasons),
            )
            off.append(_no_fit(what, options))
    return estimates, off


def _growth(
    grid: PanelGrid, starts: _Starts, direction: str, outcome: str, options: EvidenceOptions
) -> tuple[list[Estimate], list[Message]]:
    far, near = max(options.leads), min(options.leads)
    if far == near:
        return [], []
    since, until = grid.step * far, grid.step * near
    name = f"{outcome.removeprefix('log_')}_growth"
    level = grid.values(outcome)
    change = (shifted(level, -near) - shifted(level, -far)) / (since - until)
    sample = _rows_at(grid, starts, far, direction, {name: change})
    controls = (*SIZE, *(flag for flag in _controls(grid, direction, outcome) if flag not in SIZE))
    sample = sample.complete([name, *controls])
    fit = _fit(sample, name, controls, options)
    if fit is None:
        what = phrase(f"selection.{direction}.growth_at", outcome=named(name), lead=f"t-{since}")
        return [], [_no_fit(what, options)]
    words = _control_words(controls)
    term = f"starter, t-{since} to t-{until}"
    return _stated(fit, sample, f"{direction}/growth", name, term, words, options, in_percent=False), []


def _fit(sample: Sample, outcome: str, controls: tuple[str, ...], options: EvidenceOptions) -> Fit | None:
    groups = sample.rows.group_by("starter").agg(pl.col("firm").n_unique())
    if groups.height < 2 or int(groups["firm"].min()) < options.minimum_firms:  # type: ignore[arg-type]
        return None
    [fit] = fit_fixed_effects(
        sample.rows,
        [(outcome, ["starter", *controls])],
        groups="cell",
        clusters="firm",
        compress_above=options.compress_above,
    )
    if fit is None or "starter" not in fit.names:
        return None
    return _raised(fit, sample.rows, outcome) if int(groups["firm"].min()) < FEW else fit  # type: ignore[arg-type]


def _raised(fit: Fit, rows: pl.DataFrame, outcome: str) -> Fit | None:
    """The coefficient of starters alone, with an error that knows how few they are."""
    regressors = rows.select(pl.col(fit.names).cast(pl.Float64)).to_numpy()
    error = raised_error(
        rows[outcome].to_numpy(), regressors, rows["cell"].to_numpy(), rows["firm"].to_numpy()
    )
    if error is None:
        return None
    return replace(
        fit, names=fit.names[:1], coefficients=fit.coefficients[:1],
        covariance=np.array([[error.std_error**2]]), degrees_of_freedom=error.degrees_of_freedom,
    )  # fmt: skip


def _no_fit(what: Slot, options: EvidenceOptions) -> Message:
    return not_computed(what, phrase("reasons.starters", minimum=Firms(options.minimum_firms)))


def _stated(
    fit: Fit,
    sample: Sample,
    specification: str,
    outcome: str,
    term: str,
    words: Slot,
    options: EvidenceOptions,
    *,
    in_percent: bool = True,
) -> list[Estimate]:
    effect = fit.effect("starter", options.level)
    forms = [(term, effect), *([(f"{term} (percent)", percent(effect))] if in_percent else [])]
    starter = pl.col("starter")
    behind = contributions(sample.rows, {"starter": starter, "never_trader": ~starter})
    errors = (
        phrase("selection.raised", degrees=Count(int(fit.degrees_of_freedom or 0)))
        if len(fit.names) == 1
        else phrase("notes.clustered")
    )
    note = sample.note(words, errors, collinear_note(fit))
    return [
        estimate_of(
            BLOCK,
            specification,
            outcome,
            name,
            form,
            n_obs=fit.n_obs,
            n_firms=fit.n_clusters,
            estimator=phrase("estimators.least_squares"),
            note=note,
            contributions=behind,
        )
        for name, form in forms
    ]


def _curve(found: list[Estimate], direction: str, outcome: str) -> list[Curve]:
    model = "pooled"
    shown = [
        estimate
        for estimate in found
        if estimate.specification == f"{direction}/{model}" and estimate.term.endswith("(percent)")
    ]
    if not shown:
        return []
    points = tuple(
        CurvePoint(
            -float(estimate.term.removeprefix("starter at t-").removesuffix(" (percent)")),
            estimate.estimate,
            estimate.conf_low,
            estimate.conf_high,
            estimate.contributions[0].n_firms,
        )
        for estimate in shown
    )
    last = shown[-1]
    return [
        Curve(
            BLOCK,
            f"{direction}/{model}",
            outcome,
            "starters",
            points,
            x_label="years before entry",
            y_label="difference from never-traders, percent",
            n_firms=last.n_firms,
            estimator=last.estimator,
            note=remarked(last.note, phrase("selection.starters_at_risk")),
            contributions=last.contributions,
        )
    ]


def _adjusted(estimates: list[Estimate]) -> tuple[list[Estimate], list[Estimate]]:
    """All estimates with the pooled differences in productivity at every lead adjusted beside them, and those alone.

    The family is what a sentence of this block may rest on: both directions, all years before.
    """
    family = [
        each
        for each in estimates
        if each.specification.endswith("/pooled")
        and each.outcome == "log_labor_productivity"
        and each.term.endswith("(percent)")
    ]
    remark = phrase("selection.family", tests=Count(len(family)))
    adjusted = by_holm(family, lambda term: term.replace("(percent)", "(Holm)"), remark)
    whole = [part for each in estimates for part in (each, adjusted.get(each.key)) if part is not None]
    return whole, list(adjusted.values())


def _verdict(adjusted: list[Estimate], direction: str, options: EvidenceOptions) -> list[Message]:
    """What the differences in productivity at all years before say together."""
    mine = [each for each in adjusted if each.specification == f"{direction}/pooled"]
    if not mine:
        return []
    clear = [each for each in mine if each.p_value is not None and each.p_value < 1 - options.level]
    ways = {"more" if (each.estimate or 0) > 0 else "less" for each in clear}
    if not clear:
        return [phrase(f"selection.{direction}.none_differ")]
    leads = tuple(each.term.removeprefix("starter at ").removesuffix(" (Holm)") for each in clear)
    if len(ways) > 1:
        return [phrase(f"selection.{direction}.verdict_mixed", leads=commas(*leads))]
    return [phrase(f"selection.{direction}.verdict_{ways.pop()}", leads=commas(*leads))]


def _section(
    estimates: list[Estimate], curves: list[Curve], verdicts: list[Message], off: list[Message]
) -> EvidenceSection:
    tables = []
    for direction in DIRECTIONS:
        keys = keys_of(estimates, specification=f"{direction}/")
        levels = tuple(key for key in keys if key.term.endswith(("(percent)", "(Holm)")))
        growth = tuple(key for key in keys if key.specification.endswith("/growth"))
        if levels:
            title = phrase(f"selection.{direction}.levels")
            tables.append(EstimateTable(title, levels, phrase("axes.percent")))
        if growth:
            title = phrase(f"selection.{direction}.growth")
            tables.append(EstimateTable(title, growth, phrase("axes.log_points_a_year")))
    charts = []
    if curves:
        charts.append(
            EvidenceChart(
                "event_study",
                phrase("selection.drawn"),
                phrase("selection.drawn_text"),
                phrase("axes.years_before_entry"),
                phrase("axes.percent"),
                curves=tuple(curve_key_of(curve) for curve in curves),
            )
        )
    paragraphs = (phrase("selection.compared"), *verdicts)
    return EvidenceSection(
        BLOCK, phrase("selection.title"), paragraphs, tuple(tables), tuple(charts), tuple(off)
    )
