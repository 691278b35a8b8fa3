"""Suppression from end to end: eliminate for speed, audit every target, repair what is too narrow, give back what is
not needed, and audit again.

Nothing here depends on the clock: work is bounded by the number of statements, and steps that would take too long on
large systems are left out by size."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array

from firmtrade.progress import Progress, silent
from firmtrade.protection.audit import DeducedBounds, Seen, audit, failing
from firmtrade.protection.elimination import eliminate, exact_targets
from firmtrade.protection.optimal import optimal, small_enough
from firmtrade.protection.problem import Mask, Problem
from firmtrade.protection.reader import Reader, whole_numbers, within
from firmtrade.protection.repair import repair
from firmtrade.protection.unions import Judge, with_unions
from firmtrade.protection.whole import freed

GIVE_BACK = 4_000
"""Secondary statements times targets up to which each is tried whether it can be shown after all."""


@dataclass(frozen=True)
class Suppression:
    """The pattern, and what proves it.

    ``problem`` has the targets that unions added. ``bounds`` are those of the last audit, of outsiders first; ``open``
    are those that nothing could repair: a release with any must not leave."""

    problem: Problem
    hidden: Mask
    bounds: tuple[DeducedBounds, ...]
    open: tuple[DeducedBounds, ...]

    @property
    def secondary(self) -> Mask:
        """Statements hidden only to protect others."""
        return self.hidden & ~self.problem.primary


def suppress(
    problem: Problem,
    judge: Judge | None = None,
    *,
    exhaustive: bool = False,
    progress: Progress | None = None,
) -> Suppression:
    """Hide statements until every target keeps its interval for every reader.

    ``judge`` tests unions; with ``exhaustive`` the bounds reported are exact intervals."""
    say = progress or silent
    hidden = problem.primary.copy()
    kept = problem.fixed
    while True:
        say("elimination")
        hidden = eliminate(problem, hidden).hidden
        say("audit")
        hidden, proof = _repaired(problem, hidden)
        stuck = bool(failing(problem, proof))
        if stuck and (problem.fixed != kept).any():
            problem = replace(problem, kept=kept)
            hidden, proof = _repaired(problem, hidden)
            stuck = bool(failing(problem, proof))
            known = np.zeros(len(hidden), dtype=bool)
        else:
            known = worked_out(problem, hidden)
        grown = with_unions(problem, hidden, judge) if judge else problem
        if stuck or (len(grown.targets) == len(problem.targets) and not known.any()):
            break
        # What a reader works out anyway is as good as shown: from here on it counts as such.
        problem, hidden = replace(grown, kept=grown.fixed | known), hidden & ~known
    final = hidden if stuck else _cheapest(problem, _give_back(problem, hidden, judge), judge)
    if exhaustive or (final != hidden).any():
        views = (None, *problem.viewpoints)
        proof = [one for view in views for one in audit(problem, final, view, exhaustive=exhaustive)]
    return Suppression(problem, final, tuple(proof), tuple(failing(problem, proof)))


def worked_out(problem: Problem, hidden: Mask) -> Mask:
    """The secondary statements that a reader works out from what is shown, as exactly as they would be printed."""
    reader = Reader(problem, hidden)
    statements = problem.statements
    found = np.zeros(len(hidden), dtype=bool)
    secondary = np.flatnonzero(hidden & ~problem.primary)
    counts = [at for at in secondary.tolist() if _counts(problem, at)]
    rows = np.flatnonzero(np.isin(statements.owner, np.setdiff1d(secondary, counts)))
    base = reader.some() if len(secondary) else np.zeros(problem.atoms)
    numbers = Seen(csr_array(problem.quantities[problem.of_statement[counts]], dtype=np.float64), base)
    others = Seen(statements.matrix[rows], base)

    def ask(row: csr_array) -> tuple[float, float]:
        low, high, witnesses = reader.bounds(row)
        for witness in witnesses:
            numbers.add(witness)
            others.add(witness)
        return low, high

    for place, at in enumerate(counts):
        if whole_numbers(numbers.low[place], numbers.high[place]) < 2:
            found[at] = whole_numbers(*ask(problem.quantities[[problem.of_statement[at]]])) < 2
    implied = np.ones(len(rows), dtype=bool)
    for place, row in enumerate(rows):
        low, high = statements.low[row], statements.high[row]
        if within(others.low[place], others.high[place], low, high):
            implied[place] = within(*ask(statements.matrix[[row]]), low, high)
        else:
            implied[place] = False
    for at in np.setdiff1d(secondary, counts):
        own = implied[statements.owner[rows] == at]
        found[at] = len(own) > 0 and bool(own.all())
    return found


def _counts(problem: Problem, statement: int) -> bool:
    """Whether a statement is a number of firms."""
    quantity = problem.of_statement[statement]
    return bool(quantity >= 0 and problem.whole[problem.quantities[[quantity]].indices].all())


def _repaired(problem: Problem, hidden: Mask) -> tuple[Mask, list[DeducedBounds]]:
    """The statements hidden after every target of every reader has what it needs, and the audit of them; it fails where
    a target cannot have it."""
    stuck: set[tuple[str, int]] = set()
    while True:
        before, proof = hidden, list[DeducedBounds]()
        for view in (None, *problem.viewpoints):
            name = view.name if view else ""
            bounds = audit(problem, hidden, view)
            proof += bounds
            narrow = [each for each in failing(problem, bounds) if (name, each.target) not in stuck]
            found = repair(problem, hidden, [each for each in narrow if not each.whole], view)
            hidden = found.hidden
            stuck |= {(name, target) for target in found.stuck}
            for each in narrow:
                if each.whole:
                    free = freed(problem, hidden, problem.targets[each.target].quantity)
                    hidden = hidden if free is None else free
                    stuck |= {(name, each.target)} if free is None else set()
        if (hidden == before).all():
            return hidden, proof


def _give_back(problem: Problem, hidden: Mask, judge: Judge | None) -> Mask:
    """Show secondary statements again, the dearest first, where every target keeps its interval without them."""
    secondary = np.flatnonzero(hidden & ~problem.primary)
    readers = 1 + len(problem.viewpoints)
    if len(secondary) * len(problem.targets) * readers > GIVE_BACK:
        return hidden
    for statement in secondary[np.lexsort((secondary, -problem.cost[secondary]))]:
        trial = hidden.copy()
        trial[statement] = False
        if judge and len(with_unions(problem, trial, judge).targets) > len(problem.targets):
            continue
        if exact_targets(problem, trial):
            continue
        if _holds(problem, trial):
            hidden = trial
    return hidden


def _cheapest(problem: Problem, hidden: Mask, judge: Judge | None) -> Mask:
    """The cheapest pattern of a small system, where it stands every test that the found one stands."""
    best = optimal(problem) if small_enough(problem) else None
    if best is None or problem.cost[best].sum() >= problem.cost[hidden].sum():
        return hidden
    if exact_targets(problem, best) or (
        judge and len(with_unions(problem, best, judge).targets) > len(problem.targets)
    ):
        return hidden
    return best if _holds(problem, best) else hidden


def _holds(problem: Problem, hidden: Mask) -> bool:
    """Whether every target keeps its interval for every reader."""
    return all(not failing(problem, audit(problem, hidden, view)) for view in (None, *problem.viewpoints))
