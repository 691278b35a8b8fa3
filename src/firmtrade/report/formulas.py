"""How a value follows from its terms, in words that a reader can check by hand."""

from __future__ import annotations

from firmtrade.messages import Count, Message, message
from firmtrade.query.cells import CellSpec
from firmtrade.query.statistic import LARGEST, PERCENTS, Statistic

QUARTERS = {Statistic.FIRST_QUARTILE: "¼", Statistic.MEDIAN: "½", Statistic.THIRD_QUARTILE: "¾"}
ERRORS = (Statistic.TOTAL_ERROR, Statistic.SHARE_ERROR, Statistic.RATIO_ERROR)


def formula(cell: CellSpec) -> Message:
    """The formula of a cell; that of a statistic speaks of the values of single firms (partners, products)."""
    return (
        message(f"formulas.formula.{cell.formula}")
        if cell.statistic is None
        else of_statistic(cell.statistic)
    )


def of_statistic(statistic: Statistic) -> Message:
    """The formula of a statistic of single values."""
    if statistic in QUARTERS:
        return message("formulas.statistic.quartile", part=QUARTERS[statistic])
    if statistic in ERRORS:
        return message(f"formulas.statistic.{statistic}", error=message("formulas.statistic.error"))
    for percent in PERCENTS:
        if statistic == Statistic(f"top_{percent}_percent"):
            return message("formulas.statistic.top_percent", share=f"{percent}/100")
    for number in LARGEST:
        if statistic == Statistic(f"top_{number}"):
            return message("formulas.statistic.top", number=Count(number))
    return message(f"formulas.statistic.{statistic}")
