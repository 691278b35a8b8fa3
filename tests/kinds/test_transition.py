"""`transition`: what firms of each mode are some years later, or that they are gone."""

from __future__ import annotations

from typing import Any

from firm_table import computed_table, in_words

TRANSITION: dict[str, Any] = {"kind": "transition", "years": [1999, 2002]}


def test_a_transition_ends_in_a_mode_or_out_of_sight() -> None:
    """A declaration below the threshold is a sign of life, one about the own country is none."""
    computed_table(TRANSITION, """
        firm | employees_fte 2002 | accounts 2002 | export 1999 | import 1999 | export 2002 | import 2002
        a    | 5                  |               |             |             | FR 100      |
        b    | 5                  |               | FR 50       |             |             |
        c    | 0                  |               | FR 51       |             | US 51       | FR 51
        d    |                    | no            | FR 100      |             |             |
        e    |                    | no            |             | US 100      |             | FR 20
        f    |                    | no            |             | US 100      |             | BE 100
        g    | 5                  |               | FR 100      | FR 100      |             | ? 100
    """, trade_threshold=50).shows("""
        mode                    | n | no_internationalization | import_and_export | import_only | export_only | gone
        no_internationalization | 2 | 50                      | 0                 | 0           | 50          | 0
        import_and_export       | 1 | 0                       | 0                 | 100         | 0           | 0
        import_only             | 2 | 50                      | 0                 | 0           | 0           | 50
        export_only             | 2 | 0                       | 50                | 0           | 0           | 50
    """)  # fmt: skip


def test_every_end_from_one_beginning() -> None:
    result = computed_table(TRANSITION, """
        firm | group_id | accounts 2002 | export 1999 | export 2002 | import 2002
        a    | G        |               | FR 10       |             |
        b    | G        |               | FR 10       |             |
        c    |          |               | FR 10       | FR 10       |
        d    |          |               | FR 10       |             | FR 10
        e    | H        |               | FR 10       | FR 10       | FR 10
        f    | H        | no            | FR 10       |             |
        g    |          | no            | FR 10       |             |
        h    |          | no            | FR 10       | FR 10       |
    """)  # fmt: skip
    result.shows("""
        mode                    | n | no_internationalization | import_and_export | import_only | export_only | gone
        no_internationalization | 0 | -                       | -                 | -           | -           | -
        import_and_export       | 0 | -                       | -                 | -           | -           | -
        import_only             | 0 | -                       | -                 | -           | -           | -
        export_only             | 8 | 25                      | 12.5              | 12.5        | 25          | 25
    """)
    row = "X/firms/export_only"
    assert result.behind(f"{row}/no_internationalization", "count") == (2, 1, 2, 2, 0)
    assert result.behind(f"{row}/gone", "base") == (8, 6, 8, 2, 2)
    assert result.cell(f"{row}/n").year == "1999"
    assert result.cell(f"{row}/gone").year == "1999-2002"


def test_firms_are_those_of_the_population_and_the_class_in_the_first_year() -> None:
    small = TRANSITION | {"where": {"size_class": ["small"]}}
    computed_table(small, """
        firm | employees_fte 1999 | employees_fte 2002 | import 1999 | import 2002
        a    | 5                  | 50                 | FR 10       | FR 10
        b    | 50                 | 5                  | FR 10       | FR 10
        c    | 0                  | 5                  | FR 10       | FR 10
        d    | 5                  |                    | FR 10       |
    """).shows("""
        mode        | n | import_only | no_internationalization | gone
        import_only | 2 | 50          | 50                      | 0
        ...
    """)  # fmt: skip


def test_years_between_say_nothing_about_the_end() -> None:
    computed_table(TRANSITION, """
        firm | accounts 2002 | export 1999 | import 2000 | export 2001
        a    |               | FR 10       |             | FR 10
        b    | no            |             | FR 10       | FR 10
    """).shows("""
        mode                    | n | no_internationalization | export_only | gone
        no_internationalization | 1 | 0                       | 0           | 100
        export_only             | 1 | 100                     | 0           | 0
        ...
    """)  # fmt: skip


def test_an_end_that_is_not_covered_leaves_the_beginning() -> None:
    text = """
        firm | export 1999
        a    | FR 10
    """
    result = computed_table(TRANSITION, text, uncovered=[("import", "intra", 2002)])
    result.shows("""
        mode        | n | no_internationalization | import_and_export | import_only | export_only | gone
        export_only | 1 | *                       | *                 | *           | *           | *
        ...
    """)
    reason = "intra-EU import declarations of 2002, which the trade files do not cover"
    assert str(result.cell("X/firms/export_only/gone").reason) == reason
    assert str(result.cell("X/firms/export_only/export_only").reason) == reason


def test_a_beginning_that_is_not_covered_leaves_nothing() -> None:
    result = computed_table(
        TRANSITION, "firm | export 1999\na | FR 10", uncovered=[("export", "extra", 1999)]
    )
    reason = "extra-EU export declarations of 1999, which the trade files do not cover"
    assert in_words(result.chapter.switched_off) == {"X": reason}


def test_a_firm_of_a_sample_that_was_not_asked_again_is_not_gone() -> None:
    result = computed_table(TRANSITION, """
        firm | accounts 2002 | export 1999 | export 2002
        a | | FR 10 | FR 10
        b | | FR 10 |
        c | no | FR 10 |
        d | no | |
    """, records="sample")  # fmt: skip
    result.shows("""
        mode | n | no_internationalization | import_and_export | import_only | export_only | not_asked
        no_internationalization | 0 | - | - | - | - | 1
        import_and_export | 0 | - | - | - | - | .
        import_only | 0 | - | - | - | - | .
        export_only | 2 | 50 | 0 | 0 | 50 | 1
    """)
