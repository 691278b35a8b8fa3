"""Observing a study: open the data, build panel and window once, answer views."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property

import ibis.expr.types as ir
import polars as pl

from firmtrade.errors import DataError, Place
from firmtrade.observatory.aggregate import UNIT, aggregate, firm_by_firm
from firmtrade.observatory.engine import Engine
from firmtrade.observatory.fit import (
    check_stamp,
    empty_populations,
    late_register,
    missing_values,
    unread_flows,
    unread_revisions,
)
from firmtrade.observatory.flows import FLOWS, details, flags, flows, flows_of, sums_by_kind
from firmtrade.observatory.history import history, looked_at
from firmtrade.observatory.missing import Inputs, why_no_measure, why_no_population, why_not
from firmtrade.observatory.panel import panel, population_column
from firmtrade.observatory.trading import by_level, trading
from firmtrade.observatory.window import window
from firmtrade.query.dimensions import is_history
from firmtrade.query.measures import FIRMS
from firmtrade.query.universes import Flow, Universe
from firmtrade.query.views import View, ViewRequest
from firmtrade.sources.folder import CanonicalFolder
from firmtrade.sources.quality.words import ranges
from firmtrade.sources.unread import unread
from firmtrade.study import DETAILS, Study

Progress = Callable[[str], None]

ZONES = ("intra", "extra")


class Observation:
    """One study on one folder of canonical tables.

    Raises
    ------
    InputError
        A Parquet file breaks off in the middle.
    DataError
        A year of the study is absent from the data, a key that must be unique is not, or the data is of another
        country, another currency or another revision of activity codes throughout.
    """

    def __init__(
        self,
        folder: CanonicalFolder,
        study: Study,
        *,
        engine: Engine | None = None,
        progress: Progress | None = None,
        levels: Iterable[str] = (),
        models: bool = False,
        every_year: bool = False,
    ) -> None:
        self.folder = folder
        self.study = study
        self.engine = engine or Engine()
        self._say = progress or (lambda _: None)
        self._noted: list[str] = []
        self._traders: dict[str, ir.Table] = {}
        check_stamp(folder, study)
        self._firms = self._open("firms")
        self._accounts = self._open("accounts")
        self.trade = self._open("trade")
        self.models = models
        self.levels = sorted({*levels, *study.details, *(DETAILS if models else ())} & {*self.trade.columns})
        self.years = self._years(every_year=every_year)
        self._check_keys()
        self.inputs = Inputs(
            {name: frozenset(table.columns) for name, table in folder.tables.items()}, self._coverage()
        )
        self._check_years()
        self._noted += unread_revisions(self.engine, folder, self._firms, self._accounts, study)

    @cached_property
    def notes(self) -> list[str]:
        """What was taken for granted, what of the data counts nowhere, and which populations are empty.

        Raises
        ------
        DataError
            No declaration is an import or an export.
        """
        notes = [*self._noted, *unread(self.folder, only_meant=True)]
        notes += late_register(self.engine, self._firms, self.study)
        notes += missing_values(self.folder)
        _ = self.flows
        summed = sums_by_kind(self.engine, details=bool(self.levels))
        notes += unread_flows(self.engine, self.folder, summed)
        if why_no_population(self.inputs, self.study) is None:
            notes += empty_populations(self.engine, self.panel, self.study)
        return notes

    @cached_property
    def flows(self) -> ir.Table:
        """One row per firm, year, flow and zone: the one pass over the declarations."""
        if self.details is not None:
            return flows_of(self.engine, self.details)
        self._say("reading declarations")
        return flows(self.engine, self.trade, self.study, self.years)

    @cached_property
    def details(self) -> ir.Table | None:
        """The flows by country and product, where a level asks for them: then this is the one pass."""
        if not self.levels:
            return None
        self._say("reading declarations")
        return details(self.engine, self.trade, self.study, self.years, self.levels)

    @cached_property
    def panel(self) -> ir.Table:
        """One row per firm and year with every attribute."""
        traders = flags(self.flows, self.study)
        self._say("building the panel")
        return panel(
            self.engine, self._firms, self._accounts, traders, self.study, self.years, models=self.models
        )

    @cached_property
    def window(self) -> ir.Table:
        """Firms of the reference year with their figures at the ends of the window."""
        return window(self.engine, self.panel, self.study)

    @cached_property
    def history(self) -> ir.Table:
        """One row per firm: the years in which it exports, imports, and is there at all."""
        return history(self.engine, self.panel, min(self.years))

    def traders(self, flow: Flow) -> ir.Table:
        """One row per firm and year in which it has the flow, with what is measured of traders."""
        if flow not in self._traders:
            self._traders[flow] = trading(self.engine, self.panel, self.flows, self.details, self.study, flow)
        return self._traders[flow]

    def relations(self, flow: Flow, level: str) -> ir.Table:
        """The traders of a flow once for every country they have it with, or every product they have it in."""
        name = f"{flow} by {level}"
        if name not in self._traders:
            assert self.details is not None  # a study that asks for partners or products keeps them
            traders = self.traders(flow)
            self._traders[name] = by_level(self.engine, traders, self.details, self.study, flow, level)
        return self._traders[name]

    def missing(
        self, universe: Universe, dimensions: Iterable[str], measure: str, years: tuple[int, ...]
    ) -> str | None:
        """Why a term cannot be computed; None where it can."""
        reasons = [
            why_no_population(self.inputs, self.study),
            why_no_measure(self.inputs, self.study, universe, measure, years),
        ]
        reasons += [
            why_not(self.inputs, self.study, universe, name, years)
            for name in sorted(dimensions)
            if name != "year"
        ]
        return next((reason for reason in reasons if reason), None)

    def answer(self, requests: Iterable[ViewRequest]) -> list[View]:
        """Compute views: the firms of a universe are read once for all of them."""
        asked = list(requests)
        found: dict[ViewRequest, View] = {}
        for universe in dict.fromkeys(request.universe for request in asked):
            own = [request for request in asked if request.universe == universe]
            # A firm with several partners stands in several rows, as a group of firms does.
            grouped = self.inputs.has("firms", "group_id") or universe.level is not None
            firms, query = self._read(universe, own, grouped=grouped)
            for request in own:
                compute = firm_by_firm if request.values else aggregate
                found[request] = compute(firms, request, query, grouped=grouped)
        return [found[request] for request in asked]

    def _read(
        self, universe: Universe, requests: list[ViewRequest], *, grouped: bool
    ) -> tuple[pl.DataFrame, str]:
        """The firms of a universe with every column that some request asks for, and the query behind them."""
        dimensions = sorted({name for request in requests for name in request.dimensions})
        measures = {name for request in requests for name in request.values}
        if any(not request.values for request in requests):
            measures |= {name for name in universe.measures if name != FIRMS}
        wanted = [*dimensions, *([UNIT] * grouped), *sorted(measures - {*dimensions})]
        query = self.engine.sql(self.rows(universe, wanted))
        frame = self.engine.fetch(query)
        if grouped:  # a number without meaning is enough to tell units apart
            frame = frame.with_columns(pl.col(UNIT).cast(pl.Categorical).to_physical())
        return frame, query

    def rows(self, universe: Universe, columns: Sequence[str]) -> ir.Table:
        """The firms (and years) of a universe with the columns asked for."""
        firms = self._members(universe)
        if any(map(is_history, columns)):
            firms = looked_at(firms, self.history, filter(is_history, columns), min(self.years))
        return firms.select(*columns)

    def _members(self, universe: Universe) -> ir.Table:
        """The firms (and years) of a universe."""
        if universe.flow is not None and universe.level is not None:
            firms = self.relations(universe.flow, universe.level)
        elif universe.flow is not None:
            firms = self.traders(universe.flow)
        else:
            firms = self.window if universe.period == "window" else self.panel
        inside = firms[population_column(list(self.study.populations).index(universe.population))]
        if universe.period == "reference":
            inside &= firms.year == self.study.reference_year
        return firms.filter(inside)

    def _open(self, name: str) -> ir.Table:
        table = self.engine.open(self.folder, name)
        assert table is not None  # a canonical folder without it does not open
        return table

    def _years(self, *, every_year: bool) -> tuple[int, ...]:
        """Years that are read: those that the study asks about, and every other year of the accounts on demand."""
        if not every_year:
            return self.study.years
        present = self.engine.look(self._accounts.select("year").distinct())["year"].drop_nulls()
        return tuple(sorted({*self.study.years, *present.to_list()}))

    def _check_keys(self) -> None:
        """A firm twice would be counted twice."""
        for name, table in (("firms", self._firms), ("accounts", self._accounts)):
            keys = ["firm_id", "year"] if "year" in table.columns else ["firm_id"]
            known = table.filter([table[key].notnull() for key in keys])
            repeated = known.group_by(keys).agg(times=lambda t: t.count())
            count = self.engine.look(repeated.filter(repeated.times > 1).agg(number=lambda t: t.count()))[
                "number"
            ][0]
            absent = self.engine.look(table.agg(number=table.firm_id.isnull().sum()))["number"][0]
            if absent:
                raise DataError(
                    f"missing key: {absent} rows of the table `{name}` have no `firm_id`",
                    where=Place(file=str(self.folder.path)),
                    fix="`firmtrade check` counts them; give them their firm or leave them out, then run again.",
                )
            if count:
                raise DataError(
                    f"{count} keys ({', '.join(keys)}) stand more than once in the table `{name}`",
                    where=Place(file=str(self.folder.path)),
                    fix="`firmtrade check` lists them; keep one row for each, then run again.",
                )

    def _coverage(self) -> frozenset[tuple[str, str, int]]:
        table = self.engine.open(self.folder, "coverage")
        if table is not None:
            rows = self.engine.look(table.select("flow", "zone", "year"))
            return frozenset(rows.iter_rows())
        years = self.engine.look(self.trade.select("year").distinct())["year"].drop_nulls().to_list()
        self._noted.append(
            "There is no table `coverage`: every year present in `trade` counts as covered."
            if years
            else "The table `trade` is empty: what asks about trade is not computed."
        )
        return frozenset((flow, zone, year) for flow in FLOWS for zone in ZONES for year in years)

    def _check_years(self) -> None:
        """A year of the study without any accounts, or without any declarations, is no zero: it is absent."""
        present = {
            "accounts": set(self.engine.look(self._accounts.select("year").distinct())["year"].drop_nulls()),
            "trade": {year for _, _, year in self.inputs.covered},
        }
        if not present["accounts"]:
            self._noted.append("The table `accounts` is empty: every population is empty.")
        needed = {
            "accounts": set(self.study.years),
            "trade": {year for year in self.study.years if self._asks_about_trade(year)},
        }
        for name, years in needed.items():
            absent = sorted(years - present[name])
            declared = name == "trade" and "coverage" in self.folder.tables
            if present[name] and absent and not declared:
                raise DataError(
                    f"the study asks about {ranges(absent)}, which the table `{name}` does not hold",
                    where=Place(file=str(self.folder.path)),
                    fix=f"Years there: {ranges(present[name])}. "
                    "Add the years, or change the study's window and series.",
                )

    def _asks_about_trade(self, year: int) -> bool:
        """Whether trade of a year of the study is asked for: operating figures may run past it."""
        if year == self.study.reference_year or year != self.study.last_year:
            return True
        return any(year in table.years_asked for table in self.study.outputs)
