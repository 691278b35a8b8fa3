"""Parquet files as Spark reads them: the columns that are asked for, whatever their types and what else is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from firmtrade.engines.protocol import ParquetFiles
from firmtrade.storage import absolute, is_stored, schema_of

PATTERN = frozenset("{}[]*?\\")
"""Signs that Hadoop takes for a pattern."""


@dataclass(frozen=True, slots=True)
class Alike:
    """Files whose columns have the same types. ``types`` are Arrow's, ``in_path`` the columns in their path."""

    files: tuple[Path, ...]
    types: Mapping[str, pa.DataType]
    in_path: tuple[str, ...]

    @property
    def schema(self) -> str:
        """What Spark is told to read. What stands in a path is text."""
        columns = {name: spark_type(kind) for name, kind in self.types.items()}
        columns |= dict.fromkeys(self.in_path, "STRING")
        return ", ".join(f"`{name}` {kind}" for name, kind in columns.items())


def alike(files: ParquetFiles) -> list[Alike]:
    """The files of a table in groups of equal types, in the order of their first file.

    One statement cannot read files in which a column has another type here than there.
    """
    found: dict[tuple[tuple[str, pa.DataType], ...], list[Path]] = {}
    in_path: dict[str, None] = {}
    for file in files.files:
        if files.partitioned:
            in_path |= dict.fromkeys(
                part.split("=", 1)[0] for part in file.relative_to(files.folder).parts[:-1] if "=" in part
            )
        types = {field.name: _stored(field.type) for field in schema_of(file)}
        wanted = tuple(
            (name, types[name])
            for name in files.columns
            if name in types and not pa.types.is_null(types[name])
        )
        found.setdefault(wanted, []).append(file)
    partitions = tuple(name for name in in_path if name in files.columns)
    return [
        Alike(tuple(those), {name: kind for name, kind in types if name not in partitions}, partitions)
        for types, those in found.items()
    ]


def common_types(groups: list[Alike]) -> dict[str, str]:
    """The type of every column that is there, wide enough for all files."""
    schemas = [pa.schema(group.types.items()) for group in groups]
    merged = pa.unify_schemas(schemas, promote_options="permissive")
    found = {field.name: spark_type(field.type) for field in merged}
    return found | {name: "STRING" for group in groups for name in group.in_path}


def spark_path(file: Path) -> str:
    r"""A path in which no sign stands for others.

    >>> spark_path(Path("/data[1]/a*b.parquet"))
    'file:/data\\[1\\]/a\\*b.parquet'
    """
    begin = "" if is_stored(file) else "file:"
    return begin + "".join(f"\\{sign}" if sign in PATTERN else sign for sign in absolute(file))


def spark_type(kind: pa.DataType) -> str:
    """The type in which Spark reads a column that Arrow reads so."""
    for test, name in _TYPES:
        if test(kind):
            return name
    if pa.types.is_decimal(kind):
        return f"DECIMAL({kind.precision}, {kind.scale})"
    return "STRING"


def _stored(kind: pa.DataType) -> pa.DataType:
    """The type of a column's values: how they are written and how long text may be makes no difference."""
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return pa.string() if any(test(kind) for test in _TEXT) else kind


_TEXT = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)
_TYPES = (
    (pa.types.is_boolean, "BOOLEAN"),
    (pa.types.is_int8, "TINYINT"),
    (pa.types.is_int16, "SMALLINT"),
    (pa.types.is_uint8, "SMALLINT"),
    (pa.types.is_int32, "INT"),
    (pa.types.is_uint16, "INT"),
    (pa.types.is_int64, "BIGINT"),
    (pa.types.is_uint32, "BIGINT"),
    (pa.types.is_uint64, "DECIMAL(20, 0)"),
    (pa.types.is_float32, "FLOAT"),
    (pa.types.is_float64, "DOUBLE"),
    (pa.types.is_date, "DATE"),
)
