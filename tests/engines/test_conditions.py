"""A condition holds for the rows for which its parts say so."""

from __future__ import annotations

import polars as pl
import pytest

from firmtrade.engines.conditions import holds
from firmtrade.query.where import EVERYONE, Flag, Is, Where
from tested_engine import an_engine

ROWS = pl.DataFrame({"size": ["small", "large", "large"], "exporter": [True, True, False], "year": [1, 2, 3]})
SMALL, EXPORTER = Is("size", ("small",)), Flag("exporter")


@pytest.mark.parametrize(
    ("where", "years"),
    [
        (EVERYONE, [1, 2, 3]),
        (SMALL, [1]),
        (Is("year", ("2", "3")), [2, 3]),
        (EXPORTER, [1, 2]),
        (~EXPORTER, [3]),
        (~SMALL & EXPORTER, [2]),
        (SMALL | ~EXPORTER, [1, 3]),
        (~(SMALL | ~EXPORTER), [2]),
    ],
)
def test_rows_are_those_of_which_it_holds(where: Where, years: list[int]) -> None:
    with an_engine() as engine:
        rows = engine.register("rows", ROWS)
        found = engine.collect(rows.filter(holds(where, rows)))
    assert sorted(found["year"]) == years
