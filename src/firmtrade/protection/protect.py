"""Statements in, statements out: the cells of a study protected together, and its estimates and curves by the rules of
models."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf, isfinite

import numpy as np

from firmtrade.errors import DataError, counted
from firmtrade.outputs import Cell, CellKey, Confidentiality, ObsStatus
from firmtrade.progress import Progress
from firmtrade.protection.alternatives import Changed, changed
from firmtrade.protection.audit import audit, failing
from firmtrade.protection.binding.bind import bind
from firmtrade.protection.binding.bound import BoundCell, BoundStudy
from firmtrade.protection.binding.parts import unit_of
from firmtrade.protection.editions.earlier import Before
from firmtrade.protection.elimination import exact_targets
from firmtrade.protection.insiders import lone_viewpoints, recognized
from firmtrade.protection.log import DeducedInterval, Hidden
from firmtrade.protection.problem import Problem
from firmtrade.protection.profile import Profile
from firmtrade.protection.suppress import Suppression, suppress
from firmtrade.protection.unsafe_unions import union_judge
from firmtrade.query.cells import TableSpec, Term
from firmtrade.study import Study

INSIDERS = 2_000
"""Units that stand alone times targets up to which each unit is asked what it can work out."""


@dataclass(frozen=True)
class ProtectedCells:
    """The cells of a study with hidden values, in their order; what was hidden and why; and the system that
    proves it."""

    cells: tuple[Cell, ...]
    hidden: tuple[Hidden, ...]
    bound: BoundStudy
    suppression: Suppression
    reach: int = 0
    """How far a true number of firms may lie from the printed one."""

    @property
    def few(self) -> Mapping[CellKey, int]:
        """Of each number of firms that is printed as confidential by itself the most that its flag says there are."""
        said = self.suppression.problem.statements
        most = dict(zip(said.owner.tolist(), said.high.tolist(), strict=True))
        return {
            each.cell.key: int(most[each.flag])
            for each in self.bound.cells
            if isfinite(most.get(each.flag, inf)) and not self.suppression.hidden[each.flag]
        }


def protect_cells(
    study: Study,
    tables: Sequence[TableSpec],
    cells: Sequence[Cell],
    profile: Profile,
    *,
    before: Before | None = None,
    exhaustive: bool = False,
    progress: Progress | None = None,
) -> ProtectedCells:
    """Hide what a profile asks for, and what would give it away beside all that was released ``before``.

    With ``exhaustive`` the intervals of the log are exact; without, the true ones are at least as wide.

    Raises
    ------
    DataError
        Something cannot be protected whatever is hidden, or was given away before.
    """
    earlier = before or Before(study)
    bound = bind(
        earlier.study, tables, {cell.key: cell for cell in cells}, profile, earlier.known, earlier.revised
    )
    if earlier.known:
        _still_protected(bound)
    alternative = profile.secondary.alternative
    other = changed(bound, alternative) if alternative else None
    bound = other.bound if other else bound
    found = suppress(
        _with_insiders(bound.problem),
        union_judge(bound.parts, profile),
        exhaustive=exhaustive,
        progress=progress,
    )
    if found.open:
        raise DataError(
            f"{counted(len(found.open), 'number')} cannot be protected, whatever is hidden besides"
            + (", because of what earlier releases print" if earlier.known else ""),
            fix="Ask for coarser tables: merge small classes, or leave a population out.",
        )
    hidden = _hidden(bound, found, other)
    by_key = {each.key: each for each in hidden}
    reasons = {} if other else _components_by_cell(bound, found)
    printed = other.printed(bound) if other else {}
    after = tuple(
        cell.hidden(Confidentiality.PRIMARY if by_key[cell.key].flagged else Confidentiality.SECONDARY)
        if cell.key in by_key
        else _free(printed.get(cell.key, cell), reasons.get(cell.key, frozenset()))
        for cell in cells
    )
    return ProtectedCells(after, hidden, bound, found, other.reach if other else 0)


def _still_protected(bound: BoundStudy) -> None:
    """Refuse where what was released before gives a number away: nothing that is hidden now can help."""
    problem = bound.problem
    most_hidden = ~problem.fixed
    lost = {each.target for each in failing(problem, audit(problem, most_hidden))}
    lost |= set(exact_targets(problem, most_hidden))
    if not lost:
        return
    given = {problem.targets[at].quantity for at in lost}
    keys = [
        each.cell.key
        for each in bound.cells
        for judged in each.breaches
        for term in (each.spec.terms.get(judged.component),)
        if term is not None and bound.numbers.get(term) in given
    ]
    named = f", {keys[0]} among them" if keys else ""
    raise DataError(
        f"earlier releases give away {counted(len(lost), 'number')} that the profile protects{named}",
        fix="Hiding them now is of no use: show them by a waiver each, or leave their tables out.",
    )


def _with_insiders(problem: Problem) -> Problem:
    """The problem seen by the units that stand alone behind targets as well, where they are few enough to ask each.
    Elimination keeps the others from working anything out exactly."""
    lone = len({target.alone for target in problem.targets if target.alone >= 0})
    if lone * len(problem.targets) > INSIDERS:
        return problem
    known = recognized(problem)
    return replace(known, viewpoints=lone_viewpoints(known))


def _hidden(bound: BoundStudy, found: Suppression, other: Changed | None) -> tuple[Hidden, ...]:
    primary = found.problem.primary
    intervals = _intervals(bound, found)
    partners = _partners(bound, found)
    held = []
    for each in bound.cells:
        away = [at for at in each.statements if found.hidden[at]]
        if not away and (not each.breaches or (other and other.speaks_of(each))):
            continue
        rules = tuple(dict.fromkeys(judged.breach.rule for judged in each.breaches))
        if not rules and any(primary[at] for at in away):
            rules = tuple(dict.fromkeys(rule for at in away for rule in _rules_of(bound, at)))
        held.append(
            Hidden(
                each.cell.key,
                "cell",
                rules,
                () if rules else partners(away),
                intervals.get(each.cell.key, ()),
                each.cell.n_firms,
                unflagged=_unflagged(each, found),
            )
        )
    return tuple(held)


def _unflagged(each: BoundCell, found: Suppression) -> bool:
    """Whether the flag of a cell that breaks rules is withdrawn, now or when it was hidden."""
    before = each.cell.confidentiality is Confidentiality.SECONDARY
    return before if each.flag < 0 else bool(found.hidden[each.flag])


def _rules_of(bound: BoundStudy, statement: int) -> Iterable[str]:
    """The rules broken by the cells that make a statement."""
    for each in bound.cells:
        if statement in each.statements:
            yield from (judged.breach.rule for judged in each.breaches)


def _intervals(bound: BoundStudy, found: Suppression) -> dict[CellKey, tuple[DeducedInterval, ...]]:
    """For each cell that breaks rules, what outsiders can work out of what it protects."""
    at_quantity = {
        found.problem.targets[each.target].quantity: each for each in found.bounds if not each.viewpoint
    }
    result: dict[CellKey, tuple[DeducedInterval, ...]] = {}
    for cell in bound.cells:
        intervals = []
        for name in dict.fromkeys(judged.component for judged in cell.breaches if not judged.complement):
            term = cell.spec.terms.get(name)
            quantity = None if term is None else bound.numbers.get(term)
            if quantity is None or quantity not in at_quantity:
                continue
            assert term is not None
            unit, bounds = unit_of(term.measure), at_quantity[quantity]
            value = found.problem.targets[bounds.target].value
            # What is true is possible: a solver may end a rounding error beside it.
            low, high = min(bounds.low, value), max(bounds.high, value)
            intervals.append(DeducedInterval(name, value * unit, low * unit, high * unit))
        if intervals:
            result[cell.cell.key] = tuple(intervals)
    return result


def _partners(bound: BoundStudy, found: Suppression) -> Callable[[list[int]], tuple[CellKey, ...]]:
    """Which primary cells a secondary statement hides with: those that share an atom with it."""
    pattern = (found.problem.statements.exact != 0).astype(np.int64)
    primary = np.flatnonzero(found.problem.primary)
    shared = pattern @ pattern[primary].T
    names: dict[int, list[CellKey]] = defaultdict(list)
    for each in bound.cells:
        for at in each.statements:
            names[at].append(each.cell.key)

    def partners(statements: list[int]) -> tuple[CellKey, ...]:
        near = {int(primary[column]) for at in statements for column in shared[[at]].indices}
        return tuple(dict.fromkeys(key for at in sorted(near) for key in names[at]))

    return partners


def _components_by_cell(bound: BoundStudy, found: Suppression) -> Mapping[CellKey, frozenset[str]]:
    """For each cell the components whose totals are printed somewhere as they are."""
    problem = found.problem
    open_totals = {int(at) for at in problem.of_statement[~found.hidden] if at >= 0}
    return {
        each.cell.key: frozenset(
            name for name, term in _components(each) if bound.numbers.get(term) in open_totals
        )
        for each in bound.cells
    }


def _components(each: BoundCell) -> Iterable[tuple[str, Term]]:
    yield from each.spec.terms.items()
    yield "group", each.spec.group


def _free(cell: Cell, components: frozenset[str]) -> Cell:
    """A shown cell without the totals behind it that are printed nowhere; one that was hidden before stays so."""
    if cell.status is ObsStatus.SUPPRESSED:
        return cell
    return replace(
        cell,
        confidentiality=Confidentiality.FREE,
        numerator=cell.numerator if "count" in components else None,
        denominator=cell.denominator if "base" in components else None,
        n_firms=cell.n_firms if "group" in components else None,
    )
