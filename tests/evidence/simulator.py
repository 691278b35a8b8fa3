"""Synthetic panels with known effects, in the shape that the observatory delivers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl


@dataclass(frozen=True)
class Truth:
    """What holds in a simulated economy.

    ``premium`` is what exporting adds to log productivity while it lasts, ``learning`` what each further year
    adds; ``selection`` ties the chance to start to the firm's level, ``trend_selection`` to its own growth;
    ``protection`` lowers the log hazard of death of exporters.
    """

    premium: float = 0.0
    learning: float = 0.0
    selection: float = 0.0
    trend_selection: float = 0.0
    protection: float = 0.0
    entry: float = 0.06
    leaving: float = 0.15
    death: float = 0.04
    initial: float = 0.2


def simulate(
    firms: int = 1000, years: int = 8, seed: int = 1, truth: Truth | None = None, first_year: int = 1996
) -> pl.DataFrame:
    """One row per firm and year from its founding until the firm dies. Deterministic for a seed."""
    truth = truth or Truth()
    rng = np.random.default_rng(seed)
    level = rng.normal(0, 0.4, firms)
    slope = rng.normal(0, 0.03, firms)
    division = rng.integers(0, 8, firms)
    region = rng.integers(0, 3, firms)
    shock = rng.normal(0, 0.1, (8, years))
    size = rng.normal(3.0, 0.8, firms)
    founded = first_year + 5 - rng.integers(0, 30, firms)

    def logit(probability: float, shift: np.ndarray) -> np.ndarray:
        return 1 / (1 + np.exp(-(np.log(probability / (1 - probability)) + shift)))

    lean = truth.selection * level / 0.4 + truth.trend_selection * slope / 0.03
    exporter = rng.random(firms) < logit(truth.initial, lean)
    importer = rng.random(firms) < 0.35
    spell = np.where(exporter, 1, 0)
    alive = np.ones(firms, dtype=bool)
    closed = np.full(firms, 0)
    pieces = []
    for t in range(years):
        year = first_year + t
        size = size + rng.normal(0.01, 0.08, firms)
        productivity = 3.5 + level + slope * t + shock[division, t] + rng.normal(0, 0.2, firms)
        productivity += truth.premium * exporter + truth.learning * np.maximum(spell - 1, 0)
        wage = 0.6 * productivity + rng.normal(1.0, 0.1, firms)
        intensity = rng.beta(1, 3, firms)
        partners = 1 + rng.poisson(2, firms)
        pieces.append(
            {
                "number": np.arange(firms), "year": np.full(firms, year), "alive": alive.copy(),
                "exporter": exporter.copy(), "importer": importer.copy(), "size": size.copy(),
                "productivity": productivity, "wage": wage, "intensity": intensity, "partners": partners,
            }
        )  # fmt: skip
        dies = alive & (rng.random(firms) < truth.death * np.exp(truth.protection * exporter))
        closed = np.where(dies, year + 1, closed)
        alive &= ~dies
        starts = ~exporter & (rng.random(firms) < logit(truth.entry, lean))
        stops = exporter & (rng.random(firms) < truth.leaving)
        exporter = (exporter | starts) & ~stops
        spell = np.where(exporter, spell + 1, 0)
        importer = np.where(rng.random(firms) < 0.1, ~importer, importer)
    return firm_years(pieces, founded, closed, division, region).select(_contract())


def named(number: pl.Expr) -> pl.Expr:
    """The names of firms by their number."""
    return pl.format("F{}", number.cast(pl.String).str.zfill(7)).alias("firm_id")


def firm_years(
    years: Sequence[Mapping[str, np.ndarray]],
    founded: np.ndarray,
    closed: np.ndarray,
    division: np.ndarray,
    region: np.ndarray,
) -> pl.DataFrame:
    """Arrays of firms by year as one row per year of a living firm, with what the firm keeps beside them.

    ``years`` have ``number``, ``year``, ``alive`` and anything else; ``closed`` is 0 of a firm that lives on.
    """
    stacked = {name: np.concatenate([each[name] for each in years]) for name in years[0]}
    number = stacked["number"]
    rows = pl.DataFrame(stacked).with_columns(
        pl.col("year").cast(pl.Int32),
        named(pl.col("number")),
        pl.Series("founded", founded[number]).cast(pl.Int32),
        pl.Series("closed", closed[number]).replace({0: None}).cast(pl.Int32),
        pl.Series("division", 15 + division[number]).cast(pl.String),
        pl.Series("region", np.array(["flanders", "wallonia", "brussels"])[region[number]]),
    )
    return rows.filter(pl.col("alive") & (pl.col("year") >= pl.col("founded"))).drop("alive")


def _contract() -> list[pl.Expr | str]:
    employment = pl.col("size").exp()
    value_added = employment * pl.col("productivity").exp() * 1000
    turnover = value_added / 0.35
    exporter, importer = pl.col("exporter"), pl.col("importer")
    return [
        "firm_id",
        pl.when(pl.col("number") % 10 == 1)
        .then(pl.format("G{}", (pl.col("number") // 20).cast(pl.String).str.zfill(7)))
        .otherwise("firm_id")
        .alias("unit"),
        "year",
        "founded",
        "closed",
        "division",
        "region",
        employment.alias("employment"),
        employment.alias("employees_fte"),
        turnover.alias("turnover"),
        value_added.alias("value_added"),
        (employment * pl.col("wage").exp() * 1000).alias("labor_cost"),
        (value_added / employment).alias("labor_productivity"),
        exporter,
        importer,
        pl.when(exporter & importer).then(pl.lit("import_and_export"))
        .when(exporter).then(pl.lit("export_only"))
        .when(importer).then(pl.lit("import_only"))
        .otherwise(pl.lit("no_internationalization")).alias("mode"),
        pl.when(exporter).then(turnover * pl.col("intensity")).otherwise(0.0).alias("export_value"),
        pl.when(importer).then(turnover * 0.1).otherwise(0.0).alias("import_value"),
        pl.when(exporter).then(pl.col("partners")).cast(pl.Int32).alias("export_partners"),
        pl.lit(value=True).alias("in_population"),
    ]  # fmt: skip
