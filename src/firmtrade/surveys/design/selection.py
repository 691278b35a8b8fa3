"""The draw: a stratified random sample of the frame, the same for the same seed and frame."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from firmtrade.errors import DataError, InputError, suggest_found
from firmtrade.surveys.design.allocation import allocate
from firmtrade.surveys.plan import SurveyDesign

UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Stratum:
    """One stratum: its attributes joined by ``/``, its firms, and how many are drawn."""

    key: str
    firms: int
    drawn: int


@dataclass(frozen=True, slots=True)
class DrawnSample:
    """A drawn sample: one row per firm with ``firm_id``, ``stratum``, ``weight`` and the frame's attributes.

    ``weight`` is the number of firms of the frame that a drawn firm stands for.
    """

    firms: pl.DataFrame
    strata: tuple[Stratum, ...]
    seed: int
    frame_size: int


def active_frame(frame: pl.DataFrame, design: SurveyDesign) -> pl.DataFrame:
    """The firms that may be drawn: the internationally active ones, sorted by ``firm_id``.

    Raises
    ------
    InputError
        The frame lacks a column of the design.
    DataError
        A firm stands twice, or nobody is left.
    """
    needed = ["firm_id", *design.strata, *(["mode"] if design.active else [])]
    for name in needed:
        if name not in frame.columns:
            raise InputError(f"The frame has no column `{name}`.", fix=suggest_found(name, frame.columns))
    if frame["firm_id"].n_unique() < len(frame):
        raise DataError("A firm stands twice in the frame.", fix="Give each firm one row.")
    kept = frame.filter(pl.col("mode").is_in(design.active)) if design.active else frame
    if kept.is_empty():
        raise DataError(
            "No firm of the frame is in the population of the survey.", fix="Check `active` in [design]."
        )
    return kept.sort("firm_id")


def stratum_key(strata: tuple[str, ...]) -> pl.Expr:
    """The stratum of each firm; a missing attribute is a level of its own."""
    parts = [pl.col(name).cast(pl.String).fill_null(UNKNOWN) for name in strata]
    return pl.concat_str(parts, separator="/").alias("stratum")


def frame_strata(frame: pl.DataFrame, design: SurveyDesign) -> pl.DataFrame:
    """Firms per stratum, sorted by its key: columns ``stratum`` and ``firms``."""
    keyed = active_frame(frame, design).select(stratum_key(design.strata))
    return keyed.group_by("stratum").agg(pl.len().alias("firms")).sort("stratum")


def draw_sample(frame: pl.DataFrame, design: SurveyDesign) -> DrawnSample:
    """Draw a stratified simple random sample without replacement.

    Each firm gets a random number in the order of its identifier; the smallest of each stratum are drawn. The
    order of the rows of the frame does not matter.

    Raises
    ------
    InputError, DataError
        As :func:`active_frame` and :func:`~firmtrade.surveys.design.allocate`.
    """
    active = active_frame(frame, design).with_columns(stratum_key(design.strata))
    strata = active.group_by("stratum").agg(pl.len().alias("firms")).sort("stratum")
    counts = strata["firms"].to_numpy().astype(np.int64)
    spread = None
    if design.allocation == "neyman":
        if design.neyman_of is None or design.neyman_of not in active.columns:
            raise InputError(
                "Neyman allocation needs `neyman_of`, a numeric column of the frame.",
                fix=suggest_found(design.neyman_of or "", active.columns),
            )
        spread = _spread(active["stratum"], active[design.neyman_of])
    drawn = allocate(
        counts,
        min(design.size, int(counts.sum())),
        design.allocation,
        spread=spread,
        power=design.power,
        minimum=design.minimum,
    )
    order = np.random.default_rng(design.seed).random(len(active))
    quota = strata.with_columns(pl.Series("drawn", drawn))
    chosen = (
        active.with_columns(pl.Series("order", order))
        .join(quota, on="stratum")
        .filter(pl.col("order").rank("ordinal").over("stratum") <= pl.col("drawn"))
        .with_columns((pl.col("firms") / pl.col("drawn")).alias("weight"))
        .drop("order", "firms", "drawn")
        .sort("firm_id")
    )
    listed = tuple(Stratum(key, firms, taken) for key, firms, taken in quota.iter_rows())
    return DrawnSample(chosen, listed, design.seed, len(active))


def _spread(stratum: pl.Series, values: pl.Series) -> NDArray[np.float64]:
    """Standard deviation of the known values in each stratum, strata in alphabetical order; zero below two."""
    known = values.cast(pl.Float64).fill_null(float("nan")).to_numpy()
    codes = np.unique(stratum.to_numpy().astype(str), return_inverse=True)[1]
    there = ~np.isnan(known)
    n = np.bincount(codes, weights=there)
    mean = np.bincount(codes, weights=np.where(there, known, 0)) / np.maximum(n, 1)
    squares = np.bincount(codes, weights=np.where(there, (known - mean[codes]) ** 2, 0))
    return np.asarray(np.sqrt(np.divide(squares, n - 1, out=np.zeros_like(mean), where=n > 1)))
