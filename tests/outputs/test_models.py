"""Estimates and curves come back from their files as they were written, in one order, whoever wrote them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import pytest

from firmtrade.errors import DataError
from firmtrade.outputs import Confidentiality, Curve, CurvePoint, Estimate, ObsStatus
from firmtrade.outputs.models import (
    CURVES,
    ESTIMATES,
    curves_file,
    estimates_file,
    read_curves,
    read_estimates,
)

STATED = ("unit", "year", "decimals", "status", "confidentiality", "data")


def write_statements(folder: Path, estimates: Sequence[Estimate], curves: Sequence[Curve]) -> None:
    (folder / ESTIMATES).write_bytes(estimates_file(estimates))
    (folder / CURVES).write_bytes(curves_file(curves))


PREMIUM = Estimate(
    "premia", "levels", "log_wage", "exports", 0.25, 0.0625, 0.125, 0.375, 0.5, 12, 4, "ols", "a, b", unit="log",
    year="2002", decimals=1, status=ObsStatus.NORMAL, confidentiality=Confidentiality.FREE, synthetic=True,
)  # fmt: skip
TEST = Estimate("growth", "between", "employment", "f_test", 3.5)
STEPS = Curve(
    "survival",
    "all",
    "exit",
    "traders",
    (CurvePoint(1.0, 0.5, 0.25, 0.75, 9), CurvePoint(0.0, None)),
    n_firms=9,
)
FLAT = Curve("growth", "all", "turnover", "all", (CurvePoint(0.0, 1.0),))


def test_estimates_and_curves_come_back_sorted_by_key_with_points_in_their_order(tmp_path: Path) -> None:
    write_statements(tmp_path, [PREMIUM, TEST], [STEPS, FLAT])
    assert read_estimates(tmp_path) == (TEST, PREMIUM)
    assert read_curves(tmp_path) == (FLAT, STEPS)


def test_the_order_of_the_work_leaves_no_trace_in_the_files(tmp_path: Path) -> None:
    for name, turn in (("one", 1), ("two", -1)):
        (tmp_path / name).mkdir()
        write_statements(tmp_path / name, [PREMIUM, TEST][::turn], [STEPS, FLAT][::turn])
    for file in (ESTIMATES, CURVES):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_a_file_holds_ten_digits_and_nothing_for_what_is_no_number(tmp_path: Path) -> None:
    write_statements(tmp_path, [Estimate("b", "s", "o", "t", 2 / 3, math.nan)], [])
    (line,) = (tmp_path / ESTIMATES).read_text(encoding="utf-8").splitlines()[1:]
    assert line == "b,s,o,t,0.6666666667,,,,,0,0,,,,,3,A,N,unreleased"


def test_both_files_end_with_what_every_statement_says(tmp_path: Path) -> None:
    write_statements(tmp_path, [PREMIUM.hidden(Confidentiality.FEW)], [STEPS])
    for file in (ESTIMATES, CURVES):
        head = (tmp_path / file).read_text(encoding="utf-8").splitlines()[0]
        assert tuple(head.split(",")[-6:]) == STATED
    (hidden,) = read_estimates(tmp_path)
    assert (hidden.status, hidden.confidentiality, hidden.estimate) == (ObsStatus.SUPPRESSED, "A", None)
    assert hidden.n_firms is None


def test_a_file_of_other_columns_or_words_is_refused_by_its_line(tmp_path: Path) -> None:
    write_statements(tmp_path, [PREMIUM], [STEPS])
    text = (tmp_path / ESTIMATES).read_text(encoding="utf-8")
    for broken, line in ((text.replace("std_error", "error"), 1), (text.replace("0.25", "many"), 2),
                         (text.replace(",A,F,", ",Z,F,"), 2), (text.replace(",synthetic", ",made"), 2)):  # fmt: skip
        (tmp_path / ESTIMATES).write_text(broken, encoding="utf-8")
        with pytest.raises(DataError, match=f"estimates.csv, line {line}: .* not as the program writes it"):
            read_estimates(tmp_path)
