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

from dataclasses import dataclass

import numpy as np
import polars as pl

from firmtrade.evidence.grid import Grid, grid_of
from firmtrade.evidence.options import EvidenceOptions
from firmtrade.evidence.panel import Panel
from firmtrade.evidence.result import BlockResult, Chart, EstimateTable, Section, curve_key_of, keys_of
from firmtrade.evidence.samples import DIRECTIONS, MEASURES, PERFORMANCE, Sample, contributions
from firmtrade.evidence.statements import collinear_note, estimate_of, lacking, percent, too_few
from firmtrade.inference.arrays import Flags, Floats
from firmtrade.inference.fits import Fit
from firmtrade.inference.fixed_effects import fit_designs
from firmtrade.outputs import Curve, CurvePoint, Estimate

BLOCK = "selection"
SIZE = ("log_employment", "log_employment_squared")


@dataclass(frozen=True, slots=True)
class _Starts:
    """Entries (firms, years): those of starters, and those of never-traders observed alike."""

    starter: Flags
    comparison: Flags
    history: int
    words: str


def selection(panel: Panel, options: EvidenceOptions) -> BlockResult:
    """Differences of future starters from never-traders before entry.

    Specifications are ``DIRECTION/MODEL`` with the models ``unconditional``, ``pooled`` (controls: size, its
    square, trade in the other direction) and ``from_no_trade``, and ``DIRECTION/growth`` for the mean
    yearly change over the years before entry. Terms are ``starter at t-3`` and so on, as log differences
    and in percent.
    """
    grid = grid_of(panel)
    estimates: list[Estimate] = []
    curves: list[Curve] = []
    off: list[str] = []
    verdicts: list[str] = []
    for direction, flag in DIRECTIONS.items():
        what = f"Selection into {direction}ing"
        missing = panel.lacks(flag)
        if missing:
            off.append(lacking(what, missing))
            continue
        history = max(options.leads)
        if grid.n_years <= history:
            off.append(
                f"{what}: not computed, because a start after {history} years without {direction}s needs "
                f"{history + 1} years and the panel has {grid.n_years}."
            )
            continue
        variants = _variants(grid, direction, history)
        counts = [
            int(side.any(axis=1).sum()) for side in (variants["all"].starter, variants["all"].comparison)
        ]
        if min(counts) < options.minimum_firms:
            group = (
                f"starters with {history} observed years before"
                if counts[0] <= counts[1]
                else "never-traders"
            )
            off.append(too_few(what, group, options.minimum_firms))
            continue
        for outcome, needs in PERFORMANCE.items():
            without = panel.lacks(*needs)
            if without:
                off.append(lacking(f"{what}, {outcome.replace('_', ' ')}", without))
                continue
            found, reasons = _levels(grid, variants, direction, outcome, options)
            more, further = _growth(grid, variants["all"], direction, outcome, options)
            curves += _curve(found, direction, outcome)
            estimates += found + more
            off += reasons + further
        verdicts += _verdict(estimates, direction, history, options)
    return BlockResult(
        BLOCK, tuple(estimates), tuple(curves), _section(estimates, curves, verdicts, off), tuple(verdicts)
    )


def _variants(grid: Grid, direction: str, history: int) -> dict[str, _Starts]:
    """All starts, and those of firms without any trade before (where both directions are known)."""
    status = grid.status(DIRECTIONS[direction])
    never = np.asarray(~np.nan_to_num(status, nan=0.0).any(axis=1))
    variants = {"all": _starts(grid, status, [status], never, history, f"{direction}ers")}
    other = next(flag for name, flag in DIRECTIONS.items() if name != direction)
    if other in grid.rows.columns:
        opposite = grid.status(other)
        never &= ~np.nan_to_num(opposite, nan=0.0).any(axis=1)
        words = "traders, neither side trading at all before"
        variants["from_no_trade"] = _starts(grid, status, [status, opposite], never, history, words)
    return variants


