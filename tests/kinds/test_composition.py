"""`composition`: the modes as shares of all firms of a population."""

from __future__ import annotations

from firm_table import computed


def test_the_modes_share_all_firms_among_them() -> None:
    computed("fig16", """
        firm | trade
        a    |
        b    | export FR
        c    | export FR
        d    | export FR, import US
        e    | import ?
        f    |
        g    |
        h    |
    """).shows("""
        mode                    | share
        no_internationalization | 50
        import_and_export       | 12.5
        import_only             | 12.5
        export_only             | 25
    """)  # fmt: skip


def test_shares_of_an_empty_population_are_undefined_and_never_zero() -> None:
    computed("fig16", """
        firm | employees_fte
        a    | 0.5
    """).shows("""
        mode                    | share
        no_internationalization | -
        import_and_export       | -
        import_only             | -
        export_only             | -
    """)  # fmt: skip
