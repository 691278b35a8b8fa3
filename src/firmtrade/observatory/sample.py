"""The sample that records are: the weight and the stratum of every firm, and how many firms a stratum has."""

from __future__ import annotations

from collections.abc import Iterator

import ibis
import ibis.expr.types as ir

from firmtrade.engines.texts import stripped
from firmtrade.errors import DataError, Place
from firmtrade.messages import Count, Message, message
from firmtrade.observatory.canonical import QUANTITY
from firmtrade.query.measures import SAMPLED, STRATUM, WEIGHT
from firmtrade.study import Study
from firmtrade.study.model import column_named

LARGEST_WEIGHT = 1_000_000_000
"""No firm stands for more."""


def sample_columns(study: Study, table: str, rows: ir.Table) -> dict[str, ir.Value]:
    """The weight and the stratum among the rows of a canonical table, where the study names a column of it.

    A weight that is not above 0 is none.

    Raises
    ------
    DataError
        The column of weights holds no numbers.
    """
    found: dict[str, ir.Value] = {}
    for name, of in ((WEIGHT, study.head.weight), (STRATUM, study.head.strata)):
        column = column_named(of)
        if column is not None and column[0] == table and column[1] in rows.columns:
            value = rows[column[1]]
            found[name] = _weight(value, str(of)) if name == WEIGHT else stripped(value.cast("string"))
    return found


def _weight(value: ir.Value, of: str) -> ir.Value:
    if not value.type().is_numeric():
        raise DataError(
            f"the weights of the sample, `{of}`, are no numbers",
            where=Place(column=of),
            fix='Import the column as numbers: `weight = { column = "...", kind = "quantity" }` in `extra`.',
        )
    possible = (value > 0) & (value <= LARGEST_WEIGHT)
    return possible.ifelse(possible.ifelse(value, 1).cast(QUANTITY), ibis.null(QUANTITY))


def record_notes(study: Study) -> Iterator[Message]:
    """How models read records that are a sample, or that have a wave every few years."""
    if study.head.step > 1:
        yield message("notes.waves", years=Count(study.head.step))
    if study.is_sample:
        yield message("notes.sample")


def with_strata(panel: ir.Table) -> ir.Table:
    """The panel with the stratum of every firm (one of its own where it is unknown) and the number of firms with a
    weight in the stratum and year; 0 where every weight is 1, as the stratum was then taken whole."""
    if WEIGHT not in panel.columns:
        return panel
    strata = panel[STRATUM].fill_null("") if STRATUM in panel.columns else ibis.literal("")
    rows = panel.mutate(**{STRATUM: strata})
    firms = ibis.window(group_by=[rows.year, rows[STRATUM]])
    counted = rows[WEIGHT].count().over(firms).cast("int64")
    chosen = rows[WEIGHT].max().over(firms) > 1
    return rows.mutate(**{SAMPLED: chosen.ifelse(counted, ibis.literal(0, "int64"))})
