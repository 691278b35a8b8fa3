"""Firms over their numbers, and thresholds of declaration, once more in plain Python over lists of dictionaries."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

from firmtrade.study import Study
from naive.answers import Row


def joined(
    firms: list[Row], accounts: list[Row], trade: list[Row], links: list[Row]
) -> tuple[list[Row], list[Row], list[Row], set[tuple[str, int]]]:
    """The tables under the last number of every firm, and who takes part in a merger or split in which year."""
    last = last_number(links)
    involved = set(last.values())

    def moved(rows: list[Row]) -> list[Row]:
        return [
            row | {"firm_id": last.get(row["firm_id"], row["firm_id"]), "own": row["firm_id"]} for row in rows
        ]

    def one_each(rows: list[Row]) -> list[Row]:
        """Of several rows of a joined firm and year, that of its last number, else of the greatest."""
        kept: dict[Any, Row] = {}
        others = []
        for row in moved(rows):
            if row["firm_id"] not in involved:
                others.append(row)
                continue
            key = row["firm_id"], row.get("year")
            rank = row["own"] == row["firm_id"], row["own"]
            if key not in kept or rank > (kept[key]["own"] == row["firm_id"], kept[key]["own"]):
                kept[key] = row
        return [*others, *kept.values()]

    founded: dict[str, list[int]] = defaultdict(list)
    for row in moved(firms):
        if row.get("founded") is not None:
            founded[row["firm_id"]].append(row["founded"])
    register = [
        row | {"founded": min(founded[row["firm_id"]], default=None)} if row["firm_id"] in involved else row
        for row in one_each(firms)
    ]
    reorganized = {
        (last.get(firm, firm), row["year"] + later)
        for row in links
        if row["kind"] in ("merger", "split") and row["firm_id"] != row["successor_id"]
        for firm in (row["firm_id"], row["successor_id"])
        for later in (0, 1)
    }
    return register, one_each(accounts), moved(trade), reorganized


def last_number(links: list[Row]) -> dict[str, str]:
    """The last number of every firm that has got another: no forks, no meetings, no circles."""
    pairs = {
        (row["firm_id"], row["successor_id"])
        for row in links
        if row["kind"] == "renumbered" and row["firm_id"] != row["successor_id"]
    }
    onward = {
        old: new
        for old, new in pairs
        if sum(other == old for other, _ in pairs) == 1 and sum(other == new for _, other in pairs) == 1
    }
    found = {}
    for first in onward:
        seen, now = [first], first
        while now in onward and onward[now] not in seen:
            now = onward[now]
            seen.append(now)
        if now not in onward:
            found[first] = now
    return found


def held(study: Study, coverage: list[Row]) -> dict[tuple[str, str], Decimal]:
    """The highest threshold over the study's years, by flow and zone; of an unknown zone the lower of both."""
    found: dict[tuple[str, str], Decimal] = {}
    for row in coverage:
        if row["year"] in study.years and row.get("threshold") is not None:
            key = row["flow"], row["zone"]
            found[key] = max(found.get(key, row["threshold"]), row["threshold"])
    for flow in {flow for flow, _ in found}:
        found[flow, "unknown"] = min(limit for (other, _), limit in found.items() if other == flow)
    return found
