"""The door of the evidence: what a panel must be, and what is derived from it."""

import math

import polars as pl
import pytest

from evidence.found import english
from evidence.simulator import simulate
from firmtrade.errors import DataError, InputError, StudyError
from firmtrade.evidence import EvidenceOptions, prepare
from firmtrade.evidence.grid import grid_of

FRAME = pl.DataFrame(
    {
        "firm_id": ["b", "a", "a", "a"],
        "year": [2000, 2002, 2000, 1999],
        "employment": [4.0, 2.0, float("nan"), 0.0],
        "value_added": [8.0, -1.0, 3.0, 5.0],
        "exporter": [False, True, True, False],
        "importer": [True, False, True, None],
    }
)


def test_a_panel_without_firm_or_year_is_refused_with_the_missing_column() -> None:
    with pytest.raises(InputError, match="the panel has no column `year`"):
        prepare(FRAME.drop("year"))


def test_an_empty_panel_is_refused() -> None:
    with pytest.raises(DataError, match="the panel is empty"):
        prepare(FRAME.head(0))


def test_a_firm_with_two_rows_in_a_year_is_refused_without_naming_it() -> None:
    with pytest.raises(DataError, match="1 rows of the panel repeat a firm and year") as caught:
        prepare(pl.concat([FRAME, FRAME.head(1)]))
    assert "'b'" not in str(caught.value)


def test_a_row_without_a_year_is_refused() -> None:
    nameless = FRAME.with_columns(year=pl.Series([None, 2002, 2000, 1999]))
    with pytest.raises(DataError, match="no firm or no year"):
        prepare(nameless)


def test_a_column_of_the_wrong_type_is_named() -> None:
    with pytest.raises(InputError, match="column `employment` of the panel is not of type Float64"):
        prepare(FRAME.with_columns(employment=pl.lit("many")))


def test_missing_is_null_and_logarithms_exist_only_of_positive_numbers() -> None:
    rows = prepare(FRAME).rows
    assert rows["firm_id"].to_list() == ["a", "a", "a", "b"]
    assert rows["log_employment"].to_list() == [
        None,
        None,
        pytest.approx(math.log(2)),
        pytest.approx(math.log(4)),
    ]
    assert rows["log_labor_productivity"].to_list() == [None, None, None, pytest.approx(math.log(2))]


def test_a_mode_is_unknown_where_one_direction_is() -> None:
    rows = prepare(FRAME).rows
    assert rows["import_only"].to_list() == [None, False, False, True]
    assert rows["import_and_export"].to_list() == [False, True, False, False]


def test_a_firm_without_a_unit_is_its_own_unit() -> None:
    rows = prepare(FRAME.with_columns(unit=pl.Series(["g", None, None, None]))).rows
    assert rows["unit"].to_list() == ["a", "a", "a", "g"]


def test_a_year_between_two_rows_is_a_year_without_trade_where_the_data_covers_it() -> None:
    covered = pl.concat(
        [FRAME, pl.DataFrame({"firm_id": ["b"], "year": [2001], "exporter": [True]})], how="diagonal"
    )
    grid = grid_of(prepare(covered))
    firm_a = grid.status("exporter")[0].tolist()
    assert firm_a == [0.0, 1.0, 0.0, 1.0]


def test_deflated_money_is_at_prices_of_the_first_year_and_employment_is_not_money() -> None:
    deflator = pl.DataFrame({"year": [1999, 2000, 2002], "index": [2.0, 4.0, 8.0]})
    panel = prepare(FRAME, deflator)
    assert panel.rows["value_added"].to_list() == [5.0, 1.5, -0.25, 4.0]
    assert panel.rows["employment"].to_list() == [0.0, None, 2.0, 4.0]
    assert english(panel.notes) == ("Money is at constant prices, those of 1999.",)


def test_years_without_a_deflator_are_missing_and_said() -> None:
    panel = prepare(FRAME, pl.DataFrame({"year": [1999, 2000], "index": [1.0, 2.0]}))
    assert panel.rows["value_added"].to_list() == [5.0, 1.5, None, 4.0]
    assert english(panel.notes)[1] == (
        "1 firm-year has no deflator, and its money is missing. The deflator has no index for: 2002."
    )


def test_the_divisions_and_years_without_a_deflator_are_named_and_many_of_them_counted() -> None:
    frame = simulate(200, 4, seed=5)
    years = range(1996, 2000)
    table = [(str(division), year, 1.0) for division in range(15, 23) for year in years]
    gaps = [row for row in table if row[:2] not in {("16", 1997), ("16", 1998), ("20", 1999)}]
    index = pl.DataFrame(gaps, schema=["division", "year", "index"], orient="row")
    said = english(prepare(frame, index).notes)[1]
    assert said.endswith("has no index for: division 16 in 1997–1998; division 20 in 1999.")
    wide = frame.with_columns(division=pl.col("firm_id").str.slice(-2))
    said = english(prepare(wide, pl.DataFrame({"division": ["00"], "year": [1996], "index": [1.0]})).notes)[1]
    assert "division 01 in 1996–1999; " in said
    assert said.endswith(" more divisions.")


@pytest.mark.parametrize(
    ("deflator", "message"),
    [
        ({"year": [1999]}, "no column `index`"),
        ({"year": [2000], "index": [1.0]}, "no index for 1999"),
        ({"year": [1999, 1999], "index": [1.0, 2.0]}, "two values for one year"),
    ],
)
def test_a_deflator_that_cannot_be_used_says_why(deflator, message) -> None:
    with pytest.raises((InputError, DataError), match=message):
        prepare(FRAME, pl.DataFrame(deflator))


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        ({"blocks": ("premium",)}, "Did you mean `premia`"),
        ({"level": 95}, "a confidence level of 95"),
        ({"window": (2003, 1998)}, "ends before growth can begin"),
        ({"leads": ()}, "count years before an event"),
    ],
)
def test_terms_that_make_no_sense_are_refused(terms, message) -> None:
    with pytest.raises(StudyError, match=message):
        EvidenceOptions(**terms)


def test_a_deflator_leaves_the_export_share_of_turnover_as_it_is() -> None:
    frame = simulate(300, 6, seed=5)
    prices = pl.DataFrame({"year": range(1996, 2002), "index": [1.0, 1.2, 1.5, 1.9, 2.4, 3.0]})
    current, constant = prepare(frame).rows, prepare(frame, prices).rows
    assert constant["export_intensity"].to_numpy() == pytest.approx(current["export_intensity"].to_numpy())
    assert constant["export_value"].sum() < current["export_value"].sum()
    assert constant["import_value"].sum() < current["import_value"].sum()


def test_what_is_no_amount_is_missing_and_counted() -> None:
    frame = simulate(50, 3, seed=5).with_columns(
        turnover=pl.when(pl.int_range(pl.len()) == 0).then(float("inf")).otherwise("turnover"),
        value_added=pl.when(pl.int_range(pl.len()) == 1).then(-1e30).otherwise("value_added"),
    )
    panel = prepare(frame)
    assert panel.rows["turnover"].null_count() == panel.rows["value_added"].null_count() == 1
    assert english(panel.notes) == (
        "2 numbers of the panel are infinite or too large to be an amount; they count as missing.",
    )
