"""A yearly register is read as of each year: the latest state at or before it."""

from __future__ import annotations

from firm_table import computed


def test_the_latest_state_at_or_before_the_reference_year_counts() -> None:
    computed("3", """
        firm            | year | nace
        moved           | 1999 | 15
        moved           | 2002 | 16
        moves later     | 2000 | 17
        moves later     | 2003 | 18
        first seen late | 2003 | 19
        left services   | 1998 | 52
        left services   | 2001 | 20
    """).shows("""
        division        | n
        nace_16         | 1
        nace_17         | 1
        nace_20         | 1
        core_nace_15_37 | 3
        total           | 3
    """)  # fmt: skip


def test_each_year_of_a_series_has_its_own_state_of_the_register() -> None:
    computed("fig17", """
        firm | year | domestic_owned | trade
        a    | 1999 | yes            | export FR 100 2000, export FR 100 2001
        a    | 2001 | no             |
        b    | 2000 | yes            |
    """, years=[2000, 2001]).shows("""
        flow            | 2000 | 2001
        intra_eu_export | 50   | 0
        ...
    """)  # fmt: skip
