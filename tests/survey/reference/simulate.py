"""The simulated answers that the frozen R results rest on. Synthetic from end to end.

Run from anywhere: it writes ``measurement.csv`` and ``models.csv`` beside itself, the same bytes every time.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

HERE = Path(__file__).resolve().parent

LOADINGS = {
    "info": (0.80, 0.75, 0.70, 0.60),
    "rel": (0.85, 0.70, 0.65, 0.55),
    "dist": (0.75, 0.70, 0.70, 0.50),
}
BETWEEN = np.array([[1.0, 0.5, -0.3], [0.5, 1.0, -0.2], [-0.3, -0.2, 1.0]])
CUTS = np.array([-1.3, -0.5, 0.4, 1.2])


def measurement(generator: np.random.Generator, n: int = 359) -> pl.DataFrame:
    """Twelve five-point items of three correlated factors, with one cross-loading and one skewed item."""
    factors = generator.multivariate_normal(np.zeros(3), BETWEEN, n)
    columns: dict[str, np.ndarray] = {}
    for place, (name, loadings) in enumerate(LOADINGS.items()):
        for number, loading in enumerate(loadings, 1):
            answer = loading * factors[:, place] + np.sqrt(1 - loading**2) * generator.standard_normal(n)
            if (name, number) == ("rel", 4):
                answer = answer + 0.35 * factors[:, 0]
            cuts = CUTS - 0.8 if (name, number) == ("info", 2) else CUTS
            columns[f"{name}{number}"] = 1 + np.searchsorted(cuts, answer)
    columns["school"] = np.arange(n) % 2
    return pl.DataFrame(columns)


def models(generator: np.random.Generator, n: int = 359) -> pl.DataFrame:
    """A stratified sample with a continuous, a binary, an ordered and a fractional outcome."""
    stratum = np.repeat(np.arange(6), [90, 80, 70, 50, 40, 29])
    size = np.array([1400, 620, 900, 260, 310, 75])
    region, size_class = stratum // 2, stratum % 2
    age = np.round(generator.gamma(3.0, 7.0, n) + 1)
    distance = np.round(generator.normal(3, 1, n), 3)
    performance = np.round(generator.normal(4, 1.1, n) + 0.2 * size_class, 3)
    speed = np.round(generator.gamma(1.5, 0.8, n), 3)
    line = (
        -0.5 * np.log1p(age)
        + 0.35 * performance
        - 0.3 * distance
        + 0.4 * speed
        - 0.1 * speed**2
        + 0.2 * region
    )
    noise = generator.standard_normal(n) * (0.6 + 0.3 * size_class)
    place = np.round(line + noise, 4)
    ordered = 1 + np.searchsorted([-1.6, -0.7, 0.2, 1.0], line + generator.logistic(0, 0.8, n))
    adopted = (line + 0.6 + generator.logistic(0, 1, n) > 0).astype(int)
    share = np.clip(np.round(1 / (1 + np.exp(-(line + 0.8 * generator.standard_normal(n)))), 4), 0, 1)
    share[generator.random(n) < 0.03] = 0.0
    counts = np.bincount(stratum)
    return pl.DataFrame(
        {
            "age": age.astype(int),
            "distance": distance,
            "performance": performance,
            "speed": speed,
            "place": place,
            "importance": ordered,
            "adopted": adopted,
            "export_share": share,
            "stratum": np.array(list("abcdef"))[stratum],
            "region": np.array(["brussels", "flanders", "wallonia"])[region],
            "size_class": np.array(["small", "medium"])[size_class],
            "population": size[stratum],
            "weight": np.round(size[stratum] / counts[stratum], 6),
            "wave": generator.integers(1, 4, n),
        }
    )


def main() -> None:
    """Write both files."""
    generator = np.random.default_rng(359)
    measurement(generator).write_csv(HERE / "measurement.csv")
    models(generator).write_csv(HERE / "models.csv")


if __name__ == "__main__":
    main()
