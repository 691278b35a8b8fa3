"""Learning: what happens to firms after they start to trade, and after they stop.

Trade is not absorbing: firms start, stop and start again. Local projections difference-in-differences (Dube,
Girardi, Jordà & Taylor 2025, *Journal of Applied Econometrics*) compare each start with firms that do not
trade over the same years, and only with those; the form used counts every start once (their reweighted
estimator), and follows it whatever comes later: to follow only those that go on would select on their success.
ATT(g,t) of Callaway & Sant'Anna (2021) on the first start follows.

What lies before the event is shown and tested, and what that test would have missed is stated beside it. The sentences
rest on p-values adjusted for all events and outcomes of the block, and claim no more than what is left when a steady
trend from before is taken out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from firmtrade.evidence.events import (
    Event,
    EventPoint,
    Levels,
    cells_before,
    difference_of,
    members_before,
    path_of,
)
from firmtrade.evidence.grid import PanelGrid, grid_of, shifted
from firmtrade.evidence.learning.around import BLOCK, EventPart, around, unmatched, words_of
from firmtrade.evidence.learning.section import section_of
from firmtrade.evidence.learning.verdicts import adjusted, verdict_of
from firmtrade.evidence.options import EvidenceOptions
from firmtrade.evidence.panel import Panel
from firmtrade.evidence.phrases import phrase
from firmtrade.evidence.result import BlockResult
from firmtrade.evidence.samples import DIRECTIONS, PERFORMANCE, note
from firmtrade.evidence.statements import estimate_of, lacking, part_of
from firmtrade.inference.arrays import Flags, Floats, Integers
from firmtrade.messages import Count, Year
from firmtrade.outputs import Estimate


@dataclass(frozen=True, slots=True)
class _Ground:
    """What every question shares: the panel, and cell and membership of the year before (matrices firms x years)."""

    grid: PanelGrid
    cells: Integers
    member: Flags


@dataclass(frozen=True, slots=True)
class _Design:
    """One event of one direction: its specification, and who has it."""

    direction: str
    name: str
    event: Event


def learning(panel: Panel, options: EvidenceOptions) -> BlockResult:
    """Outcomes around entry and exit.

    Specifications: ``DIRECTION/entry`` and ``DIRECTION/exit`` (followed whatever comes later) and
    ``DIRECTION/first_entry`` with its ``DIRECTION/first_entry/att_gt``. Terms are ``t-3`` ... ``t+4``, their mean
    after the event (with its p-value as it is, with Holm's, and over the events followed to the end), the effect that
    the sample could detect with 80% power, the joint test of the pre-trends, the steady trend that this test
    would have found with 80% power and what it adds to the mean, and the bend of a trend from one year to the next at
    which the mean is no longer told from zero. All but the tests are log points relative to the year before the event.
    """
    grid = grid_of(panel)
    ground = _Ground(grid, cells_before(grid), members_before(grid))
    parts: list[EventPart] = []
    for direction, flag in DIRECTIONS.items():
        what = phrase(f"learning.{direction}.what")
        missing = panel.lacks(flag)
        if missing:
            parts.append(EventPart(off=(lacking(what, missing),)))
            continue
        status = grid.status(flag)
        designs = tuple(
            _Design(direction, name, Event(on, ground.member, options.clean_years))
            for name, on in (("entry", status), ("exit", 1 - status))
        )
        for outcome, needs in PERFORMANCE.items():
            without = panel.lacks(*needs)
            if without:
                parts.append(EventPart(off=(lacking(part_of(what, words_of(outcome)), without),)))
                continue
            level = Levels(grid.values(outcome))
            parts += [_local_projections(ground, design, outcome, level, options) for design in designs]
            parts.append(_first_entry(ground, direction, status, outcome, level, options))
    claims = [part.claim for part in parts if part.claim is not None]
    again = adjusted(claims)
    estimates = [
        each
        for part in parts
        for plain in part.estimates
        for each in (plain, again.get(plain.key))
        if each is not None
    ]
    verdicts = tuple(verdict_of(claim, again, 1 - options.level) for claim in claims)
    curves = tuple(curve for part in parts for curve in part.curves)
    off = tuple(sentence for part in parts for sentence in part.off)
    section = section_of(estimates, curves, verdicts, off)
    return BlockResult(BLOCK, tuple(estimates), curves, section, verdicts)


def _local_projections(
    ground: _Ground, design: _Design, outcome: str, level: Levels, options: EvidenceOptions
) -> EventPart:
    event = design.event

    def at(distance: int, among: Flags) -> EventPoint | None:
        treated = event.treated(distance) & among
        return difference_of(
            ground.grid, level.change(distance), ground.cells, treated, event.comparison(distance), distance
        )

    what = phrase(f"learning.{design.direction}.event_{design.name}")
    words = phrase(
        f"learning.{design.direction}.sample_{design.name}",
        years=Count(options.years_apart * options.clean_years),
    )
    estimator = phrase("estimators.local_projections")
    name = f"{design.direction}/{design.name}"
    return around(what, name, outcome, level, at, words, estimator, options)


def _first_entry(
    ground: _Ground, direction: str, status: Floats, outcome: str, level: Levels, options: EvidenceOptions
) -> EventPart:
    """ATT(g,t) on the first start, and its average by distance; comparison firms have not started yet."""
    started = _started(status)
    first = (started == 1) & (_shifted_is(started, -1, 0)) & ground.member
    waiting = (started == 0) & ground.member

    def at(distance: int, among: Flags) -> EventPoint | None:
        clean = waiting & _shifted_is(started, max(distance, 0), 0)
        return difference_of(
            ground.grid, level.change(distance), ground.cells, first & among, clean, distance
        )

    what = phrase(f"learning.{direction}.event_first_entry")
    words, estimator = phrase(f"learning.{direction}.first_sample"), phrase("estimators.att")
    part = around(what, f"{direction}/first_entry", outcome, level, at, words, estimator, options)
    if outcome != "log_labor_productivity":
        return part
    groups = _group_time(ground, direction, outcome, (level.matrix, first, waiting, started), options)
    return replace(part, estimates=part.estimates + groups)


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
    ground: _Ground,
    direction: str,
    outcome: str,
    state: tuple[Floats, Flags, Flags, Floats],
    options: EvidenceOptions,
) -> tuple[Estimate, ...]:
    grid, cells = ground.grid, ground.cells
    level, first, waiting, started = state
    estimates = []
    for group in range(1, grid.n_years):
        year = slice(group, group + 1)
        for distance in range(-group, grid.n_years - group):
            if distance == -1:
                continue
            at = group + distance
            later = slice(max(group, at), max(group, at) + 1)
            change = level[:, at : at + 1] - level[:, group - 1 : group]
            clean = waiting[:, year] & (started[:, later] == 0)
            point = difference_of(grid, change, cells[:, year], first[:, year], clean, distance, offset=group)
            if point is None or min(c.n_firms for c in point.contributions) < options.minimum_firms:
                continue
            began, seen = int(grid.years[group]), int(grid.years[at])
            effect = path_of([point]).effect(0, options.level)
            if effect.std_error == 0:
                continue
            estimates.append(
                estimate_of(
                    BLOCK,
                    f"{direction}/first_entry/att_gt",
                    outcome,
                    f"g={began}, t={seen}",
                    effect,
                    n_obs=point.n_obs,
                    n_firms=point.n_firms,
                    estimator=phrase("estimators.att_by_group"),
                    note=note(
                        phrase(f"learning.{direction}.att_sample", year=Year(began)), unmatched([point])
                    ),
                    contributions=point.contributions,
                )
            )
    return tuple(estimates)
