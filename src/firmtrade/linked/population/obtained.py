"""What the drawn firms make of the printed cells, counted from the firms themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import polars as pl

from firmtrade.linked.population.base import MODES, Base, flow_columns
from firmtrade.linked.population.conditions import part_of
from firmtrade.linked.population.firms import INSIDE, FirmArrays
from firmtrade.linked.population.history import Accounts
from firmtrade.linked.population.structure import Structure
from firmtrade.linked.population.target import CellTarget
from firmtrade.linked.population.totals import MEASURES
from firmtrade.outputs import CellKey
from firmtrade.query.cells import Term
from firmtrade.query.measures import COMPLETE, FIRMS
from firmtrade.query.universes import Universe
from firmtrade.statistics.formulas import evaluate
from firmtrade.study import Study

EDGE = 1e-9


@dataclass(frozen=True, slots=True)
class Missed:
    """A printed statistic that the population does not reproduce, with the value it has there."""

    key: CellKey
    printed: str
    obtained: float | None

    def __str__(self) -> str:
        value = "undefined" if self.obtained is None else f"{self.obtained:.6g}"
        return f"{self.key}: printed {self.printed}, obtained {value}"


def missed(
    targets: Sequence[CellTarget],
    roots: dict[str, tuple[str, ...]],
    structures: Sequence[Structure],
    firms: FirmArrays,
    accounts: Accounts,
    study: Study,
) -> tuple[Missed, ...]:
    """The targets of the reference year and of the panel that these firms do not reproduce, in key order."""
    if not targets:
        return ()
    frames: dict[tuple[str, str], pl.DataFrame] = {}
    bases = {name: structures[at].base for at, (_, parts) in enumerate(roots.items()) for name in parts}
    for at, (root, _) in enumerate(roots.items()):
        members = np.flatnonzero((firms.kind == INSIDE) & (firms.population == at))
        frame = _frame(structures[at], firms, accounts, members, study)
        frames[root, "reference"], frames[root, "window"] = frame, frame.filter(pl.col("in_panel"))
    found = []
    for (root, period), frame in frames.items():
        asked = [
            target
            for target in targets
            if (base := bases.get(_universe(target).population)) is not None
            and (base.population, _universe(target).period) == (root, period)
        ]
        totals = _totals([term for target in asked for term in target.spec.terms.values()], frame, bases)
        for target in asked:
            numbers = {name: totals[term] for name, term in target.spec.terms.items()}
            value = evaluate(target.spec.formula, numbers, target.spec.years)[0]
            if value is None or not target.low - EDGE <= value <= target.high + EDGE:
                found.append(Missed(target.key, target.printed, value))
    return tuple(sorted(found, key=lambda one: one.key))


def _universe(target: CellTarget) -> Universe:
    return next(iter(target.spec.terms.values())).universe


def _totals(
    terms: Iterable[Term], frame: pl.DataFrame, bases: Mapping[str, Base]
) -> dict[Term, int | Decimal]:
    """Firms, or totals that are exact to the hundredth as the accounts are; all terms in one pass."""
    asked = list(dict.fromkeys(terms))
    expressions = []
    for at, term in enumerate(asked):
        population = term.universe.population
        inside = (term.where & part_of(bases[population], population)).expression()
        firms = (inside & (pl.int_range(pl.len()) >= 0)).sum()
        total = firms if term.measure == FIRMS else pl.col(term.measure).filter(inside).sum()
        expressions.append(total.alias(str(at)))
    values = frame.select(expressions).row(0) if asked else ()
    return {
        term: int(value) if term.measure == FIRMS else Decimal(round(value * 100)) / 100
        for term, value in zip(asked, values, strict=True)
    }


def _frame(
    structure: Structure, firms: FirmArrays, accounts: Accounts, members: np.ndarray, study: Study
) -> pl.DataFrame:
    base, classes = structure.base, structure.firms
    columns = flow_columns(classes["pattern"])
    for dimension in ("activity", "size", "birth", "seat"):
        columns |= base.columns_of(dimension, classes[dimension])
    modes = np.array(MODES)
    first = modes[np.minimum(classes["first"], len(MODES) - 1)]
    columns |= {"export_reference": columns["exporter"], "import_reference": columns["importer"]}
    columns |= {"export_first": first[:, 0], "import_first": first[:, 1], "in_panel": firms.panel[members]}
    start, end = (int(np.flatnonzero(accounts.years == year)[0]) for year in study.head.window)
    ends = [
        accounts.fte[:, start],
        accounts.fte[:, end],
        accounts.value_added[:, start],
        accounts.value_added[:, end],
    ]
    complete = firms.panel[members] & ~np.isnan(np.stack(ends)[:, members]).any(axis=0)
    columns[COMPLETE] = complete.astype(np.int64)
    for measure, values in zip(MEASURES, ends, strict=True):
        columns[measure] = np.where(complete, np.nan_to_num(values[members]), 0.0)
    return pl.DataFrame(columns)
