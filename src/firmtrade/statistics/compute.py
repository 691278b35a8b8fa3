"""From views to cells: fill every specification, with the contributions behind each number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import polars as pl

from firmtrade.messages import Message, message
from firmtrade.outputs import Cell, Contribution, ObsStatus
from firmtrade.query.cells import CellSpec, Formula, Term
from firmtrade.query.distributions import NOBODY, Distributions, Spread
from firmtrade.query.measures import COMPLETE, COMPLETE_UNITS, FIRMS, UNITS, WINDOW_MEASURES
from firmtrade.query.views import View
from firmtrade.query.where import Where
from firmtrade.statistics.formulas import evaluate
from firmtrade.statistics.sample import evaluate as estimate
from firmtrade.statistics.spread import QUARTILES, spread
from firmtrade.statistics.spread import evaluate as statistic_of

Number = Decimal | int

SIDES = ("count", "at_or_below", "at_or_above")
"""Components of a quartile: numbers of firms."""


@dataclass(frozen=True, slots=True)
class CountedTotal:
    """A term with its number and the units behind it."""

    n_firms: int
    n_units: int
    total: Number
    largest: Number
    second_largest: Number


def totals(terms: Iterable[Term], views: Iterable[View]) -> dict[Term, CountedTotal]:
    """Evaluate terms on the views that can answer them: one scan of each view for all its terms."""
    available = list(views)
    by_view: dict[int, list[Term]] = {}
    for term in dict.fromkeys(terms):
        by_view.setdefault(_cheapest(term, available), []).append(term)
    found: dict[Term, CountedTotal] = {}
    for position, asked in by_view.items():
        found |= _on_view(asked, available[position])
    return found


def by_firm(answers: Iterable[Distributions]) -> tuple[dict[Term, CountedTotal], dict[Term, Spread]]:
    """Totals, and how their numbers are spread, of terms of which a statistic of single firms is asked."""
    found = [one for answer in answers for one in answer.found.items()]
    totals = {
        term: CountedTotal(one.spread.n, one.n_units, one.spread.total or 0, one.largest, one.second_largest)
        for term, one in found
    }
    return totals, {term: one.spread for term, one in found}


def by_class(terms: Iterable[Term], views: Iterable[View]) -> dict[Term, Spread]:
    """How the numbers of the classes of a dimension that have firms are spread."""
    available = list(views)
    found = {}
    for term in dict.fromkeys(terms):
        inside = available[_cheapest(term, available)].rows.filter(term.where.expression())
        found[term] = spread(
            inside.group_by(term.by).agg(pl.col(term.measure).sum()).get_column(term.measure)
        )
    return found


def _cheapest(term: Term, views: list[View]) -> int:
    """The view with the fewest rows that answers a term."""
    able = [(view.rows.height, position) for position, view in enumerate(views) if view.request.answers(term)]
    return min(able)[1]


def _on_view(terms: list[Term], view: View) -> dict[Term, CountedTotal]:
    rows, conditions = _marked(view.rows, terms)
    columns: list[pl.Expr] = []
    for number, term in enumerate(terms):
        inside, measure = conditions[term.where], term.measure
        base, units = _counted_by(measure)
        columns += [
            pl.col(base).filter(inside).sum().alias(f"{number} firms"),
            pl.col(units).filter(inside).sum().alias(f"{number} units"),
            pl.col(measure).filter(inside).sum().alias(f"{number} total"),
            pl.col(f"{measure}_1").filter(inside).top_k(2).implode().alias(f"{number} first"),
            pl.col(f"{measure}_2").filter(inside).max().alias(f"{number} second"),
        ]
    row = rows.select(columns).row(0, named=True)
    shared = _shared(terms, view.spanning) if view.spanning.height else {}
    return {term: _total(row, number, shared) for number, term in enumerate(terms)}


def _marked(rows: pl.DataFrame, terms: list[Term]) -> tuple[pl.DataFrame, dict[Where, pl.Expr]]:
    """Rows with a flag for each condition of the terms, of which many share one, and the flag as an expression."""
    names = {where: f"holds {number}" for number, where in enumerate(dict.fromkeys(t.where for t in terms))}
    marked = rows.with_columns(where.expression().alias(name) for where, name in names.items())
    return marked, {where: pl.col(name) for where, name in names.items()}


def _counted_by(measure: str) -> tuple[str, str]:
    """The measures that count the firms and the units behind a measure: totals rest on complete firms alone."""
    return (COMPLETE, COMPLETE_UNITS) if measure in WINDOW_MEASURES and measure != FIRMS else (FIRMS, UNITS)


def _shared(terms: list[Term], spanning: pl.DataFrame) -> dict[str, Any]:
    """For each term: the number of units that span rows, and the largest two of their amounts."""
    spanning, conditions = _marked(spanning, terms)
    inside = [conditions[term.where] & (pl.col(_counted_by(term.measure)[0]) > 0) for term in terms]
    amounts = [
        pl.when(inside[number]).then(term.measure).alias(f"{number} amount")
        for number, term in enumerate(terms)
    ]
    names = [f"{number} amount" for number in range(len(terms))]
    units = spanning.select("unit", *amounts).group_by("unit").agg(
        pl.when(pl.col(name).count() > 0).then(pl.col(name).sum().abs()).alias(name) for name in names
    )  # fmt: skip
    row: dict[str, Any] = units.select(
        *(pl.col(name).count().alias(f"{name} units") for name in names),
        *(pl.col(name).top_k(2).drop_nulls().implode().alias(f"{name} largest") for name in names),
    ).row(0, named=True)
    return row


def _total(row: Mapping[str, Any], number: int, shared: Mapping[str, Any]) -> CountedTotal:
    candidates = [
        *(row[f"{number} first"] or []),
        row[f"{number} second"],
        *shared.get(f"{number} amount largest", []),
    ]
    found = [value for value in candidates if value is not None]
    units = (row[f"{number} units"] or 0) + shared.get(f"{number} amount units", 0)
    largest = [*sorted(found, reverse=True), 0, 0]
    return CountedTotal(
        row[f"{number} firms"] or 0, units, row[f"{number} total"] or 0, largest[0], largest[1]
    )


def fill(spec: CellSpec, found: Mapping[Term, CountedTotal], spreads: Mapping[Term, Spread]) -> Cell | None:
    """The cell of a specification; None where an optional group has no firms."""
    if spec.optional and not found[spec.group].total:
        return None
    if spec.formula is Formula.CODE:
        return Cell(spec.key, float(spec.code), spec.unit, spec.year, spec.decimals)
    numbers = {name: found[term].total for name, term in spec.terms.items()}
    if spec.statistic is not None and spec.formula is Formula.WEIGHTED:
        numbers_by_term = {name: spreads[term] for name, term in spec.terms.items()}
        value, numerator, denominator = estimate(spec.statistic, numbers_by_term, spec.scale)
    elif spec.statistic is not None:
        assert spec.spread is not None  # a statistic is taken of some numbers
        value = statistic_of(spec.statistic, spreads[spec.spread], spec.scale)
        numerator, denominator = None, None
    else:
        value, numerator, denominator = evaluate(spec.formula, numbers, spec.years)
    cell = Cell(
        spec.key,
        value,
        spec.unit,
        spec.year,
        spec.decimals,
        numerator=numerator,
        denominator=denominator,
        n_firms=int(found[spec.group].total),
        contributions=(
            *(_contribution(name, found[term]) for name, term in spec.terms.items()),
            *_on_either_side(spec, spreads),
        ),
    )
    if value is not None:
        return cell
    return replace(cell, status=ObsStatus.UNDEFINED, reason=_why_undefined(spec))


def _why_undefined(spec: CellSpec) -> Message:
    return message("reasons.undefined_group" if spec.statistic is None else "reasons.undefined_statistic")


def switched_off(spec: CellSpec, reason: Message) -> Cell:
    """A cell whose input is missing."""
    return Cell(
        spec.key,
        None,
        spec.unit,
        spec.year,
        spec.decimals,
        status=ObsStatus.NOT_COMPUTED,
        reason=reason,
    )


def _on_either_side(spec: CellSpec, spreads: Mapping[Term, Spread]) -> Iterator[Contribution]:
    """The firms behind a quartile, and those at or below it and at or above it."""
    if spec.formula is not Formula.QUARTILE or spec.statistic is None or spec.spread is None:
        return
    numbers = spreads[spec.spread]
    sides = (numbers.whole, *numbers.sides.get(QUARTILES[spec.statistic], (NOBODY, NOBODY)))
    for name, side in zip(SIDES, sides, strict=True):
        yield Contribution(name, side.n_firms, side.n_units, side.n_firms, side.largest, side.second_largest)


def _contribution(component: str, total: CountedTotal) -> Contribution:
    return Contribution(
        component, total.n_firms, total.n_units, total.total, total.largest, total.second_largest
    )
