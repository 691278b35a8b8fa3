"""`distribution`: value, growth, partners, products and their churn over the traders of a flow."""

from __future__ import annotations

from typing import Any

import pytest

from firm_table import computed_table, in_words


def spread_of(measure: str, **changes: Any) -> dict[str, Any]:
    """A distribution of a measure over types of exporter."""
    table = {
        "kind": "distribution",
        "flow": "export",
        "measure": measure,
        "rows": "trader_type",
        "years": [1999, 2001],
    }
    return table | changes


def test_types_of_trader_and_their_values() -> None:
    result = computed_table(spread_of("value"), """
        firm | export 1999 | export 2000       | export 2001
        a    | FR 100      | FR 1000           | FR 100
        b    | FR 100      | FR 2000           |
        c    | FR 100      | FR 3000, US -1000 | FR 100
        d    |             | FR 4000, ? 3000   |
        e    |             | FR 5000           | FR 100
        f    | FR 700      |                   |
    """)  # fmt: skip
    result.shows("""
        trader             | n | mean  | standard_deviation | first_quartile | median | third_quartile
        all                | 5 | 3.400 | 2.5100             | 2.00           | 2.00   | 5.00
        entrants           | 2 | 6.000 | 1.4142             | 5.00           | 6.00   | 7.00
        surviving_entrants | 1 | 5.000 | -                  | 5.00           | 5.00   | 5.00
        incumbents         | 3 | 1.667 | 0.5774             | 1.00           | 2.00   | 2.00
        exiters            | 1 | 0.700 | -                  | 0.70           | 0.70   | 0.70
    """)
    assert result.cell("X/firms/all/mean").unit == "thousand_eur"
    assert result.cell("X/firms/all/n").unit == "count"
    single = result.cell("X/firms/exiters/standard_deviation")
    assert str(single.reason) == "undefined: too few firms, or a total that is not positive"


@pytest.mark.parametrize(
    ("values", "quartiles"),
    [
        ((), "- | - | -"),
        ((7,), "7 | 7 | 7"),
        ((1, 2), "1 | 1.5 | 2"),
        ((3, 1, 2), "1 | 2 | 3"),
        ((4, 2, 1, 3), "1.5 | 2.5 | 3.5"),
        ((1, 2, 3, 4, 5), "2 | 3 | 4"),
    ],
)
def test_quartiles_average_two_firms_only_where_they_lie_between_them(
    values: tuple[int, ...], quartiles: str
) -> None:
    firms = "".join(f"\n{number} | FR {1000 * value}" for number, value in enumerate(values))
    computed_table(spread_of("value"), f"firm | export 2000\nnone |{firms}").shows(f"""
        trader | n | first_quartile | median | third_quartile
        all    | {len(values)} | {quartiles}
        ...
    """)


def test_the_deviation_of_one_firm_is_undefined_and_so_is_everything_of_none() -> None:
    result = computed_table(spread_of("value"), "firm | export 2000\na | FR 1000")
    result.shows("""
        trader     | n | mean | standard_deviation | first_quartile | median | third_quartile
        all        | 1 | 1    | -                  | 1              | 1      | 1
        incumbents | 0 | -    | -                  | -              | -      | -
        ...
    """)
    reason = "undefined: too few firms, or a total that is not positive"
    assert str(result.cell("X/firms/all/standard_deviation").reason) == reason


def test_the_deviation_divides_by_one_firm_less() -> None:
    computed_table(spread_of("value"), "firm | export 2000\na | FR 1000\nb | FR 3000").shows("""
        trader | mean | standard_deviation
        all    | 2    | 1.414214
        ...
    """)


def test_growth_of_a_trader_is_known_from_a_positive_value() -> None:
    """An entrant grows first in the year after its entry, if it is in the population then."""
    result = computed_table(spread_of("value_growth"), """
        firm | employees_fte 2001 | export 1999    | export 2000 | export 2001
        a    | 5                  | FR 300         | FR 100      | FR 100
        b    | 5                  | FR 100         | FR 250      |
        c    | 5                  | FR 10, US -10  | FR 100      |
        d    | 5                  |                | FR 100      | FR 150
        e    | 0                  |                | FR 100      | FR 300
        f    | 5                  |                | FR 100      |
    """)  # fmt: skip
    result.shows("""
        trader             | n | mean      | standard_deviation | first_quartile | median    | third_quartile
        surviving_entrants | 1 | 50.000000 | -                  | 50.000000      | 50.000000 | 50.000000
        incumbents         | 2 | 41.666667 | 153.2065           | -66.666667     | 41.6667   | 150.000000
    """)
    assert result.cell("X/firms/incumbents/mean").unit == "percent"


