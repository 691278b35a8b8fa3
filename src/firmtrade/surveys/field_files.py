"""The files that come back from the field: answers, and beside them the sample, the frame and the dispositions."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from firmtrade.errors import DataError, InputError, UsageError
from firmtrade.outputs.formulas import defused_frame
from firmtrade.outputs.parquet_file import parquet_file
from firmtrade.surveys.design import DrawnSample, Stratum, frame_strata
from firmtrade.surveys.fieldwork.answer_files import FORMATS
from firmtrade.surveys.fieldwork.labels import plain_numbers
from firmtrade.surveys.plan import LoadedSurvey


def tables_in(data: Path) -> dict[str, Path]:
    """The file of answers as ``answers``, and what lies beside it in a folder by name.

    Raises
    ------
    UsageError
        There is no such file or folder, or it holds no answers.
    """
    if data.is_file():
        return {"answers": data}
    if not data.is_dir():
        raise UsageError(
            f"{data} is no file and no folder.", fix="Give the answers, or the folder that holds them."
        )
    found = {
        entry.stem: entry
        for entry in sorted(data.iterdir())
        if entry.suffix.lower() in FORMATS and entry.is_file()
    }
    answers = found.get("answers") or found.get("responses")
    if answers is None:
        raise UsageError(
            f"{data} holds no answers.",
            fix=f"Name the file `answers` with one of the endings {', '.join(FORMATS)}.",
        )
    return found | {"answers": answers}


def read_table(path: Path) -> pl.DataFrame:
    """A table of firms, CSV or Parquet; identifiers stay text.

    Raises
    ------
    InputError
        It cannot be read.
    """
    try:
        if path.suffix == ".parquet":
            return with_text_ids(parquet_file(path))
        return pl.read_csv(
            path.read_bytes(), schema_overrides={"firm_id": pl.String}, infer_schema_length=None
        )
    except (OSError, ValueError, pl.exceptions.PolarsError) as error:
        raise InputError(
            f"`{path.name}` cannot be read ({type(error).__name__}).", fix="Use CSV (UTF-8) or Parquet."
        ) from error


def with_text_ids(table: pl.DataFrame) -> pl.DataFrame:
    """A table of firms with identifiers as text, whatever a file or package made of them.

    >>> with_text_ids(pl.DataFrame({"firm_id": [7.0, 12.0]}))["firm_id"].to_list()
    ['7', '12']
    """
    if "firm_id" not in table.columns:
        return table
    return table.with_columns(plain_numbers(table["firm_id"].cast(pl.String)))


def given_sample(sample: pl.DataFrame, frame: pl.DataFrame, loaded: LoadedSurvey) -> DrawnSample:
    """A sample drawn earlier, with the attributes of the frame joined to it.

    Raises
    ------
    InputError
        A column is absent.
    DataError
        A firm stands twice in the sample or the frame, has no usable weight, or is not in the frame.
    """
    for name in ("firm_id", "stratum", "weight"):
        if name not in sample.columns:
            raise InputError(
                f"The sample has no column `{name}`.",
                fix="Use the file `sample.csv` of the room it was drawn in.",
            )
    strata = frame_strata(frame, loaded.plan.design)
    weights = sample["weight"].cast(pl.Float64, strict=False)
    unusable = len(sample) - int(((weights > 0) & weights.is_finite()).sum())
    if unusable:
        raise DataError(
            f"{unusable} drawn firm(s) have a weight that is missing, zero, negative or no number.",
            fix="Use the file `sample.csv` of the room it was drawn in.",
        )
    if sample["firm_id"].is_duplicated().any():
        raise DataError("A firm stands twice in the sample.", fix="Give each drawn firm one row.")
    columns = [name for name in frame.columns if name not in sample.columns or name == "firm_id"]
    firms = frame["firm_id"]
    as_written = defused_frame(firms.to_frame())["firm_id"]
    sample = sample.with_columns(weights, pl.col("firm_id").replace(as_written, firms))
    joined = sample.join(frame.select(columns), on="firm_id", how="inner", maintain_order="left")
    if len(joined) < len(sample):
        raise DataError(
            f"{len(sample) - len(joined)} drawn firm(s) are not in the frame.",
            fix="Give the frame from which the sample was drawn.",
        )
    taken = dict(sample["stratum"].value_counts().iter_rows())
    listed = tuple(Stratum(key, firms, taken.get(key, 0)) for key, firms in strata.iter_rows())
    return DrawnSample(joined, listed, loaded.plan.design.seed, int(strata["firms"].sum()))
