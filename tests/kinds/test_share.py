"""`share`: firms with a flag over all firms of their group."""

from __future__ import annotations

import pytest

from firm_table import computed, computed_table


def test_size_classes_are_half_open_by_headcount() -> None:
    computed("4", """
        firm | employees | employees_fte | trade
        a    | 9.999999  | 5             | export FR
        b    | 10        | 5             |
        c    | 49.999999 | 5             | export FR
        d    | 50        | 5             | export US
        e    | 99.999999 | 5             |
        f    | 100       | 5             | import FR
        g    | 249.99    | 5             |
    """).shows("""
        flow            | size_lt10 | size_10_49 | size_50_99 | size_100_250 | unknown
        intra_eu_import | 0         | 0          | 0          | 50           | .
        extra_eu_import | 0         | 0          | 0          | 0            | .
        intra_eu_export | 100       | 50         | 0          | 0            | .
        extra_eu_export | 0         | 0          | 50         | 0            | .
        n               | 1         | 2          | 2          | 2            | .
    """)  # fmt: skip


def test_a_firm_without_headcount_is_of_unknown_size_and_stays_in_the_population() -> None:
    computed("4", """
        firm | employees | employees_fte | trade
        a    | 12        | 5             |
        b    |           | 60            | export FR
    """).shows("""
        flow            | size_lt10 | size_10_49 | size_50_99 | size_100_250 | unknown
        intra_eu_export | -         | 0          | -          | -            | 100
        n               | 0         | 1          | 0          | 0            | 1
        ...
    """)  # fmt: skip


def test_where_the_column_headcount_does_not_exist_size_is_by_the_study_s_employment() -> None:
    computed("4", """
        firm | employees_fte
        a    | 9.5
        b    | 60
    """).shows("""
        flow | size_lt10 | size_10_49 | size_50_99 | size_100_250 | unknown
        n    | 1         | 0          | 1          | 0            | .
        ...
    """)  # fmt: skip


def test_divisions_without_firms_are_omitted_and_the_total_covers_firms_whose_division_is_known() -> None:
    result = computed("3", """
        firm | nace  | trade
        a    | 15.81 | export FR
        b    | 1520  |
        c    | 45    | import US
        d    | DA    | export FR
        e    | 99    | export FR
    """)  # fmt: skip
    result.shows("""
        division         | nace_code | n | export_share | import_share
        nace_15          | 15        | 2 | 50           | 0
        nace_45          | 45        | 1 | 0            | 100
        unknown          | .         | 1 | 100          | 0
        total            | .         | 3 | 33.333       | 33.333
        core_nace_15_37  | .         | 2 | 50           | 0
    """)
    assert result.rows() == ["nace_15", "nace_45", "unknown", "total", "core_nace_15_37"]


def test_totals_of_an_empty_population_are_printed_with_no_firms() -> None:
    computed("3", """
        firm | nace
        a    | 52
    """).shows("""
        division        | n | export_share | import_share
        core_nace_15_37 | 0 | -            | -
        total           | 0 | -            | -
    """)  # fmt: skip


def test_age_classes_count_from_founding_to_the_reference_year() -> None:
    computed("fig18", """
        firm | founded | trade
        a    | 2002    |
        b    | 1998    | export FR
        c    | 1997    | export FR
        d    | 1993    |
        e    | 1992    |
        f    | 1987    |
        g    | 1983    |
        h    | 1982    | export FR
        i    | 2003    | export FR
        j    |         |
    """).shows("""
        flow            | age_lt5 | age_5_9 | age_10_14 | age_15_19 | age_ge20 | unknown
        intra_eu_export | 50      | 50      | 0         | 0         | 100      | 50
        intra_eu_import | 0       | 0       | 0         | 0         | 0        | 0
        ...
    """)  # fmt: skip


def test_regions_follow_from_the_postcode_and_an_impossible_one_is_unknown() -> None:
    result = computed("fig15", """
        firm | nace | postcode | trade
        a    | 15   | 1000     | export FR
        b    | 15   | 1300     |
        c    | 15   | 9000     | import ?
        d    | 45   | 9000     |
        e    | 52   | 4000     |
        f    | 15   | 0999     |
        g    | 15   | L-1000   | export FR
        h    | 15   |          |
    """)  # fmt: skip
    result.shows("""
        region   | internationalized_share
        flanders | 50
        wallonia | 0
        brussels | 100
        unknown  | 33.333
    """, "manufacturing")  # fmt: skip
    result.shows("""
        region   | internationalized_share
        flanders | 100
        wallonia | 0
        brussels | 100
        unknown  | 33.333
    """, "manufacturing without construction")  # fmt: skip
    result.shows("""
        region   | internationalized_share
        flanders | -
        wallonia | 0
        brussels | -
    """, "services")  # fmt: skip


