"""Studies of a few tables."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np

from firmtrade.studies import study_from
from firmtrade.study import Study

WORDS = {"definition": "For tests", "source": "For tests"}
WIDE, PART = "firms", "food"
FOOD = "15"
TRADERS = "traders"
"""The period of tables about traders with their history."""

TABLES: dict[str, tuple[dict[str, Any], ...]] = {
    "reference": (
        {"kind": "mode"},
        {"kind": "composition"},
        {"kind": "share", "rows": "division", "columns": "trade_share", "n": True, "totals": ["total"]},
        {"kind": "share", "rows": "division", "columns": "trade_share", "n": True, "decimals": 0},
        {"kind": "share", "rows": "trade_direction", "columns": "size_class", "n": True},
        {
            "kind": "share",
            "rows": "size_class",
            "columns": "internationalized",
            "n": True,
            "totals": ["total"],
        },
        {"kind": "conditional", "rows": "trade_direction", "columns": "trade_direction"},
        {"kind": "series", "rows": "trade_direction", "years": [2000, 2001]},
        {"kind": "transition", "years": [1999, 2001]},
    ),
    "window": (
        {"kind": "level", "rows": "venture", "n": True},
        {"kind": "growth", "rows": "venture", "n": True},
        {"kind": "growth", "rows": "venture"},
    ),
    "traders": (
        {"kind": "dynamics", "flow": "export", "years": [1999, 2001]},
        {"kind": "trade", "flow": "export", "rows": "size_class", "totals": ["total"]},
        {"kind": "trade", "flow": "export", "rows": "type_of_trader", "totals": ["total"]},
    ),
}


def drawn_study(rng: Random, period: str) -> Study:
    """A study of one to three tables of one period, some over a part of the firms; traders are looked at as a whole."""
    number = 1 if period == "window" else rng.randint(1, 2 if period == TRADERS else 3)
    tables = [dict(table) for table in rng.sample(TABLES[period], number)]
    parts = period != TRADERS and rng.random() < 0.5
    for at, table in enumerate(tables):
        table |= {"id": f"X{at}", "title": "X"}
        table["population"] = rng.choice((WIDE, PART, [WIDE, PART])) if parts else WIDE
    used = {name for table in tables for name in np.atleast_1d(table["population"]).tolist()}
    activities = {WIDE: "15-17", PART: FOOD}
    return study_from(
        {
            "study": {
                "name": "small", "title": "Small", "country": "BE", "reference_year": 2000,
                "window": [1999, 2001], "union": "EU-15", "activity": "nace-1.1", "employment": "employees_fte",
            } | WORDS,
            "populations": {
                name: {"label": "Firms", "activity": activities[name]} | WORDS for name in sorted(used)
            },
            "attributes": {
                "size_class": {
                    "label": "Size", "of": "employees", "unit": "employees",
                    "classes": [
                        {"key": "small", "below": 10, "label": "<10"},
                        {"key": "large", "from": 10, "label": "10+"},
                    ],
                } | WORDS
            },
            "tables": tables,
        }
    )  # fmt: skip
