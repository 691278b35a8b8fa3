"""Who stands behind a number: firms, protected units, and the two largest of them."""

from __future__ import annotations

from decimal import Decimal

from firm_table import computed


def test_a_group_is_one_unit_in_every_row_that_it_stands_in() -> None:
    result = computed("6", """
        firm     | group_id | employees_fte 1998 | value_added 1998 | value_added | trade
        spans a  | G        | 10                 | 100              | 100         | export FR
        spans b  | G        | 50                 | 100              | 100         |
        within c | H        | 4                  | -900             | 100         | export FR
        within d | H        | 5                  | 200              | 100         | export FR
        alone e  |          | 3                  | 300              | 100         | export FR
        alone f  |          | 20                 | 5                | 100         |
    """)  # fmt: skip
    export, others = "6/manufacturing/export/employment_cagr", "6/manufacturing/no_export/employment_cagr"
    assert result.behind(export, "fte_start") == (4, 3, 22, 10, 9)
    assert result.behind(others, "fte_start") == (2, 2, 70, 50, 20)
    assert result.behind("6/manufacturing/export/n", "count") == (4, 3, 4, 2, 1)


def test_the_largest_contribution_is_by_absolute_value_and_in_groups_after_adding_up() -> None:
    result = computed("6", """
        firm     | group_id | value_added 1998 | value_added 2003
        a        | H        | -900             | 1
        b        | H        | 200              | 1
        c        |          | 300              | 1
        d        |          | 50.01            | 1
    """)  # fmt: skip
    key = "6/manufacturing/no_export/value_added_cagr"
    assert result.behind(key, "value_added_start") == (4, 3, Decimal("-349.99"), 700, 300)


def test_units_without_a_known_value_stand_behind_no_total() -> None:
    result = computed("6", """
        firm | group_id | employees_fte 1998 | value_added 1998 | value_added 2003
        a    | G        | 10                 | 100              | 100
        b    | G        | 70                 |                  | 100
        c    | H        | 90                 | 100              |
    """)  # fmt: skip
    assert result.behind("6/manufacturing/no_export/employment_cagr", "fte_start") == (1, 1, 10, 10, 0)
    assert result.behind("6/manufacturing/no_export/n", "count") == (3, 2, 3, 2, 1)


def test_a_group_in_several_divisions_is_one_unit_of_the_total() -> None:
    result = computed("3", """
        firm | nace | group_id | trade
        a    | 15   | G        | export FR
        b    | 17   | G        | export FR
        c    | 17   | G        |
        d    | 17   |          | export FR
        e    | 45   | H        |
        f    | 99   | G        | export FR
    """)  # fmt: skip
    assert result.behind("3/manufacturing/total/export_share", "base") == (5, 3, 5, 3, 1)
    assert result.behind("3/manufacturing/total/export_share", "count") == (3, 2, 3, 2, 1)
    assert result.behind("3/manufacturing/nace_17/export_share", "base") == (3, 2, 3, 2, 1)


def test_a_group_of_one_year_is_no_group_of_another_in_a_series() -> None:
    result = computed("fig17", """
        firm | group_id | trade
        a    | G        | export FR 100 2001
        b    | G        | export FR 100 2001
        c    | G        | export FR 100 2002
    """, years=[2001, 2002])  # fmt: skip
    assert result.behind("fig17/manufacturing/intra_eu_export/2001", "count") == (2, 1, 2, 2, 0)
    assert result.behind("fig17/manufacturing/intra_eu_export/2002", "base") == (3, 1, 3, 3, 0)


def test_a_group_and_a_firm_of_the_same_name_are_two_units() -> None:
    result = computed("1", """
        firm | group_id
        a    | b
        b    |
    """)  # fmt: skip
    assert result.behind("1/manufacturing/no_internationalization/n", "count") == (2, 2, 2, 1, 1)


def test_without_groups_every_firm_is_a_unit() -> None:
    result = computed("1", """
        firm | trade
        a    |
        b    |
        c    | export FR
    """)  # fmt: skip
    assert result.behind("1/manufacturing/no_internationalization/n", "count") == (2, 2, 2, 1, 1)
    assert result.behind("1/manufacturing/export_only/n", "count") == (1, 1, 1, 1, 0)
    assert result.behind("1/manufacturing/import_only/n", "count") == (0, 0, 0, 0, 0)


def test_the_largest_two_may_stand_together_in_one_part_of_a_total() -> None:
    result = computed("6", """
        firm     | employees_fte 1998 | value_added 1998 | value_added | export 1998 | export 2002
        always a | 90                 | 100              | 100         | FR 1        | FR 1
        always b | 80                 | 100              | 100         | FR 1        | FR 1
        new c    | 10                 | 100              | 100         |             | FR 1
        new d    | 5                  | 100              | 100         |             | FR 1
    """)  # fmt: skip
    assert result.behind("6/manufacturing/export/employment_cagr", "fte_start") == (4, 4, 185, 90, 80)
