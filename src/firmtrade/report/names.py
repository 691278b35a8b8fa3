"""Names of files and anchors, the same in every format."""

from __future__ import annotations

import re

from firmtrade.messages import Language
from firmtrade.report.model import Figure, Table
from firmtrade.study.keys import plain

QUOTED = re.compile(r"`([^`]+)`")
"""A name between backticks (of a column, a file), as messages and reasons write it."""


def bare(text: str) -> str:
    """``text`` without the backticks around names, for a medium that shows none.

    >>> bare("needs the column `nace` of firms")
    'needs the column nace of firms'
    """
    return QUOTED.sub(r"\1", text)


def is_figure(table: Table) -> bool:
    """True for the data of a figure."""
    return table.id.startswith("fig")


def stem(table: Table) -> str:
    """The name of a table's files, and its anchor: ``table-4``, ``figure-15``."""
    kind = "figure" if is_figure(table) else "table"
    return slug(f"{kind}-{table.id.removeprefix('fig')}")


def label(item: Table | Figure, words: Language) -> str:
    """``Table 4``, ``Figure 15``."""
    table = item.table if isinstance(item, Figure) else item
    return f"{words.say('report.words.figure' if is_figure(table) else 'report.words.table')} {table.number}"


def slug(text: str) -> str:
    """``text`` as an anchor or file name.

    >>> slug("manufacturing, founded 1993-1997")
    'manufacturing-founded-1993-1997'
    >>> slug("Île-de-France")
    'Ile-de-France'
    """
    return re.sub(r"[^0-9A-Za-z_.]+", "-", plain(text)).strip("-")


def cell_anchor(row: str, column: str) -> str:
    """The anchor of a cell on the page that explains its table."""
    return f"{slug(row)}.{slug(column)}"
