"""One cell of a room, explained in text: what it means, how it was computed, from what. For use in the room."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from firmtrade.outputs import Cell
from firmtrade.outputs.room import Room, find_cell, plain
from firmtrade.report.explanations import explain
from firmtrade.statistics.chapter import specify
from firmtrade.statistics.spec import CellSpec, Term
from firmtrade.study.load import parse_study


def explanation(room: Room, key: str) -> str:
    """Definition, value, numerator, denominator, query and inputs of the cell ``key`` of a room.

    Raises
    ------
    UsageError
        The room has no such cell; the message names the nearest.
    """
    cell = find_cell(room.cells, key)
    study = parse_study(room.study, "study.toml")
    specs = specify(study)
    spec = next(one for table in specs for one in table.cells if one.key == cell.key)
    said = explain(study, specs, room.by_key, "en")[cell.key]
    lines = [
        str(cell.key),
        f"  {study.output(cell.key.table).title.say()}",
        "",
        f"value        {_value(cell)}",
        *_parts(cell),
        f"definition   {said.definition}",
        f"formula      {said.formula}",
        *(f"{name:<20} {term}" for name, term in spec.terms.items()),
        f"inputs       {'; '.join(said.inputs)}",
        f"data         {room.manifest['data']['kind']}, fingerprint {room.manifest['data']['fingerprint']}",
        f"source       {said.source}",
    ]
    if said.published:
        lines.append(f"rests on     {'; '.join(map(str, said.published))}")
    for query in _queries(room, spec):
        lines += ["", "query", *(f"  {line}" for line in query.splitlines())]
    return "\n".join(lines)


def _value(cell: Cell) -> str:
    return cell.reason if cell.value is None else f"{plain(cell.value)} ({cell.unit}, {cell.year})"


def _parts(cell: Cell) -> Iterator[str]:
    for name, number in (
        ("numerator", cell.numerator),
        ("denominator", cell.denominator),
        ("firms", cell.n_firms),
    ):
        if number is not None:
            yield f"{name:<12} {plain(Decimal(number))}"


def _queries(room: Room, spec: CellSpec) -> Iterator[str]:
    """The query of the smallest view that has what the cell's terms ask for."""
    seen: set[str] = set()
    for term in spec.terms.values():
        query = _query(room, term, single=spec.statistic is not None)
        if query and query not in seen:
            seen.add(query)
            yield query


def _query(room: Room, term: Term, *, single: bool) -> str:
    """``single`` asks for a view of the numbers of single firms, which spreads are made of; others are totals."""
    able = [
        view
        for view in room.manifest["views"]
        if (view["population"], view["period"]) == (term.universe.population, term.universe.period)
        and term.where.dimensions <= set(view["dimensions"])
        and (term.measure in view.get("values", ()) if single else not view.get("values"))
    ]
    return str(min(able, key=lambda view: len(view["dimensions"]))["query"]) if able else ""
