"""Firm-years with their attributes, the populations and the panel."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

from firmtrade.classifications import activity
from firmtrade.study import Study, TableDeclaration
from naive.answers import Row
from naive.links import held, joined
from naive.prices import at_base_prices
from naive.states import annual, class_of, states, zone_of


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


def restricted(table: TableDeclaration, rows: list[Row]) -> list[Row]:
    return [row for row in rows if all(row[name] in keys for name, keys in table.where.items())]
