"""Files of statistical packages: Stata, SPSS and SAS, with the labels of variables and values.

They are read in pieces, so that a file larger than memory can be imported. Values that SPSS declares as
missing are missing.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from firmtrade.errors import InputError, Place
from firmtrade.sources.mapping import RawFile
from firmtrade.sources.package_file import READERS, PackageFile, UnreadableError, package_file
from firmtrade.sources.readers.clocks import Conversion, conversion
from firmtrade.sources.readers.reading import FileReading, Read, StoredLabels, staging

Types = dict[str, type[pl.DataType]]
STORED = {"string": pl.String, "float": pl.Float32, "double": pl.Float64}
"""Types by what the file says of a variable; every other is a whole number. A single-precision number stays
one: 12.3 in it is 12.3, not 12.300000190734863."""


def _read(package: str, source: Path, declared: RawFile, target: Path) -> FileReading:
    ending = source.suffix.lower()
    how = {
        "encoding": None if declared.encoding == "utf-8" else declared.encoding,
        "disable_datetime_conversion": True,
    }
    try:
        with package_file(source, ending if ending in READERS else _DEFAULT[package], **how) as file:
            types, dates = _types(file), _dates(package, file)
            pieces = (_typed(piece, types, dates).to_arrow() for piece in file.pieces())
            first = next(pieces)
            with staging(target, first.schema) as writer:
                for piece in (first, *pieces):
                    writer.write_table(piece)
            return FileReading(labels=_labels(file))
    except UnreadableError as error:
        raise InputError(
            f"this is not a readable {package} file",
            where=Place(file=source.name),
            fix='If its texts are in an old encoding, say so: `encoding = "latin-1"`; else write it again.',
        ) from error


def _typed(piece: pl.DataFrame, types: Types, dates: dict[str, Conversion]) -> pl.DataFrame:
    return piece.cast(pl.Schema(types)).with_columns(
        convert(pl.col(name)).alias(name) for name, convert in dates.items()
    )


def _types(file: PackageFile) -> Types:
    """Types that hold for every piece: a column of nothing but missing values has none of its own."""
    return {name: STORED.get(stored, pl.Int64) for name, stored in file.stored.items()}


def _dates(package: str, file: PackageFile) -> dict[str, Conversion]:
    """The variables that are dates, by the format that the file itself gives them."""
    return {
        name: convert
        for name, written in file.written.items()
        if file.stored[name] != "string" and (convert := conversion(package, written))
    }


def _labels(file: PackageFile) -> StoredLabels:
    variables = {name: label for name, label in file.labels.items() if label}
    values = {
        name: {
            _code(code): str(label) for code, label in sorted(labels.items(), key=lambda item: str(item[0]))
        }
        for name, labels in file.value_labels.items()
    }
    return StoredLabels(variables, values)


def _code(code: Any) -> str:
    """A labelled value as text: 1.0 is ``1``."""
    return str(int(code)) if isinstance(code, float) and code.is_integer() else str(code)


_DEFAULT = {"Stata": ".dta", "SPSS": ".sav", "SAS": ".sas7bdat"}

read_stata: Read = partial(_read, "Stata")
read_spss: Read = partial(_read, "SPSS")
read_sas: Read = partial(_read, "SAS")
