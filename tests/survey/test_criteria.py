"""The criteria of internationalization, each worked out by hand for a handful of firms."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from scipy import stats

from firmtrade.surveys.criteria import Answered, criterion_values, measured, sorted_by_concept
from firmtrade.surveys.scales import item_values, scale_lines, scale_scores
from survey.world import loaded

NAN = float("nan")

FIRMS = pl.DataFrame(
    {
        "found": [2010, 2000, 2020, 1990, 2025],
        "fyear": [2011, 2014, 2019, 1990, None],
        "staff": [10.0, 0.0, 4.0, 20.0, None],
        "fsts": [50, 5, 30, 26, None],
        "fsts3": [30, 0, 40, 25, None],
        "nctry": [13, 1, 2, 34, None],
        "fstaff": [2, 1, 5, 4, None],
        "mkt1c": ["FR", "US", "DE", "GB", None],
        "mkt1y": [2011, 2014, 2019, 1990, None],
        "mkt1m": [2, 3, 1, 6, None],
        "mkt2c": ["CN", None, "XX", "NL", None],
        "mkt2y": [2012, None, 2021, 1995, None],
        "mkt2m": [5, None, 2, 1, None],
    }
)


def answered() -> Answered:
    return Answered(loaded(), FIRMS, {})


def values(measure: str) -> list[float]:
    return measured(answered(), measure).tolist()


def close(found: list[float], expected: list[float]) -> bool:
    return found == pytest.approx(expected, nan_ok=True)


def test_age_is_the_survey_year_minus_the_founding_year() -> None:
    assert close(values("age"), [14, 24, 4, 34, NAN])


def test_a_sale_before_the_founding_leaves_the_time_to_internationalization_unknown() -> None:
    assert close(values("years_to_first_export"), [1, 14, NAN, 0, NAN])


def test_three_speeds_have_the_years_abroad_below_the_line() -> None:
    assert close(values("market_breadth_speed"), [1, 0.1, 0.4, 1, NAN])
    assert close(values("foreign_sales_speed"), [0.5 / 13, 0.005, 0.06, 0.26 / 34, NAN])
    # No staff, or more of them abroad than there are: unknown.
    assert close(values("resource_commitment_speed"), [0.2 / 13, NAN, NAN, 0.2 / 34, NAN])


def test_regions_count_the_continents_of_listed_markets_and_ignore_codes_of_none() -> None:
    assert close(values("regions"), [2, 1, 1, 1, NAN])


def test_the_heaviest_entry_mode_counts() -> None:
    assert close(values("entry_mode"), [5, 3, 2, 6, NAN])


def test_rhythm_is_the_kurtosis_of_yearly_entries_since_the_first() -> None:
    first = stats.kurtosis([1, 1] + [0] * 12)
    fourth = stats.kurtosis([1, 0, 0, 0, 0, 1] + [0] * 29)
    third = stats.kurtosis([1, 0, 1, 0, 0, 0])
    assert close(values("expansion_rhythm"), [first, NAN, third, fourth, NAN])


def test_born_globals_follow_their_cited_definitions() -> None:
    two_years = sorted_by_concept(answered(), "born_global_rennie_1993").tolist()
    assert close(two_years, [1, 0, NAN, 1, NAN])
    # The share of the third year counts, not that of today.
    three_years = sorted_by_concept(answered(), "born_global_knight_cavusgil_2004").tolist()
    assert close(three_years, [1, 0, NAN, 1, NAN])
    two_continents = sorted_by_concept(answered(), "born_global_baldegger_schueffel_2009").tolist()
    # A single continent settles the third firm, though its time abroad is unknown.
    assert close(two_continents, [1, 0, 0, 0, NAN])


def test_transformations_keep_what_is_missing_missing() -> None:
    plan = loaded().plan
    logged = criterion_values(answered(), plan.criteria["age"])
    assert close(logged.tolist(), np.log1p([14, 24, 4, 34, NAN]).tolist())


def test_reversed_items_are_turned_and_missing_codes_set_apart() -> None:
    answers = pl.DataFrame({"plc1": [7, 99, 1, None], "plc4": [1, 2, 99, 7]})
    variables = loaded().variables
    assert close(item_values(answers, variables["plc1"]).tolist(), [7, NAN, 1, NAN])
    assert close(item_values(answers, variables["plc4"]).tolist(), [7, 6, NAN, 1])


def test_a_scale_is_the_mean_of_what_was_answered_if_half_of_it_was() -> None:
    answers = pl.DataFrame(
        {"plc1": [7, 5, 1], "plc2": [7, 99, None], "plc3": [7, 3, None], "plc4": [1, 4, None]}
    )
    assert close(scale_scores(loaded(), answers)["sns_place"].tolist(), [7, 4, NAN])


def test_distance_is_averaged_over_the_markets_line_by_line() -> None:
    answers = pl.DataFrame({"d1a": [2, 4], "d2a": [6, None], "d1b": [1, 1], "d2b": [1, None]})
    lines = scale_lines(loaded(), answers, "perceived_distance")
    assert close(lines[:, 0].tolist(), [4, 4])
    assert np.isnan(lines[:, 6]).all()
