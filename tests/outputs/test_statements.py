"""Statements of every kind answer to one set of keys, and are hidden and stamped alike."""

from __future__ import annotations

from dataclasses import replace

import pytest

from firmtrade.errors import DataError
from firmtrade.outputs import (
    Cell,
    CellKey,
    Confidentiality,
    Contribution,
    Curve,
    CurvePoint,
    Estimate,
    ObsStatus,
    Statements,
)

BEHIND = (Contribution("count", 7, 5, 7, 2, 1),)
CELL = Cell(
    CellKey("4", "services", "export", "n"), 7.0, "count", "2002", 0,
    numerator=7, denominator=9, n_firms=7, contributions=BEHIND,
)  # fmt: skip
ESTIMATE = Estimate(
    "premia", "pooled", "wage", "exporter", 0.5, 0.1, 0.3, 0.7, 0.01, 70, 7, "ols", "", BEHIND
)
CURVE = Curve(
    "survival", "all", "exit", "exporter", (CurvePoint(1.0, 0.9, 0.8, 1.0, 7), CurvePoint(2.0, 0.5)),
    n_firms=7, contributions=BEHIND,
)  # fmt: skip
ALL = Statements((CELL,), (ESTIMATE,), (CURVE,))


def test_each_statement_is_found_by_its_key() -> None:
    assert [str(key) for key in ALL.by_key] == [
        "4/services/export/n", "premia/pooled/wage/exporter", "survival/all/exit/exporter",
    ]  # fmt: skip
    assert ALL.by_key[ESTIMATE.key] is ESTIMATE
    assert len(ALL) == 3


def test_a_hidden_statement_has_no_number_left_but_keeps_who_stands_behind_it() -> None:
    hidden = ALL.changed(lambda one: one.hidden(Confidentiality.FEW))
    numbers = [
        *(getattr(hidden.cells[0], name) for name in ("value", "numerator", "denominator", "n_firms")),
        *(getattr(hidden.estimates[0], name) for name in ("estimate", "std_error", "conf_low", "conf_high")),
        *(getattr(hidden.estimates[0], name) for name in ("p_value", "n_obs", "n_firms")),
        *(getattr(point, name) for point in hidden.curves[0].points for name in ("y", "conf_low", "n_at_risk")),
        hidden.curves[0].n_firms,
    ]  # fmt: skip
    assert set(numbers) == {None}
    assert {one.status for one in hidden} == {ObsStatus.SUPPRESSED}
    assert {one.confidentiality for one in hidden} == {Confidentiality.FEW}
    assert {one.contributions for one in hidden} == {BEHIND}
    assert list(hidden.by_key) == list(ALL.by_key)


def test_a_curve_is_suppressed_where_every_point_is() -> None:
    first, second = CURVE.points
    assert replace(CURVE, points=(first.hidden(), second)).status is ObsStatus.NORMAL
    assert replace(CURVE, points=(first.hidden(), second.hidden())).status is ObsStatus.SUPPRESSED
    assert replace(CURVE, points=()).status is ObsStatus.NORMAL


def test_statements_of_synthetic_data_are_free_and_those_of_real_data_stay_inside() -> None:
    invented, real = ALL.stamped(synthetic=True), ALL.stamped(synthetic=False)
    assert {(one.synthetic, one.confidentiality) for one in invented} == {(True, Confidentiality.FREE)}
    assert {(one.synthetic, one.confidentiality) for one in real} == {(False, Confidentiality.INTERNAL)}


def test_no_key_stands_twice_among_cells_estimates_and_curves() -> None:
    alike = replace(ESTIMATE, block="survival", specification="all", outcome="exit", term="exporter")
    with pytest.raises(DataError, match="two statements have the key survival/all/exit/exporter"):
        Statements((), (alike,), (CURVE,))
