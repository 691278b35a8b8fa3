"""`series`: shares year by year, the population's rules applied to each year."""

from __future__ import annotations

from firm_table import computed


def test_firms_enter_and_leave_the_population_from_year_to_year() -> None:
    computed("fig17", """
        firm         | employees_fte 2000 | employees_fte 2001 | trade
        always       | 5                  | 5                  | export FR 1 1999, export FR 1 2000, export FR 1 2001
        too large    | 250                | 5                  |
        unknown size |                    | 5                  |
        too small    | 5                  | 0.5                | export US 1 2001
    """, years=[1999, 2002]).shows("""
        flow            | 1999 | 2000 | 2001   | 2002
        intra_eu_import | 0    | 0    | 0      | 0
        extra_eu_import | 0    | 0    | 0      | 0
        intra_eu_export | 25   | 50   | 33.333 | 0
        extra_eu_export | 0    | 0    | 0      | 0
    """)  # fmt: skip


def test_a_year_without_firms_is_undefined() -> None:
    computed("fig17", """
        firm | employees_fte 2001
        a    | 0
    """, years=[2001, 2002]).shows("""
        flow            | 2001 | 2002
        intra_eu_export | -    | 0
        ...
    """)  # fmt: skip
