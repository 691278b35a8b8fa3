"""The classic data sets of psychometrics and survey statistics, where they are at hand.

They belong to GPL packages of R and are not part of this project. ``reference/export_classics.R`` writes them
to a folder; name it in the environment variable ``FIRMTRADE_CLASSICS`` to run these tests.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from firmtrade.surveys.measurement import (
    MeasurementModel,
    alpha,
    bartlett,
    confirmatory,
    exploratory,
    htmt,
    kmo,
    map_test,
    parallel_analysis,
    pearson,
    polychoric,
)


def classic(name: str) -> pl.DataFrame:
    folder = os.environ.get("FIRMTRADE_CLASSICS")
    if not folder or not (Path(folder) / f"{name}.csv").exists():
        pytest.skip(f"{name} is not at hand; see the docstring of this file")
    return pl.read_csv(Path(folder) / f"{name}.csv", null_values="NA")


def test_holzinger_and_swineford_1939() -> None:
    names = [f"x{number}" for number in range(1, 10)]
    data = classic("HolzingerSwineford1939").select(names).to_numpy()
    model = MeasurementModel(
        {"visual": tuple(names[:3]), "textual": tuple(names[3:6]), "speed": tuple(names[6:])}
    )
    result = confirmatory(model, data)
    fit = result.fit
    assert fit.chi_square == pytest.approx(85.3055218, abs=1e-6)
    assert [fit.cfi, fit.tli] == pytest.approx([0.930559652, 0.895839478], abs=1e-8)
    assert [fit.rmsea, fit.rmsea_low, fit.rmsea_high] == pytest.approx(
        [0.0921214845, 0.0714184904, 0.113678017], abs=1e-8
    )
    assert [fit.srmr, fit.gfi, fit.agfi] == pytest.approx([0.0652050572, 0.943332061, 0.893747615], abs=1e-7)
    assert [fit.log_likelihood, fit.aic, fit.bic] == pytest.approx(
        [-3737.74493, 7517.48985, 7595.33917], abs=1e-4
    )
    assert result.estimate("visual=~x2") == pytest.approx((0.553500294, 0.0996651), abs=1e-6)
    assert result.estimate("speed=~x8") == pytest.approx((1.179950839, 0.1649866), abs=2e-6)
    assert result.estimate("textual~~visual")[0] == pytest.approx(0.408232442, abs=1e-6)
    assert fit.scaling_factor == pytest.approx(1.05482429, abs=1e-6)
    assert fit.scaled_chi_square == pytest.approx(80.8717835, abs=1e-4)
    raw = [alpha(data[:, start : start + 3]).raw for start in (0, 3, 6)]
    assert raw == pytest.approx([0.62612, 0.88271, 0.68846], abs=5e-5)


def test_big_five_inventory() -> None:
    data = classic("bfi").drop_nulls().to_numpy().astype(float)
    assert len(data) == 2436
    correlation = pearson(data)
    assert kmo(correlation).overall == pytest.approx(0.8486452, abs=1e-7)
    assert bartlett(correlation, len(data)).chi_square == pytest.approx(18146.07, abs=0.005)
    ours = map_test(correlation)
    assert ours.squared[1:7] == pytest.approx(
        [0.02492, 0.01894, 0.01752, 0.01569, 0.01464, 0.01598], abs=5e-6
    )
    assert ours.retained == 5
    assert parallel_analysis(data, draws=40).retained == 5
    assert parallel_analysis(data, kind="factors", draws=40).retained == 6
    five = exploratory(correlation, len(data), 5)
    assert [five.rmsea, five.tli] == pytest.approx([0.05480192, 0.8768373], abs=2e-6)
    assert sorted(np.abs(five.loadings[0])) == pytest.approx(
        [0.0509, 0.0660, 0.1788, 0.2036, 0.4350], abs=2e-3
    )
    assert np.abs(five.correlations[0, 1]) == pytest.approx(0.2169, abs=2e-3)
    pairs = polychoric(data[:, :3])
    assert [pairs[0, 1], pairs[1, 2]] == pytest.approx([-0.4211, 0.5730], abs=5e-4)
    extraversion = data[:, 5:10].copy()
    extraversion[:, 3:] = 7 - extraversion[:, 3:]
    assert alpha(extraversion).raw == pytest.approx(0.73729481, abs=1e-8)
    assert htmt(data, [[1, 2], [5, 6]]).ratio[0, 1] < 0.85
