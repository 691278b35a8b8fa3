"""The tables that are derived from the canonical ones for a study, each made once, when it is first asked for."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import ibis.expr.types as ir

from firmtrade.engines.protocol import Tables
from firmtrade.engines.units import UNIT
from firmtrade.observatory.figures import with_figures
from firmtrade.observatory.flows import details, flags, flows, flows_of
from firmtrade.observatory.history import history, looked_at
from firmtrade.observatory.links import (
    by_last_number,
    last_numbers,
    register_by_last_number,
    reorganizations,
)
from firmtrade.observatory.panel import panel, unit_of
from firmtrade.observatory.prices import price_ratios
from firmtrade.observatory.thresholds import held_thresholds
from firmtrade.observatory.trading import by_level, trading
from firmtrade.observatory.window import window
from firmtrade.progress import Progress, silent
from firmtrade.query.dimensions import moments, population_columns
from firmtrade.query.universes import Flow, Universe
from firmtrade.study import Study

CANONICAL = ("firms", "accounts", "trade")
LINKS, COVERAGE = "links", "coverage"
"""The canonical tables that numbers are made of; others only tell what they stand for."""


class DerivedTables:
    """Flows, panel, window, history and traders of a study over some years.

    Parameters
    ----------
    tables
        Where they are made: an engine, or one that only writes down what it would be asked.
    firms, accounts, trade, links, coverage
        The canonical tables. With links, every firm stands under its last number; with thresholds of declaration in
        the coverage, the study may hold the highest for all years.
    years
        The years of panel and flows.
    levels
        What the flows tell apart beside their zone: ``partner``, ``product``.
    models
        Whether the panel has the columns that only models ask about.
    without_zero
        Activity codes of the register that lost the zero in front of their division.
    progress
        Called with the name of each stage.
    """

    def __init__(
        self,
        tables: Tables,
        study: Study,
        *,
        firms: ir.Table,
        accounts: ir.Table,
        trade: ir.Table,
        links: ir.Table | None = None,
        coverage: ir.Table | None = None,
        years: Sequence[int],
        levels: Sequence[str],
        models: bool = False,
        without_zero: Sequence[str] = (),
        progress: Progress | None = None,
    ) -> None:
        self.without_zero = tuple(without_zero)
        self.study, self.years, self.levels, self.models = study, tuple(years), tuple(levels), models
        self._tables = tables
        self.reorganized: ir.Table | None = None
        self.numbers: ir.Table | None = None
        if links is not None and study.head.firms == "joined":
            numbers = self.numbers = last_numbers(tables, links)
            self.reorganized = reorganizations(tables, links, numbers)
            firms = tables.materialize("firms_joined", register_by_last_number(firms, numbers))
            accounts = tables.materialize(
                "accounts_joined", by_last_number(accounts, numbers, key=("firm_id", "year"))
            )
            trade = by_last_number(trade, numbers)
        self._held = None
        with_amounts = coverage is not None and "threshold" in coverage.columns and "value" in trade.columns
        if with_amounts and study.head.threshold == "constant":
            self._held = held_thresholds(tables, coverage, study.years)
        self.firms, self.accounts, self.trade = firms, accounts, trade
        self._say = progress or silent
        self._traders: dict[str, ir.Table] = {}

    @cached_property
    def flows(self) -> ir.Table:
        """One row per firm, year, flow and zone: the one pass over the declarations."""
        if self.details is not None:
            return flows_of(self._tables, self.details)
        self._say("reading declarations")
        return flows(self._tables, self.trade, self.study, self.years, self._held)

    @cached_property
    def details(self) -> ir.Table | None:
        """The flows by country and product, where a level asks for them: then this is the one pass."""
        if not self.levels:
            return None
        self._say("reading declarations")
        return details(self._tables, self.trade, self.study, self.years, self.levels, self._held)

    @cached_property
    def panel(self) -> ir.Table:
        """One row per firm and year with every attribute."""
        traders = flags(self.flows, self.study)
        self._say("building the panel")
        return panel(
            self._tables,
            self.firms,
            self.accounts,
            traders,
            self.study,
            self.years,
            models=self.models,
            without_zero=self.without_zero,
        )

    @cached_property
    def _prices(self) -> ir.Table | None:
        """The ratios of the study's deflator."""
        return price_ratios(self._tables, self.study)

    @cached_property
    def window(self) -> ir.Table:
        """Firms of the reference year with their figures at the ends of the window."""
        return window(self._tables, self.panel, self._prices, self.study)

    @cached_property
    def history(self) -> ir.Table:
        """One row per firm: the years in which it exports, imports, and is there at all."""
        return history(self._tables, self.panel, min(self.years), self.reorganized)

    def traders(self, flow: Flow) -> ir.Table:
        """One row per firm and year in which it has the flow, with what is measured of traders."""
        if flow not in self._traders:
            self._traders[flow] = trading(
                self._tables, self.panel, self.flows, self.details, self._prices, self.study, flow
            )
        return self._traders[flow]

    def relations(self, flow: Flow, level: str) -> ir.Table:
        """The traders of a flow once for every country they have it with, or every product they have it in."""
        name = f"{flow} by {level}"
        if name not in self._traders:
            assert self.details is not None  # a study that asks for partners or products keeps them
            traders = self.traders(flow)
            self._traders[name] = by_level(self._tables, traders, self.details, self.study, flow, level)
        return self._traders[name]

    def rows(self, universe: Universe, columns: Sequence[str]) -> ir.Table:
        """The firms (and years) of a universe with the columns asked for."""
        firms = self._members(universe)
        if other_years := {*columns} & {*moments()}:
            firms = looked_at(firms, self.history, other_years, min(self.years))
        if universe.flow is None:
            firms = with_figures(firms, columns)
        if UNIT in columns:
            firms = firms.mutate(**{UNIT: unit_of(firms)})
        return firms.select(*columns)

    def _members(self, universe: Universe) -> ir.Table:
        if universe.flow is not None and universe.level is not None:
            firms = self.relations(universe.flow, universe.level)
        elif universe.flow is not None:
            firms = self.traders(universe.flow)
        else:
            firms = self.window if universe.period == "window" else self.panel
        inside = firms[population_columns(self.study)[universe.population]]
        if universe.period == "reference":
            inside &= firms.year == self.study.reference_year
        return firms.filter(inside)
