"""Simulated panels that several tests share. All data here is synthetic."""

import polars as pl
import pytest

from evidence.simulator import Truth, simulate
from firmtrade.evidence import EvidenceOptions


@pytest.fixture(scope="session")
def selective() -> pl.DataFrame:
    """Better firms start to export; exporting adds 10 log points while it lasts; exporters die less."""
    return simulate(1500, 8, seed=2, truth=Truth(premium=0.10, selection=0.7, protection=-0.6))


@pytest.fixture(scope="session")
def fast() -> EvidenceOptions:
    """Linear models from sufficient statistics, which need no compilation."""
    return EvidenceOptions(compress_above=0)
