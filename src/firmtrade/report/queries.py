"""What a number counts of the rows of its universe, as SQL: the filter and the total, nothing more."""

from __future__ import annotations

from collections.abc import Mapping

from firmtrade.query.cells import CellSpec, Term
from firmtrade.query.measures import COMPLETE, FIRMS
from firmtrade.query.universes import Universe
from firmtrade.query.where import All, AnyOf, Flag, Is, Not, Where

YEAR = "year"


def terms_of(spec: CellSpec) -> dict[str, Term]:
    """The terms of a cell by name, with the one that a statistic is taken of."""
    spread = {} if spec.spread is None else {spec.spread.measure: spec.spread}
    return {**spec.terms, **spread}


def columns_of(terms: Mapping[str, Term]) -> dict[Universe, tuple[str, ...]]:
    """The columns of its rows that the terms of each universe ask for."""
    found: dict[Universe, set[str]] = {}
    for term in terms.values():
        found.setdefault(term.universe, set()).update(columns_of_term(term))
    return {universe: tuple(sorted(columns)) for universe, columns in found.items()}


def columns_of_term(term: Term) -> tuple[str, ...]:
    """The columns of the rows that a term asks for: of its condition, its classes, its measure."""
    measured = () if term.measure == FIRMS else (term.measure, *({COMPLETE} & {*term.universe.measures}))
    return tuple(dict.fromkeys([*sorted(term.where.dimensions), *({term.by} - {""}), *measured]))


def query(name: str, term: Term, rows: str, *, single: bool) -> str:
    """The query of a term over ``rows``; ``single`` asks for the numbers of single firms, not for their total."""
    classes = f'"{term.by}", ' if term.by else ""
    select = f'"{term.measure}" AS "{name}"' if single and not term.by else f'{_total(term)} AS "{name}"'
    known = [f'"{term.measure}" IS NOT NULL'] if single and not term.by else []
    where = " AND ".join([f"({condition(term.where)})" if known else condition(term.where), *known])
    lines = [f"SELECT {classes}{select}", f"FROM {rows}", f"WHERE {where}"]
    return "\n".join([*lines, f'GROUP BY "{term.by}"'] if term.by else lines)


def _total(term: Term) -> str:
    if term.measure == FIRMS:
        return "COUNT(*)"
    if term.measure == COMPLETE:
        return f'COUNT(*) FILTER (WHERE "{COMPLETE}")'
    known = f' FILTER (WHERE "{COMPLETE}")' if COMPLETE in term.universe.measures else ""
    return f'SUM("{term.measure}"){known}'


def condition(where: Where) -> str:
    """A condition as SQL.

    >>> condition(~Flag("exporter") & Is("size_class", ("size_lt10",)))
    'NOT "exporter" AND "size_class" IN (\\'size_lt10\\')'
    """
    match where:
        case Is(dimension, classes) if dimension == YEAR:
            return f'"{YEAR}" IN ({", ".join(classes)})'
        case Is(dimension, classes):
            quoted = ", ".join("'" + one.replace("'", "''") + "'" for one in classes)
            return f'"{dimension}" IN ({quoted})'
        case Flag(dimension):
            return f'"{dimension}"'
        case All(parts):
            return " AND ".join(_within(part, AnyOf) for part in parts) or "TRUE"
        case AnyOf(parts):
            return " OR ".join(_within(part, All) for part in parts)
        case Not(part):
            return f"NOT {_within(part, (All, AnyOf))}"
    raise TypeError(where)


def _within(part: Where, kinds: type[Where] | tuple[type[Where], ...]) -> str:
    return f"({condition(part)})" if isinstance(part, kinds) else condition(part)
