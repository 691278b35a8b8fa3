"""The kinds about traders once more, in plain Python: entry and exit, transitions, distributions,
concentration, and who trades how much.

As in :mod:`naive`, nothing is shared with the program but the study and the classifications. A trader is looked
up in the declarations of every year again each time that somebody asks.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from math import floor, sqrt

from firmtrade.classifications import activity, countries, partner
from firmtrade.study import TableDeclaration
from naive import Answer, Answers, Behind, Row, World, mode_of, number, ones, restricted
from naive_prices import at_base_prices

ZONES = ("intra", "extra", "unknown")
MODES = ("no_internationalization", "import_and_export", "import_only", "export_only")
OTHER = {"export": "import", "import": "export"}
NOT_COMPUTED = Answer(None, {}, computed=False)
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


def dynamics(world: World, table: TableDeclaration, population: str) -> Answers:
    flow = Flow.of(world, str(table.flow))
    found: Answers = {}
    if table.columns is None:
        assert table.years is not None
        step = table.step or world.study.head.step
        waves = range(table.years[0] + step, table.years[1] + 1, step)
        columns = [(str(year), year, everyone) for year in waves]
    else:
        now = world.study.reference_year
        here = flow.traders(table, population, now) if flow.known(now) else []
        columns = [(key, now, inside) for key, inside in groups(world, table, table.columns, here)]
    for column, year, inside in columns:
        for row, answer in dynamics_of(flow, table, population, year, inside):
            found[table.id, population, row, column] = answer
    return found


def everyone(_: Row) -> bool:
    return True


def dynamics_of(
    flow: Flow, table: TableDeclaration, population: str, year: int, inside: Inside
) -> Iterator[tuple[str, Answer]]:
    traders = [row for row in flow.traders(table, population, year) if inside(row)]
    world, step = flow.world, table.step or flow.world.study.head.step
    before = [row for row in flow.traders(table, population, year - step) if inside(row)]
    earlier = [other for other in flow.world.study.years if other < year - step]

    def those(rows: list[Row], *rules: tuple[int, bool]) -> list[Row]:
        """Rows of firms that trade (or do not trade) in some years."""
        return [row for row in rows if all(flow.trades(row["firm_id"], at) is so for at, so in rules)]

    def merges(row: Row, at: int) -> bool:
        return world.merges(row["firm_id"], at, step)

    def told_of(rows: list[Row], other: int, change: int) -> list[Row]:
        """Firms that were asked in another wave, or of which a merger or split says enough."""
        return [row for row in rows if world.asked(row["firm_id"], other) or merges(row, change)]

    new, gone = those(traders, (year - step, False)), those(before, (year, False))
    known_before, known_after = told_of(traders, year - step, year), told_of(before, year, year)
    entrants = [row for row in new if not merges(row, year) and row in known_before]
    exiters = [row for row in gone if not merges(row, year) and row in known_after]
    again = [row for row in entrants if any(flow.trades(row["firm_id"], other) for other in earlier)]
    around = told_of(known_before, year + step, year + step)
    once = [
        row for row in those(entrants, (year + step, False)) if not merges(row, year + step) and row in around
    ]

    def told(answer: Answer, *years: int) -> Answer:
        return answer if flow.known(*years) else NOT_COMPUTED

    def values(rows: list[Row]) -> Behind:
        return [(row["unit"], flow.value(row["firm_id"], year)) for row in rows]

    # A year between that the study does not read may be one in which the firm traded.
    past = (year - 2 * step, *range(min(flow.world.study.years), year - step, step))
    yield "traders", told(number(traders), year)
    yield "entrants", told(number(entrants), year - step, year)
    yield "incumbents", told(number(those(traders, (year - step, True))), year - step, year)
    yield "reentrants", told(number(again), *past, year - step, year)
    yield "one_year", told(number(once), year - step, year, year + step)
    yield "traders_before", told(number(before), year - step)
    yield "exiters", told(number(exiters), year - step, year)
    for key, rows in (("started", new), ("ended", gone)):
        beside = [row for row in rows if merges(row, year)]
        if beside and flow.known(year - step, year):
            yield key, number(beside)
    for key, rows, known in (
        ("not_asked_before", traders, known_before),
        ("not_asked_again", before, known_after),
    ):
        left = [row for row in rows if row not in known]
        if left and flow.known(year - step, year):
            yield key, number(left)
    yield "entry_rate", told(share(ones(entrants), ones(known_before)), year - step, year)
    yield "exit_rate", told(share(ones(exiters), ones(known_after)), year - step, year)
    for length in (1, 2, 3):
        after = sorted({*range(year + step, year + length + 1, step), year + length})
        stayed = those(entrants, *((later, True) for later in after))
        observed = [
            row
            for row in entrants
            if world.asked(row["firm_id"], *after)
            and all(flow.trades(row["firm_id"], later) or not merges(row, later) for later in after)
        ]
        yield f"survival_{length}", told(share(ones(stayed), ones(observed)), year - step, year, *after)
    yield "reentry_rate", told(share(ones(again), ones(entrants)), *past, year - step, year)
    yield "one_year_rate", told(share(ones(once), ones(around)), year - step, year, year + step)
    yield "entrant_value_share", told(share(values(entrants), values(known_before)), year - step, year)


def transition(world: World, table: TableDeclaration, population: str) -> Answers:
    assert table.years is not None
    start, end = table.years
    export, import_ = Flow.of(world, "export"), Flow.of(world, "import")

    def later(row: Row) -> str:
        firm = row["firm_id"]
        if (firm, end) not in world.present:
            return "gone"
        return mode_of({"exporter": export.trades(firm, end), "importer": import_.trades(firm, end)})

    def changed(row: Row) -> bool:
        return any((row["firm_id"], year) in world.reorganized for year in range(start + 1, end + 1))

    found: Answers = {}
    at_start = export.known(start) and import_.known(start)
    at_both = at_start and export.known(end) and import_.known(end)
    members = restricted(table, world.members(population, start))
    sample = not world.asked("no firm", end)
    for mode in MODES:
        of_mode = [row for row in members if mode_of(row) == mode]
        merged = [row for row in of_mode if changed(row)]
        rows = [row for row in of_mode if not changed(row) and world.asked(row["firm_id"], end)]
        lost = [row for row in of_mode if not changed(row) and row not in rows]
        found[table.id, population, mode, "n"] = (
            number(rows) if (at_both if sample else at_start) else NOT_COMPUTED
        )
        if merged and at_start:
            found[table.id, population, mode, "reorganized"] = number(merged)
        if lost and at_both:
            found[table.id, population, mode, "not_asked"] = number(lost)
        for column in (*MODES, *(() if sample else ("gone",))):
            moved = [row for row in rows if later(row) == column]
            cell = share(ones(moved), ones(rows)) if at_both else NOT_COMPUTED
            found[table.id, population, mode, column] = cell
    return found


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


KINDS_OF_TRADERS = {
    "dynamics": dynamics, "transition": transition, "distribution": distribution,
    "concentration": concentration, "trade": trade,
}  # fmt: skip
