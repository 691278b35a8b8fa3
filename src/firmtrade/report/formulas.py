"""How a value follows from its terms, in words that a reader can check by hand."""

from __future__ import annotations

import re

from firmtrade.query.cells import CellSpec, Formula
from firmtrade.query.statistic import Statistic

FORMULAS = {
    Formula.COUNT: "count",
    Formula.SHARE: "100 × count / base",
    Formula.LEVEL: "value added / employment / 1000",
    Formula.LEVEL_CHANGE: "100 × (level at the end / level at the start − 1)",
    Formula.CAGR: "100 × ((total at the end / total at the start)^(1/years) − 1)",
    Formula.PRODUCTIVITY_CAGR: "100 × ((1 + value-added growth) / (1 + employment growth) − 1)",
    Formula.AMOUNT: "value / 1000",
    Formula.QUARTILE: "quartile of the numbers of single firms",
    Formula.WEIGHTED: "estimate from a sample with weights",
    Formula.CODE: "code of the classification",
}

QUARTILE = (
    "the firm at place ⌈{part} n⌉ in ascending order; the mean of it and the next where {part} n is whole"
)
ERROR = "√(sum over strata of m / (m − 1) × (sum of z² − (sum of z)² / m)), m firms of the stratum in the sample, "
HELD = "100 × value of the {firms} / value of all n firms"

STATISTICS = {
    Statistic.NUMBER: "how many there are",
    Statistic.MEAN: "sum over the firms / n",
    Statistic.STANDARD_DEVIATION: "√(sum of squared deviations from the mean / (n − 1))",
    Statistic.FIRST_QUARTILE: QUARTILE.format(part="¼"),
    Statistic.MEDIAN: QUARTILE.format(part="½"),
    Statistic.THIRD_QUARTILE: QUARTILE.format(part="¾"),
    Statistic.HERFINDAHL: "sum over the firms of (value of the firm / value of all n firms)²",
    **{
        Statistic(f"top_{percent}_percent"): HELD.format(firms=f"⌈n × {percent} / 100⌉ largest firms")
        for percent in (1, 5, 25)
    },
    Statistic.WEIGHTED_TOTAL: "sum over the firms of weight × number",
    Statistic.WEIGHTED_SHARE: "100 × weights of the part / weights of all",
    Statistic.WEIGHTED_RATIO: "sum of weight × number / sum of weight × number below",
    Statistic.TOTAL_ERROR: f"{ERROR}z = weight × number",
    Statistic.SHARE_ERROR: f"{ERROR}z = 100 × weight × (1 in the part, else 0, − share) / weights of all",
    Statistic.RATIO_ERROR: f"{ERROR}z = weight × (number − ratio × number below) / sum of weight × number below",
    **{
        Statistic(f"top_{firms}"): HELD.format(firms=f"{firms} largest firms")
        for firms in (5, 10, 20, 50, 100)
    },
}


def formula(cell: CellSpec) -> str:
    """The formula of a cell; a spread over partners (products) speaks of these, and of their number."""
    if cell.statistic is None:
        return FORMULAS[cell.formula]
    text = STATISTICS[cell.statistic]
    if cell.spread is None or not cell.spread.by:
        return text
    one = cell.spread.by
    text = text.replace("the firms", f"the {one}s").replace("the firm ", f"the {one} ")
    return re.sub(r"\bn\b", "number", text)
