"""Learning: what happens to firms after they start to trade, and after they stop.

Trade is not absorbing: firms start, stop and start again. Local projections difference-in-differences (Dube,
Girardi, Jordà & Taylor 2025, *Journal of Applied Econometrics*) compare each start with firms that do not
trade over the same years, and only with those; the form used counts every start once (their reweighted
estimator). ATT(g,t) of Callaway & Sant'Anna (2021) on the first start follows. What lies before the event
is shown and tested; where it differs, the sentence says so and claims no effect.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from firmtrade.evidence.events import (
    Event,
    Path,
    Point,
    cells_before,
    difference_at,
    members_before,
    path_of,
)
from firmtrade.evidence.grid import Grid, grid_of, shifted
from firmtrade.evidence.options import EvidenceOptions
from firmtrade.evidence.panel import Panel
from firmtrade.evidence.phrases import Phrase, named, phrase, remarked
from firmtrade.evidence.result import BlockResult, Chart, EstimateTable, Section, curve_key_of, keys_of
from firmtrade.evidence.samples import DIRECTIONS, PERFORMANCE, note
from firmtrade.evidence.statements import estimate_of, lacking, part_of, statement_of_test, too_few
from firmtrade.inference.arrays import Flags, Floats, Integers
from firmtrade.outputs import Curve, CurvePoint, Estimate

BLOCK = "learning"
PRE_TRENDS, AFTER, DETECTABLE = (
    "pre-trends (joint test)",
    "mean after the event",
    "smallest detectable effect",
)
POWER = 0.8


@dataclass(frozen=True, slots=True)
class _Design:
    """One event of one direction: its specification and statuses."""

    direction: str
    event: str
    status: Floats


def learning(panel: Panel, options: EvidenceOptions) -> BlockResult:
    """Outcomes around entry and exit.

    Specifications: ``DIRECTION/entry`` and ``DIRECTION/exit`` (followed whatever comes later),
    ``DIRECTION/entry_lasting`` and ``DIRECTION/exit_lasting`` (only as long as the new status lasts), and
    ``DIRECTION/first_entry`` with its ``DIRECTION/first_entry/att_gt``. Terms are ``t-3`` ... ``t+4``,
    their mean after the event, the joint test of the pre-trends and the effect that the sample could detect
    with 80% power. All are log points relative to the year before the event.
    """
    grid = grid_of(panel)
    estimates: list[Estimate] = []
    curves: list[Curve] = []
    off: list[str] = []
    verdicts: list[str] = []
    for direction, flag in DIRECTIONS.items():
        missing = panel.lacks(flag)
        if missing:
            off.append(lacking(phrase(f"learning.{direction}.what"), missing))
            continue
        status = grid.status(flag)
        designs = (
            _Design(direction, "entry", status),
            _Design(direction, "exit", 1 - status),
        )
        for outcome, needs in PERFORMANCE.items():
            without = panel.lacks(*needs)
            if without:
                off.append(lacking(part_of(phrase(f"learning.{direction}.what"), _words(outcome)), without))
                continue
            found = [_local_projections(grid, design, outcome, options) for design in designs]
            found.append(_first_entry(grid, direction, status, outcome, options))
            for part in found:
                estimates += part.estimates
                curves += part.curves
                verdicts += part.verdicts
                off += part.off
    section = _section(estimates, curves, verdicts, off)
    return BlockResult(BLOCK, tuple(estimates), tuple(curves), section, tuple(verdicts))


@dataclass(frozen=True, slots=True)
class _Part:
    estimates: tuple[Estimate, ...] = ()
    curves: tuple[Curve, ...] = ()
    verdicts: tuple[str, ...] = ()
    off: tuple[str, ...] = ()


def _words(outcome: str) -> Phrase:
    return named(outcome.removeprefix("log_"))


def _local_projections(grid: Grid, design: _Design, outcome: str, options: EvidenceOptions) -> _Part:
    level, cells = grid.values(outcome), cells_before(grid)
    event = Event(design.status, members_before(grid), options.clean_years)
    parts = []
    for lasting in (False, True):
        distances = [
            *(-lead for lead in sorted(options.leads, reverse=True) if lead > 1),
            *range(options.horizon + 1),
        ]
        points = [
            difference_at(grid, level, cells, event.treated(d, lasting=lasting), event.comparison(d), d)
            for d in distances
        ]
        name = f"{design.direction}/{design.event}" + ("_lasting" if lasting else "")
        what = phrase(f"learning.{design.direction}.event_{design.event}")
        words = phrase(f"learning.{design.direction}.sample_{design.event}", years=options.clean_years)
        if lasting:
            words = phrase("learning.lasting", sample=words)
        estimator = phrase("estimators.local_projections")
        parts.append(_reported(what, name, outcome, points, words, estimator, options))
    first, second = parts
    return _Part(
        first.estimates + second.estimates,
        first.curves + second.curves,
        first.verdicts,
        first.off + second.off,
    )


def _first_entry(grid: Grid, direction: str, status: Floats, outcome: str, options: EvidenceOptions) -> _Part:
    """ATT(g,t) on the first start, and its average by distance; comparison firms have not started yet."""
    level, cells = grid.values(outcome), cells_before(grid)
    started = _started(status)
    member = members_before(grid)
    first = (started == 1) & (_shifted_is(started, -1, 0)) & member
    waiting = (started == 0) & member
    distances = [
        *(-lead for lead in sorted(options.leads, reverse=True) if lead > 1),
        *range(options.horizon + 1),
    ]
    points = [
        difference_at(grid, level, cells, first, waiting & _shifted_is(started, max(d, 0), 0), d)
        for d in distances
    ]
    what = phrase(f"learning.{direction}.event_first_entry")
    words, estimator = phrase(f"learning.{direction}.first_sample"), phrase("estimators.att")
    part = _reported(what, f"{direction}/first_entry", outcome, points, words, estimator, options)
    if outcome != "log_labor_productivity":
        return part
    return _Part(
        part.estimates
        + _group_time(grid, direction, outcome, (level, cells, first, waiting, started), options),
        part.curves,
        part.verdicts,
        part.off,
    )


def _started(status: Floats) -> Floats:
    """1 once the firm has traded, 0 before, NaN from the first unknown status on until it trades."""
    traded = np.maximum.accumulate(np.nan_to_num(status, nan=0.0), axis=1)
    known = np.minimum.accumulate(np.isfinite(status), axis=1)
    seen_before = np.isfinite(status) | (traded == 1)
    return np.where(traded == 1, 1.0, np.where(known & seen_before, 0.0, np.nan))


def _shifted_is(matrix: Floats, years: int, value: float) -> Flags:
    """Whether the matrix has ``value`` so many years later."""
    return np.asarray(shifted(matrix, years) == value)


def _group_time(
    grid: Grid,
    direction: str,
    outcome: str,
    state: tuple[Floats, Integers, Flags, Flags, Floats],
    options: EvidenceOptions,
) -> tuple[Estimate, ...]:
    level, cells, first, waiting, started = state
    estimates = []
    for group in range(1, grid.n_years):
        own = np.zeros(first.shape, dtype=np.bool_)
        own[:, group] = first[:, group]
        compared = np.zeros(first.shape, dtype=np.bool_)
        compared[:, group] = True
        for distance in range(-group, grid.n_years - group):
            if distance == -1:
                continue
            clean = waiting & compared & _shifted_is(started, max(distance, 0), 0)
            point = difference_at(grid, level, cells, own, clean, distance)
            if point is None or min(c.n_firms for c in point.contributions) < options.minimum_firms:
                continue
            year = grid.first_year + group
            effect = path_of([point]).effect(0, options.level)
            estimates.append(
                estimate_of(
                    BLOCK,
                    f"{direction}/first_entry/att_gt",
                    outcome,
                    f"g={year}, t={year + distance}",
                    effect,
                    n_obs=point.n_obs,
                    n_firms=point.n_firms,
                    estimator=phrase("estimators.att_by_group"),
                    note=note(phrase(f"learning.{direction}.att_sample", year=year), _unmatched([point])),
                    contributions=point.contributions,
                )
            )
    return tuple(estimates)


def _unmatched(points: list[Point]) -> tuple[tuple[str, int], ...]:
    lost = max(point.unmatched for point in points)
    return ((phrase("learning.unmatched"), lost),) if lost else ()


def _reported(
    what: str,
    specification: str,
    outcome: str,
    found: list[Point | None],
    words: str,
    estimator: str,
    options: EvidenceOptions,
) -> _Part:
    subject = part_of(what, _words(outcome))
    enough = [
        point
        for point in found
        if point is not None and min(c.n_firms for c in point.contributions) >= options.minimum_firms
    ]
    path = path_of(enough) if enough else None
    if path is None or not path.after:
        if specification.endswith("lasting"):
            subject = phrase("learning.while_lasting", subject=subject)
        return _Part(off=(too_few(subject, phrase("groups.events"), options.minimum_firms),))
    text = note(words, _unmatched(enough), phrase("notes.clustered"), phrase("learning.relative"))
    pooled = path.mean(path.after, options.level)
    n_obs = max(point.n_obs for point in enough)
    n_firms = max(point.n_firms for point in enough)
    behind = path.points[path.after[0]].contributions
    estimates = [
        estimate_of(
            BLOCK,
            specification,
            outcome,
            f"t{point.distance:+d}",
            path.effect(place, options.level),
            n_obs=point.n_obs,
            n_firms=point.n_firms,
            estimator=estimator,
            note=text,
            contributions=point.contributions,
        )
        for place, point in enumerate(path.points)
    ]
    estimates.append(
        estimate_of(
            BLOCK,
            specification,
            outcome,
            AFTER,
            pooled,
            n_obs=n_obs,
            n_firms=n_firms,
            estimator=estimator,
            note=text,
            contributions=behind,
        )
    )
    normal = NormalDist()
    reach = (normal.inv_cdf(0.5 + options.level / 2) + normal.inv_cdf(POWER)) * pooled.std_error
    estimates.append(
        Estimate(
            BLOCK, specification, outcome, DETECTABLE, reach, n_obs=n_obs, n_firms=n_firms,
            estimator=phrase("estimators.power", percent=round(100 * POWER)), note=text, contributions=behind,
        )
    )  # fmt: skip
    p_before = None
    if path.before:
        statistic, _, p_before = path.test(path.before)
        first = path.points[path.before[0]]
        estimates.append(
            statement_of_test(
                BLOCK,
                specification,
                outcome,
                PRE_TRENDS,
                statistic,
                p_before,
                n_obs=first.n_obs,
                n_firms=first.n_firms,
                estimator=phrase("estimators.wald", degrees=len(path.before)),
                note=text,
                contributions=first.contributions,
            )
        )
    sentence = verdict(subject, p_before, pooled.estimate, pooled.p_value, 1 - options.level)
    return _Part(
        tuple(estimates), (_curve(specification, outcome, path, estimator, text, options),), (sentence,)
    )


def verdict(subject: str, p_before: float | None, after: float, p_after: float, size: float) -> Phrase:
    """The sentence that the tests decide. ``size`` is the size of the tests, 0.05 say.

    >>> verdict("Starting to export", 0.001, 0.2, 0.0, 0.05)
    'Starting to export: selection, no credible effect (pre-trends differ before the event).'
    """
    if p_before is None:
        return phrase("learning.verdict.untested", subject=subject)
    if p_before < size:
        return phrase("learning.verdict.selection", subject=subject)
    if p_after < size:
        return phrase(f"learning.verdict.{'higher' if after > 0 else 'lower'}", subject=subject)
    return phrase("learning.verdict.chance", subject=subject)


def _curve(
    specification: str, outcome: str, path: Path, estimator: str, text: str, options: EvidenceOptions
) -> Curve:
    points = [
        CurvePoint(point.distance, effect.estimate, effect.conf_low, effect.conf_high, point.n_treated)
        for point, effect in (
            (point, path.effect(place, options.level)) for place, point in enumerate(path.points)
        )
    ]
    points.append(CurvePoint(-1, 0.0, 0.0, 0.0, None))
    return Curve(
        BLOCK,
        specification,
        outcome,
        "difference",
        tuple(sorted(points, key=lambda point: point.x)),
        x_label="years from the event",
        y_label="log points relative to the year before",
        n_firms=max(point.n_firms for point in path.points),
        estimator=estimator,
        note=remarked(text, phrase("learning.events_at_risk")),
        contributions=path.points[path.after[0]].contributions,
    )


def _section(estimates: list[Estimate], curves: list[Curve], verdicts: list[str], off: list[str]) -> Section:
    tables, charts = [], []
    for direction in DIRECTIONS:
        for event in ("entry", "exit", "first_entry"):
            keys = tuple(
                key
                for key in keys_of(estimates, specification=f"{direction}/{event}")
                if not key.specification.endswith("att_gt")
            )
            if keys:
                title = phrase(f"learning.{direction}.table_{event}")
                tables.append(EstimateTable(title, keys, phrase("axes.log_points")))
        shown = [curve for curve in curves if curve.specification.startswith(f"{direction}/")]
        for outcome in PERFORMANCE:
            drawn = tuple(curve_key_of(curve) for curve in shown if curve.outcome == outcome)
            if drawn:
                charts.append(
                    Chart(
                        "event_study",
                        phrase(f"learning.{direction}.around", outcome=_words(outcome)),
                        phrase("learning.drawn"),
                        phrase("axes.years_from_event"),
                        phrase("axes.log_points"),
                        curves=drawn,
                    )
                )
        groups = keys_of(estimates, specification=f"{direction}/first_entry/att_gt")
        if groups:
            title = phrase(f"learning.{direction}.table_att")
            tables.append(EstimateTable(title, groups, phrase("axes.log_points")))
    paragraphs = (phrase("learning.followed"), *verdicts)
    return Section(BLOCK, phrase("learning.title"), paragraphs, tuple(tables), tuple(charts), tuple(off))
