"""From views to cells: fill every specification, with the contributions behind each number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import polars as pl

from firmtrade.observatory.views import COMPLETE, COMPLETE_UNITS, FIRMS, UNITS, Universe, View
from firmtrade.outputs import Cell, Contribution, Observation
from firmtrade.statistics.formulas import evaluate
from firmtrade.statistics.spec import CellSpec, Formula, Term
from firmtrade.statistics.where import Where

Number = Decimal | int


@dataclass(frozen=True, slots=True)
class Total:
    """A term with its number and the units behind it."""

    n_firms: int
    n_units: int
    total: Number
    largest: Number
    second_largest: Number


def totals(terms: Iterable[Term], views: Iterable[View]) -> dict[Term, Total]:
    """Evaluate terms on the views that can answer them: one scan of each view for all its terms."""
    available = list(views)
    by_view: dict[int, list[Term]] = {}
    for term in dict.fromkeys(terms):
        by_view.setdefault(_cheapest(term.universe, term.where, available), []).append(term)
    found: dict[Term, Total] = {}
    for position, asked in by_view.items():
        found |= _on_view(asked, available[position])
    return found


def _cheapest(universe: Universe, where: Where, views: list[View]) -> int:
    """The view with the fewest rows that has the dimensions of a condition."""
    able = [
        (view.rows.height, position)
        for position, view in enumerate(views)
        if view.request.universe == universe and where.dimensions <= set(view.request.dimensions)
    ]
    return min(able)[1]


def _on_view(terms: list[Term], view: View) -> dict[Term, Total]:
    columns: list[pl.Expr] = []
    for number, term in enumerate(terms):
        inside, measure = term.where.expression(), term.measure
        base, units = _counted_by(measure)
        columns += [
            pl.col(base).filter(inside).sum().alias(f"{number} firms"),
            pl.col(units).filter(inside).sum().alias(f"{number} units"),
            pl.col(measure).filter(inside).sum().alias(f"{number} total"),
            pl.col(f"{measure}_1").filter(inside).top_k(2).implode().alias(f"{number} first"),
            pl.col(f"{measure}_2").filter(inside).max().alias(f"{number} second"),
        ]
    row = view.rows.select(columns).row(0, named=True)
    return {term: _total(term, view, row, number) for number, term in enumerate(terms)}


def _counted_by(measure: str) -> tuple[str, str]:
    """The measures that count the firms and the units behind a measure: totals rest on complete firms alone."""
    return (FIRMS, UNITS) if measure == FIRMS else (COMPLETE, COMPLETE_UNITS)


def _total(term: Term, view: View, row: dict[str, Any], number: int) -> Total:
    candidates = [
        value for value in [*(row[f"{number} first"] or []), row[f"{number} second"]] if value is not None
    ]
    units = row[f"{number} units"] or 0
    if view.spanning.height:
        base = _counted_by(term.measure)[0]
        inside = view.spanning.filter(term.where.expression(), pl.col(base) > 0)
        shared = inside.group_by("unit").agg(pl.col(term.measure).sum().abs()).get_column(term.measure)
        units += shared.len()
        candidates += shared.top_k(2).to_list()
    largest = [*sorted(candidates, reverse=True)[:2], 0, 0]
    return Total(row[f"{number} firms"] or 0, units, row[f"{number} total"] or 0, largest[0], largest[1])


def fill(spec: CellSpec, found: Mapping[Term, Total]) -> Cell | None:
    """The cell of a specification; None where an optional group has no firms."""
    if spec.optional and spec.group is not None and not found[spec.group].total:
        return None
    if spec.formula is Formula.CODE:
        return Cell(spec.key, float(spec.code), spec.unit, spec.year, spec.decimals)
    numbers = {name: found[term].total for name, term in spec.terms.items()}
    value, numerator, denominator = evaluate(spec.formula, numbers, spec.years)
    group = found[spec.group] if spec.group is not None else None
    cell = Cell(
        spec.key,
        value,
        spec.unit,
        spec.year,
        spec.decimals,
        numerator=numerator,
        denominator=denominator,
        n_firms=int(group.total) if group else None,
        contributions=tuple(_contribution(name, found[term]) for name, term in spec.terms.items()),
    )
    if value is not None:
        return cell
    return replace(
        cell, status=Observation.UNDEFINED, reason="undefined: the group or its first total is empty"
    )


def switched_off(spec: CellSpec, reason: str) -> Cell:
    """A cell whose input is missing."""
    return Cell(
        spec.key,
        None,
        spec.unit,
        spec.year,
        spec.decimals,
        status=Observation.NOT_COMPUTED,
        reason=f"not computed: {reason}",
    )


def _contribution(component: str, total: Total) -> Contribution:
    return Contribution(
        component, total.n_firms, total.n_units, total.total, total.largest, total.second_largest
    )
