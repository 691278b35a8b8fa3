"""A comparison with a printed edition as text for the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from firmtrade.linked.compare import Comparison, PrintedDifference


def show(comparison: Comparison, worst: int) -> str:
    """Table by table how many cells agree, then the worst cells of each.

    Keys stand last in their line and are never cut: a person copies them into ``firmtrade explain``.
    """
    rows = [("table", "agree", "of")]
    for table, members in comparison.by_table.items():
        rows.append((table, str(sum(one.agrees for one in members)), str(len(members))))
    total = len(comparison.differences)
    share = 100 * comparison.agreeing / total if total else 100.0
    rows.append(("all", str(comparison.agreeing), f"{total} ({share:.1f} %)"))
    lines = ["Cells that rounding reconciles", *_columns(rows)]
    for table, members in comparison.by_table.items():
        apart = [one for one in members[:worst] if not one.agrees]
        if apart:
            lines += ["", f"Farthest apart in {table}", *_columns([HEADS, *map(_cells, apart)])]
    return "\n".join(lines)


HEADS = ("printed", "computed", "off by", "cell")


def _cells(one: PrintedDifference) -> tuple[str, str, str, str]:
    if one.computed is None:
        return one.printed.printed, "not computed", "", str(one.printed.key)
    computed = f"{one.computed:,.{one.printed.decimals + 2}f}"
    # The distance from the printed interval, in units of the last printed digit.
    return (
        one.printed.printed,
        computed,
        f"{one.half_units / 2:,.1f} units of the last digit",
        str(one.printed.key),
    )


def _columns(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Rows as lines, columns as wide as their widest text."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        yield "  " + "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
