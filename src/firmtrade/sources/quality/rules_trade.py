"""Rules about declarations of trade, and about what the trade files cover."""

from __future__ import annotations

import ibis

from firmtrade.classifications import partners
from firmtrade.sources.quality.rule import JudgedAgainst, QualityRule, Severity

FLOWS = ("import", "export")
ZONES = ("intra", "extra")
MONTHS = (1, 12)
ODD_LENGTHS = (5, 7, 9)
PARTNERS = tuple(partners())


def _unknown_flow(trade: ibis.Table, column: str, facts: JudgedAgainst) -> ibis.Value:
    return trade[column].notin(FLOWS)


def _unknown_zone(trade: ibis.Table, column: str, facts: JudgedAgainst) -> ibis.Value:
    return trade[column].notin(ZONES)


def _unknown_partner(trade: ibis.Table, column: str, facts: JudgedAgainst) -> ibis.Value:
    """Codes are compared literally, as the observatory does: ``fr`` is no code."""
    return trade[column].notin(PARTNERS)


def _own_country(trade: ibis.Table, column: str, facts: JudgedAgainst) -> ibis.Value | None:
    own = [code for code, known in partners().items() if known.country == facts.country]
    return trade[column].isin(own) if facts.country is not None and own else None


def _nowhere(trade: ibis.Table, column: str, facts: JudgedAgainst) -> ibis.Value:
    zone = trade.zone.isnull() if "zone" in trade.columns else ibis.literal(True)
    return trade[column].isnull() & zone


def _odd_product(trade: ibis.Table, column: str, facts: JudgedAgainst) -> ibis.Value:
    """Codes of the Harmonized System and of what is built on it have an even number of digits."""
    return trade[column].re_replace("[^0-9]", "").length().isin(ODD_LENGTHS)


def _impossible_month(trade: ibis.Table, column: str, facts: JudgedAgainst) -> ibis.Value:
    return ~trade[column].between(*MONTHS)


def _negative(trade: ibis.Table, column: str, facts: JudgedAgainst) -> ibis.Value:
    return trade[column] < 0


TRADE_RULES = (
    QualityRule("unknown_flow", "trade", ("flow",), Severity.ERROR, _unknown_flow, codes=FLOWS),
    QualityRule("unknown_zone", "trade", ("zone",), Severity.WARNING, _unknown_zone, codes=ZONES),
    QualityRule("unknown_partner", "trade", ("partner",), Severity.WARNING, _unknown_partner, codes=PARTNERS),
    QualityRule("own_country", "trade", ("partner",), Severity.WARNING, _own_country),
    QualityRule("unknown_place", "trade", ("partner",), Severity.NOTE, _nowhere),
    QualityRule("odd_product", "trade", ("product",), Severity.WARNING, _odd_product),
    QualityRule("impossible_month", "trade", ("month",), Severity.ERROR, _impossible_month),
    QualityRule("negative_value", "trade", ("value",), Severity.NOTE, _negative),
    QualityRule(
        "unknown_flow", "coverage", ("flow",), Severity.ERROR, _unknown_flow, codes=FLOWS,
        words="unknown_flow_covered",
    ),
    QualityRule(
        "unknown_zone", "coverage", ("zone",), Severity.ERROR, _unknown_zone, codes=ZONES,
        words="unknown_zone_covered",
    ),
    QualityRule("negative_threshold", "coverage", ("threshold",), Severity.ERROR, _negative),
)  # fmt: skip
