"""The definitions once more, in plain Python over lists of dictionaries: slow, obvious, and the judge.

Nothing here is shared with the program but the study and the classifications. A firm is a dictionary; a
missing value is None. Every cell comes with what stands behind it: for each component, the amount of each firm
beside the unit (group or firm) that a disclosure rule would protect.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from firmtrade.classifications import activity, partner, region_of, technology
from firmtrade.study import Attribute, Study, TableDeclaration
from naive_links import held, joined
from naive_prices import at_base_prices

Row = dict[str, Any]
Key = tuple[str, str, str, str]
FLOWS = ("intra_eu_import", "extra_eu_import", "intra_eu_export", "extra_eu_export")
CENT = Decimal("0.01")
Behind = list[tuple[tuple[str, str], Decimal | int]]


class Answer(NamedTuple):
    """A value (None where undefined), and the unit and amount of every firm behind each of its components.

    Where a year or a column that the value rests on is absent, it is not ``computed``.
    """

    value: float | None
    behind: dict[str, Behind]
    computed: bool = True

    def contribution(self, component: str) -> tuple[int, int, Decimal | int, Decimal | int, Decimal | int]:
        """Firms, units, total and the amounts of the two largest units."""
        units: dict[tuple[str, str], Decimal | int] = defaultdict(int)
        for unit, amount in self.behind[component]:
            units[unit] += amount
        first, second, *_ = [*sorted((abs(amount) for amount in units.values()), reverse=True), 0, 0]
        return len(self.behind[component]), len(units), sum(units.values()), first, second


Answers = dict[Key, Answer]


def naive_cells(
    study: Study,
    firms: list[Row],
    accounts: list[Row],
    trade: list[Row],
    coverage: list[Row] | None = None,
    links: list[Row] | None = None,
) -> Answers:
    """Every cell of a study. Without coverage, every flow, zone and year is covered."""
    # Imported here because these kinds rest on the definitions of this file.
    from naive_median import median
    from naive_trade import KINDS_OF_TRADERS
    from naive_weighted import weighted

    kinds = KINDS | KINDS_OF_TRADERS | {"median": median, "weighted": weighted}
    world = World(study, firms, accounts, trade, coverage, links)
    found: Answers = {}
    for table in study.outputs:
        for population in table.populations:
            found |= kinds[table.kind](world, table, population)
    return found


class World:
    """Firm-years with their attributes."""

    def __init__(
        self,
        study: Study,
        firms: list[Row],
        accounts: list[Row],
        trade: list[Row],
        coverage: list[Row] | None = None,
        links: list[Row] | None = None,
    ) -> None:
        self.study = study
        self.columns = {name for row in trade for name in row}
        self.reorganized: set[tuple[str, int]] = set()
        if links is not None and study.head.firms == "joined":
            firms, accounts, trade, self.reorganized = joined(firms, accounts, trade, links)
        self.flows: dict[str, Any] = {}
        self.known_members: dict[tuple[str, int], list[Row]] = {}
        names = {firm["firm_id"] for firm in firms}
        self.registered = {(name, year) for year in study.years for name in names}
        self.declared = [row for row in trade if zone_of(study, row) != "own"]
        self.covered = (
            None if coverage is None else {(row["flow"], row["zone"], row["year"]) for row in coverage}
        )
        self.books = {(row["firm_id"], row["year"]): annual(row) for row in accounts}
        self.sums: dict[tuple[str, int, str, str], Decimal] = defaultdict(Decimal)
        for row in self.declared:
            self.sums[row["firm_id"], row["year"], row["flow"], zone_of(study, row)] += row["value"]
        limits = held(study, coverage or []) if study.head.threshold == "constant" else {}
        below = {key for key, amount in self.sums.items() if amount < limits.get(key[2:], amount)}
        self.sums = {key: amount for key, amount in self.sums.items() if key not in below}
        self.declared = [
            row
            for row in self.declared
            if (row["firm_id"], row["year"], row["flow"], zone_of(study, row)) not in below
        ]
        self.firms = firms
        self.people = []
        for year in study.years:
            register = self.register_of(year)
            for name in sorted(names):
                if (name, year) in self.books:
                    # Before its first state nothing is known of a firm but its accounts and its trade.
                    self.people.append(self.firm_year(register.get(name, {"firm_id": name}), year))
        self.present = set(self.books) | {(row["firm_id"], row["year"]) for row in self.declared}
        self.divisions = {(row["firm_id"], row["year"]): row["division"] for row in self.people}

    def register_of(self, year: int) -> dict[str, Row]:
        """The state of each firm in a year."""
        return {firm["firm_id"]: firm for firm in states(self.firms, year)}

    def asked(self, firm: str, *years: int) -> bool:
        """Whether the records speak of a firm in these years: those of all firms always do."""
        sample = self.study.head.records or ("sample" if self.study.head.weight else "all")
        return sample == "all" or all((firm, year) in self.present for year in years)

    def merges(self, firm: str, year: int, step: int) -> bool:
        """Whether it takes part in a merger or split in a year, or since the wave before it."""
        return any((firm, year - back) in self.reorganized for back in range(step))

    def firm_year(self, firm: Row, year: int) -> Row:
        study, book = self.study, self.books[firm["firm_id"], year]
        row: Row = {"firm_id": firm["firm_id"], "year": year, "value_added": book.get("value_added")}
        row["unit"] = ("group", firm["group_id"]) if firm.get("group_id") else ("firm", firm["firm_id"])
        row["employment"] = book.get(study.head.employment)
        row["size"] = book.get("employees") if "employees" in book else row["employment"]
        row["headcount"] = row["size"] if row["size"] is not None else row["employment"]
        row["turnover"], row["domestic"] = book.get("turnover"), firm.get("domestic_owned")
        founded = firm.get("founded")
        row["founded"] = founded if founded is not None and founded <= year else None
        row["age"] = None if row["founded"] is None else year - row["founded"]
        code = (firm.get("nace") or "").strip().upper()
        digits = "".join(sign for sign in code if sign in "0123456789")
        if code.split(".")[0].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ ") in list("0123456789") and "." in code:
            digits = "0" + digits
        scheme = activity(study.head.activity)
        row["division"] = digits[:2] if digits[:2] in scheme.divisions else "unknown"
        row["letter"] = code if not digits else ""
        row["digits"] = digits
        row["postcode"], row["named region"] = firm.get("postcode"), firm.get("region")
        row["columns"] = {"firms": firm, "accounts": book}
        row["export_value"] = sum(
            self.sums.get((firm["firm_id"], year, "export", zone), Decimal(0))
            for zone in ("intra", "extra", "unknown")
        )
        for direction in ("import", "export"):
            zones = {
                zone: self.sums.get((firm["firm_id"], year, direction, zone), Decimal(0))
                > study.head.trade_threshold
                for zone in ("intra", "extra", "unknown")
            }
            for zone in ("intra", "extra"):
                row[f"{zone}_eu_{direction}"] = zones[zone]
            row[f"open_{direction}"] = zones["unknown"]
            row[f"{direction}er"] = any(zones.values())
        for name in study.attributes:
            row[name] = class_of(study, name, row)
        return row

    def members(self, population: str, year: int) -> list[Row]:
        """Firms of a population in a year."""
        if (population, year) in self.known_members:
            return self.known_members[population, year]
        rule, study = self.study.populations[population], self.study
        scheme = activity(study.head.activity)
        divisions, letters = scheme.divisions_in(rule.activity), scheme.sections_within(rule.activity)

        def belongs(row: Row) -> bool:
            if row["division"] not in divisions and row["letter"] not in letters:
                return False
            if row["employment"] is None or row["employment"] < Decimal(str(rule.employment_at_least)):
                return False
            if rule.employees_below is not None and row["headcount"] >= rule.employees_below:
                return False
            if (
                rule.turnover_below is not None
                and row["turnover"] is not None
                and row["turnover"] >= rule.turnover_below
            ):
                return False
            return (
                rule.domestic_owned is None
                or row["domestic"] is None
                or row["domestic"] == rule.domestic_owned
            )

        found = [row for row in self.people if row["year"] == year and belongs(row)]
        self.known_members[population, year] = found
        return found

    def panel(self, population: str) -> list[Row]:
        """Panel firms, with figures of the first (`a`) and last (`b`) year and status in the first year."""
        by_key = {(row["firm_id"], row["year"]): row for row in self.people}
        rows = []
        for row in self.members(population, self.study.reference_year):
            a = by_key.get((row["firm_id"], self.study.first_year))
            b = by_key.get((row["firm_id"], self.study.last_year))
            if a and b and all(one["employment"] is not None and one["employment"] > 0 for one in (a, b)):
                rows.append(row | {"a": self.deflated(a, row), "b": self.deflated(b, row)})
        return rows

    def deflated(self, row: Row, reference: Row) -> Row:
        """A firm in a year, its value added at prices of the base year by the division of the reference year."""
        amount = at_base_prices(self.study, row["value_added"], row["year"], reference["division"])
        return row | {"value_added": amount}


def states(firms: list[Row], year: int) -> list[Row]:
    """The register as of a year."""
    latest: dict[str, Row] = {}
    for firm in sorted(firms, key=lambda firm: firm.get("year") or 0):
        if (firm.get("year") or 0) <= year:
            latest[firm["firm_id"]] = firm
    return list(latest.values())


def annual(book: Row) -> Row:
    months = book.get("book_months")
    if months is None or months == 12:
        return book
    scaled = dict(book)
    for name in ("turnover", "value_added", "labor_cost"):
        if book.get(name) is not None:
            exact = book[name] * 12 / Decimal(months)
            scaled[name] = exact.quantize(CENT, ROUND_HALF_UP) if 6 <= months <= 18 else None
    return scaled


def zone_of(study: Study, row: Row) -> str:
    known = partner(row["partner"]) if row.get("partner") else None
    if known is not None and known.country == study.head.country:
        return "own"
    return (
        study.union_policy.zone(row.get("partner"), row["year"], row.get("month"), row.get("zone"))
        or "unknown"
    )


def class_of(study: Study, name: str, row: Row) -> str:
    attribute = study.attributes[name]
    if attribute.of == "seat":
        if row["named region"] is not None:
            named = row["named region"].strip()
            return named if named in attribute.keys else "unknown"
        looked_up = row["postcode"] and attribute.classification
        return (region_of(row["postcode"], study.head.country) if looked_up else None) or "unknown"
    if attribute.column is not None:
        value = row["columns"][attribute.column[0]].get(attribute.column[1])
        if attribute.in_bands:
            return band_of(attribute, value)
        text = {True: "true", False: "false"}.get(value, str(value).strip())
        return next(
            (band.key for band in attribute.classes if text in (band.values or (band.key,))), "unknown"
        )
    if attribute.of == "export_intensity":
        turnover = row["turnover"]
        exports = row["export_value"] if row["exporter"] else 0
        return band_of(
            attribute, Fraction(exports) * 100 / Fraction(turnover) if turnover and turnover > 0 else None
        )
    if attribute.of == "activity":
        classes = technology(attribute.classification.removeprefix("technology-"))
        applies = row["division"] == "unknown" or any(
            prefix[:2] == row["division"] for prefix in classes.by_prefix
        )
        found = classes.class_of(row["digits"]) or ("unknown" if applies else "none")
        return found if found in attribute.keys or found == "unknown" else "none"
    return band_of(attribute, row[{"employees": "size", "age": "age", "founded": "founded"}[attribute.of]])


def band_of(attribute: Attribute, number: Any) -> str:
    for band in attribute.classes:
        low, high = (None if edge is None else Fraction(str(edge)) for edge in (band.from_, band.below))
        known = number is not None and number == number  # NaN is missing
        if known and (low is None or low <= number) and (high is None or number < high):
            return band.key
    return "unknown"


def mode_of(row: Row) -> str:
    if row["exporter"]:
        return "import_and_export" if row["importer"] else "export_only"
    return "import_only" if row["importer"] else "no_internationalization"


def scope_of(row: Row) -> str:
    intra = row["intra_eu_import"] or row["intra_eu_export"]
    extra = row["extra_eu_import"] or row["extra_eu_export"]
    if intra and extra:
        return "both_intra_extra"
    if row["open_import"] or row["open_export"]:
        return "unknown"
    return "intra_eu" if intra else "extra_eu"


def ones(rows: list[Row]) -> Behind:
    return [(row["unit"], 1) for row in rows]


def number(rows: list[Row]) -> Answer:
    return Answer(len(rows), {"count": ones(rows)})


def percent(rows: list[Row], has: Callable[[Row], Any]) -> Answer:
    those = [row for row in rows if has(row)]
    return Answer(100 * len(those) / len(rows) if rows else None, {"count": ones(those), "base": ones(rows)})


FLAGS: dict[str, dict[str, Callable[[Row], Any]]] = {
    "trade_flow": {flow: (lambda row, flow=flow: row[flow]) for flow in FLOWS},
    "trade_share": {"export_share": lambda row: row["exporter"], "import_share": lambda row: row["importer"]},
    "trade_direction": {"export": lambda row: row["exporter"], "import": lambda row: row["importer"]},
    "internationalized": {"internationalized_share": lambda row: row["exporter"] or row["importer"]},
    "venture": {"inv": lambda row: row["exporter"], "dnv": lambda row: not row["exporter"]},
}


def mode(world: World, table: TableDeclaration, population: str) -> Answers:
    rows = restricted(table, world.members(population, world.study.reference_year))
    found: Answers = {}
    for name in ("no_internationalization", "import_and_export", "import_only", "export_only"):
        those = [row for row in rows if mode_of(row) == name]
        found[table.id, population, name, "n"] = number(those)
        if name != "no_internationalization":
            for scope in ("intra_eu", "extra_eu", "both_intra_extra", "unknown"):
                so_far = [row for row in those if scope_of(row) == scope]
                if so_far or scope != "unknown":
                    found[table.id, population, name, scope] = number(so_far)
    return found


def conditional(world: World, table: TableDeclaration, population: str) -> Answers:
    rows = restricted(table, world.members(population, world.study.reference_year))
    return {
        (table.id, population, given, flag): percent([row for row in rows if has_given(row)], has_flag)
        for given, has_given in FLAGS[str(table.rows)].items()
        for flag, has_flag in FLAGS[str(table.columns)].items()
    }


def share(world: World, table: TableDeclaration, population: str) -> Answers:
    study = world.study
    flags_are_columns = table.columns in FLAGS
    attribute = str(table.rows if flags_are_columns else table.columns)
    flags = FLAGS[str(table.columns if flags_are_columns else table.rows)]
    rows = restricted(table, world.members(population, study.reference_year))
    if set(flags) == {"inv", "dnv"}:
        rows = [row for row in rows if row["founded"] is not None and row["founded"] >= study.ventures_since]
    found: Answers = {}
    for group, those, code in share_groups(world, table, attribute, population, rows):

        def key(other: str, group: str = group) -> Key:
            return (
                (table.id, population, group, other)
                if flags_are_columns
                else (table.id, population, other, group)
            )

        if table.codes and code:
            found[key("nace_code")] = Answer(float(code), {})
        if table.n:
            found[key("n")] = number(those)
        for flag, has in flags.items():
            found[key(flag)] = percent(those, has)
    return found


def share_groups(
    world: World, table: TableDeclaration, attribute: str, population: str, rows: list[Row]
) -> Iterator[tuple[str, list[Row], str]]:
    study = world.study
    if attribute == "division":
        for code in sorted({row["division"] for row in rows} - {"unknown"}):
            yield f"nace_{code}", [row for row in rows if row["division"] == code], code
    else:
        for key in study.attributes[attribute].keys:
            yield key, [row for row in rows if row[attribute] == key], ""
    unknown = [row for row in rows if row[attribute] == "unknown"]
    if unknown:
        yield "unknown", unknown, ""
    if table.totals and any(row[attribute] == "none" for row in rows):
        yield "none", [row for row in rows if row[attribute] == "none"], ""
    summed = [row for row in rows if table.totals_of == "all" or row[attribute] != "unknown"]
    for total in table.totals:
        if total == "total":
            yield total, summed, ""
        else:
            inside = activity(study.head.activity).divisions_in(study.subtotals[total].activity)
            yield total, [row for row in summed if row["division"] in inside], ""


def composition(world: World, table: TableDeclaration, population: str) -> Answers:
    rows = restricted(table, world.members(population, world.study.reference_year))
    names = ("no_internationalization", "import_and_export", "import_only", "export_only")
    return {
        (table.id, population, name, "share"): percent(rows, lambda row, name=name: mode_of(row) == name)
        for name in names
    }


def series(world: World, table: TableDeclaration, population: str) -> Answers:
    assert table.years is not None
    return {
        (table.id, population, flow, str(year)): percent(
            restricted(table, world.members(population, year)), FLAGS[str(table.rows)][flow]
        )
        for year in range(table.years[0], table.years[1] + 1, world.study.head.step)
        for flow in FLAGS[str(table.rows)]
    }


def status_rows(
    world: World, table: TableDeclaration, population: str
) -> Iterator[tuple[str, str, list[Row]]]:
    rows = restricted(table, world.panel(population))
    name = population
    if table.cohort:
        rows, name = (
            [row for row in rows if row["founding_cohort"] == table.cohort],
            f"{population}, {table.cohort}",
        )
    if table.rows == "venture":
        rows = [
            row for row in rows if row["founded"] is not None and row["founded"] >= world.study.ventures_since
        ]
        yield name, "inv", [row for row in rows if row["exporter"]]
        yield name, "dnv", [row for row in rows if not row["exporter"]]
        return
    flow = str(table.rows).removesuffix("_status")
    now, then = f"{flow}er", f"{flow}er"
    yield name, flow, [row for row in rows if row[now]]
    yield name, f"constant_{flow}", [row for row in rows if row[now] and row["a"][then]]
    yield name, f"new_to_{flow}", [row for row in rows if row[now] and not row["a"][then]]
    yield name, f"stopped_{flow}", [row for row in rows if not row[now] and row["a"][then]]
    yield name, f"no_{flow}", [row for row in rows if not row[now]]


def restricted(table: TableDeclaration, rows: list[Row]) -> list[Row]:
    return [row for row in rows if all(row[name] in keys for name, keys in table.where.items())]


def amounts(rows: list[Row]) -> dict[str, Behind]:
    """Employment and value added at start and end, of firms with value added known at both."""
    known = [
        row for row in rows if row["a"]["value_added"] is not None and row["b"]["value_added"] is not None
    ]
    return {
        f"{name}_{end}": [(row["unit"], row[date][measure]) for row in known]
        for name, measure in (("fte", "employment"), ("value_added", "value_added"))
        for end, date in (("start", "a"), ("end", "b"))
    }


def total(behind: Behind) -> Decimal:
    return sum((Decimal(amount) for _, amount in behind), Decimal(0))


def level(world: World, table: TableDeclaration, population: str) -> Answers:
    first, last = world.study.first_year, world.study.last_year
    found: Answers = {}
    for name, row, rows in status_rows(world, table, population):
        behind = amounts(rows)

        def ratio(end: str, behind: dict[str, Behind] = behind) -> float | None:
            employment = total(behind[f"fte_{end}"])
            return float(total(behind[f"value_added_{end}"]) / employment / 1000) if employment else None

        start, end = ratio("start"), ratio("end")
        change = 100 * (end / start - 1) if start is not None and end is not None and start > 0 else None
        if table.n:
            found[table.id, name, row, "n"] = number(rows)
        for year, value, at in ((first, start, "start"), (last, end, "end")):
            parts = {measure: behind[measure] for measure in (f"value_added_{at}", f"fte_{at}")}
            found[table.id, name, row, f"labor_productivity_{year}"] = Answer(value, parts)
        found[table.id, name, row, "labor_productivity_delta"] = Answer(change, behind)
    return found


def growth(world: World, table: TableDeclaration, population: str) -> Answers:
    years = world.study.last_year - world.study.first_year
    found: Answers = {}
    for name, row, rows in status_rows(world, table, population):
        behind = amounts(rows)

        def annual_rate(measure: str, behind: dict[str, Behind] = behind) -> float | None:
            start, end = total(behind[f"{measure}_start"]), total(behind[f"{measure}_end"])
            return float(end / start) ** (1 / years) - 1 if start > 0 and end >= 0 else None

        employment, value_added = annual_rate("fte"), annual_rate("value_added")
        both = employment is not None and value_added is not None and employment > -1
        productivity = (1 + value_added) / (1 + employment) - 1 if both else None
        if table.n:
            found[table.id, name, row, "n"] = number(rows)
        rates = {
            "employment": (employment, "fte"),
            "value_added": (value_added, "value_added"),
            "labor_productivity": (productivity, ""),
        }
        for column, (rate, measure) in rates.items():
            parts = {key: amount for key, amount in behind.items() if key.startswith(measure)}
            found[table.id, name, row, f"{column}_cagr"] = Answer(None if rate is None else 100 * rate, parts)
    return found


KINDS = {
    "mode": mode, "conditional": conditional, "share": share, "composition": composition,
    "series": series, "level": level, "growth": growth,
}  # fmt: skip
