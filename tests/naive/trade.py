"""Who trades how much: by partner, by number of partners, one way or both, by class."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from firmtrade.classifications import countries
from firmtrade.study import TableDeclaration
from naive.answers import NOT_COMPUTED, Answer, Answers, Row, number, ones
from naive.flow import Amounts, Flow, behind, groups, share, thousands
from naive.world import World

OTHER = {"export": "import", "import": "export"}
BY_NUMBER = {
    "partners_1": (1, 1), "partners_2": (2, 2), "partners_3_5": (3, 5), "partners_6_9": (6, 9),
    "partners_10_14": (10, 14), "partners_15_19": (15, 19), "partners_ge20": (20, 10**6),
}  # fmt: skip


def trade(world: World, table: TableDeclaration, population: str) -> Answers:
    flow, year = Flow.of(world, str(table.flow)), world.study.reference_year
    known = flow.known(year)
    everybody = flow.traders(table, population, year) if known else []
    everything: Amounts = [(row, flow.value(row["firm_id"], year)) for row in everybody]
    zones = "partner" in world.columns or "zone" in world.columns
    if table.rows in ("partner", "number_of_partners"):
        known = known and "partner" in world.columns
    elif table.rows == "type_of_trader":
        known = known and Flow.of(world, OTHER[flow.flow]).known(year)

    def cells(amounts: Amounts) -> Iterator[tuple[str, Answer]]:
        rows = [row for row, _ in amounts]
        yield "n", number(rows)
        yield "n_share", share(ones(rows), ones(everybody))
        yield "value", thousands(amounts)
        yield "value_share", share(behind(amounts), behind(everything))
        for zone in ("intra", "extra"):
            if table.rows != "partner":
                those = [row for row in rows if row[f"{zone}_eu_{flow.flow}"]]
                there: Amounts = [(row, flow.of_zone(row["firm_id"], year, zone)) for row in those]
                yield f"n_{zone}", number(those) if zones else NOT_COMPUTED
                yield f"value_{zone}", thousands(there) if zones else NOT_COMPUTED

    return {
        (table.id, population, key, column): answer if known else NOT_COMPUTED
        for key, amounts in rows_of_trade(flow, table, everything, known)
        for column, answer in cells(amounts)
    }


def region_of(world: World, country: str, year: int) -> str:
    """The union or the continent of a country."""
    inside = world.study.union_policy.zone(country, year) == "intra"
    return "partners_union" if inside else f"partners_{countries()[country].region}"


def rows_of_trade(
    flow: Flow, table: TableDeclaration, traders: Amounts, known: bool
) -> Iterator[tuple[str, Amounts]]:
    year = flow.world.study.reference_year
    total = "total" in table.totals

    def partners(row: Row) -> dict[str, Decimal]:
        return flow.having("partner", row["firm_id"], year) if known else {}

    if table.rows == "partner":
        for country in sorted({country for row, _ in traders for country in partners(row)}):
            yield country, [(row, partners(row)[country]) for row, _ in traders if country in partners(row)]
        there: dict[str, list[tuple[Row, Decimal]]] = {}
        for row, _ in traders:
            inside: dict[str, Decimal] = {}
            for country, amount in partners(row).items():
                region = region_of(flow.world, country, year)
                inside[region] = inside.get(region, Decimal(0)) + amount
            for region, amount in inside.items():
                there.setdefault(region, []).append((row, amount))
        yield from () if table.is_figure else there.items()
        if total:
            yield "total", [(row, sum(partners(row).values())) for row, _ in traders if partners(row)]
    elif table.rows == "number_of_partners":
        for key, (low, high) in BY_NUMBER.items():
            yield key, [(row, amount) for row, amount in traders if low <= len(partners(row)) <= high]
        none = [(row, amount) for row, amount in traders if not partners(row)]
        if none and known:
            yield "unknown", none
        if total:
            of_known = table.totals_of == "known"
            yield "total", [(row, amount) for row, amount in traders if partners(row) or not of_known]
    elif table.rows == "type_of_trader":
        other = f"{OTHER[flow.flow]}er"
        yield "one_way", [(row, amount) for row, amount in traders if not row[other]]
        yield "two_way", [(row, amount) for row, amount in traders if row[other]]
        if total:
            yield "total", traders
    else:
        rows = [row for row, _ in traders]
        for key, inside in groups(flow.world, table, str(table.rows), rows):
            yield key, [(row, amount) for row, amount in traders if inside(row)]
