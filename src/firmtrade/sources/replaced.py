"""Extracts that update one another: which rows of several raw files stand."""

from __future__ import annotations

from functools import reduce
from operator import and_
from typing import Any

import ibis
import pyarrow as pa

from firmtrade.sources.conditions import holds
from firmtrade.sources.raw import FILE, LAST, PLACE, Raw, Standing


def standing(connection: Any, raw: Raw) -> Standing | None:
    """Which rows of the files stand; None where no file replaces rows of another."""
    replaces = raw.declared.replaces
    if replaces is None or len(raw.parts) == 1:
        return None
    needed = tuple(dict.fromkeys((replaces.column, *replaces.where)))
    raw.require(needed)
    places = {FILE: [part.name for part in raw.parts], PLACE: list(range(len(raw.parts)))}
    order = connection.create_table(f"order of {raw.name}", pa.table(places))
    rows = raw.delivered(needed)
    tests = [holds(rows[name], one, raw.declared) for name, one in replaces.where.items()]
    replacing = rows.filter(reduce(and_, tests, ibis.literal(True)) | rows[FILE].isin(raw.lists))
    later = replacing.join(order, FILE)
    later = later.filter((later[PLACE] > 0) & later[replaces.column].notnull())
    last = later.group_by(replaces.column).agg(**{LAST: later[PLACE].max()})
    return Standing(replaces.column, order, connection.create_table(f"last of {raw.name}", last))
