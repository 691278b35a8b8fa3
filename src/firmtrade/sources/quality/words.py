"""Numbers and findings in the words of a language, for the terminal and the page."""

from __future__ import annotations

from firmtrade.messages import Count, Firms, Language
from firmtrade.sources.quality.findings import QualityFinding, TableSummary
from firmtrade.sources.quality.rule import Severity

HEADINGS = {
    Severity.ERROR: "quality.page.errors",
    Severity.WARNING: "quality.page.warnings",
    Severity.NOTE: "quality.page.notes",
}
"""The message that heads the findings of a severity."""
SMALLEST = 0.001
"""The smallest share that its decimals can print."""


def percent(share: float | None, language: Language) -> str:
    """A share as a reader wants it: small ones do not become 0.

    >>> from firmtrade.messages import language_of
    >>> [percent(share, language_of("en")) for share in (0.5, 0.00001, 0, None)]
    ['50.0%', 'under 0.1%', '0%', '']
    """
    if share is None:
        return ""
    if share == 0:
        return language.percent(0)
    if share < SMALLEST / 2:
        return language.say("quality.page.tiny", share=language.percent(100 * SMALLEST, 1))
    return language.percent(100 * share, 1)


def place(finding: QualityFinding) -> str:
    """``accounts.turnover``, or the table alone."""
    return f"{finding.table}.{finding.column}" if finding.column else finding.table


def weighed(finding: QualityFinding, language: Language) -> str:
    """``12.0% of value``, where the finding is weighed by an amount."""
    if finding.weight_share is None or finding.weight is None:
        return ""
    return share_of(finding.weight_share, finding.weight, language)


def share_of(share: float, amount: str, language: Language) -> str:
    """A share of an amount, by the name of its column."""
    return language.say(
        "quality.page.share_of",
        share=percent(share, language),
        amount=language.say(f"quality.amounts.{amount}"),
    )


def size(table: TableSummary, language: Language) -> str:
    """``94,225 rows, 94,225 firms, 1996–2003``: what a table holds, as far as it tells."""
    parts = [language.say("quality.page.rows", rows=Count(table.rows))]
    if table.firms is not None:
        parts.append(language.say("quality.page.firms", firms=Firms(table.firms)))
    if table.years:
        parts.append(language.years(range(table.years[0], table.years[1] + 1)))
    return ", ".join(parts)
