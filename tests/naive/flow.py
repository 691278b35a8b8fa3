"""One flow of all firms year by year, and the groups of traders that tables show.

A trader is looked up in the declarations of every year again each time that somebody asks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction

from firmtrade.classifications import activity, partner
from firmtrade.study import TableDeclaration
from naive.answers import Answer, Behind, Row
from naive.world import World, restricted

ZONES = ("intra", "extra", "unknown")
Amount = Decimal | int
Amounts = list[tuple[Row, Amount]]
Inside = Callable[[Row], bool]


class Flow:
    """One flow of all firms, year by year."""

    def __init__(self, world: World, flow: str) -> None:
        self.world, self.flow = world, flow
        self.items: dict[tuple[str, str, int], dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
        for row in world.declared:
            if row["flow"] == flow:
                for detail, item in (("partner", country_of(row)), ("product", product_of(row))):
                    if item is not None:
                        self.items[detail, row["firm_id"], row["year"]][item] += row["value"]

    @classmethod
    def of(cls, world: World, flow: str) -> Flow:
        if flow not in world.flows:
            world.flows[flow] = cls(world, flow)
        found: Flow = world.flows[flow]
        return found

    def known(self, *years: int) -> bool:
        """Whether the declarations speak of these years: read by the study, and covered in both zones."""
        covered = self.world.covered
        return all(
            year in self.world.study.years
            and (covered is None or all((self.flow, zone, year) in covered for zone in ("intra", "extra")))
            for year in years
        )

    def of_zone(self, firm: str, year: int, zone: str) -> Decimal:
        return self.world.sums.get((firm, year, self.flow, zone), Decimal(0))

    def trades(self, firm: str, year: int) -> bool:
        limit = self.world.study.head.trade_threshold
        zones = [self.of_zone(firm, year, zone) for zone in ZONES]
        return (firm, year) in self.world.registered and any(amount > limit for amount in zones)

    def value(self, firm: str, year: int) -> Decimal:
        return sum((self.of_zone(firm, year, zone) for zone in ZONES), Decimal(0))

    def having(self, detail: str, firm: str, year: int) -> dict[str, Decimal]:
        """The partners (products) of a firm in a year, with their values."""
        limit = self.world.study.head.trade_threshold
        found = self.items.get((detail, firm, year), {})
        return {item: amount for item, amount in found.items() if amount > limit}

    def traders(self, table: TableDeclaration, population: str, year: int) -> list[Row]:
        members = restricted(table, self.world.members(population, year))
        return [row for row in members if self.trades(row["firm_id"], year)]


def country_of(row: Row) -> str | None:
    known = partner(row["partner"]) if row.get("partner") else None
    return known.country if known is not None else None


def product_of(row: Row) -> str | None:
    digits = "".join(sign for sign in row.get("product") or "" if sign in "0123456789")
    if len(digits) in (5, 7):
        digits = "0" + digits
    return digits[:6] if len(digits) >= 6 else None


def groups(
    world: World, table: TableDeclaration, attribute: str, rows: list[Row]
) -> Iterator[tuple[str, Inside]]:
    """The groups of an attribute: divisions and ``unknown`` where some of these rows are in them, totals last."""
    study = world.study
    if attribute == "division":
        family = study.head.activity.split("-")[0]
        for code in sorted({row["division"] for row in rows} - {"unknown"}):
            yield f"{family}_{code}", lambda row, code=code: row["division"] == code
    else:
        for key in study.attributes[attribute].keys:
            yield key, lambda row, key=key: row[attribute] == key
    if any(row[attribute] == "unknown" for row in rows):
        yield "unknown", lambda row: row[attribute] == "unknown"
    if table.totals and any(row[attribute] == "none" for row in rows):
        yield "none", lambda row: row[attribute] == "none"

    def summed(row: Row) -> bool:
        return table.totals_of == "all" or bool(row[attribute] != "unknown")

    for total in table.totals:
        if total == "total":
            yield total, summed
        else:
            divisions = activity(study.head.activity).divisions_in(study.subtotals[total].activity)
            yield (
                total,
                lambda row, divisions=divisions: summed(row) and row["division"] in divisions,
            )


def behind(amounts: Amounts) -> Behind:
    return [(row["unit"], amount) for row, amount in amounts]


def exact_total(amounts: Amounts) -> Fraction:
    return sum((Fraction(amount) for _, amount in amounts), Fraction(0))


def share(those: Behind, base: Behind) -> Answer:
    """Percent that a part of the firms, or of their value, is of all; of nothing at all, there is none."""
    part, whole = (sum((Fraction(amount) for _, amount in one), Fraction(0)) for one in (those, base))
    return Answer(float(100 * part / whole) if whole > 0 else None, {"count": those, "base": base})


def thousands(amounts: Amounts) -> Answer:
    return Answer(float(exact_total(amounts) / 1000), {"value": behind(amounts)})
