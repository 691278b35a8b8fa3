"""The frozen results of R, and the simulated answers that they rest on."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl

REFERENCE = Path(__file__).resolve().parent / "reference"
ITEMS = [f"{scale}{number}" for scale in ("info", "rel", "dist") for number in (1, 2, 3, 4)]


@cache
def _values() -> dict[str, float]:
    with (REFERENCE / "reference.csv").open(encoding="utf-8") as file:
        return {row["key"]: float(row["value"]) for row in csv.DictReader(file) if row["value"] != "NA"}


def frozen(key: str) -> float:
    """One number of R."""
    return _values()[key]


def vector(key: str) -> np.ndarray:
    """A vector of R: every ``key[i]``."""
    found = []
    while f"{key}[{len(found)}]" in _values():
        found.append(_values()[f"{key}[{len(found)}]"])
    assert found, key
    return np.array(found)


def answers() -> np.ndarray:
    """The twelve items of ``measurement.csv``."""
    return pl.read_csv(REFERENCE / "measurement.csv").select(ITEMS).to_numpy().astype(float)


def sample() -> pl.DataFrame:
    """The stratified sample of ``models.csv``."""
    return pl.read_csv(REFERENCE / "models.csv")
