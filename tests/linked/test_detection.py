"""The benchmark of detection, small: no false alarm, and the mistakes of a typesetter are found."""

from __future__ import annotations

import importlib.util
from collections import Counter
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from firmtrade.studies import load_study
from linked.random_population import Row, printed_rows, random_firms

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


def test_untouched_editions_raise_no_alarm_and_mistakes_are_found(
    benchmark: ModuleType, tmp_path: Path
) -> None:
    results = list(benchmark.experiment(STUDY, 2, 500))
    assert [untouched for untouched, _ in results] == ["nobody"] * 2
    found = Counter(mistake for _, mistakes in results for mistake in mistakes)
    assert found.total() == 2 * benchmark.MISTAKES_EACH
    assert sum(number for (_, _, by), number in found.items() if by != "nobody") >= 1
    benchmark.figure(found).save(tmp_path / "detection.svg")
    assert "<svg" in (tmp_path / "detection.svg").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def rows(benchmark: ModuleType) -> list[Row]:
    return benchmark.published(printed_rows(STUDY, random_firms(STUDY, 3, 200)))


MOST_CHANGED = {"one digit": 1, "last digit": 1, "swapped cells": 2, "lost sign": 1, "wrong row": 12}


@pytest.mark.parametrize("mistake", MOST_CHANGED)
def test_a_mistake_changes_what_is_printed_of_few_numbers(
    benchmark: ModuleType, rows: list[Row], mistake: str
) -> None:
    for seed in range(20):
        changed, row = benchmark.with_mistake(mistake, rows, np.random.default_rng(seed))
        different = [(one, other) for one, other in zip(rows, changed, strict=True) if one != other]
        assert 1 <= len(different) <= MOST_CHANGED[mistake]
        assert row in [one for one, _ in different]
        assert all(other["value"] == other["printed"] for _, other in different)


def test_one_digit_of_one_number_changes_and_no_other(benchmark: ModuleType, rows: list[Row]) -> None:
    for seed in range(50):
        changed, row = benchmark.with_mistake("one digit", rows, np.random.default_rng(seed))
        before, after = (
            row["printed"],
            next(new for old, new in zip(rows, changed, strict=True) if old is row),
        )
        assert len(before) == len(after["printed"])
        assert sum(a != b for a, b in zip(before, after["printed"], strict=True)) == 1


def test_swapped_cells_and_wrong_rows_only_move_numbers(benchmark: ModuleType, rows: list[Row]) -> None:
    for mistake in ("swapped cells", "wrong row"):
        changed, _ = benchmark.with_mistake(mistake, rows, np.random.default_rng(1))
        assert Counter(row["printed"] for row in changed) == Counter(row["printed"] for row in rows)
