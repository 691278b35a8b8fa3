"""Numbers of the single firms of a population, by the names of the registry."""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from firmtrade.observatory.canonical import MONEY, QUANTITY
from firmtrade.query.dimensions import known
from firmtrade.query.measures import WEIGHT, weighted
from firmtrade.query.registry import numbers_of_firms, numbers_of_samples
from firmtrade.query.universes import FLOWS


def with_figures(firms: ir.Table, columns: Sequence[str]) -> ir.Table:
    """Rows of the panel with the numbers among ``columns``, and whether they are known.

    A quotient is rounded once, to a binary floating-point number; the value of a flow is null where a firm has none.
    """
    asked = {
        name for name in (*numbers_of_firms(), *numbers_of_samples()) if {name, known(name)} & {*columns}
    }
    made = {name: _figure(firms, name) for name in sorted(asked)}
    if not made:
        return firms
    figures = firms.mutate(**made)
    return figures.mutate(**{known(name): figures[name].notnull() for name in made})


def _figure(firms: ir.Table, name: str) -> ir.Value:
    if name in numbers_of_samples():
        return firms[WEIGHT] if name == WEIGHT else _weighted(firms, name)
    if name == "labor_productivity":
        value_added, employment = firms.value_added.cast("float64"), firms.employment.cast("float64")
        return (firms.employment > 0).ifelse(value_added / employment, ibis.null("float64"))
    for flow in FLOWS:
        if name == f"{flow}_value":
            return firms[f"{flow}er"].ifelse(firms[name], ibis.null(firms[name].type()))
    return firms[name]


def _weighted(firms: ir.Table, name: str) -> ir.Value:
    """A number of a firm times its weight, to the cent (employment to six decimals), half away from zero."""
    if name == weighted("labor_productivity"):
        number = (firms.employment > 0).ifelse(firms.value_added, ibis.null(firms.value_added.type()))
    else:
        number = _figure(firms, name.removeprefix(weighted("")))
    of_staff = name == weighted("employment")
    # Of two decimals of 18 digits DuckDB computes the product in 64 bits.
    exact = number.cast(QUANTITY if of_staff else MONEY) * firms[WEIGHT].cast("decimal(19, 6)")
    return exact.cast("decimal(38, 6)" if of_staff else "decimal(38, 2)")
