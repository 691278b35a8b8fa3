"""The benchmark of detection, small: no false alarm, and changed digits are found."""

from __future__ import annotations

import importlib.util
from collections import Counter
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from firmtrade.studies import load_study
from linked.random_population import printed_rows, random_firms

STUDY = load_study("belgium-2008")


@pytest.fixture(scope="module")
def benchmark() -> ModuleType:
    file = Path(__file__).parents[2] / "benchmarks" / "audit_detection.py"
    spec = importlib.util.spec_from_file_location("audit_detection", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_untouched_editions_raise_no_alarm_and_a_changed_digit_is_found(
    benchmark: ModuleType, tmp_path: Path
) -> None:
    results = list(benchmark.experiment(STUDY, 2, 500))
    assert [untouched for untouched, _, _ in results] == ["nobody"] * 2
    found = Counter((kind, by) for _, kind, by in results)
    assert sum(number for (_, by), number in found.items() if by != "nobody") >= 1
    benchmark.figure(found).save(tmp_path / "detection.svg")
    assert "<svg" in (tmp_path / "detection.svg").read_text(encoding="utf-8")


def test_one_digit_of_one_number_changes_and_nothing_else(benchmark: ModuleType) -> None:
    rows = benchmark.published(printed_rows(STUDY, random_firms(STUDY, 3, 200)))
    for seed in range(50):
        changed, row = benchmark.with_one_digit_changed(rows, np.random.default_rng(seed))
        different = [(one, other) for one, other in zip(rows, changed, strict=True) if one != other]
        assert len(different) == 1
        before, after = different[0][0]["printed"], different[0][1]["printed"]
        assert after == row["printed"]
        assert len(before) == len(after)
        assert sum(a != b for a, b in zip(before, after, strict=True)) == 1
