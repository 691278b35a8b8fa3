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

UNITS, COMPLETE_UNITS = "units", "complete_units"
"""Protected units behind the firms, and behind the complete firms, of a row."""

CROSS_SECTION_MEASURES = (FIRMS,)
WINDOW_MEASURES = (FIRMS, COMPLETE, FTE_START, FTE_END, VALUE_ADDED_START, VALUE_ADDED_END)

FLOW_MEASURES = (FIRMS, VALUE, VALUE_INTRA, VALUE_EXTRA, VALUE_PARTNERS)
RELATION_MEASURES = (FIRMS, VALUE)

TRADER_MEASURES = {
    "value": "value of the firm's flow in the year",
    "value_growth": "value of the firm's flow over its value in the year before, minus one, in percent",
} | {
    name.format(one=one): meaning.format(one=one, many=many)
    for one, many in (("partner", "partners"), ("product", "products"))
    for name, meaning in {
        "{one}s": "number of the firm's {many} in the year",
        "traders_per_{one}": "number of firms that have the {one} in the year: n is the number of {many}",
        "new_{one}_rate": "the firm's {many} that were none in the year before, as a percentage of its {many}",
        "new_{one}_value_share": (
            "the value of the firm's flow in {many} that were none in the year before, as a percentage of its value "
            "in all {many}"
        ),
        "dropped_{one}_rate": (
            "the firm's {many} of the year before that are none in the year, as a percentage of those of the year "
            "before"
        ),
        "new_{one}_survival": (
            "the firm's new {many} that are still {many} in the year after, as a percentage of its new {many}"
        ),
    }.items()
}  # fmt: skip
"""What is known of a trader of a flow in a year, and what it means."""
