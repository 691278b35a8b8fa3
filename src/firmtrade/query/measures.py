"""What is counted and summed over the firms of a universe."""

from __future__ import annotations

FIRMS = "firms"
FTE_START = "fte_start"
FTE_END = "fte_end"
VALUE_ADDED_START = "value_added_start"
VALUE_ADDED_END = "value_added_end"
COMPLETE = "complete"
"""Panel firms with value added known in both years: the firms behind all window totals."""

VALUE, VALUE_INTRA, VALUE_EXTRA = "value", "value_intra", "value_extra"
VALUE_PARTNERS = "value_partners"
"""The year's value of the flow: over all zones, with partners inside and outside the union, with known partners."""

WEIGHT, STRATUM, SAMPLED = "weight", "stratum", "sampled"
"""Of a sample: how many firms a firm stands for, the stratum that it was drawn from, and the number of firms of the
stratum in the sample (0 where the stratum was taken whole, so that nothing of it is left to chance)."""

UNITS, COMPLETE_UNITS = "units", "complete_units"
"""Protected units behind the firms, and behind the complete firms, of a row."""

CROSS_SECTION_MEASURES = (FIRMS,)
WINDOW_MEASURES = (FIRMS, COMPLETE, FTE_START, FTE_END, VALUE_ADDED_START, VALUE_ADDED_END)

FLOW_MEASURES = (FIRMS, VALUE, VALUE_INTRA, VALUE_EXTRA, VALUE_PARTNERS)
RELATION_MEASURES = (FIRMS, VALUE)


def weighted(measure: str) -> str:
    """The measure times the weight of the firm.

    >>> weighted("turnover")
    'weighted_turnover'
    """
    return f"weighted_{measure}"