def test_a_region_that_the_register_names_wins_over_the_postcode() -> None:
    computed("fig15", """
        firm | postcode | region   | trade
        a    | 1000     | wallonia | export FR
        b    | 1000     |          |
        c    | 1000     | Lapland  | export FR
    """).shows("""
        region   | internationalized_share
        wallonia | 100
        brussels | 0
        flanders | -
        unknown  | 100
    """, "manufacturing")  # fmt: skip


def test_mining_and_construction_have_no_technology_class_and_a_bare_section_an_unknown_one() -> None:
    computed("fig20", """
        firm | nace | trade
        a    | 24.4 | export FR
        b    | 32   | export FR
        c    | 10   | export FR
        d    | 45   |
        e    | 15   | import FR
        f    | 28   |
        g    | DA   | export FR
    """).shows("""
        direction | high | medium_high | medium_low | low | unknown
        export    | 100  | 100         | 0          | 0   | 100
        import    | 0    | 0           | 0          | 100 | 0
    """)  # fmt: skip


def test_medium_sized_firms_are_those_of_two_size_classes() -> None:
    computed("fig21", """
        firm | nace | employees_fte | trade
        a    | 32   | 49.99         | export FR
        b    | 32   | 50            |
        c    | 32   | 249           | export FR
    """).shows("""
        direction | high | medium_high | medium_low | low
        export    | 50   | -           | -          | -
        import    | 0    | -           | -          | -
    """)  # fmt: skip


def test_ventures_are_shares_of_the_class_s_firms_founded_since_the_first_year_of_the_window() -> None:
    result = computed("fig22", """
        firm | nace | founded | trade
        a    | 32   | 1998    | export FR
        b    | 32   | 2002    |
        c    | 32   | 1997    | export FR
        d    | 32   | 2003    | export FR
        e    | 32   |         | export FR
        f    | 32   | 2001    | import FR
        g    | 15   | 1980    |
    """)  # fmt: skip
    result.shows("""
        venture | high   | medium_high | medium_low | low
        inv     | 33.333 | -           | -          | -
        dnv     | 66.667 | -           | -          | -
    """)
    assert result.cell("fig22/manufacturing/inv/high").denominator == 3


MIXED = """
    firm | employees_fte | export 2000
    a    | 5             | FR 10
    b    | 50            |
    c    | 15            | FR 70
"""


@pytest.mark.parametrize("groups", ["rows", "columns"])
def test_a_total_is_of_all_firms_unless_the_table_asks_for_those_of_known_class(groups: str) -> None:
    others = "columns" if groups == "rows" else "rows"
    by_size = {"kind": "share", groups: "size_class", others: "trade_share", "n": True, "totals": ["total"]}

    def total(**more: str) -> list[float | None]:
        result = computed_table(by_size | more, MIXED)
        keys = [("total", name) if groups == "rows" else (name, "total") for name in ("n", "export_share")]
        return [result.cell(f"X/firms/{row}/{column}").value for row, column in keys]

    assert total() == [3, pytest.approx(200 / 3)]
    assert total(totals_of="known") == [2, 50]


def test_firms_to_which_classes_do_not_apply_stand_in_a_row_of_their_own_beside_a_total() -> None:
    """Construction has no technology class; without a total nothing asks for its row."""
    firms = """
        firm | nace | trade
        a    | 32   | export FR
        b    | 45   | export FR
        c    | DA   |
        d    | 15   |
    """
    by_technology = {"kind": "share", "rows": "technology_class", "columns": "trade_share", "n": True}
    shown = computed("3", firms, **by_technology, codes=False, totals=("total",), totals_of="all")
    shown.shows("""
        row     | n | export_share
        high    | 1 | 100
        low     | 1 | 0
        none    | 1 | 100
        unknown | 1 | 0
        total   | 4 | 50
        ...
    """)
    assert "none" not in computed("3", firms, **by_technology, codes=False, totals=()).rows()