@pytest.mark.parametrize(
    ("before", "now", "growth"),
    [
        ("300", "400", "33.333333"),
        ("300", "100", "-66.666667"),
        ("200000000", "200000001", "0.000001"),
        ("200000000", "199999999", "-0.000001"),
        ("128", "129", "0.781250"),
        ("1280", "1280.01", "0.000781"),
        ("1024", "5602.48", "447.117188"),  # 447.1171875: a quotient of binary fractions falls below the half
        ("2560", "73.80", "-97.117188"),
        ("922337203685477.58", "922337203685477.57", "0"),
        ("0.01", "9000000000.00", "89999999999900"),
        ("3", "3", "0"),
    ],
)
def test_growth_of_a_firm_has_six_decimals_half_away_from_zero(before: str, now: str, growth: str) -> None:
    result = computed_table(
        spread_of("value_growth"), f"firm | export 1999 | export 2000\na | FR {before} | FR {now}"
    )
    assert result.cell("X/firms/incumbents/median").value == float(growth)


CHURN = """
    firm | export 1999                           | export 2000                                          | export 2001
    a    | FR 1 847130, DE 1 010121, GR 1 220421 | EL 1 22042100, FR 2 847130, US 1 847141, PL 3 847149 | US 1 847141
    b    | FR 1 847130                           | FR 1 84.71                                           | FR 1 847130
    c    | ? 1                                   | FR 1 847130                                          | FR 1 847130
    d    |                                       | FR 1 847130                                          | FR 1 847130
    e    | FR 1 847130                           | DE 4 847130                                          |
"""


@pytest.mark.parametrize(
    ("measure", "row", "expected"),
    [
        # of a: US and PL of EL, FR, US, PL; of b: none; of e: DE alone
        ("new_partner_rate", "incumbents", "3 | 50      | 0       | 50      | 100"),
        ("new_partner_value_share", "incumbents", "3 | 52.381  | 0       | 57.143  | 100"),
        # of a: DE of FR, DE, GR; of b: none; of e: FR alone
        ("dropped_partner_rate", "incumbents", "3 | 44.444  | 0       | 33.333  | 100"),
        # of a: US stays, PL does not
        ("new_partner_survival", "two_year_incumbents", "1 | 50      | 50      | 50      | 50"),
        # of d, seen in 2001
        ("new_partner_rate", "surviving_entrants", "1 | 0       | 0       | 0       | 0"),
        ("new_product_rate", "incumbents", "2 | 25      | 0       | 25      | 50"),
        ("new_product_value_share", "incumbents", "2 | 28.571  | 0       | 28.571  | 57.143"),
        ("dropped_product_rate", "incumbents", "2 | 16.667  | 0       | 16.667  | 33.333"),
        ("new_product_survival", "two_year_incumbents", "1 | 50      | 50      | 50      | 50"),
        ("partners", "all", "5 | 1.6     | 1       | 1       | 1"),
        ("products", "all", "4 | 1.75    | 1       | 1       | 2.5"),
        ("products", "exiters", "0 | -       | -       | -       | -"),
    ],
)
def test_partners_and_products_come_and_go(measure: str, row: str, expected: str) -> None:
    """GR and EL are one country; b declares too few digits of its product, c no partner in the year before."""
    computed_table(spread_of(measure), CHURN).shows(f"""
        trader | n | mean | first_quartile | median | third_quartile
        {row}  | {expected}
        ...
    """)


@pytest.mark.parametrize(
    ("measure", "rows"),
    [
        ("value", ["all", "entrants", "exiters", "surviving_entrants", "incumbents"]),
        ("value_growth", ["surviving_entrants", "incumbents"]),
        ("partners", ["all", "entrants", "exiters", "surviving_entrants", "incumbents"]),
        ("products", ["all", "entrants", "exiters", "surviving_entrants", "incumbents"]),
        ("new_partner_rate", ["surviving_entrants", "incumbents"]),
        ("new_product_value_share", ["surviving_entrants", "incumbents"]),
        ("dropped_product_rate", ["incumbents"]),
        ("new_product_survival", ["two_year_incumbents"]),
    ],
)
def test_a_measure_has_the_types_of_trader_that_it_says_something_about(
    measure: str, rows: list[str]
) -> None:
    assert computed_table(spread_of(measure), CHURN).rows() == rows


def test_a_partner_counts_above_the_threshold_over_all_declarations_of_the_year() -> None:
    computed_table(spread_of("partners"), """
        firm | export 2000
        a    | FR 30, FR 30, DE 50, US 51, GR 30, EL 30
        b    | QV 100, ? 100
        c    | BE 500, FR 100, FR -60, NL 60
    """, trade_threshold=50).shows("""
        trader | n | mean | first_quartile | third_quartile
        all    | 2 | 2    | 1              | 3
        ...
    """)  # fmt: skip


