"""Numbers and findings in words, for the terminal and the page."""

from __future__ import annotations

from collections.abc import Iterable

from firmtrade.sources.quality.findings import Finding
from firmtrade.sources.quality.rule import Severity

HEADINGS = {Severity.ERROR: "Errors", Severity.WARNING: "Warnings", Severity.NOTE: "Notes"}


def percent(share: float | None) -> str:
    """A share as a reader wants it: small ones do not become 0.

    >>> percent(0.5), percent(0.00001), percent(0), percent(None)
    ('50.0%', 'under 0.1%', '0%', '')
    """
    if share is None:
        return ""
    if share == 0:
        return "0%"
    return "under 0.1%" if share < 0.0005 else f"{share:.1%}"


def span(first: int, last: int) -> str:
    """``1996-2003``, or the one year.

    >>> span(1996, 2003), span(2002, 2002)
    ('1996-2003', '2002')
    """
    return str(first) if first == last else f"{first}-{last}"


def ranges(years: Iterable[int]) -> str:
    """Years as spans, in order.

    >>> ranges([1996, 1997, 1998, 2001])
    '1996-1998, 2001'
    """
    spans: list[list[int]] = []
    for year in sorted(set(years)):
        if spans and year == spans[-1][1] + 1:
            spans[-1][1] = year
        else:
            spans.append([year, year])
    return ", ".join(span(first, last) for first, last in spans)


def place(finding: Finding) -> str:
    """``accounts.turnover``, or the table alone."""
    return f"{finding.table}.{finding.column}" if finding.column else finding.table


def weighed(finding: Finding) -> str:
    """``12.0% of value``, where the finding is weighed by an amount."""
    if finding.weight_share is None:
        return ""
    return f"{percent(finding.weight_share)} of {spoken(finding.weight or '')}"


def spoken(column: str) -> str:
    """The name of a column in a sentence.

    >>> spoken("value_added")
    'value added'
    """
    return column.replace("_", " ")
