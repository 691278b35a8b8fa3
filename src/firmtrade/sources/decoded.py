"""Columns of a stored file that are no plain values: bytes that are text are decoded, other things are told by name."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from firmtrade.sources.readers.reading import staging

MOST_DIGITS = 38
"""Digits of the widest decimal that the engine reads."""


def written_again(
    stored: pq.ParquetFile, decoded: list[str], renamed: dict[str, str], encoding: str, target: Path
) -> pa.Schema:
    """Write a file again, with these columns decoded and these renamed; the schema that it then has."""
    schema = pa.schema(
        pa.field(renamed.get(one.name, one.name), pa.string() if one.name in decoded else one.type)
        for one in stored.schema_arrow
    )
    with staging(target, schema) as writer:
        for batch in stored.iter_batches():
            columns = [
                _decoded(column, encoding) if name in decoded else column
                for name, column in zip(batch.schema.names, batch.columns, strict=True)
            ]
            writer.write_batch(pa.RecordBatch.from_arrays(columns, schema=schema))
    return schema


def is_text(stored: pq.ParquetFile, column: str, encoding: str) -> bool:
    """Whether all bytes of a column are text in an encoding."""
    try:
        for batch in stored.iter_batches(columns=[column]):
            _decoded(batch.column(0), encoding)
    except (pa.ArrowInvalid, UnicodeDecodeError):
        return False
    return True


def _decoded(column: pa.Array, encoding: str) -> pa.Array:
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if encoding == "utf-8":
        return column.cast(pa.binary()).cast(pa.string())
    texts = (None if value is None else value.decode(encoding) for value in column.to_pylist())
    return pa.array(texts, pa.string())


def is_bytes(stored: pa.DataType) -> bool:
    """Whether a column holds bytes."""
    kind = stored.value_type if pa.types.is_dictionary(stored) else stored
    return any(
        test(kind)
        for test in (
            pa.types.is_binary, pa.types.is_large_binary, pa.types.is_fixed_size_binary, pa.types.is_binary_view,
        )
    )  # fmt: skip


def opaque(stored: pa.DataType) -> str | None:
    """What a column holds that is no single value."""
    if pa.types.is_nested(stored):
        return "a list or record in each row"
    if pa.types.is_duration(stored) or pa.types.is_interval(stored):
        return "lengths of time"
    if pa.types.is_decimal(stored) and stored.precision > MOST_DIGITS:
        return f"decimals of more than {MOST_DIGITS} digits"
    return None
