"""Distributions of what single traders, partners and products have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from math import floor, sqrt

from firmtrade.study import TableDeclaration
from naive.answers import NOT_COMPUTED, Answer, Answers, Row, number
from naive.flow import Amount, Flow, behind, groups
from naive.prices import at_base_prices
from naive.world import World

DISTRIBUTED = ("mean", "standard_deviation", "first_quartile", "median", "third_quartile")


def distribution(world: World, table: TableDeclaration, population: str) -> Answers:
    flow, measure = Flow.of(world, str(table.flow)), str(table.measure)
    if measure.startswith("traders_per_"):
        return traders_per(world, table, population)
    has_column = detail_of(measure) is None or detail_of(measure) in world.columns
    found: Answers = {}
    for key, year, rows, years in distributed(flow, table, population):
        cells = [(key, column) for column in ("n", *DISTRIBUTED)]
        if not (has_column and flow.known(*years)):
            found |= {(table.id, population, *cell): NOT_COMPUTED for cell in cells}
            continue
        amounts = [(row, measured(flow, measure, row["firm_id"], year)) for row in rows]
        known = [(row, amount) for row, amount in amounts if amount is not None]
        scale = 1000 if measure == "value" else 1
        numbers = sorted(Fraction(amount) / scale for _, amount in known)
        found[table.id, population, key, "n"] = number([row for row, _ in known])
        for column, value in zip(DISTRIBUTED, five_numbers(numbers), strict=True):
            found[table.id, population, key, column] = Answer(value, {"value": behind(known)})
    return found


def traders_per(world: World, table: TableDeclaration, population: str) -> Answers:
    """How many traders a partner (or product) has: each of them one number."""
    flow, detail = Flow.of(world, str(table.flow)), detail_of(str(table.measure))
    assert detail is not None
    now = world.study.reference_year
    can = detail in world.columns and flow.known(now)
    rows = [row for row in flow.traders(table, population, now) if flow.having(detail, row["firm_id"], now)]
    if table.rows == "trader_type":
        those: list[tuple[str, list[Row]]] = [("all", rows)]
    else:
        named = groups(world, table, str(table.rows), rows if can else [])
        those = [(key, [row for row in rows if inside(row)]) for key, inside in named]
    found: Answers = {}
    for key, firms in those:
        here = (table.id, population, key)
        if not can:
            found |= {(*here, column): NOT_COMPUTED for column in ("n", "number", *DISTRIBUTED)}
            continue
        breadth = [(row, len(flow.having(detail, row["firm_id"], now))) for row in firms]
        counts = Counter(item for row in firms for item in flow.having(detail, row["firm_id"], now))
        found[*here, "n"] = number(firms)
        found[*here, "number"] = Answer(float(len(counts)), {"value": behind(breadth)})
        numbers = five_numbers(sorted(Fraction(count) for count in counts.values()))
        for column, value in zip(DISTRIBUTED, numbers, strict=True):
            found[*here, column] = Answer(value, {"value": behind(breadth)})
    return found


def distributed(
    flow: Flow, table: TableDeclaration, population: str
) -> Iterator[tuple[str, int, list[Row], tuple[int, ...]]]:
    """The rows of a table of distributions: key, year of the measure, firms, and the years they rest on."""
    world, measure, now = flow.world, str(table.measure), flow.world.study.reference_year
    step = world.study.head.step

    def traders(year: int, *rules: tuple[int, bool]) -> list[Row]:
        rows = flow.traders(table, population, year)
        # What begins or ends with a merger or split is neither entry nor exit.
        changes = [at + step if at < year else at for at, so in rules if not so]
        return [
            row
            for row in rows
            if all(flow.trades(row["firm_id"], at) is so for at, so in rules)
            and world.asked(row["firm_id"], *(at for at, _ in rules))
            and not any(world.merges(row["firm_id"], at, step) for at in changes)
        ]

    last, following = now - step, now + step
    incumbents = traders(now, (last, True))
    lasting = traders(now, (last, True), (following, True))
    amounts = measure in ("value", "partners", "products")
    survival = measure.endswith("_survival")
    if table.rows != "trader_type":
        rows = traders(now) if amounts else lasting if survival else incumbents
        years = (now,) if amounts else (last, now, following) if survival else (last, now)
        # Where a year is not known, nobody can tell whether a row is empty.
        known = [row for row in rows if measured(flow, measure, row["firm_id"], now) is not None]
        known = known if flow.known(*years) else []
        for key, inside in groups(flow.world, table, str(table.rows), known):
            yield key, now, [row for row in rows if inside(row)], years
    elif amounts:
        yield "all", now, traders(now), (now,)
        yield "entrants", now, traders(now, (last, False)), (last, now)
        surviving = traders(now, (last, False), (following, True))
        yield "surviving_entrants", now, surviving, (last, now, following)
        yield "incumbents", now, incumbents, (last, now)
        yield "exiters", last, traders(last, (now, False)), (last, now)
    elif survival:
        yield "two_year_incumbents", now, lasting, (last, now, following)
    else:
        if not measure.startswith("dropped"):
            surviving = traders(following, (last, False), (now, True))
            yield "surviving_entrants", following, surviving, (last, now, following)
        yield "incumbents", now, incumbents, (last, now)


def detail_of(measure: str) -> str | None:
    return next((detail for detail in ("partner", "product") if detail in measure), None)


def measured(flow: Flow, measure: str, firm: str, year: int) -> Amount | None:
    """The measure of a trader in a year; None where it is not known."""
    if measure == "value":
        return flow.value(firm, year)
    step = flow.world.study.head.step
    if measure == "value_growth":
        division = flow.world.divisions[firm, year]
        before, now = (
            at_base_prices(flow.world.study, flow.value(firm, at), at, division) for at in (year - step, year)
        )
        if not flow.trades(firm, year - step) or before is None or now is None or before <= 0:
            return None
        return rounded(100 * (Fraction(now) / Fraction(before) - 1))
    detail = detail_of(measure)
    assert detail is not None
    now = flow.having(detail, firm, year)
    if measure == f"{detail}s":
        return len(now) or None
    before = flow.having(detail, firm, year - step)
    if not (flow.trades(firm, year - step) and now and before):
        return None
    new = [item for item in now if item not in before]
    if measure == f"new_{detail}_rate":
        return rounded(Fraction(100 * len(new), len(now)))
    if measure == f"new_{detail}_value_share":
        return rounded(
            100 * sum((Fraction(now[item]) for item in new), Fraction(0)) / Fraction(sum(now.values()))
        )
    if measure == f"dropped_{detail}_rate":
        return rounded(Fraction(100 * len([item for item in before if item not in now]), len(before)))
    assert measure == f"new_{detail}_survival"
    after = flow.having(detail, firm, year + step)
    if not (new and flow.trades(firm, year + step) and after):
        return None
    return rounded(Fraction(100 * len([item for item in new if item in after]), len(new)))


def rounded(exact: Fraction, decimals: int = 6) -> Decimal:
    """Half away from zero."""
    whole = floor(abs(exact) * 10**decimals + Fraction(1, 2))
    return Decimal(-whole if exact < 0 else whole) / 10**decimals


def five_numbers(ordered: list[Fraction]) -> list[float | None]:
    n = len(ordered)
    if n == 0:
        return [None] * 5
    mean = sum(ordered, Fraction(0)) / n
    squares = sum(((one - mean) ** 2 for one in ordered), Fraction(0))
    deviation = sqrt(squares / (n - 1)) if n > 1 else None
    return [float(mean), deviation, *(float(quartile(ordered, fourths)) for fourths in (1, 2, 3))]


def quartile(ordered: list[Fraction], fourths: int) -> Fraction:
    """Definition 2 of Hyndman and Fan (1996): the mean of both neighbours where the position is whole."""
    position, rest = divmod(fourths * len(ordered), 4)
    if rest:
        return ordered[position]
    return (ordered[position - 1] + ordered[position]) / 2
