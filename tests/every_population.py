"""Small drawn studies with the firms behind them, and every population of whole firms that fits what is printed.

The firms of a universe are drawn as kinds: classes of all dimensions that its tables ask about. What is printed follows
from them by the formulas alone, without an engine. The reader of a protected study writes down every population of
whole firms, with whole numbers of employment and value added, and keeps those that give every number that is shown.
Nothing of the room that protects is used.

Every reader knows: what the study defines; that a row which is printed only where it is not empty has a firm, and one
that is not printed has none; and that a number of firms which is confidential by itself is not zero, and where that is
true, is below the number of units that the profile asks for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from itertools import combinations
from math import comb
from random import Random
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.optimize import linprog

from firmtrade.kinds import specify
from firmtrade.outputs import Cell, CellKey, Confidentiality, Contribution, ObsStatus
from firmtrade.query.cells import CellSpec, Formula, TableSpec, Term
from firmtrade.query.dimensions import traded, traded_earlier
from firmtrade.query.domain import Domain
from firmtrade.query.measures import (
    COMPLETE,
    FIRMS,
    FTE_END,
    FTE_START,
    VALUE,
    VALUE_ADDED_END,
    VALUE_ADDED_START,
    VALUE_EXTRA,
    VALUE_INTRA,
)
from firmtrade.query.universes import Universe
from firmtrade.query.where import All, AnyOf, Flag, Is, Not, Where
from firmtrade.studies import study_from
from firmtrade.study import Study

Numbers = NDArray[np.int64]
Mask = NDArray[np.bool_]

WORDS = {"definition": "For tests", "source": "For tests"}
WIDE, PART = "firms", "food"
FOOD = "15"
MOST = 250_000
"""Populations that are written down at a time."""
COUNTS = (FIRMS, COMPLETE)
THOUSAND = 1000

TABLES: dict[str, tuple[dict[str, Any], ...]] = {
    "reference": (
        {"kind": "mode"},
        {"kind": "composition"},
        {"kind": "share", "rows": "division", "columns": "trade_share", "n": True, "totals": ["total"]},
        {"kind": "share", "rows": "division", "columns": "trade_share", "n": True, "decimals": 0},
        {"kind": "share", "rows": "trade_direction", "columns": "size_class", "n": True},
        {
            "kind": "share",
            "rows": "size_class",
            "columns": "internationalized",
            "n": True,
            "totals": ["total"],
        },
        {"kind": "conditional", "rows": "trade_direction", "columns": "trade_direction"},
        {"kind": "series", "rows": "trade_direction", "years": [2000, 2001]},
        {"kind": "transition", "years": [1999, 2001]},
    ),
    "window": (
        {"kind": "level", "rows": "venture", "n": True},
        {"kind": "growth", "rows": "venture", "n": True},
        {"kind": "growth", "rows": "venture"},
    ),
    "traders": (
        {"kind": "dynamics", "flow": "export", "years": [1999, 2001]},
        {"kind": "trade", "flow": "export", "rows": "size_class", "totals": ["total"]},
        {"kind": "trade", "flow": "export", "rows": "type_of_trader", "totals": ["total"]},
    ),
}
RECORD = (1998, 2001)
"""The years in which traders are looked at: everybody knows that nobody trades in others."""
NEVER, TRADERS, TRADED = "never", "traders", "traded "
ZONES = {VALUE_INTRA: "intra_eu_export", VALUE_EXTRA: "extra_eu_export"}


def drawn_study(rng: Random, period: str) -> Study:
    """A study of one to three tables of one period, some over a part of the firms; traders are looked at as a whole."""
    number = 1 if period == "window" else rng.randint(1, 2 if period == TRADERS else 3)
    tables = [dict(table) for table in rng.sample(TABLES[period], number)]
    parts = period != TRADERS and rng.random() < 0.5
    for at, table in enumerate(tables):
        table |= {"id": f"X{at}", "title": "X"}
        table["population"] = rng.choice((WIDE, PART, [WIDE, PART])) if parts else WIDE
    used = {name for table in tables for name in np.atleast_1d(table["population"]).tolist()}
    activities = {WIDE: "15-17", PART: FOOD}
    return study_from(
        {
            "study": {
                "name": "small", "title": "Small", "country": "BE", "reference_year": 2000,
                "window": [1999, 2001], "union": "EU-15", "activity": "nace-1.1", "employment": "employees_fte",
            } | WORDS,
            "populations": {
                name: {"label": "Firms", "activity": activities[name]} | WORDS for name in sorted(used)
            },
            "attributes": {
                "size_class": {
                    "label": "Size", "of": "employees", "unit": "employees",
                    "classes": [
                        {"key": "small", "below": 10, "label": "<10"},
                        {"key": "large", "from": 10, "label": "10+"},
                    ],
                } | WORDS
            },
            "tables": tables,
        }
    )  # fmt: skip


@dataclass(frozen=True)
class World:
    """The firms of one universe at one date: the kind and the unit of each, and its amounts by measure."""

    kinds: pl.DataFrame
    kind: Numbers
    unit: Numbers
    amounts: Mapping[str, Numbers]
    masks: dict[Where, Mask] = field(default_factory=dict)

    def inside(self, where: Where) -> Mask:
        """The kinds for which a condition holds."""
        if where not in self.masks:
            holds = self.kinds.select(where.expression() & (pl.int_range(pl.len()) >= 0))
            self.masks[where] = holds.to_series().to_numpy().astype(bool)
        return self.masks[where]

    def behind(self, component: str, measure: str, where: Where) -> Contribution:
        """Who stands behind a total."""
        firms = self.inside(where)[self.kind]
        own = np.ones(len(self.kind), dtype=np.int64) if measure in COUNTS else self.amounts[measure]
        units = np.unique(self.unit[firms])
        sums = [abs(int(own[firms & (self.unit == one)].sum())) for one in units]
        largest, second = [*sorted(sums, reverse=True), 0, 0][:2]
        return Contribution(component, int(firms.sum()), len(units), int(own[firms].sum()), largest, second)


Place = tuple[str, str]
"""A universe of the widest population at a date: its period, and the year of a series."""


@dataclass(frozen=True)
class Drawn:
    """A study, its firms, and the cells that a room would hold."""

    study: Study
    tables: tuple[TableSpec, ...]
    worlds: Mapping[Place, World]

    @cached_property
    def specs(self) -> dict[CellKey, CellSpec]:
        return {spec.key: spec for table in self.tables for spec in table.cells if _told(spec)}

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """Every cell that is printed: those of an optional row only where a firm stands in it."""
        made = (self._cell(spec) for spec in self.specs.values())
        return tuple(cell for cell in made if cell is not None)

    def contribution(self, term: Term, component: str = "count") -> Contribution:
        """Who stands behind a term."""
        place, where = located(self.study, term)
        return self.worlds[place].behind(component, term.measure, where)

    def _cell(self, spec: CellSpec) -> Cell | None:
        behind = tuple(self.contribution(term, name) for name, term in spec.terms.items())
        group = self.contribution(spec.group).n_firms
        if spec.optional and not group:
            return None
        value = _value(spec, {part.component: part.total for part in behind})
        status = ObsStatus.UNDEFINED if value is None else ObsStatus.NORMAL
        return Cell(
            spec.key, value, spec.unit, spec.year, spec.decimals, status, n_firms=group, contributions=behind
        )


def located(study: Study, term: Term) -> tuple[Place, Where]:
    """Where a term looks, and its condition there: the reference year of a series is the reference year, and a part of
    the firms is those of its divisions."""
    parts = tuple(_parts(term.where))
    years = [part for part in parts if isinstance(part, Is) and part.dimension == "year"]
    where = All(tuple(part for part in parts if part not in years))
    period, year = term.universe.period, ""
    if term.universe.flow is not None:
        return (TRADERS, ""), _history(term)
    if period == "years":
        ((year,),) = (part.classes for part in years)
        if year == str(study.reference_year):
            period, year = "reference", ""
    if term.universe.population == PART and WIDE in study.populations:
        where = All((*where.parts, Is("division", (FOOD,))))
    return (period, year), where


def _told(spec: CellSpec) -> bool:
    """Whether the record tells a number, and it is one that is written down here: no value of another year."""
    terms = (*spec.terms.values(), spec.group)
    if spec.formula is Formula.CODE or spec.key.row == "entrant_value_share":
        return False
    asked = {name for term in terms if term.universe.flow for name in _history(term).dimensions}
    years = {int(name.removeprefix(TRADED)) for name in asked if name.startswith(TRADED)}
    return all(RECORD[0] <= year <= RECORD[1] for year in years)


def _history(term: Term) -> Where:
    """What a term about the traders of a year asks of firms with their history."""
    parts = tuple(_parts(term.where))
    ((at,),) = (part.classes for part in parts if isinstance(part, Is) and part.dimension == "year")
    rest = (_moved(part, int(at)) for part in parts if part != Is("year", (at,)))
    return All((_at(int(at), 0), *rest))


def _at(year: int, distance: int) -> Flag:
    return Flag(f"{TRADED}{year + distance}")


def _moved(where: Where, year: int) -> Where:
    """What is asked of traders of one year, asked of firms with their history; there are no mergers."""
    match where:
        case All(parts):
            return All(tuple(_moved(part, year) for part in parts))
        case AnyOf(parts):
            return AnyOf(tuple(_moved(part, year) for part in parts))
        case Not(part):
            return Not(_moved(part, year))
        case Flag(name) if name.startswith("reorganized"):
            return Flag(NEVER)
        case Flag(name) if name == traded_earlier("export"):
            return AnyOf((Flag(NEVER), *(_at(one, 0) for one in range(RECORD[0], year - 1))))
        case Flag(name):
            return next((_at(year, by) for by in range(-3, 4) if by and name == traded("export", by)), where)
    return where


def _parts(where: Where) -> Iterator[Where]:
    """The conditions of which every one holds."""
    if isinstance(where, All):
        for part in where.parts:
            yield from _parts(part)
    else:
        yield where


def drawn(seed: int, period: str = "reference", firms: int = 6) -> Drawn:
    """A drawn study with drawn firms, some of them of one group."""
    rng = Random(seed)
    study = drawn_study(rng, period)
    tables = tuple(specify(study))
    asked: dict[Place, set[Where]] = {}
    for spec in (spec for table in tables for spec in table.cells if _told(spec)):
        for term in (*spec.terms.values(), spec.group):
            place, where = located(study, term)
            asked.setdefault(place, set()).add(where)
    wide = WIDE if WIDE in study.populations else PART
    worlds = {}
    for place, wheres in sorted(asked.items()):
        universe = Universe(wide, "export" if place[0] == TRADERS else place[0])  # type: ignore[arg-type]
        kinds = _kinds(study, universe, wheres)
        most = max(number for number in range(2, firms + 1) if number == 2 or _writable(kinds.height, number))
        world = _firms(rng, kinds, rng.randint(2, most))
        worlds[place] = _selling(rng, world) if place[0] == TRADERS else world
    return Drawn(study, tables, worlds)


def _kinds(study: Study, universe: Universe, wheres: set[Where]) -> pl.DataFrame:
    """The kinds of firms that conditions tell apart: one of each set of classes for which the same conditions hold.
    What a firm does in years around is a flag of its own."""
    domain = Domain(study, universe)
    dimensions = {name for where in wheres for name in where.dimensions}
    classes = domain.combinations(dimensions & {*domain.dimensions})
    for flag in sorted(dimensions - {*domain.dimensions}):
        both = [False] if flag == NEVER else [False, True]
        classes = classes.join(pl.DataFrame({flag: both}), how="cross")
    classes = classes.filter(_sound(classes.columns))
    every = [where.expression() & (pl.int_range(pl.len()) >= 0) for where in sorted(wheres, key=str)]
    names = [str(at) for at in range(len(every))]
    told = classes.with_columns(each.alias(name) for each, name in zip(every, names, strict=True))
    return told.unique(names, keep="first", maintain_order=True).drop(names)


def _sound(columns: Sequence[str]) -> pl.Expr:
    """Who trades in the year of the zones trades with one of them, and of others nothing else is known."""
    zones = [name for name in ZONES.values() if name in columns]
    if not zones:
        return pl.lit(True)
    others = [name for name in (*zones, "importer") if name in columns]
    trades = pl.col(f"{TRADED}2000") if f"{TRADED}2000" in columns else pl.lit(True)
    return pl.when(trades).then(pl.any_horizontal(zones)).otherwise(~pl.any_horizontal(others))


def _writable(kinds: int, firms: int) -> bool:
    """Whether all populations of so many firms, or of one more, can be written down."""
    return comb(firms + 1 + kinds, kinds) <= MOST


def _firms(rng: Random, kinds: pl.DataFrame, number: int) -> World:
    few = rng.sample(
        range(kinds.height), min(kinds.height, rng.randint(2, 5))
    )  # firms are alike more often than not
    kind = np.array([rng.choice(few) for _ in range(number)], dtype=np.int64)
    unit = np.array([rng.choice((at, rng.randrange(number))) for at in range(number)], dtype=np.int64)
    staff = {name: np.array([rng.randint(1, 3) for _ in kind]) for name in (FTE_START, FTE_END)}
    added = {
        name: THOUSAND * np.array([rng.choice((-1, 0, 1, 1, 2, 3)) for _ in kind])
        for name in (VALUE_ADDED_START, VALUE_ADDED_END)
    }
    return World(kinds, kind, unit, staff | added)


def _selling(rng: Random, world: World) -> World:
    """The same firms with what they sell in each zone that they trade with."""
    sold = {
        measure: THOUSAND
        * np.array([rng.randint(1, 3) for _ in world.kind])
        * world.kinds[flag].to_numpy()[world.kind]
        for measure, flag in ZONES.items()
        if flag in world.kinds.columns
    }
    if sold:
        sold[VALUE] = sold[VALUE_INTRA] + sold[VALUE_EXTRA]
    return replace(world, amounts={**world.amounts, **sold})


def _value(spec: CellSpec, total: Mapping[str, Any]) -> float | None:
    """The number of a cell from its totals; None where it is not defined."""
    found = float(_numbers(spec, {name: np.array([one], dtype=np.float64) for name, one in total.items()})[0])
    return found if np.isfinite(found) else None


def _numbers(spec: CellSpec, total: Mapping[str, NDArray[np.float64]]) -> NDArray[np.float64]:
    """The same for many populations at a time, not a number where it is not defined."""
    with np.errstate(all="ignore"):
        match spec.formula:
            case Formula.COUNT:
                found = total["count"]
            case Formula.SHARE:
                found = 100 * total["count"] / total["base"]
            case Formula.AMOUNT:
                found = total["value"] / THOUSAND
            case Formula.LEVEL:
                over, under = total.values()
                found = np.where(under > 0, over / under / THOUSAND, np.nan)
            case Formula.CAGR:
                start, end = total.values()
                found = 100 * (_growth(start, end, spec.years) - 1)
            case Formula.LEVEL_CHANGE:
                before = total[VALUE_ADDED_START] / total[FTE_START]
                found = 100 * (
                    np.where(before > 0, total[VALUE_ADDED_END] / total[FTE_END] / before, np.nan) - 1
                )
            case Formula.PRODUCTIVITY_CAGR:
                added = _growth(total[VALUE_ADDED_START], total[VALUE_ADDED_END], spec.years)
                staff = _growth(total[FTE_START], total[FTE_END], spec.years)
                found = 100 * (np.where(staff > 0, added / staff, np.nan) - 1)
            case _:
                raise AssertionError(f"no formula here for {spec.formula}")
    return np.where(np.isfinite(found), found, np.nan)


def _growth(start: NDArray[np.float64], end: NDArray[np.float64], years: int) -> NDArray[np.float64]:
    return np.where((start > 0) & (end >= 0), np.maximum(end, 0) / start, np.nan) ** (1 / years)


def printed(cells: Sequence[Cell]) -> tuple[Cell, ...]:
    """The cells as a release prints them: rounded."""
    return tuple(
        cell if cell.value is None else replace(cell, value=round(cell.value, cell.decimals))
        for cell in cells
    )


class Reader:
    """Who reads the cells of a release, and writes down every population that fits.

    ``zeros_shown`` says that a number of firms is never hidden where it is zero; ``more`` are cells of other releases
    of the same firms; ``units`` are those that the profile asks for."""

    def __init__(
        self,
        drawn: Drawn,
        cells: Sequence[Cell],
        *,
        units: int,
        zeros_shown: bool = False,
        more: Sequence[Cell] = (),
    ) -> None:
        self.drawn, self.zeros_shown, self.units = drawn, zeros_shown, units
        self.cells = (*printed(cells), *printed(more))
        self.terms: dict[Place, dict[str, list[Where]]] = {}
        for spec in drawn.specs.values():
            for term in (*spec.terms.values(), spec.group):
                place, where = located(drawn.study, term)
                held = self.terms.setdefault(place, {}).setdefault(term.measure, [])
                if where not in held:
                    held.append(where)
        self.fitting = {place: _Fitting(self, place) for place in self.terms}

    def values(self, whole: Term, part: Term | None = None) -> set[int] | None:
        """What a total, or what a part leaves of it, may be; None where there are too many populations to tell."""
        place, where = located(self.drawn.study, whole)
        if not self.fitting[place].written(whole.measure):
            return None
        fitting = self.fitting[place]
        found = fitting.totals(whole.measure, where)
        if part is not None:
            found = found - fitting.totals(part.measure, located(self.drawn.study, part)[1])
        values = set(np.unique(found).tolist())
        return values if len(values) > 1 or fitting.all_written(whole.measure) else None


PAIRS = {
    Formula.LEVEL: ((VALUE_ADDED_START, FTE_START), (VALUE_ADDED_END, FTE_END)),
    Formula.AMOUNT: ((VALUE_INTRA, VALUE_EXTRA),),
    Formula.CAGR: ((FTE_START, FTE_END), (VALUE_ADDED_START, VALUE_ADDED_END)),
}
"""Measures that are written down together, because a printed number speaks of both."""


def _own(measure: str) -> str:
    return FIRMS if measure in COUNTS else measure


class _Fitting:
    """The populations of one universe and date that fit."""

    def __init__(self, reader: Reader, place: Place) -> None:
        self.drawn, self.place = reader.drawn, place
        self.world = self.drawn.worlds[place]
        self.cells = [
            (self.drawn.specs[cell.key], cell)
            for cell in reader.cells
            if any(
                located(self.drawn.study, term)[0] == place
                for term in self.drawn.specs[cell.key].terms.values()
            )
        ]
        wheres = [where for held in reader.terms[place].values() for where in held]
        rows = np.array([self.world.inside(where) for where in wheres])
        open_kinds = rows.any(axis=0)
        for where in self._nobody(reader):
            open_kinds &= ~self.world.inside(where)
        self.kinds, self.kind_of = np.unique(rows[:, open_kinds], axis=1, return_inverse=True)
        self.open, self.wheres = np.flatnonzero(open_kinds), {where: at for at, where in enumerate(wheres)}
        self.tables: dict[str, Numbers] = {}
        self.most = 0
        self._count(reader)
        for formula, pairs in PAIRS.items():
            if any(spec.formula is formula for spec, _ in self.cells):
                self._amounts(pairs)

    def written(self, measure: str) -> bool:
        """Whether the populations are written down as far as a measure goes."""
        return _own(measure) in self.tables

    def all_written(self, measure: str) -> bool:
        """Whether no other population can fit: numbers of firms that are shown leave no room for more."""
        if measure not in COUNTS:
            return True
        shown = [
            (self.kinds[self.wheres[located(self.drawn.study, spec.terms["count"])[1]]], cell.value)
            for spec, cell in self.cells
            if spec.formula is Formula.COUNT and cell.value is not None
        ]
        if not shown:
            return False
        rows, values = zip(*shown, strict=True)
        room = linprog(-np.ones(self.kinds.shape[1]), A_eq=np.array(rows, dtype=np.float64), b_eq=values)
        return bool(room.status == 0 and -room.fun <= self.most + 1e-6)

    def totals(self, measure: str, where: Where) -> Numbers:
        """A total in every population that fits."""
        return np.asarray(self.tables[_own(measure)] @ self.kinds[self.wheres[where]])

    def _nobody(self, reader: Reader) -> Iterator[Where]:
        """Conditions that no firm meets, as everybody sees: of optional rows that are not printed."""
        there = {cell.key for cell in reader.cells}
        for key, spec in self.drawn.specs.items():
            place, where = located(self.drawn.study, spec.group)
            if place == self.place and spec.optional and key not in there:
                yield where

    def _true(self, own: Numbers) -> Numbers:
        """A total of each kind as it is in truth."""
        place = {kind: self.kind_of.ravel()[at] for at, kind in enumerate(self.open.tolist())}
        seen = [at for at, kind in enumerate(self.world.kind.tolist()) if kind in place]
        found = np.zeros(self.kinds.shape[1], dtype=np.int64)
        np.add.at(found, [place[self.world.kind[at]] for at in seen], own[seen])
        return found

    def _count(self, reader: Reader) -> None:
        true = self._true(np.ones_like(self.world.kind))
        firms = most = int(true.sum())
        while _writable(len(true), most) and most < 2 * firms + 2:
            most += 1
        if most == firms:
            return
        self.most, self.tables[FIRMS] = most, every_vector(len(true), most)
        self._keep(COUNTS)
        for spec, cell in self.cells:
            self._by_flag(reader, spec, cell)
        assert (self.tables[FIRMS] == true).all(axis=1).any(), "the true population fits what is printed"

    def _by_flag(self, reader: Reader, spec: CellSpec, cell: Cell) -> None:
        """What a reader knows of hidden numbers of firms, and of rows that are printed only where somebody is."""
        known = [spec.group] if spec.optional else []
        hidden = cell.value is None and spec.formula is Formula.COUNT
        if hidden and (reader.zeros_shown or cell.confidentiality is Confidentiality.PRIMARY):
            known.append(spec.terms["count"])
        for term in known:
            place, where = located(self.drawn.study, term)
            if place == self.place:
                self.tables[FIRMS] = self.tables[FIRMS][self.totals(FIRMS, where) >= 1]
        if hidden and cell.confidentiality is Confidentiality.PRIMARY:
            place, where = located(self.drawn.study, spec.terms["count"])
            few = self.drawn.contribution(spec.terms["count"]).n_firms < reader.units
            if place == self.place and few:
                self.tables[FIRMS] = self.tables[FIRMS][self.totals(FIRMS, where) < reader.units]

    def _amounts(self, pairs: tuple[tuple[str, str], ...]) -> None:
        """Write down both measures of each pair together, then keep what goes with something of the other pair."""
        for pair in pairs:
            true = [self._true(self.world.amounts[name]) for name in pair]
            unit = [1 if name in (FTE_START, FTE_END) else THOUSAND for name in pair]
            scales = [
                np.arange(min(-1, *(one // own)) if own > 1 else 0, max(one // own) + 3) * own
                for one, own in zip(true, unit, strict=True)
            ]
            axes = [scale for scale in scales for _ in range(self.kinds.shape[1])]
            if np.prod([len(axis) for axis in axes], dtype=float) > 8 * MOST:
                continue
            grid = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, len(axes))
            half = self.kinds.shape[1]
            self.tables |= {pair[0]: grid[:, :half], pair[1]: grid[:, half:]}
            if VALUE_INTRA in pair:
                self.tables[VALUE] = grid[:, :half] + grid[:, half:]
            self._keep((*pair, VALUE))
            fits = (self.tables[pair[0]] == true[0]).all(axis=1) & (self.tables[pair[1]] == true[1]).all(
                axis=1
            )
            assert fits.any(), "the true amounts fit what is printed"

    def _keep(self, measures: tuple[str, ...]) -> None:
        """Keep the populations that give every printed number that speaks of these measures alone."""
        for spec, cell in self.cells:
            names = {term.measure for term in spec.terms.values()}
            if not names <= set(measures):
                continue
            total = {
                name: self.totals(term.measure, located(self.drawn.study, term)[1]).astype(float)
                for name, term in spec.terms.items()
            }
            keys = [key for key in self.tables if key in measures]
            fits = _fits(spec, cell, total)
            for key in keys:
                self.tables[key] = self.tables[key][fits]


def _fits(spec: CellSpec, cell: Cell, total: Mapping[str, NDArray[np.float64]]) -> Mask:
    """The populations that give a cell as it is printed; a hidden one says nothing."""
    number = _numbers(spec, total)
    if cell.value is not None:
        half = 0.0 if spec.formula is Formula.COUNT else 0.5 * 10.0**-spec.decimals
        with np.errstate(invalid="ignore"):
            return np.asarray(np.abs(number - cell.value) <= half + 1e-9)
    if cell.status is ObsStatus.UNDEFINED:
        return np.asarray(np.isnan(number))
    return np.ones(len(number), dtype=bool)


@cache
def every_vector(length: int, most: int) -> Numbers:
    """Every vector of whole numbers that are not negative and add up to at most ``most``."""
    if length == 0:
        return np.zeros((1, 0), dtype=np.int64)
    shorter = every_vector(length - 1, most)
    room = most - shorter.sum(axis=1)
    repeated = np.repeat(np.arange(len(shorter)), room + 1)
    last = np.concatenate([np.arange(one + 1) for one in room.tolist()])
    return np.column_stack([shorter[repeated], last])


def nested(drawn: Drawn) -> Iterator[tuple[Term, Term]]:
    """Pairs of numbers of firms, the wider first, of which one counts firms that the other counts too."""
    terms = {
        term: located(drawn.study, term)
        for spec in drawn.specs.values()
        for term in spec.terms.values()
        if term.measure == FIRMS
    }
    for one, other in combinations(terms, 2):
        (place, first), (elsewhere, second) = terms[one], terms[other]
        if place == elsewhere:
            world = drawn.worlds[place]
            left, right = world.inside(first), world.inside(second)
            if (left <= right).all() and left.any():
                yield other, one
            elif (right <= left).all() and right.any():
                yield one, other
