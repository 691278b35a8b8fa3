"""A comparison with a printed edition as a table for the terminal."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table

from firmtrade.linked.compare import Comparison, Difference


def show(comparison: Comparison, worst: int) -> RenderableType:
    """Table by table how many cells agree, then the worst cells of each."""
    summary = Table(
        "table", "agree", "of", title="Cells that rounding reconciles", title_justify="left", box=None
    )
    for table, members in comparison.by_table.items():
        agreeing = sum(one.agrees for one in members)
        summary.add_row(table, str(agreeing), str(len(members)))
    total = len(comparison.differences)
    share = 100 * comparison.agreeing / total if total else 100.0
    summary.add_row("all", str(comparison.agreeing), f"{total} ({share:.1f} %)")
    apart = [one for members in comparison.by_table.values() for one in members[:worst] if not one.agrees]
    if not apart:
        return summary
    cells = Table(
        "cell", "printed", "computed", "off by", title="Farthest apart", title_justify="left", box=None
    )
    for one in apart:
        cells.add_row(str(one.printed.key), one.printed.printed, _computed(one), _off(one))
    return Group(summary, "", cells)


def _computed(difference: Difference) -> str:
    if difference.computed is None:
        return "not computed"
    return f"{difference.computed:,.{difference.printed.decimals + 2}f}"


def _off(difference: Difference) -> str:
    """Distance from the printed interval in units of the last printed digit."""
    return "" if difference.computed is None else f"{difference.half_units / 2:,.1f} units of the last digit"
