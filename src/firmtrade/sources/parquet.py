"""Canonical Parquet: exact types, rows in one order, the same bytes for the same rows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ibis
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
    years = []
    if by_year:
        years = connection.to_pyarrow(rows.select("year").distinct().order_by("year"))["year"].to_pylist()
    if not years:
        return _write(connection, rows, table, folder / f"{table.name}.parquet")
    (folder / table.name).mkdir()
    return sum(
        _write(
            connection,
            rows.filter(rows["year"] == year),
            table,
            folder / table.name / f"{table.name}-{year}.parquet",
        )
        for year in years
    )


def _write(connection: Any, rows: ibis.Table, table: CanonicalTable, target: Path) -> int:
    present = [column for column in table.columns if column.name in rows.columns]
    schema = pa.schema(
        [pa.field(column.name, ARROW[column.kind], nullable=not column.required) for column in present]
    )
    order = [name for name in table.grain if name in rows.columns]
    order += [column.name for column in present if column.name not in order]
    ordered = rows.select(*schema.names).order_by([ibis.asc(name, nulls_first=False) for name in order])
    written = 0
    with pq.ParquetWriter(target, schema, compression="zstd", store_schema=False) as writer:
        for group in _groups(batches(connection, ordered, ROWS_OF_A_GROUP), schema):
            writer.write_table(group, row_group_size=ROWS_OF_A_GROUP)
            written += group.num_rows
    return written


def _groups(found: Iterator[pa.RecordBatch], schema: pa.Schema) -> Iterator[pa.Table]:
    """Tables of exactly ``ROWS_OF_A_GROUP`` rows, however the engine cuts its batches."""
    waiting: list[pa.Table] = []
    held = 0
    for batch in found:
        table = pa.Table.from_batches([batch]).cast(schema)
        while held + table.num_rows >= ROWS_OF_A_GROUP:
            cut = ROWS_OF_A_GROUP - held
            yield pa.concat_tables([*waiting, table.slice(0, cut)])
            waiting, held, table = [], 0, table.slice(cut)
        if table.num_rows:
            waiting.append(table)
            held += table.num_rows
    if held:
        yield pa.concat_tables(waiting)
