"""Where a term looks: at which firms, at which date, and what it asks of them there."""

from __future__ import annotations

from collections.abc import Iterator

from every_population.studies import FOOD, PART, TRADERS, WIDE
from firmtrade.query.cells import CellSpec, Formula, Term
from firmtrade.query.dimensions import traded, traded_earlier
from firmtrade.query.where import All, AnyOf, Flag, Is, Not, Where
from firmtrade.study import Study

RECORD = (1998, 2001)
"""The years in which traders are looked at: everybody knows that nobody trades in others."""
NEVER, TRADED = "never", "traded "
Place = tuple[str, str]
"""A universe of the widest population at a date: its period, and the year of a series."""


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


def is_told(spec: CellSpec) -> bool:
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
