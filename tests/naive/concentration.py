"""Concentration of a flow in its largest traders."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from firmtrade.study import TableDeclaration
from naive.answers import NOT_COMPUTED, Answer, Answers, number
from naive.flow import Amounts, Flow, behind, exact_total, groups, thousands
from naive.world import World


def concentration(world: World, table: TableDeclaration, population: str) -> Answers:
    flow, year = Flow.of(world, str(table.flow)), world.study.reference_year
    known = flow.known(year)
    traders = flow.traders(table, population, year) if known else []
    found: Answers = {}
    for key, inside in groups(world, table, str(table.rows), traders):
        amounts: Amounts = [(row, flow.value(row["firm_id"], year)) for row in traders if inside(row)]
        cells = {"n": number([row for row, _ in amounts]), "value": thousands(amounts)}
        cells |= {name: Answer(value, {"value": behind(amounts)}) for name, value in concentrated(amounts)}
        for column, answer in cells.items():
            found[table.id, population, key, column] = answer if known else NOT_COMPUTED
    return found


def concentrated(amounts: Amounts) -> Iterator[tuple[str, float | None]]:
    total, n = exact_total(amounts), len(amounts)
    ordered = sorted((Fraction(amount) for _, amount in amounts), reverse=True)

    def of_largest(firms: int) -> float | None:
        return float(100 * sum(ordered[:firms], Fraction(0)) / total) if total > 0 else None

    squares = sum((one**2 for one in ordered), Fraction(0))
    yield "herfindahl", float(squares / total**2) if total > 0 else None
    for percent in (1, 5, 25):
        enough = n * percent >= 100
        yield f"top_{percent}_percent", of_largest(-(-n * percent // 100)) if enough else None
    for firms in (5, 10, 20, 50, 100):
        yield f"top_{firms}", of_largest(firms) if n >= firms else None
