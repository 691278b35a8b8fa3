"""A firm in a year: its state in the register, its accounts of twelve months, and the classes it is in."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from firmtrade.classifications import partner, region_of, technology
from firmtrade.study import Attribute, Study
from naive.answers import Row

CENT = Decimal("0.01")


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
