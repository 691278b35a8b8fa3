"""A weight of the sample is above nothing, and no firm stands for more than a thousand million."""

from __future__ import annotations

import polars as pl

from firm_table import study_of
from firmtrade.engines.duck import DuckDB
from firmtrade.observatory.sample import LARGEST_WEIGHT, sample_columns
from firmtrade.query.measures import WEIGHT


def test_weights_that_cannot_be_are_none() -> None:
    study = study_of("1", head={"weight": "firms.weight"})
    given = [0.0, 1.0, float(LARGEST_WEIGHT), LARGEST_WEIGHT + 1.0]
    with DuckDB() as engine:
        rows = engine.register("rows", pl.DataFrame({"weight": given}))
        weight = sample_columns(study, "firms", rows)[WEIGHT]
        found = engine.collect(rows.select(given=rows["weight"], found=weight).order_by("given"))
    assert [None if one is None else float(one) for one in found["found"]] == [
        None,
        1.0,
        LARGEST_WEIGHT,
        None,
    ]
