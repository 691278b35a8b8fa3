"""A comparison with a printed edition as a table for the terminal."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from firmtrade.linked.compare import Comparison, Difference


def show(comparison: Comparison, worst: int) -> RenderableType:
    """Table by table how many cells agree, then the worst cells of each.

    Keys are never cut: a person copies them into ``firmtrade explain``. Where the screen is too narrow, the
    terminal wraps the line.
    """
    summary = _grid("Cells that rounding reconciles", "table", "agree", "of")
    for table, members in comparison.by_table.items():
        agreeing = sum(one.agrees for one in members)
        summary.add_row(table, str(agreeing), str(len(members)))
    total = len(comparison.differences)
    share = 100 * comparison.agreeing / total if total else 100.0
    summary.add_row("all", str(comparison.agreeing), f"{total} ({share:.1f} %)")
    apart = [_apart(table, members[:worst]) for table, members in comparison.by_table.items() if worst]
    return Group(summary, *(part for part in apart if part is not None))


def _apart(table: str, members: tuple[Difference, ...]) -> RenderableType | None:
    """The worst cells of a table, or None where they all agree."""
    cells = _grid(f"Farthest apart in {table}", "printed", "computed", "off by", "cell")
    for one in members:
        if not one.agrees:
            cells.add_row(one.printed.printed, _computed(one), _off(one), Text(str(one.printed.key)))
    return Group("", cells) if cells.row_count else None


def _grid(title: str, *heads: str) -> Table:
    grid = Table(title=title, title_justify="left", box=None)
    for head in heads:
        grid.add_column(
            head, no_wrap=True, overflow="ignore", justify="left" if head in ("cell", "table") else "right"
        )
    return grid


def _computed(difference: Difference) -> str:
    if difference.computed is None:
        return "not computed"
    return f"{difference.computed:,.{difference.printed.decimals + 2}f}"


def _off(difference: Difference) -> str:
    """Distance from the printed interval in units of the last printed digit."""
    return "" if difference.computed is None else f"{difference.half_units / 2:,.1f} units of the last digit"
