"""A part of a statement is a cell that says all its statement does, and is hidden with it."""

from __future__ import annotations

import pytest

from firmtrade.outputs import (
    Cell,
    CellKey,
    Confidentiality,
    Contribution,
    Curve,
    CurvePoint,
    Estimate,
    ObsStatus,
    Statement,
)  # fmt: skip
from firmtrade.outputs.parts import part_of, place

BEHIND = (Contribution("count", 7, 5, 7, 2, 1),)
CELL = Cell(CellKey("4", "all", "export", "share"), 12.5, "percent", "2002", n_firms=7, contributions=BEHIND)
RATE = Estimate(
    "response", "aapor", "disposition", "rr1", 0.25, conf_low=0.2, p_value=0.0004, n_obs=70, n_firms=7,
    contributions=BEHIND, unit="share", decimals=2,
)  # fmt: skip
POINTS = (CurvePoint(0.0, 1.0, n_at_risk=7), CurvePoint(1 / 3, 0.5), CurvePoint(1234567.0, 0.25))
CURVE = Curve("survival", "all", "exit", "exporter", POINTS, contributions=BEHIND, unit="probability")


@pytest.mark.parametrize(
    ("statement", "part", "value", "unit", "decimals"),
    [
        (CELL, "value", 12.5, "percent", 1),
        (CELL, "n_firms", 7, "count", 0),
        (RATE, "value", 0.25, "share", 2),
        (RATE, "percent", 25.0, "percent", 2),
        (RATE, "conf_low", 0.2, "share", 2),
        (RATE, "p_value", 0.0004, "p_value", 3),
        (RATE, "n_obs", 70, "count", 0),
        (CURVE, place("y", 1 / 3), 0.5, "probability", 3),
        (CURVE, place("y", 1234567.0), 0.25, "probability", 3),
        (CURVE, place("n_at_risk", 0.0), 7, "count", 0),
    ],
)
def test_a_part_has_the_number_the_unit_and_the_precision_that_are_meant(
    statement: Statement, part: str, value: float, unit: str, decimals: int
) -> None:
    cell = part_of(statement, part)
    assert (cell.value, cell.unit, cell.decimals) == (value, unit, decimals)
    assert cell.contributions == BEHIND
    assert part_of(statement, part, 6).decimals == 6
    hidden = part_of(statement.hidden(Confidentiality.ONE_DOMINANT), part)
    assert (hidden.value, hidden.status, hidden.confidentiality) == (None, ObsStatus.SUPPRESSED, "O")


def test_a_number_that_a_model_does_not_have_is_undefined() -> None:
    assert part_of(RATE, "std_error").status is ObsStatus.UNDEFINED
    assert part_of(CURVE, place("conf_low", 0.0)).status is ObsStatus.UNDEFINED


@pytest.mark.parametrize(
    ("statement", "part"),
    [(CELL, "numerator"), (RATE, "note"), (RATE, "y@1"), (CURVE, "y@2"), (CURVE, "y"), (CURVE, "x@0")],
)
def test_a_statement_has_no_other_parts(statement: Statement, part: str) -> None:
    with pytest.raises(LookupError, match="has no part"):
        part_of(statement, part)
