"""Panels that skip years, and panels of a sample: a wave is a step, and who was not asked is unknown."""

import re

import numpy as np
import polars as pl
import pytest

from evidence.simulator import Truth, simulate
from firmtrade.errors import DataError
from firmtrade.evidence import EvidenceOptions, prepare, run_evidence

FIRST = 1996
BLOCKS = ("selection", "survival", "learning", "premia")
IN_YEARS = re.compile(r"(?<=t[-+])\d+|(?<=[gt]=)\d+|(?<=after )\d+|^\d{4}$")
BY_BANDS_OF_YEARS = ("discrete", "firth")
"""Hazards by bands of years say something else where a wave is two years long."""


def every_other_year(frame: pl.DataFrame) -> pl.DataFrame:
    """The same firms where every year takes two."""
    years = ("year", "founded", "closed")
    return frame.with_columns((FIRST + 2 * (pl.col(name) - FIRST)).alias(name) for name in years)


def numbers(results) -> dict[tuple[str, ...], float]:
    return {
        (e.block, e.specification, e.outcome, e.term): e.estimate
        for e in results.estimates
        if not any(name in e.specification for name in BY_BANDS_OF_YEARS)
    }


def in_waves(key: tuple[str, ...]) -> tuple[str, ...]:
    """The key of what a panel of every other year says of the same firms."""

    def years(found: re.Match[str]) -> str:
        number = int(found.group())
        return str(FIRST + 2 * (number - FIRST) if number >= FIRST else 2 * number)

    block, specification, outcome, term = key
    outcome = outcome.replace("entrant_survival_1", "entrant_survival_2")
    return block, specification, outcome, IN_YEARS.sub(years, term).replace(" 2 year ", " 2 years ")


@pytest.fixture(scope="module")
def frame() -> pl.DataFrame:
    return simulate(500, 8, seed=5, truth=Truth(premium=0.1, selection=0.5))


def test_a_panel_of_every_other_year_says_of_waves_what_a_yearly_one_says_of_years(frame) -> None:
    yearly = numbers(run_evidence(frame, EvidenceOptions(blocks=BLOCKS, compress_above=0)))
    terms = EvidenceOptions(blocks=BLOCKS, compress_above=0, step=2, closing_within=4)
    waves = numbers(run_evidence(every_other_year(frame), terms))
    longer = ("entrant_survival_2", "entrant_survival_3")  # four and six years: no indicators of the database
    expected = {in_waves(key): value for key, value in yearly.items() if key[2] not in longer}
    assert len(expected) > 150
    assert waves.keys() == expected.keys()
    for key, value in expected.items():
        growth = key[2].endswith("_growth") and key[0] in ("selection", "premia")
        if growth or value is None:  # growth is by year
            continue
        assert waves[key] == pytest.approx(value, rel=1e-6, nan_ok=True), key
    by_year = [key for key in expected if key[2].endswith("_growth") and "(percent)" not in key[3]]
    assert by_year
    for key in by_year:
        assert waves[key] == pytest.approx(expected[key] / 2, rel=1e-6), key


def test_a_year_between_waves_is_refused_by_name(frame) -> None:
    with pytest.raises(DataError, match="rows of 1997, which is no wave: they come every 2 years from 1996"):
        prepare(frame, step=2)


@pytest.fixture(scope="module")
def asked(frame) -> pl.DataFrame:
    """Two thirds of the firm-years, without years of closing."""
    drawn = np.random.default_rng(3).random(frame.height) < 2 / 3
    return frame.filter(pl.Series(drawn)).drop("closed")


def test_a_firm_of_a_sample_that_was_not_asked_again_neither_leaves_nor_dies(asked) -> None:
    found = numbers(run_evidence(asked, EvidenceOptions(blocks=("survival",), sample=True)))
    assert not [key for key in found if key[1].startswith("firm/")]
    assert {found[key] for key in found if key[3].endswith("-> gone")} == {0}
    trades = {
        (firm, year): exporter for firm, year, exporter in asked.select("firm_id", "year", "exporter").rows()
    }
    for year in range(FIRST + 1, FIRST + 8):
        before = [firm for (firm, at), exports in trades.items() if at == year - 1 and exports]
        again = [firm for firm in before if (firm, year) in trades]
        left = [firm for firm in again if not trades[firm, year]]
        rate = found["survival", "export_dynamics", "exit_rate", str(year)]
        assert rate == pytest.approx(100 * len(left) / len(again))
        now = [firm for (firm, at), exports in trades.items() if at == year and exports]
        known = [firm for firm in now if (firm, year - 1) in trades]
        entered = [firm for firm in known if not trades[firm, year - 1]]
        rate = found["survival", "export_dynamics", "entry_rate", str(year)]
        assert rate == pytest.approx(100 * len(entered) / len(known))
