"""`level`: labor productivity of a group, in thousands per unit of employment, and its change."""

from __future__ import annotations

from firm_table import computed


def test_a_level_is_a_ratio_of_totals_and_not_a_mean_of_ratios() -> None:
    computed("5", """
        firm | employees_fte 1998 | employees_fte 2003 | value_added 1998 | value_added 2003 | trade
        a    | 1                  | 2                  | 90000            | 100000           | export FR
        b    | 9                  | 8                  | 110000           | 150000           | export FR
    """).shows("""
        status          | n | labor_productivity_1998 | labor_productivity_2003 | labor_productivity_delta
        export          | 2 | 20                      | 25                      | 25
        constant_export | 0 | -                       | -                       | -
        new_to_export   | 2 | 20                      | 25                      | 25
        stopped_export  | 0 | -                       | -                       | -
        no_export       | 0 | -                       | -                       | -
    """)  # fmt: skip


def test_a_level_may_be_negative_but_a_change_from_it_is_undefined() -> None:
    computed("5", """
        firm | employees_fte | value_added 1998 | value_added 2003 | trade
        a    | 10            | -50000           | 20000            | export FR
        b    | 10            | 0                | 20000            |
        c    | 10            | 20000            | -50000           | export FR 100 1998
    """).shows("""
        status         | n | labor_productivity_1998 | labor_productivity_2003 | labor_productivity_delta
        export         | 1 | -5                      | 2                       | -
        stopped_export | 1 | 2                       | -5                      | -350
        no_export      | 2 | 1                       | -1.5                    | -250
        ...
    """)  # fmt: skip


def test_employment_of_firms_without_value_added_is_no_part_of_a_level() -> None:
    result = computed("5", """
        firm | employees_fte | value_added 1998 | value_added 2003
        a    | 10            | 200000           | 300000
        b    | 90            | 200000           |
    """)  # fmt: skip
    result.shows("""
        status    | n | labor_productivity_1998 | labor_productivity_2003 | labor_productivity_delta
        no_export | 2 | 20                      | 30                      | 50
        ...
    """)
    assert result.cell("5/manufacturing/no_export/labor_productivity_1998").unit == "thousand_eur_per_fte"