def test_new_partners_survive_only_if_somebody_can_tell() -> None:
    """Not where the firm has no new partner, does not trade again, or trades again with nobody knows whom."""
    computed_table(spread_of("new_partner_survival"), """
        firm | export 1999 | export 2000             | export 2001
        a    | FR 1        | FR 1                    | FR 1
        b    | FR 1        | DE 1                    |
        c    | FR 1        | DE 1                    | ? 1
        d    | ? 1         | DE 1                    | DE 1
        e    | FR 1        | DE 1, NL 1, US 1, CA 1  | DE 1, NL 1, US 1, PL 1, FR 1
        f    | FR 1        | FR 1, US 1              | FR 1
    """).shows("""
        trader              | n | mean | first_quartile | third_quartile
        two_year_incumbents | 2 | 37.5 | 0              | 75
    """)  # fmt: skip


def test_groups_are_of_all_traders_or_of_the_incumbents_alone() -> None:
    firms = """
        firm | employees_fte 1999 | employees_fte 2000 | export 1999 | export 2000 | export 2001
        a    | 5                  | 50                 | FR 1000     | FR 2000     | FR 1
        b    | 50                 | 5                  | FR 1000     | FR 1000     |
        c    | 5                  | 5                  |             | FR 4000     | FR 1
        d    | 5                  | 15                 | DE 1000     | FR 1000     | FR 1
    """
    by_size = {"rows": "size_class", "totals": ["total"]}
    computed_table(spread_of("value", **by_size), firms).shows("""
        size    | n | mean
        small   | 2 | 2.5
        large   | 1 | 2
        unknown | 1 | 1
        total   | 4 | 2
    """)
    computed_table(spread_of("value_growth", **by_size), firms).shows("""
        size    | n | mean
        small   | 1 | 0
        large   | 1 | 100
        unknown | 1 | 0
        total   | 3 | 33.333
    """)
    computed_table(spread_of("new_partner_survival", **by_size), firms).shows("""
        size    | n | mean
        small   | 0 | -
        large   | 0 | -
        unknown | 1 | 100
        total   | 1 | 100
    """)


def test_a_year_that_is_not_read_or_not_covered_takes_the_types_that_need_it() -> None:
    result = computed_table(spread_of("value"), CHURN, uncovered=[("export", "intra", 2001)])
    result.shows("""
        trader             | n | median
        all                | 5 | 0.001
        entrants           | 1 | 0.001
        surviving_entrants | * | *
        incumbents         | 4 | 0.0025
        exiters            | 0 | -
    """)
    last = computed_table(spread_of("value"), CHURN, reference_year=2001)
    assert str(last.cell("X/firms/surviving_entrants/n").reason) == (
        "the year 2002, which the study does not read"
    )
    longer = computed_table(spread_of("value", years=[1998, 2002]), CHURN, reference_year=2001)
    assert longer.cell("X/firms/surviving_entrants/n").value == 0


def test_without_partners_and_products_their_measures_are_not_computed() -> None:
    firms = "firm | export 1999 | export 2000\na | FR 1 | FR 1"
    products = computed_table(spread_of("new_product_rate"), firms)
    assert in_words(products.chapter.switched_off) == {"X": "the column `product` of trade"}
    assert computed_table(spread_of("new_partner_rate"), firms).cell("X/firms/incumbents/n").value == 1


def test_a_firm_of_a_group_counts_alone_and_its_group_stands_behind_the_total() -> None:
    result = computed_table(spread_of("value"), """
        firm | group_id | export 2000
        a    | G        | FR 1000
        b    | G        | FR 2000
        c    |          | FR 2500
        d    | H        | FR 500, US -1000
    """)  # fmt: skip
    result.shows("""
        trader | n | mean | median
        all    | 4 | 1.25 | 1.5
        ...
    """)
    assert result.behind("X/firms/all/median", "value") == (4, 3, 5000, 3000, 2500)
    assert result.behind("X/firms/all/n", "count") == (4, 3, 4, 2, 1)


def test_the_number_of_partners_is_counted_and_the_traders_of_each_are_spread() -> None:
    result = computed_table(spread_of("traders_per_partner"), """
        firm | export 2000
        a    | FR 100, US 100
        b    | FR 100
    """)  # fmt: skip
    assert {column: result.cell(f"X/firms/all/{column}").decimals for column in ("number", "n", "median")} == {
        "number": 0, "n": 0, "median": 1,
    }  # fmt: skip
    assert result.cell("X/firms/all/number").value == 2
