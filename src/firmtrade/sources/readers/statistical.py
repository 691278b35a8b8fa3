"""Files of statistical packages: Stata, SPSS and SAS, with the labels of variables and values.

They are read in pieces, so that a file larger than memory can be imported. Values that SPSS declares as
missing are missing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
import pyreadstat

from firmtrade.errors import InputError, Place
from firmtrade.sources.mapping import RawFile
from firmtrade.sources.readers.clocks import Conversion, conversion
from firmtrade.sources.readers.reading import Labels, Read, Reading, staging

PIECE = 100_000
Types = dict[str, type[pl.DataType]]
STORED = {"string": pl.String, "float": pl.Float32, "double": pl.Float64}
"""Types by what the file says of a variable; every other is a whole number. A single-precision number stays
one: 12.3 in it is 12.3, not 12.300000190734863."""

_READERS: dict[str, Callable[..., Any]] = {
    ".dta": pyreadstat.read_dta,
    ".sav": pyreadstat.read_sav,
    ".zsav": pyreadstat.read_sav,
    ".por": pyreadstat.read_por,
    ".sas7bdat": pyreadstat.read_sas7bdat,
    ".xpt": pyreadstat.read_xport,
}


def _read(package: str, source: Path, declared: RawFile, target: Path) -> Reading:
    reader = _READERS.get(source.suffix.lower(), _READERS[_DEFAULT[package]])
    encoding = None if declared.encoding == "utf-8" else declared.encoding
    how: dict[str, Any] = {
        "output_format": "polars", "row_limit": PIECE, "encoding": encoding, "disable_datetime_conversion": True,
    }  # fmt: skip
    try:
        piece, about = reader(source, **how)
        types, dates = _types(about), _dates(package, about)
        schema = _typed(piece, types, dates).to_arrow().schema
        with staging(target, schema) as writer:
            offset = 0
            while piece.height:
                writer.write_table(_typed(piece, types, dates).to_arrow())
                offset += piece.height
                if piece.height < PIECE:
                    break
                piece, _ = reader(source, row_offset=offset, **how)
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, UnicodeDecodeError) as error:
        raise InputError(
            f"this is not a readable {package} file",
            where=Place(file=source.name),
            fix='If its texts are in an old encoding, say so: `encoding = "latin-1"`; else write it again.',
        ) from error
    return Reading(labels=_labels(about))


def _typed(piece: pl.DataFrame, types: Types, dates: dict[str, Conversion]) -> pl.DataFrame:
    return piece.cast(pl.Schema(types)).with_columns(
        convert(pl.col(name)).alias(name) for name, convert in dates.items()
    )


def _types(about: Any) -> Types:
    """Types that hold for every piece: a column of nothing but missing values has none of its own."""
    return {name: STORED.get(stored, pl.Int64) for name, stored in about.readstat_variable_types.items()}


def _dates(package: str, about: Any) -> dict[str, Conversion]:
    """The variables that are dates, by the format that the file itself gives them."""
    return {
        name: convert
        for name, written in about.original_variable_types.items()
        if about.readstat_variable_types[name] != "string" and (convert := conversion(package, written))
    }


def _labels(about: Any) -> Labels:
    variables = {name: label for name, label in about.column_names_to_labels.items() if label}
    values = {
        name: {
            _code(code): str(label) for code, label in sorted(labels.items(), key=lambda item: str(item[0]))
        }
        for name, labels in about.variable_value_labels.items()
    }
    return Labels(variables, values)


def _code(code: Any) -> str:
    """A labelled value as text: 1.0 is ``1``."""
    return str(int(code)) if isinstance(code, float) and code.is_integer() else str(code)


_DEFAULT = {"Stata": ".dta", "SPSS": ".sav", "SAS": ".sas7bdat"}

read_stata: Read = partial(_read, "Stata")
read_spss: Read = partial(_read, "SPSS")
read_sas: Read = partial(_read, "SAS")
