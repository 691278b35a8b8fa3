"""`growth`: compound annual growth of a group's totals from 1998 to 2003.

Over five years a total that is multiplied by 32 doubles every year, and 1.61051 is 10 percent a year.
"""

from __future__ import annotations

from firm_table import Computed, canonical, computed, run, study_of


def test_growth_is_of_group_totals_and_productivity_is_what_lies_between() -> None:
    computed("6", """
        firm | employees_fte 1998 | employees_fte 2003 | value_added 1998 | value_added 2003 | trade
        a    | 1                  | 32                 | 40000            | 161051           | export FR
        b    | 3                  | 96                 | 60000            | 0                | export FR
        c    | 32                 | 1                  | 1000             | 1000             |
    """).shows("""
        status          | n | employment_cagr | value_added_cagr | labor_productivity_cagr
        export          | 2 | 100             | 10               | -45
        constant_export | 0 | -               | -                | -
        new_to_export   | 2 | 100             | 10               | -45
        stopped_export  | 0 | -               | -                | -
        no_export       | 1 | -50             | 0                | 100
    """)  # fmt: skip


def test_status_rests_on_two_dates_and_firms_that_stopped_are_among_those_that_do_not_export() -> None:
    computed("6", """
        firm           | value_added | trade
        constant       | 100         | export FR 100 1998, export US
        between        | 100         | export FR 100 1998, export FR 100 2000
        new            | 100         | export FR 100 2000, export FR
        never          | 100         | export FR 100 1999, export FR 100 2001
        imports only   | 100         | import FR
    """).shows("""
        status          | n
        export          | 2
        constant_export | 1
        new_to_export   | 1
        stopped_export  | 1
        no_export       | 3
    """)  # fmt: skip


def test_import_status_is_the_same_for_imports() -> None:
    computed("12", """
        firm | value_added | trade
        a    | 100         | import FR 100 1998, import US, export FR
        b    | 100         | import FR 100 1998
        c    | 100         | import ?
        d    | 100         | export FR
    """).shows("""
        status          | n
        import          | 2
        constant_import | 1
        new_to_import   | 1
        stopped_import  | 1
        no_import       | 2
    """)  # fmt: skip


def test_the_panel_needs_employment_at_both_ends_and_the_limits_in_the_reference_year_alone() -> None:
    result = computed("6", """
        firm             | employees_fte 1998 | employees_fte 2000 | employees_fte 2003
        throughout       | 5                  | 5                  | 5
        hole between     | 5                  |                    | 5
        tiny at the ends | 0.1                | 5                  | 0.1
        large at the end | 5                  | 5                  | 400
        none at start    | 0                  | 5                  | 5
        unknown at start |                    | 5                  | 5
        none at end      | 5                  | 5                  | 0
        unknown at end   | 5                  | 5                  |
    """)  # fmt: skip
    assert result.cell("6/manufacturing/no_export/n").value == 4


def test_a_firm_without_value_added_in_one_year_counts_in_n_and_in_no_total() -> None:
    result = computed("6", """
        firm | employees_fte 1998 | employees_fte 2003 | value_added 1998 | value_added 2003
        a    | 1                  | 32                 | 100000           | 161051
        b    | 7                  | 7                  |                  | 500
        c    | 9                  | 9                  | 500              |
    """)  # fmt: skip
    result.shows("""
        status    | n | employment_cagr | value_added_cagr | labor_productivity_cagr
        no_export | 3 | 100             | 10               | -45
        ...
    """)
    cell = result.cell("6/manufacturing/no_export/employment_cagr")
    assert (cell.numerator, cell.denominator, cell.n_firms) == (32, 1, 1)


def test_growth_from_nothing_and_to_less_than_nothing_is_undefined_and_to_nothing_is_minus_100() -> None:
    columns = "status | n | employment_cagr | value_added_cagr | labor_productivity_cagr"
    for start, end, value_added, productivity in (
        ("0", "500", "-", "-"),
        ("-500", "500", "-", "-"),
        ("500", "-0.01", "-", "-"),
        ("500", "0", "-100", "-100"),
    ):
        computed("6", f"""
            firm | value_added 1998 | value_added 2003
            a    | {start}          | {end}
        """).shows(f"""
            {columns}
            no_export | 1 | 0 | {value_added} | {productivity}
            ...
        """)  # fmt: skip


def test_cohorts_are_half_open_in_the_founding_year() -> None:
    result = computed("7", """
        firm | founded | employees_fte 1998 | value_added
        a    | 1992    | 1                  | 100
        b    | 1993    | 10                 | 100
        c    | 1997    | 100                | 100
        d    | 1998    | 1000               | 100
        e    |         | 10000              | 100
    """)  # fmt: skip
    cell = result.cell("7/manufacturing, founded 1993-1997/no_export/employment_cagr")
    assert cell.denominator == 110


def test_new_ventures_founded_in_the_first_year_are_international_if_they_export_in_the_reference_year() -> (
    None
):
    result = computed("11", """
        firm | founded | employees_fte 1998 | employees_fte 2003 | value_added | trade
        a    | 1998    | 1                  | 32                 | 100         | export FR
        b    | 1998    | 5                  | 5                  | 100         | export FR 100 1998
        c    | 1998    | 5                  | 5                  | 100         | import FR
        d    | 1999    | 5                  | 5                  | 100         | export FR
    """)  # fmt: skip
    result.shows("""
        venture | employment_cagr
        inv     | 100
        dnv     | 0
    """)
    assert result.cell("11/manufacturing, founded 1998/dnv/employment_cagr").n_firms == 2


def test_without_a_cohort_ventures_are_the_firms_founded_since_the_first_year_and_no_others() -> None:
    study = study_of("11")
    (table,) = study.tables
    study = study.model_copy(update={"tables": (table.model_copy(update={"cohort": None}),)})
    result = Computed(run(study, canonical(study, """
        firm | founded | employees_fte 1998 | employees_fte 2003 | value_added | trade
        a    | 1998    | 1                  | 32                 | 100         | export FR
        b    | 1999    | 5                  | 5                  | 100         |
        old  | 1997    | 1                  | 8                  | 100         | export FR
        dark |         | 1                  | 8                  | 100         |
    """)))  # fmt: skip
    result.shows("""
        venture | employment_cagr
        inv     | 100
        dnv     | 0
    """)


def test_a_cohort_founded_before_the_ventures_has_none() -> None:
    result = computed("11", """
        firm | founded | employees_fte 1998 | employees_fte 2003 | value_added | trade
        a    | 1995    | 1                  | 32                 | 100         | export FR
        b    | 1995    | 5                  | 5                  | 100         |
        c    | 1998    | 1                  | 8                  | 100         | export FR
    """, cohort="founded 1993-1997")  # fmt: skip
    result.shows("""
        venture | employment_cagr
        inv     | -
        dnv     | -
    """)