def _starts(
    grid: Grid, status: Floats, absent: list[Floats], never: Flags, history: int, words: str
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
    return _Starts(starter, comparison, history, words)


def _rows_at(grid: Grid, starts: _Starts, lead: int, direction: str) -> Sample:
    """Rows ``lead`` years before each (possible) start, with the flag ``starter`` and cells of that start."""
    firm, year = np.nonzero(starts.starter | starts.comparison)
    used = dict.fromkeys(("firm", "unit_code", "cell", *MEASURES, *PERFORMANCE, *SIZE, *DIRECTIONS.values()))
    columns = grid.rows.select(name for name in used if name in grid.rows.columns)
    rows = columns[grid.row_of[firm, year - lead]]
    rows = rows.with_columns(starter=pl.Series(starts.starter[firm, year]))
    first, last = grid.first_year + starts.history, grid.first_year + grid.n_years - 1
    words = (
        f"{direction} starters of {first}-{last} after {starts.history} years without, "
        f"against never-{starts.words}, observed alike"
    )
    return Sample(rows, words)


def _controls(grid: Grid, direction: str, outcome: str) -> tuple[str, ...]:
    other = next(flag for name, flag in DIRECTIONS.items() if name != direction)
    trade = (
        (other,) if other in grid.rows.columns and grid.rows[other].null_count() < grid.rows.height else ()
    )
    return trade if outcome == "log_employment" else (*SIZE, *trade)


def _control_words(controls: tuple[str, ...]) -> str:
    size = ", size and its square" if controls[:2] == SIZE else ""
    trade = "".join(f", {name} status" for name in controls if name not in SIZE)
    return f"division x year effects{size}{trade}"


def _levels(
    grid: Grid, variants: dict[str, _Starts], direction: str, outcome: str, options: EvidenceOptions
) -> tuple[list[Estimate], list[str]]:
    estimates: list[Estimate] = []
    off: list[str] = []
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
                reasons.append(f"t-{lead}")
                continue
            term = f"starter at t-{lead}"
            words = _control_words(columns)
            estimates += _stated(fit, sample, f"{direction}/{model}", outcome, term, words, options)
        if reasons:
            off.append(
                _no_fit(f"{direction}ing ({model.replace('_', ' ')})", outcome, ", ".join(reasons), options)
            )
    return estimates, off


def _growth(
    grid: Grid, starts: _Starts, direction: str, outcome: str, options: EvidenceOptions
) -> tuple[list[Estimate], list[str]]:
    far, near = max(options.leads), min(options.leads)
    if far == near:
        return [], []
    name = f"{outcome.removeprefix('log_')}_growth"
    firm, year = np.nonzero(starts.starter | starts.comparison)
    level = grid.values(outcome)
    change = (level[firm, year - near] - level[firm, year - far]) / (far - near)
    sample = _rows_at(grid, starts, far, direction)
    sample = Sample(
        sample.rows.with_columns(pl.Series(name, change).fill_nan(None)), sample.description, sample.dropped
    )
    controls = (*SIZE, *(flag for flag in _controls(grid, direction, outcome) if flag not in SIZE))
    sample = sample.complete([name, *controls])
    fit = _fit(sample, name, controls, options)
    if fit is None:
        return [], [_no_fit(f"{direction}ing", name, f"t-{far}", options)]
    words = _control_words(controls)
    term = f"starter, t-{far} to t-{near}"
    return _stated(fit, sample, f"{direction}/growth", name, term, words, options, in_percent=False), []


def _fit(sample: Sample, outcome: str, controls: tuple[str, ...], options: EvidenceOptions) -> Fit | None:
    groups = sample.rows.group_by("starter").agg(pl.col("firm").n_unique())
    if groups.height < 2 or int(groups["firm"].min()) < options.minimum_firms:  # type: ignore[arg-type]
        return None
    [fit] = fit_designs(
        sample.rows.with_columns(pl.col("starter").cast(pl.Float64)),
        outcome,
        [["starter", *controls]],
        groups="cell",
        clusters="firm",
        compress_above=options.compress_above,
    )
    return fit if fit is not None and "starter" in fit.names else None


def _no_fit(what: str, outcome: str, when: str, options: EvidenceOptions) -> str:
    return (
        f"Selection into {what}, {outcome.replace('_', ' ')} at {when}: not computed, because fewer than "
        f"{options.minimum_firms} starters or never-traders have it known, or none share a division and year."
    )


def _stated(
    fit: Fit,
    sample: Sample,
    specification: str,
    outcome: str,
    term: str,
    words: str,
    options: EvidenceOptions,
    *,
    in_percent: bool = True,
) -> list[Estimate]:
    effect = fit.effect("starter", options.level)
    forms = [(term, effect), *([(f"{term} (percent)", percent(effect))] if in_percent else [])]
    starter = pl.col("starter")
    behind = contributions(sample.rows, {"starter": starter, "never_trader": ~starter})
    note = sample.note(words, "errors clustered by firm", collinear_note(fit))
    return [
        estimate_of(
            BLOCK,
            specification,
            outcome,
            name,
            form,
            n_obs=fit.n_obs,
            n_firms=fit.n_clusters,
            estimator="least squares, CR1",
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
            note=f"{last.note}; n_at_risk counts starters",
            contributions=last.contributions,
        )
    ]


def _verdict(estimates: list[Estimate], direction: str, history: int, options: EvidenceOptions) -> list[str]:
    for estimate in estimates:
        key = (estimate.specification, estimate.outcome, estimate.term)
        if key == (f"{direction}/pooled", "log_labor_productivity", f"starter at t-{history}"):
            if estimate.p_value is None or estimate.estimate is None:
                return []
            if estimate.p_value >= 1 - options.level:
                return [
                    f"Firms that later start to {direction} do not differ detectably in labor productivity "
                    f"{history} years before."
                ]
            word = "more" if estimate.estimate > 0 else "less"
            return [
                f"Firms that later start to {direction} are already {word} productive {history} years "
                "before: selection."
            ]
    return []


def _section(estimates: list[Estimate], curves: list[Curve], verdicts: list[str], off: list[str]) -> Section:
    tables = []
    for direction in DIRECTIONS:
        keys = keys_of(estimates, specification=f"{direction}/")
        levels = tuple(key for key in keys if key.term.endswith("(percent)"))
        growth = tuple(key for key in keys if key.specification.endswith("/growth"))
        if levels:
            tables.append(EstimateTable(f"Future starters of {direction}s before entry", levels, "percent"))
        if growth:
            tables.append(
                EstimateTable(
                    f"Growth of future starters of {direction}s before entry", growth, "log points a year"
                )
            )
    charts = []
    if curves:
        charts.append(
            Chart(
                "event_study",
                "Future starters before entry",
                "Difference of future starters from never-traders by years before entry, percent.",
                "years before entry",
                "percent",
                curves=tuple(curve_key_of(curve) for curve in curves),
            )
        )
    paragraphs = (
        "Firms that start to trade are compared with firms of the same division and year that never do, "
        "before the start. A difference here cannot be an effect of trade that has not begun.",
        *verdicts,
    )
    return Section(BLOCK, "Selection before entry", paragraphs, tuple(tables), tuple(charts), tuple(off))
