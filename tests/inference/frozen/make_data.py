"""Writes the simulated (synthetic) CSV files beside this script that R and the tests both read.

The two data sets that ship with lifelines are written too, for R alone: they are not kept here.
"""

from pathlib import Path

import numpy as np
import polars as pl
from lifelines.datasets import load_lung, load_rossi

HERE = Path(__file__).parent


def spells(rng: np.random.Generator, firms: int = 300) -> pl.DataFrame:
    """Rows (start, stop] of one year: late entry, status that changes, two causes of the end."""
    rows = []
    for firm in range(firms):
        size = round(float(rng.normal(3, 1)), 3)
        division = 15 + firm % 3
        for start in range(int(rng.integers(0, 3)), 7):
            exporter = int(rng.random() < 0.3)
            leaves = rng.random() < 0.12 * np.exp(-0.4 * exporter - 0.15 * (size - 3))
            cause = (1 if rng.random() < 0.6 else 2) if leaves else 0
            rows.append((firm, division, start, start + 1, cause, exporter, size))
            if leaves:
                break
    names = ["firm", "division", "start", "stop", "cause", "exporter", "log_employment"]
    return pl.DataFrame(rows, schema=names, orient="row")


def panel(rng: np.random.Generator, firms: int = 250, years: int = 6) -> pl.DataFrame:
    """A balanced panel with firm effects correlated with exporting."""
    effect = rng.normal(0, 0.5, firms)
    rows = []
    for firm in range(firms):
        size = rng.normal(3, 1)
        for year in range(years):
            exporter = int(rng.random() < 1 / (1 + np.exp(1 - 1.5 * effect[firm])))
            employment = size + rng.normal(0, 0.2)
            productivity = 3 + effect[firm] + 0.1 * exporter + 0.05 * employment + rng.normal(0, 0.2)
            rows.append(
                (firm, year, (15 + firm % 4) * 10 + year, exporter, round(employment, 4),
                 "large" if size > 3 else "small", round(productivity, 4))
            )  # fmt: skip
    names = ["firm", "year", "cell", "exporter", "log_employment", "size_band", "log_productivity"]
    return pl.DataFrame(rows, schema=names, orient="row")


if __name__ == "__main__":
    load_rossi().to_csv(HERE / "lifelines_rossi.csv", index=False)
    load_lung().to_csv(HERE / "lifelines_lung.csv", index=False)
    spells(np.random.default_rng(20020101)).write_csv(HERE / "spells.csv")
    panel(np.random.default_rng(20021231)).write_csv(HERE / "panel.csv")
