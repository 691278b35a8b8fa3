"""Canonical Parquet: exact types, rows in one order, the same bytes for the same rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, groupby, pairwise
from operator import itemgetter
from pathlib import Path
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from firmtrade.engines.duck import batches
from firmtrade.sources.canonical import CanonicalTable

ROWS_OF_A_GROUP = 500_000
ARROW: dict[str, pa.DataType] = {
    "text": pa.string(),
    "year": pa.int32(),
    "integer": pa.int32(),
    "flag": pa.bool_(),
    "date": pa.date32(),
    "money": pa.decimal128(18, 2),
    "quantity": pa.decimal128(18, 6),
    "total": pa.decimal128(24, 6),
}


def write_table(
    connection: Any, rows: ibis.Table, table: CanonicalTable, folder: Path, *, by_year: bool = False
) -> int:
    """Write ``NAME.parquet``, or a file per year in the folder ``NAME``; returns the number of rows.

    A table without rows has no years: it is one file.

    Rows are ordered by the table's key and then by every other column, missing values last, so that the bytes
    depend on nothing but the rows.
    """
    present = [column for column in table.columns if column.name in rows.columns]
    schema = pa.schema(
        [pa.field(column.name, ARROW[column.kind], nullable=not column.required) for column in present]
    )
    order = [name for name in table.grain if name in rows.columns]
    order += [column.name for column in present if column.name not in order]
    if by_year:  # the same order within each year
        order = ["year", *(name for name in order if name != "year")]
    ordered = rows.select(*schema.names).order_by([ibis.asc(name, nulls_first=False) for name in order])
    found = _typed(batches(connection, ordered, ROWS_OF_A_GROUP), schema)
    first = next(found, None)
    if first is None or not by_year:
        whole = iter(()) if first is None else chain((first,), found)
        return _write(whole, schema, folder / f"{table.name}.parquet")
    (folder / table.name).mkdir()
    return sum(
        _write(rows_of_year, schema, folder / table.name / f"{table.name}-{year}.parquet")
        for year, rows_of_year in _by_year(chain((first,), found))
    )


def _write(found: Iterable[pa.Table], schema: pa.Schema, target: Path) -> int:
    written = 0
    with pq.ParquetWriter(target, schema, compression="zstd", store_schema=False) as writer:
        for group in _groups(found):
            writer.write_table(group, row_group_size=ROWS_OF_A_GROUP)
            written += group.num_rows
    return written


def _typed(found: Iterator[pa.RecordBatch], schema: pa.Schema) -> Iterator[pa.Table]:
    return (pa.Table.from_batches([batch]).cast(schema) for batch in found if batch.num_rows)


def _by_year(found: Iterable[pa.Table]) -> Iterator[tuple[int, Iterator[pa.Table]]]:
    """Rows in order of years, cut where a year ends."""

    def pieces() -> Iterator[tuple[int, pa.Table]]:
        for table in found:
            years = table["year"].to_numpy()
            cuts = [0, *(np.flatnonzero(np.diff(years)) + 1), len(years)]
            for start, end in pairwise(map(int, cuts)):
                yield int(years[start]), table.slice(start, end - start)

    for year, of_year in groupby(pieces(), key=itemgetter(0)):
        yield year, map(itemgetter(1), of_year)


def _groups(found: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Tables of exactly ``ROWS_OF_A_GROUP`` rows, however the engine cuts its batches."""
    waiting: list[pa.Table] = []
    held = 0
    for table in found:
        while held + table.num_rows >= ROWS_OF_A_GROUP:
            cut = ROWS_OF_A_GROUP - held
            yield pa.concat_tables([*waiting, table.slice(0, cut)])
            waiting, held, table = [], 0, table.slice(cut)
        if table.num_rows:
            waiting.append(table)
            held += table.num_rows
    if held:
        yield pa.concat_tables(waiting)
