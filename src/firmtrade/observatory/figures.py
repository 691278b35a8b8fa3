"""Numbers of the single firms of a population, by the names of the registry."""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from firmtrade.query.dimensions import known
from firmtrade.query.registry import numbers_of_firms
from firmtrade.query.universes import FLOWS


def with_figures(firms: ir.Table, columns: Sequence[str]) -> ir.Table:
    """Rows of the panel with the numbers among ``columns``, and whether they are known.

    A quotient is rounded once, to a binary floating-point number; the value of a flow is null where a firm has none.
    """
    made = {name: _figure(firms, name) for name in numbers_of_firms() if {name, known(name)} & {*columns}}
    if not made:
        return firms
    figures = firms.mutate(**made)
    return figures.mutate(**{known(name): figures[name].notnull() for name in made})


def _figure(firms: ir.Table, name: str) -> ir.Value:
    if name == "labor_productivity":
        value_added, employment = firms.value_added.cast("float64"), firms.employment.cast("float64")
        return (firms.employment > 0).ifelse(value_added / employment, ibis.null("float64"))
    for flow in FLOWS:
        if name == f"{flow}_value":
            return firms[f"{flow}er"].ifelse(firms[name], ibis.null(firms[name].type()))
    return firms[name]
