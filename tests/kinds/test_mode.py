"""`mode`: how many firms export, import, do both or neither, and where to or from."""

from __future__ import annotations

from firm_table import computed


def test_every_firm_has_one_mode_and_every_trader_one_scope() -> None:
    computed("1", """
        firm | trade
        a    |
        b    | export FR
        c    | export US
        d    | export FR, export US
        e    | import FR
        f    | import US, export US
    """).shows("""
        mode                     | n | intra_eu | extra_eu | both_intra_extra | unknown
        no_internationalization  | 1 | .        | .        | .                | .
        import_and_export        | 1 | 0        | 1        | 0                | .
        import_only              | 1 | 1        | 0        | 0                | .
        export_only              | 3 | 1        | 1        | 1                | .
    """)  # fmt: skip


def test_the_scope_of_a_two_way_trader_is_judged_over_all_its_flows() -> None:
    computed("1", """
        firm | trade
        a    | import FR, export US
        b    | import FR, export DE
    """).shows("""
        mode              | n | intra_eu | extra_eu | both_intra_extra
        import_and_export | 2 | 1        | 0        | 1
        ...
    """)  # fmt: skip


def test_a_flow_of_unknown_zone_leaves_the_scope_open_unless_both_zones_are_there_anyway() -> None:
    computed("1", """
        firm | trade
        a    | export ?
        b    | export ?, export FR
        c    | export ?, export FR, export US
        d    | import US, export ?
    """).shows("""
        mode              | n | intra_eu | extra_eu | both_intra_extra | unknown
        export_only       | 3 | 0        | 0        | 1                | 2
        import_and_export | 1 | 0        | 0        | 0                | 1
        import_only       | 0 | 0        | 0        | 0                | .
        ...
    """)  # fmt: skip


def test_a_partner_in_the_own_country_is_no_foreign_trade() -> None:
    computed("1", """
        firm | trade
        a    | export BE
        b    | export BE, import FR
    """).shows("""
        mode                    | n
        no_internationalization | 1
        import_only             | 1
        export_only             | 0
        import_and_export       | 0
    """)  # fmt: skip


def test_greece_is_inside_the_union_under_either_of_its_codes_and_na_is_namibia() -> None:
    computed("1", """
        firm | trade
        a    | export EL
        b    | export GR
        c    | export NA
    """).shows("""
        mode        | n | intra_eu | extra_eu | both_intra_extra
        export_only | 3 | 2        | 1        | 0
        ...
    """)  # fmt: skip


def test_a_partner_wins_over_the_declared_zone_and_a_code_that_is_no_country_falls_back_on_it() -> None:
    computed("1", """
        firm | trade
        a    | export intra
        b    | export extra
        c    | export XX9
    """).shows("""
        mode        | n | intra_eu | extra_eu | both_intra_extra | unknown
        export_only | 3 | 1        | 1        | 0                | 1
        ...
    """)  # fmt: skip


def test_where_the_union_is_as_declared_a_partner_speaks_only_if_it_is_the_own_country_or_a_zone() -> None:
    computed("1", """
        firm | trade
        a    | export FR
        b    | export FR/extra
        c    | export US/intra
        d    | export BE/extra, import QV
        e    | export QV/extra
    """, head={"union": "declared"}).shows("""
        mode        | n | intra_eu | extra_eu | both_intra_extra | unknown
        export_only | 4 | 1        | 2        | 0                | 1
        import_only | 1 | 1        | 0        | 0                | .
        ...
    """)  # fmt: skip


def test_negative_corrections_are_part_of_the_sum_that_makes_a_flow() -> None:
    computed("1", """
        firm                     | trade
        cancelled                | export FR 100, export FR -100
        cancelled, other partner | export FR 100, export DE -100
        nearly                   | export FR 100, export FR -99.99
        below nothing            | import US -50
        other zone               | export FR 100, export US -100
    """).shows("""
        mode                    | n | intra_eu | extra_eu | both_intra_extra
        no_internationalization | 3 | .        | .        | .
        export_only             | 2 | 2        | 0        | 0
        ...
    """)  # fmt: skip


def test_a_flow_must_exceed_the_threshold_of_the_study() -> None:
    computed("1", """
        firm | trade
        a    | export FR 250
        b    | export FR 250, export DE 0.01
        c    | export FR 200, export US 200
    """, head={"trade_threshold": 250}).shows("""
        mode                    | n
        no_internationalization | 2
        export_only             | 1
        ...
    """)  # fmt: skip


def test_trade_of_another_year_and_trade_without_a_firm_in_the_register_count_in_nothing() -> None:
    result = computed("1", """
        firm | trade
        a    | export FR 100 2001
        b    |
    """)  # fmt: skip
    result.shows("""
        mode                    | n
        no_internationalization | 2
        export_only             | 0
        ...
    """)


def test_an_empty_population_is_printed_with_zeros() -> None:
    computed("1", """
        firm | nace | trade
        a    | 52   | export FR
    """).shows("""
        mode                    | n | intra_eu | extra_eu | both_intra_extra | unknown
        no_internationalization | 0 | .        | .        | .                | .
        import_and_export       | 0 | 0        | 0        | 0                | .
        import_only             | 0 | 0        | 0        | 0                | .
        export_only             | 0 | 0        | 0        | 0                | .
    """)  # fmt: skip
