"""How results look in a notebook: a heading, a few lines and a table, as HTML that asks for nothing from outside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

SHOWN = 60
"""Rows of a table that are shown; how many more there are is said below."""


def card(
    head: str,
    lines: Iterable[str] = (),
    columns: Sequence[str] = (),
    rows: Iterable[Sequence[object]] = (),
) -> str:
    """A heading, lines, and a table whose first column heads its rows. Every text is escaped.

    >>> card("Results", ["2 cells."])
    '<div><strong>Results</strong><div>2 cells.</div></div>'
    """
    listed = [tuple(map(str, row)) for row in rows]
    parts = [f"<strong>{escape(head)}</strong>", *(f"<div>{escape(line)}</div>" for line in lines if line)]
    if listed:
        parts.append(_table(columns, listed[:SHOWN]))
    if len(listed) > SHOWN:
        parts.append(f"<div>and {len(listed) - SHOWN:,} more</div>")
    return f"<div>{''.join(parts)}</div>"


def short(what: str, text: str) -> str:
    """What a console shows of an object: its kind, and the first line of what it says of itself.

    >>> short("results of belgium-2008", "4,913 cells.")
    '<results of belgium-2008: 4,913 cells>'
    """
    first = text.strip().split("\n")[0].rstrip(".")
    return f"<{what}: {first}>" if first else f"<{what}>"


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    heads = "".join(f'<th scope="col" style="text-align:left">{escape(name)}</th>' for name in columns)
    body = "".join(
        f'<tr><th scope="row" style="text-align:left">{escape(first)}</th>'
        + "".join(f'<td style="text-align:left">{escape(text)}</td>' for text in rest)
        + "</tr>"
        for first, *rest in rows
    )
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"
