"""Whether the decimal mark that a mapping declares may be the mark between thousands.

``588.690`` is 588.69 with a decimal point and 588,690 with a mark between thousands. One value does not tell; a column
in which most numbers have exactly three decimals does, and so does one in which a number has the mark twice
(``1.250.000``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import ibis

from firmtrade.sources.mapping import RawFile

MOST = 0.5
PROOF = 0.01
"""Share of numbers such as ``0.750`` or ``1234.567``, which no mark between thousands explains, that settles it."""
LEAST = 0.01
"""Numbers with a mark are less than this share of a column: they are its slips, not its notation."""


@dataclass(frozen=True, slots=True)
class ThreeDecimals:
    """A raw column whose numbers have three decimals: how many of them, of those with a mark at all."""

    column: str
    count: int
    marked: int


def three_decimals(
    connection: Any, rows: ibis.Table, columns: Iterable[str], declared: RawFile
) -> Iterator[ThreeDecimals]:
    """The columns in which most numbers with a decimal mark could be whole thousands."""
    point = re.escape(declared.decimal)
    asked: dict[str, ibis.Value] = {}
    names = list(dict.fromkeys(columns))
    for number, name in enumerate(names):
        value = rows[name]
        marked = value.contains(declared.decimal)
        # Patterns are dear: they are asked only where groups of three signs may follow the first mark.
        three = marked & ((value.length() - value.find(declared.decimal)) % 4 == 0)
        grouped, twice, proof = (
            three.ifelse(value.re_search(pattern), ibis.literal(False))
            for pattern in (
                rf"^[+-]?[1-9][0-9]{{0,2}}({point}[0-9]{{3}})+$",
                rf"^[+-]?[1-9][0-9]{{0,2}}({point}[0-9]{{3}}){{2,}}$",
                rf"^[+-]?(0*|[0-9]{{4,}}){point}[0-9]{{3}}$",
            )
        )
        asked |= {
            f"known {number}": value.count(),
            f"marked {number}": marked.sum(),
            f"grouped {number}": grouped.sum(),
            f"twice {number}": twice.sum(),
            f"proof {number}": proof.sum(),
        }
    counts = connection.to_pyarrow(rows.agg(**asked)).to_pylist()[0] if asked else {}
    for number, name in enumerate(names):
        known, marked, grouped, twice, proof = (
            int(counts[f"{what} {number}"] or 0) for what in ("known", "marked", "grouped", "twice", "proof")
        )
        likely = grouped > MOST * marked and grouped >= LEAST * known and proof < PROOF * marked
        if likely or (twice and grouped > twice and not proof):
            yield ThreeDecimals(name, grouped, marked)
