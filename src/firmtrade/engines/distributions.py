"""The numbers of single firms, summed up where they are: exact sums, sums of squares, ranks, and the units behind them.

Whoever asks is handed one row for each term, however many firms stand behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir
import polars as pl

from firmtrade.engines.conditions import holds
from firmtrade.engines.protocol import Engine
from firmtrade.engines.strata import TERM, UNDER, VALUE, by_stratum
from firmtrade.engines.units import UNIT, new_name, summed
from firmtrade.engines.wide import BASE, halves, scale_of
from firmtrade.query.distributions import (
    QUARTERS,
    Distribution,
    DistributionRequest,
    Distributions,
    Side,
    Spread,
    StratumSums,
    counts_asked,
    places_asked,
    quartile_places,
)
from firmtrade.query.measures import FIRMS, SAMPLED, STRATUM, UNITS

SIDE = "side"
HIGH, CROSS, LOW = "high", "cross", "low"


def distributions(
    engine: Engine, rows: ir.Table, request: DistributionRequest, query: Callable[[], str]
) -> Distributions:
    """Answer a request from one row per firm (and year, and partner).

    ``rows`` has the dimensions, the measure, and ``unit`` where a unit may stand in several of its rows, as for views.
    """
    numbers = _by_term(rows, request)
    totals = _totals(engine, numbers)
    firms = {term: row[FIRMS] for term, row in totals.items()}
    ranks = _ranks(engine, numbers, firms) if firms else {}
    sides = _sides(engine, numbers, firms, ranks) if firms and request.sides else {}
    strata = by_stratum(engine, numbers) if request.beside else {}
    scale = scale_of(numbers[VALUE].type())
    found = {
        term: _distribution(totals[place], ranks[place], sides.get(place, {}), strata.get(place, {}), scale)
        if place in totals
        else Distribution(Spread(0, 0, Fraction(0), {}, {}), 0, 0, 0)
        for place, term in enumerate(request.terms)
    }
    return Distributions(request, found, query)


def _by_term(rows: ir.Table, request: DistributionRequest) -> ir.Table:
    """Every known number once for each term of its firm: ``term`` (a position), ``value``, maybe ``unit``.

    Of a sample ``beside``, ``stratum`` and ``sampled`` stand there too.
    """
    known = rows.filter(rows[request.measure].notnull())
    inside = [
        holds(term.where, known).ifelse(ibis.literal(place, "int32"), ibis.null("int32"))
        for place, term in enumerate(request.terms)
    ]
    more = {UNIT: known[UNIT]} if UNIT in known.columns else {}
    if request.beside:
        more |= {UNDER: known[request.beside], STRATUM: known[STRATUM], SAMPLED: known[SAMPLED]}
    numbers = known.select(**{VALUE: known[request.measure], TERM: ibis.array(inside).unnest()}, **more)
    return numbers.filter(numbers[TERM].notnull())


def _totals(engine: Engine, numbers: ir.Table) -> dict[int, dict[str, Any]]:
    """For each term its number of firms and units, its total, its sums of squares, and the two largest units.

    Quotients, which are floating-point numbers, have no exact sums: of these only firms are counted.
    """
    rows, exact = numbers.mutate(**{FIRMS: ibis.literal(1, "int64")}), not numbers[VALUE].type().is_floating()
    if exact:
        high, low = halves(numbers[VALUE])
        rows = rows.mutate(**{HIGH: high * high, CROSS: high * low, LOW: low * low})
    measures = (FIRMS, VALUE, HIGH, CROSS, LOW) if exact else (FIRMS,)
    largest = (FIRMS, VALUE) if exact else (FIRMS,)
    asked = summed(engine, rows, (TERM,), measures, largest_of=largest, apart=(TERM,))
    return {row[TERM]: row for row in asked.rows.to_dicts()}


def _ranks(
    engine: Engine, numbers: ir.Table, firms: Mapping[int, int]
) -> dict[int, dict[tuple[str, int], Any]]:
    """For each term the numbers at the places asked about, and the sums of the largest."""
    places = {term: places_asked(n) for term, n in firms.items()}
    exact = not numbers[VALUE].type().is_floating()
    counts = {term: counts_asked(n) if exact else () for term, n in firms.items()}
    columns = _columns("place", places, firms, lambda place, _: place)
    columns |= _columns("count", counts, firms, lambda count, n: n - count)
    wanted = pl.DataFrame({TERM: list(firms), **columns}, schema_overrides={TERM: pl.Int32})
    table = engine.register(new_name(engine, "ranks"), wanted)
    ranked = numbers.mutate(
        rank=ibis.row_number().over(group_by=numbers[TERM], order_by=numbers[VALUE]).cast("int64")
    )
    joined = ranked.join(table, TERM)
    asked = joined.group_by(TERM).agg(
        **{
            name: joined[VALUE].max(where=joined["rank"] == joined[name])
            if name.startswith("place")
            else joined[VALUE].sum(where=joined["rank"] >= joined[name])
            for name in columns
        }
    )
    found: dict[int, dict[tuple[str, int], Any]] = {}
    for row in engine.collect(asked).to_dicts():
        term = row[TERM]
        found[term] = {("place", place): row[f"place_{at}"] for at, place in enumerate(places[term])}
        found[term] |= {("count", count): row[f"count_{at}"] for at, count in enumerate(counts[term])}
    return found


def _columns(
    name: str, asked: Mapping[int, Sequence[int]], firms: Mapping[int, int], first: Any
) -> dict[str, pl.Series]:
    """A column for each of the ranks that some term asks about: the rank, or where a sum begins."""
    width = max(map(len, asked.values()))
    return {
        f"{name}_{at}": pl.Series(
            [first(ranks[at], firms[term]) if at < len(ranks) else None for term, ranks in asked.items()],
            dtype=pl.Int64,
        )
        for at in range(width)
    }


def _sides(
    engine: Engine,
    numbers: ir.Table,
    firms: Mapping[int, int],
    ranks: Mapping[int, Mapping[tuple[str, int], Any]],
) -> dict[int, dict[int, Side]]:
    """For each term the firms at or below its quartiles (0, 2, 4) and at or above them (1, 3, 5)."""
    edges: dict[str, list[Any]] = {f"edge_{side}": [] for side in range(2 * len(QUARTERS))}
    for term, n in firms.items():
        for at, part in enumerate(QUARTERS):
            places = quartile_places(part, n)
            edges[f"edge_{2 * at}"].append(ranks[term]["place", places[0]])
            edges[f"edge_{2 * at + 1}"].append(ranks[term]["place", places[-1]])
    kind = _frame_type(numbers[VALUE].type())
    frame = pl.DataFrame({TERM: list(firms), **edges}, schema={TERM: pl.Int32, **dict.fromkeys(edges, kind)})
    joined = numbers.join(engine.register(new_name(engine, "edges"), frame), TERM)
    inside = [
        (joined[VALUE] <= joined[edge] if at % 2 == 0 else joined[VALUE] >= joined[edge]).ifelse(
            ibis.literal(at, "int32"), ibis.null("int32")
        )
        for at, edge in enumerate(edges)
    ]
    unit = {UNIT: joined[UNIT]} if UNIT in numbers.columns else {}
    rows = joined.select(
        **{TERM: joined[TERM], SIDE: ibis.array(inside).unnest(), FIRMS: ibis.literal(1, "int64")}, **unit
    )
    asked = summed(
        engine,
        rows.filter(rows[SIDE].notnull()),
        (TERM, SIDE),
        (FIRMS,),
        largest_of=(FIRMS,),
        apart=(TERM, SIDE),
    )
    found: dict[int, dict[int, Side]] = {}
    for row in asked.rows.to_dicts():
        found.setdefault(row[TERM], {})[row[SIDE]] = _side(row)
    return found


def _distribution(
    total: Mapping[str, Any],
    ranks: Mapping[tuple[str, int], Any],
    sides: Mapping[int, Side],
    strata: Mapping[str, StratumSums],
    scale: int,
) -> Distribution:
    exact = VALUE in total
    squares = int(total[HIGH]) * BASE**2 + 2 * int(total[CROSS]) * BASE + int(total[LOW]) if exact else 0
    spread = Spread(
        total[FIRMS],
        total[VALUE] if exact else None,
        Fraction(squares, 10 ** (2 * scale)),
        {rank: value for (kind, rank), value in ranks.items() if kind == "place"},
        {rank: value for (kind, rank), value in ranks.items() if kind == "count"},
        _side(total),
        strata,
        {part: (sides[2 * at], sides[2 * at + 1]) for at, part in enumerate(QUARTERS) if sides},
    )
    largest, second = (total.get(f"{VALUE}_{place}") or 0 for place in (1, 2))
    return Distribution(spread, total[UNITS], largest, second)


def _side(row: Mapping[str, Any]) -> Side:
    return Side(row[FIRMS], row[UNITS], row[f"{FIRMS}_1"] or 0, row[f"{FIRMS}_2"] or 0)


def _frame_type(kind: dt.DataType) -> pl.DataType:
    if kind.is_floating():
        return pl.Float64()
    return pl.Decimal(38, scale_of(kind)) if kind.is_decimal() else pl.Int64()
