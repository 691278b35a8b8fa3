"""Who took part in which programme: the table `support` under the last number of every firm."""

from __future__ import annotations

import polars as pl

from firmtrade.observatory.canonical import open_table
from firmtrade.observatory.links import by_last_number
from firmtrade.observatory.study_data import StudyData


def support_frame(data: StudyData) -> pl.DataFrame | None:
    """Rows of the table `support`: ``firm_id, year, programme`` and what else it has of ``kind, amount, end``.

    Amounts are floats in currency units. A firm that has got another number stands under its last one, as in the
    panel. None where the folder has no such table.
    """
    opened = open_table(data.engine, data.folder, "support")
    if opened is None:
        return None
    table = opened.table
    if data.derived.numbers is not None:
        table = by_last_number(table, data.derived.numbers)
    if "amount" in table.columns:
        table = table.mutate(amount=table.amount.cast("float64"))
    return data.engine.collect(table).sort("firm_id", "year", "programme")
