"""The synthetic population, seen through the engine that every other data goes through."""

from __future__ import annotations

from pathlib import Path

import pytest

from firmtrade.linked.population import SynthReport, synthesize
from firmtrade.linked.population.targets import targets_of
from firmtrade.observatory.observe import Observation
from firmtrade.outputs import CellKey
from firmtrade.sources.folder import CanonicalFolder
from firmtrade.statistics.chapter import compute
from firmtrade.study import load_study

STUDY = load_study("belgium-2008")
COUNTS = {"1", "2", "3", "4", "17", "18", "19", "20"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, SynthReport]:
    folder = tmp_path_factory.mktemp("population") / "belgium"
    return folder, synthesize("belgium-2008", folder)


@pytest.fixture(scope="module")
def missed(made: tuple[Path, SynthReport]) -> dict[CellKey, float | None]:
    """Printed statistics that the population does not reproduce, with the value obtained."""
    observation = Observation(CanonicalFolder(made[0]), STUDY)
    values = {cell.key: cell.value for cell in compute(STUDY, observation.answer, observation.missing).cells}
    observation.engine.close()
    return {
        target.key: values[target.key]
        for target in targets_of(STUDY, None)
        if not target.fact and not _within(values[target.key], target.low, target.high)
    }


def _within(value: float | None, low: float, high: float) -> bool:
    return value is not None and low - 1e-9 <= value <= high + 1e-9


def test_every_count_and_share_of_2002_is_reproduced(missed: dict[CellKey, float | None]) -> None:
    assert not {key for key in missed if key.table in COUNTS}


def test_the_folder_says_that_it_is_synthetic(made: tuple[Path, SynthReport]) -> None:
    stamp = CanonicalFolder(made[0]).stamp
    assert stamp.synthetic
    assert "never existed" in stamp.title
