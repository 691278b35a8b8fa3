"""Simulated panels, and an evaluation of support, that several tests share. All data here is synthetic."""

import polars as pl
import pytest

from evidence.programmes import design, panel_of
from evidence.simulator import Truth, simulate
from evidence.supported import Programme, supported
from firmtrade.evidence import EvidenceOptions
from firmtrade.evidence.impact import impact


@pytest.fixture(scope="session")
def selective() -> pl.DataFrame:
    """Better firms start to export; exporting adds 10 log points while it lasts; exporters die less."""
    return simulate(1500, 8, seed=2, truth=Truth(premium=0.10, selection=0.7, protection=-0.6))


@pytest.fixture(scope="session")
def fast() -> EvidenceOptions:
    """Linear models from sufficient statistics, which need no compilation."""
    return EvidenceOptions(compress_above=0)


@pytest.fixture(scope="session")
def helped():
    """Support adds 10 points to the yearly chance of a first export, for three years."""
    return panel_of(Programme(effect=0.10, takes=0.03))


@pytest.fixture(scope="session")
def answer(helped):
    asked = design(
        ("first_export", "destinations", "survival"), groups=("size_class", "programme"),
        more='[cost]\noverhead_percent = 10.0\nsource = "a guess"',
    )  # fmt: skip
    return impact(helped, asked)


@pytest.fixture(scope="session")
def economy():
    """Firm-years and support that helps, from which tests make tables of their own."""
    return supported(1500, 9, seed=11, programme=Programme(effect=0.15, takes=0.05))
