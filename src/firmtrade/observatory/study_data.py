"""A study on one folder of canonical tables: opened, checked, and asked for views."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cached_property, partial

import ibis.expr.types as ir

from firmtrade.engines.distributions import distributions
from firmtrade.engines.protocol import Engine
from firmtrade.engines.statements import sql
from firmtrade.engines.units import UNIT
from firmtrade.engines.views import answer
from firmtrade.errors import DataError, Place
from firmtrade.messages import DEFAULT_LANGUAGE, Code, Count, Message, Years, language_of, message
from firmtrade.observatory.canonical import Opened, StoredTable, open_table, own_columns
from firmtrade.observatory.derived import CANONICAL, COVERAGE, LINKS, DerivedTables
from firmtrade.observatory.fit import (
    check_stamp,
    empty_populations,
    flows_of_no_kind,
    joined_firms,
    late_register,
    missing_values,
    other_revisions,
    unlinked,
    unmet_classes,
    without_weight,
)
from firmtrade.observatory.flows import FLOWS, sums_by_kind
from firmtrade.observatory.missing import Inputs, why_no_measure, why_no_population, why_not
from firmtrade.observatory.panel import GROUP
from firmtrade.observatory.prices import price_notes
from firmtrade.observatory.sample import record_notes
from firmtrade.observatory.thresholds import threshold_notes
from firmtrade.progress import Progress
from firmtrade.query.distributions import DistributionRequest, Distributions
from firmtrade.query.measures import FIRMS
from firmtrade.query.universes import Universe
from firmtrade.query.views import View, ViewRequest
from firmtrade.sources.activity import codes_in_column, zeros
from firmtrade.sources.folder import CanonicalFolder
from firmtrade.sources.ignored import ignored_files, old_stamp
from firmtrade.study import DETAILS, Study

ZONES = ("intra", "extra")


class StudyData:
    """One study on one folder of canonical tables.

    ``derived`` are the tables made for it, ``stored`` says how the canonical ones are stored, and ``inputs`` what they
    hold.

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
        engine: Engine,
        *,
        progress: Progress | None = None,
        levels: Iterable[str] = (),
        models: bool = False,
        every_year: bool = False,
    ) -> None:
        self.folder = folder
        self.study = study
        self.engine = engine
        self._noted: list[Message] = []
        check_stamp(folder, study)
        opened = {name: self._open(name) for name in CANONICAL}
        firms, accounts, trade = (one.table for one in opened.values())
        self._check_keys({"firms": firms, "accounts": accounts})
        joined = study.head.firms == "joined" and LINKS in folder.tables
        links = self._open(LINKS) if joined else None
        coverage = open_table(engine, folder, COVERAGE)
        self._coverage_table = coverage.table if coverage is not None else None
        self.stored: dict[str, StoredTable] = {
            name: one.stored
            for name, one in {**opened, LINKS: links, COVERAGE: coverage}.items()
            if one is not None
        }
        lost = self._without_zero(firms)
        if lost:
            self.stored["firms"] = replace(self.stored["firms"], without_zero=lost)
        wanted = {*levels, *study.details, *(DETAILS if models else ())}
        self.derived = DerivedTables(
            engine,
            study,
            firms=firms,
            accounts=accounts,
            trade=trade,
            links=links.table if links is not None else None,
            coverage=self._coverage_table,
            years=self._years(accounts, every_year=every_year),
            levels=sorted(wanted & {*trade.columns}),
            models=models,
            without_zero=lost,
            progress=progress,
        )
        if links is not None:
            self._noted += joined_firms(engine, accounts)
        self.inputs = Inputs(
            {name: frozenset(table.columns) for name, table in folder.tables.items()}, self._coverage()
        )
        self._check_years()
        self._noted += other_revisions(engine, folder, firms, accounts, study)

    @cached_property
    def notes(self) -> list[Message]:
        """What was taken for granted, what of the data counts nowhere, and which populations are empty.

        Raises
        ------
        DataError
            No declaration is an import or an export.
        """
        notes = [
            *old_stamp(self.folder),
            *self._noted,
            *ignored_files(self.folder, self.study, only_meant=True),
        ]
        if not self.derived.models:  # models say themselves at which prices they take amounts
            notes += price_notes(self.study)
        else:  # tables say themselves how they read a sample and its waves
            notes += record_notes(self.study)
        notes += late_register(self.engine, self.derived.firms, self.study)
        notes += missing_values(self.folder)
        _ = self.derived.flows
        summed = sums_by_kind(self.engine, details=bool(self.derived.levels))
        notes += flows_of_no_kind(self.engine, self.folder, summed)
        notes += unlinked(self.engine, self.derived.firms, summed)
        if why_no_population(self.inputs, self.study) is None:
            notes += empty_populations(self.engine, self.derived.panel, self.study)
            notes += unmet_classes(self.engine, self.derived.panel, self.study)
            notes += without_weight(self.engine, self.derived.panel, self.study)
        return notes

    def missing(
        self, universe: Universe, dimensions: Iterable[str], measure: str, years: tuple[int, ...]
    ) -> Message | None:
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
        """Compute views."""
        return [self._answer(request) for request in requests]

    def distributions(self, requests: Iterable[DistributionRequest]) -> list[Distributions]:
        """Compute how the numbers of single firms are spread."""
        found = []
        for request in requests:
            rows, query = self._rows(request, request.columns)
            found.append(distributions(self.engine, rows, request, query))
        return found

    def _answer(self, request: ViewRequest) -> View:
        rows, query = self._rows(request, [name for name in request.universe.measures if name != FIRMS])
        return answer(self.engine, rows, request, query)

    def _rows(
        self, request: ViewRequest | DistributionRequest, measures: Iterable[str]
    ) -> tuple[ir.Table, Callable[[], str]]:
        """The rows of a request, with the units that may stand in several of them, and what writes their query."""
        columns = [*dict.fromkeys([*request.dimensions, *measures])]
        if request.firms_repeat:
            columns.append(UNIT)
        elif self.inputs.has("firms", GROUP):
            columns.append(GROUP)
        rows = self.derived.rows(request.universe, columns)
        query = partial(sql, rows)
        return rows.rename({UNIT: GROUP}) if GROUP in columns else rows, query

    def _open(self, name: str) -> Opened:
        own = own_columns(self.study, name)
        opened = open_table(self.engine, self.folder, name, own)
        assert opened is not None  # a canonical folder without it does not open
        return opened

    def _without_zero(self, firms: ir.Table) -> tuple[str, ...]:
        """Activity codes that lost their first zero; how many states have one, or may have, is noted."""
        counted = codes_in_column(firms, self.study.head.activity)
        if counted is None:
            return ()
        times = dict(self.engine.collect(counted).iter_rows())
        found = zeros(times.items(), self.study.head.activity)
        for key, codes in (("without_zero", found.lost), ("open_zero", found.open)):
            if codes:
                states = sum(times[code] for code in codes)
                self._noted.append(message(f"notes.{key}", count=Count(states), example=Code(codes[0])))
        return found.lost

    def _years(self, accounts: ir.Table, *, every_year: bool) -> tuple[int, ...]:
        """Years that are read: those that the study asks about, and every other wave of the accounts on demand."""
        if not every_year:
            return self.study.years
        present = self.engine.collect(accounts.select("year").distinct())["year"].drop_nulls()
        return tuple(sorted({*self.study.years, *self.study.waves(present.to_list())}))

    def _check_keys(self, tables: Mapping[str, ir.Table]) -> None:
        """A firm twice would be counted twice."""
        for name, table in tables.items():
            keys = ["firm_id", "year"] if "year" in table.columns else ["firm_id"]
            known = table.filter([table[key].notnull() for key in keys])
            repeated = known.group_by(keys).agg(times=lambda t: t.count())
            count = self.engine.collect(repeated.filter(repeated.times > 1).agg(number=lambda t: t.count()))[
                "number"
            ][0]
            absent = self.engine.collect(table.agg(number=table.firm_id.isnull().sum()))["number"][0]
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
        coverage = self._coverage_table
        if coverage is not None:
            known = coverage.filter(coverage.flow.isin(FLOWS), coverage.zone.isin(ZONES))
            rows = self.engine.collect(known)
            if "threshold" in rows.columns:
                valued = "value" in self.folder.tables["trade"].columns
                self._noted += threshold_notes(rows, self.study, valued=valued)
            return frozenset(rows.select("flow", "zone", "year").iter_rows())
        years = (
            self.engine.collect(self.derived.trade.select("year").distinct())["year"].drop_nulls().to_list()
        )
        self._noted.append(message("notes.no_coverage" if years else "notes.no_trade"))
        return frozenset((flow, zone, year) for flow in FLOWS for zone in ZONES for year in years)

    def _check_years(self) -> None:
        """A year of the study without any accounts is no zero: it is absent.

        A year without declarations switches off what needs it, unless the study has no other year of trade.
        """
        present = {
            "accounts": set(
                self.engine.collect(self.derived.accounts.select("year").distinct())["year"].drop_nulls()
            ),
            "trade": {year for _, _, year in self.inputs.covered},
        }
        if not present["accounts"]:
            self._noted.append(message("notes.no_accounts"))
        needed = {
            "accounts": set(self.study.years),
            "trade": {year for year in self.study.years if self._asks_about_trade(year)},
        }
        for name, years in needed.items():
            absent = sorted(years - present[name])
            declared = name == "trade" and "coverage" in self.folder.tables
            if name == "trade" and absent and not declared and years & present[name]:
                self._noted.append(message("notes.absent_trade", years=Years(tuple(absent))))
            elif present[name] and absent and not declared:
                asked, there = (
                    language_of(DEFAULT_LANGUAGE).years(list(some)) for some in (absent, present[name])
                )
                raise DataError(
                    f"the study asks about {asked}, which the table `{name}` does not hold",
                    where=Place(file=str(self.folder.path)),
                    fix=f"Years there: {there}. Add the years, or change the study's window and series.",
                )

    def _asks_about_trade(self, year: int) -> bool:
        """Whether trade of a year of the study is asked for: operating figures may run past it."""
        if year == self.study.reference_year or year != self.study.last_year:
            return True
        return any(year in table.years_asked for table in self.study.outputs)
