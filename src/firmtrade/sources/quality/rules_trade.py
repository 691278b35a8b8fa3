"""Rules about declarations of trade, and about what the trade files cover."""

from __future__ import annotations

import ibis

from firmtrade.classifications import partners
from firmtrade.sources.quality.rule import Facts, Rule, Severity

FLOWS = ("import", "export")
ZONES = ("intra", "extra")
MONTHS = (1, 12)
ODD_LENGTHS = (5, 7, 9)
PARTNERS = tuple(partners())


def _unknown_flow(trade: ibis.Table, column: str, facts: Facts) -> ibis.Value:
    return trade[column].notin(FLOWS)


def _unknown_zone(trade: ibis.Table, column: str, facts: Facts) -> ibis.Value:
    return trade[column].notin(ZONES)


def _unknown_partner(trade: ibis.Table, column: str, facts: Facts) -> ibis.Value:
    """Codes are compared literally, as the observatory does: ``fr`` is no code."""
    return trade[column].notin(PARTNERS)


def _own_country(trade: ibis.Table, column: str, facts: Facts) -> ibis.Value | None:
    own = [code for code, known in partners().items() if known.country == facts.country]
    return trade[column].isin(own) if facts.country is not None and own else None


def _nowhere(trade: ibis.Table, column: str, facts: Facts) -> ibis.Value:
    zone = trade.zone.isnull() if "zone" in trade.columns else ibis.literal(True)
    return trade[column].isnull() & zone


def _odd_product(trade: ibis.Table, column: str, facts: Facts) -> ibis.Value:
    """Codes of the Harmonized System and of what is built on it have an even number of digits."""
    return trade[column].re_replace("[^0-9]", "").length().isin(ODD_LENGTHS)


def _impossible_month(trade: ibis.Table, column: str, facts: Facts) -> ibis.Value:
    return ~trade[column].between(*MONTHS)


def _negative(trade: ibis.Table, column: str, facts: Facts) -> ibis.Value:
    return trade[column] < 0


TRADE_RULES = (
    Rule(
        "unknown_flow", "trade", ("flow",), Severity.ERROR,
        "a flow that is neither import nor export",
        "Translate it with `codes` in the mapping: such rows count in nothing.",
        _unknown_flow, codes=FLOWS,
    ),
    Rule(
        "unknown_zone", "trade", ("zone",), Severity.WARNING,
        "a zone that is neither intra nor extra",
        "Translate it with `codes` in the mapping: without a partner, the zone of the flow is unknown.",
        _unknown_zone, codes=ZONES,
    ),
    Rule(
        "unknown_partner", "trade", ("partner",), Severity.WARNING,
        "a partner code that is no country and no special code",
        "Partners are ISO 3166 alpha-2 codes in capitals; translate others with `codes` in the mapping.",
        _unknown_partner, codes=PARTNERS,
    ),
    Rule(
        "own_country", "trade", ("partner",), Severity.WARNING,
        "a partner that is the firms' own country",
        "This is no foreign trade and counts in nothing.",
        _own_country,
    ),
    Rule(
        "unknown_place", "trade", ("partner",), Severity.NOTE,
        "neither a partner nor a zone",
        "Counts as a flow of unknown zone: import or export yes, intra or extra no.",
        _nowhere,
    ),
    Rule(
        "odd_product", "trade", ("product",), Severity.WARNING,
        "a product code of 5, 7 or 9 digits",
        "A code that begins with a zero may have lost it: 1012100 is 01012100. Give codes as text, or `pad` them in "
        "the mapping. Codes of 5 and 7 digits are read with the zero.",
        _odd_product,
    ),
    Rule(
        "impossible_month", "trade", ("month",), Severity.ERROR,
        "a month outside 1 to 12",
        "Month 13 or 52 often marks a yearly total: leave such rows out with `where`, or they count twice.",
        _impossible_month,
    ),
    Rule(
        "negative_value", "trade", ("value",), Severity.NOTE,
        "a value below zero",
        "A correction is part of the firm's sum for the year.",
        _negative,
    ),
    Rule(
        "unknown_flow", "coverage", ("flow",), Severity.ERROR,
        "a flow that is neither import nor export",
        "Write `import` or `export`.",
        _unknown_flow, codes=FLOWS,
    ),
    Rule(
        "unknown_zone", "coverage", ("zone",), Severity.ERROR,
        "a zone that is neither intra nor extra",
        "Write `intra` or `extra`.",
        _unknown_zone, codes=ZONES,
    ),
)  # fmt: skip
