"""History: what a firm does in other years than the one it is looked at, as yes-or-no dimensions.

``export_1_before`` asks whether the firm exports in the year before, ``import_2_after`` whether it imports two years
later, ``present_1_after`` whether it has accounts or trade then, ``export_earlier`` whether it exported in any year
of the record before the year before. Neither membership of a population nor accounts are needed in those years.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import ibis
import ibis.expr.types as ir

from firmtrade.observatory.engine import Engine

SUBJECTS = {"export": "exporter", "import": "importer", "present": "present"}

_MOMENT = re.compile(r"(export|import|present)_(?:(\d+)_(before|after)|earlier)")


def traded(flow: str, distance: int) -> str:
    """The dimension that asks about the year at a distance.

    >>> traded("export", -1), traded("present", 3)
    ('export_1_before', 'present_3_after')
    """
    return f"{flow}_{abs(distance)}_{'before' if distance < 0 else 'after'}"


def traded_earlier(flow: str) -> str:
    """The dimension that asks about all years before the year before."""
    return f"{flow}_earlier"


def is_history(dimension: str) -> bool:
    """Whether a dimension asks about another year."""
    return _MOMENT.fullmatch(dimension) is not None


def subject(dimension: str) -> str:
    """``export``, ``import`` or ``present``: what a dimension of history asks about."""
    return dimension.split("_", 1)[0]


def years_asked(dimension: str, year: int, record: Sequence[int]) -> tuple[int, ...]:
    """The years that a dimension of history needs for a firm looked at in ``year``.

    >>> years_asked("export_2_after", 2000, range(1996, 2004))
    (2002,)
    >>> years_asked("export_earlier", 2000, range(1996, 2004))
    (1996, 1997, 1998)
    """
    found = _MOMENT.fullmatch(dimension)
    assert found is not None
    if found[2] is None:
        return tuple(range(min([*record, year - 2]), year - 1))
    return (year + int(found[2]) * (-1 if found[3] == "before" else 1),)


def history(engine: Engine, panel: ir.Table, first_year: int) -> ir.Table:
    """Build and keep the record of every firm: the years of each subject as the bits of one number."""
    bit = _bit(panel.year - first_year)
    masks = {
        "export_record": panel.exporter.ifelse(bit, 0),
        "import_record": panel.importer.ifelse(bit, 0),
        "present_record": bit,
    }
    rows = panel.select("firm_id", **masks)
    return engine.keep(
        "history", rows.group_by("firm_id").agg(**{name: rows[name].bit_or() for name in masks})
    )


def looked_at(firms: ir.Table, record: ir.Table, dimensions: Iterable[str], first_year: int) -> ir.Table:
    """Firm-years with the dimensions of history that are asked for."""
    asked = sorted(name for name in dimensions if is_history(name))
    if not asked:
        return firms
    joined = firms.join(record, "firm_id")
    place = joined.year - first_year
    return joined.select(*firms.columns, **{name: _answer(joined, name, place) for name in asked})


def _answer(joined: ir.Table, dimension: str, place: ir.IntegerValue) -> ir.BooleanValue:
    mask = joined[f"{subject(dimension)}_record"]
    found = _MOMENT.fullmatch(dimension)
    assert found is not None
    if found[2] is None:
        before = _bit(ibis.greatest(place - 1, 0)) - 1
        return (mask & before) != 0
    place = place + int(found[2]) * (-1 if found[3] == "before" else 1)
    return (place >= 0) & ((mask & _bit(ibis.greatest(place, 0))) != 0)


def _bit(place: ir.IntegerValue) -> ir.IntegerValue:
    return ibis.literal(1, "int64") << place.cast("int64")
