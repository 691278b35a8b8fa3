"""`dynamics`: entry, exit, survival and re-entry of the traders of a flow, year by year."""

from __future__ import annotations

from typing import Any

import pytest

from canonical_data import World, world
from firm_table import agreed, computed_table, declared, in_words
from firmtrade.observatory.sample import record_notes
from firmtrade.study.checks import problems

EXPORTERS: dict[str, Any] = {"kind": "dynamics", "flow": "export", "years": [1998, 2003]}

COMING_AND_GOING = """
    firm | accounts 1999 | export 1998 | export 1999 | export 2000 | export 2001 | export 2002 | export 2003
    a    |               | FR 10       | FR 10       | FR 20       | FR 20       | FR 20       | FR 20
    b    |               |             | FR 10       | FR 10       |             |             |
    c    |               | FR 5        |             | FR 30       | FR 30       | FR 30       | FR 30
    d    |               |             |             | FR 40       |             |             |
    e    |               |             | FR 25       | FR 9, FR -9 |             |             |
    f    |               |             | FR 25       | BE 500      | FR 25       |             |
    g    |               |             |             | FR 50       | FR 50       | FR 50       |
    h    | no            |             | FR 10       | FR 10       |             |             |
"""


def test_every_row_of_dynamics() -> None:
    computed_table(EXPORTERS, COMING_AND_GOING).shows("""
        row                 | 1998 | 1999  | 2000  | 2001  | 2002  | 2003
        traders             | .    | 4     | 6     | 4     | 3     | 2
        entrants            | .    | 3     | 3     | 1     | 0     | 0
        incumbents          | .    | 1     | 3     | 3     | 3     | 2
        reentrants          | .    | *     | 1     | 1     | 0     | 0
        one_year            | .    | 2     | 1     | 1     | 0     | *
        traders_before      | .    | 2     | 4     | 6     | 4     | 3
        exiters             | .    | 1     | 2     | 3     | 1     | 1
        entry_rate          | .    | 75.00 | 50.00 | 25.00 | 0.00  | 0.00
        exit_rate           | .    | 50.00 | 50.00 | 50.00 | 25.00 | 33.33
        survival_1          | .    | 33.33 | 66.67 | 0.00  | -     | *
        survival_2          | .    | 0.00  | 66.67 | 0.00  | *     | *
        survival_3          | .    | 0.00  | 33.33 | *     | *     | *
        reentry_rate        | .    | *     | 33.33 | 100.0 | -     | -
        one_year_rate       | .    | 50.00 | 16.67 | 25.00 | 0.00  | *
        entrant_value_share | .    | 85.71 | 75.00 | 20.00 | 0.00  | 0.00
    """)


def test_a_survey_every_other_year_goes_from_wave_to_wave() -> None:
    waves = """
        firm | accounts 1999 | export 1998 | export 2000 | export 2002
        a    | no            | FR 10       | FR 10       | FR 10
        b    | no            | FR 10       |             | FR 10
        c    | no            |             | FR 10       | FR 10
        d    | no            |             | FR 10       |
        e    | no            |             |             | FR 10
    """
    asked = EXPORTERS | {"years": [1998, 2002], "step": 2}
    result = computed_table(asked, waves)
    result.shows("""
        row             | 2000  | 2002
        traders         | 3     | 4
        entrants        | 2     | 2
        incumbents      | 1     | 2
        reentrants      | *     | 1
        one_year        | 1     | *
        traders_before  | 2     | 3
        exiters         | 1     | 1
        entry_rate      | 66.67 | 50.00
        exit_rate       | 50.00 | 33.33
        survival_1      | *     | *
        survival_2      | 50.00 | *
        survival_3      | *     | *
        ...
    """)
    assert "year 2001" in in_words(result.chapter.switched_off)["X/survival_1/2000"]


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        ({"years": [1998, 2003], "step": 2}, "steps of 2 years do not lead from 1998 to 2003"),
        ({"years": [1999, 2001], "step": 2, "columns": "size_class"}, "the reference year 2000 is no wave"),
    ],
)
def test_waves_lead_from_the_first_year_to_the_last(keys: dict[str, Any], says: str) -> None:
    found = [what for _, what, _ in problems(declared(EXPORTERS | keys, checked=False))]
    assert any(says in what for what in found)


def test_waves_are_those_of_the_plain_computation() -> None:
    asked = declared(EXPORTERS | {"years": [1998, 2002], "step": 2}, window=[1998, 2002])
    agreed(asked, world(asked, 11, World(firms=60, products=True, links=True, groups=True)))


def test_a_year_without_traders_keeps_its_column() -> None:
    computed_table(EXPORTERS | {"years": [1999, 2001]}, """
        firm | export 1999
        a    | FR 10
    """).shows("""
        row            | 2000   | 2001
        traders        | 0      | 0
        traders_before | 1      | 0
        exit_rate      | 100.00 | -
        ...
    """)  # fmt: skip


def test_what_is_switched_off_names_rows_and_cells_not_columns_of_which_one_row_lacks_a_year() -> None:
    off = in_words(computed_table(EXPORTERS, COMING_AND_GOING).chapter.switched_off)
    assert off == {
        f"X/{row}": f"the year {year}, which the study does not read"
        for row, year in {
            "reentrants/1999": 1997, "reentry_rate/1999": 1997, "one_year/2003": 2004, "one_year_rate/2003": 2004,
            "survival_1/2003": 2004, "survival_2/2002": 2004, "survival_2/2003": 2004, "survival_3/2001": 2004,
            "survival_3/2002": 2004, "survival_3/2003": 2004,
        }.items()
    }  # fmt: skip
    everything = computed_table(EXPORTERS, COMING_AND_GOING, uncovered=[("export", "intra", 2001)])
    off = in_words(everything.chapter.switched_off)
    assert {"X/traders/2001", "X/traders_before/2002", "X/survival_3/2000"} <= {*off}
    assert not {"X/1999", "X/2000", "X/2001", "X/2002"} & {*off}


def test_a_row_that_needs_a_year_outside_the_record_says_which() -> None:
    result = computed_table(EXPORTERS, COMING_AND_GOING)
    reasons = {
        "reentrants/1999": "the year 1997, which the study does not read",
        "one_year/2003": "the year 2004, which the study does not read",
        "survival_3/2001": "the year 2004, which the study does not read",
        "survival_2/2003": "the year 2004, which the study does not read",
    }
    for cell, reason in reasons.items():
        assert str(result.cell(f"X/firms/{cell}").reason) == reason


def test_a_year_that_is_not_covered_in_one_zone_takes_all_that_asks_about_it() -> None:
    result = computed_table(
        EXPORTERS, COMING_AND_GOING, uncovered=[("export", "extra", 2001), ("import", "intra", 2000)]
    )
    result.shows("""
        row                 | 1999  | 2000  | 2001 | 2002 | 2003
        traders             | 4     | 6     | *    | 3    | 2
        entrants            | 3     | 3     | *    | *    | 0
        incumbents          | 1     | 3     | *    | *    | 2
        reentrants          | *     | 1     | *    | *    | *
        one_year            | 2     | *     | *    | *    | *
        traders_before      | 2     | 4     | 6    | *    | 3
        exiters             | 1     | 2     | *    | *    | 1
        entry_rate          | 75.00 | 50.00 | *    | *    | 0.00
        exit_rate           | 50.00 | 50.00 | *    | *    | 33.33
        survival_1          | 33.33 | *     | *    | *    | *
        survival_2          | *     | *     | *    | *    | *
        survival_3          | *     | *     | *    | *    | *
        reentry_rate        | *     | 33.33 | *    | *    | *
        one_year_rate       | 50.00 | *     | *    | *    | *
        entrant_value_share | 85.71 | 75.00 | *    | *    | 0.00
    """)
    reason = "extra-EU export declarations of 2001, which the trade files do not cover"
    assert str(result.cell("X/firms/traders/2001").reason) == reason
    assert str(result.cell("X/firms/survival_3/1999").reason) == reason
    assert str(result.cell("X/firms/reentrants/2003").reason) == reason


def test_a_trader_has_the_class_and_the_membership_of_the_year_that_it_is_counted_in() -> None:
    by_size = EXPORTERS | {"flow": "import", "columns": "size_class", "totals": ["total"]}
    computed_table(by_size, """
        firm | employees_fte 1999 | employees_fte 2000 | import 1999 | import 2000
        a    | 5                  | 5                  | FR 10       | FR 10
        b    | 5                  | 20                 | FR 10       | US 10
        c    | 5                  | 5                  | FR 10       |
        d    | 5                  | 15                 |             | FR 10
        e    | 0                  | 5                  | FR 10       |
    """).shows("""
        row            | small | large | unknown | total
        traders        | 1     | 1     | 1       | 3
        entrants       | 0     | 0     | 1       | 1
        incumbents     | 1     | 1     | 0       | 2
        traders_before | 3     | 0     | 0       | 3
        exiters        | 1     | 0     | 0       | 1
        entry_rate     | 0     | 0     | 100     | 33.33
        exit_rate      | 33.33 | -     | -       | 33.33
        ...
    """)  # fmt: skip


def test_the_column_unknown_is_printed_where_traders_of_the_year_have_no_class() -> None:
    """An exporter of unknown class in the year before alone makes no column."""
    by_size = EXPORTERS | {"columns": "size_class"}
    computed_table(by_size, """
        firm | employees_fte 1999 | employees_fte 2000 | export 1999 | export 2000
        a    | 15                 | 5                  | FR 10       | FR 10
        b    | 15                 | 15                 | FR 10       |
    """).shows("""
        row            | small | large | unknown
        traders        | 1     | 0     | .
        traders_before | 0     | 0     | .
        exit_rate      | -     | -     | .
        ...
    """)  # fmt: skip


def test_divisions_are_columns_where_they_have_traders_and_totals_follow() -> None:
    by_division = EXPORTERS | {"columns": "division", "totals": ["total", "food"], "decimals": 0}
    result = computed_table(by_division, """
        firm | nace | export 1999 | export 2000
        a    | 15   |             | FR 10
        b    | 17   | FR 10       | FR 30
        c    | 16   | FR 10       |
    """)  # fmt: skip
    result.shows("""
        row                 | nace_15 | nace_16 | nace_17 | unknown | total | food
        traders             | 1       | .       | 1       | .       | 2     | 1
        traders_before      | 0       | .       | 1       | .       | 2     | 0
        exiters             | 0       | .       | 0       | .       | 1     | 0
        entry_rate          | 100     | .       | 0       | .       | 50    | 100
        exit_rate           | -       | .       | 0       | .       | 50    | -
        entrant_value_share | 100     | .       | 0       | .       | 25    | 100
        ...
    """)
    assert [column.key for column in result.chapter.specs[0].columns] == [
        "nace_15", "nace_16", "nace_17", "unknown", "total", "food",
    ]  # fmt: skip


def test_only_firms_within_where_are_traders() -> None:
    small = EXPORTERS | {"where": {"size_class": ["small"]}}
    computed_table(small, """
        firm | employees_fte 2000 | employees_fte 2001 | export 1999 | export 2000 | export 2001
        a    | 5                  | 50                 | FR 10       | FR 10       | FR 10
        b    | 50                 | 5                  | FR 10       | FR 10       | FR 10
        c    | 5                  | 5                  |             | FR 10       |
    """).shows("""
        row            | 2000 | 2001
        traders        | 2    | 1
        entrants       | 1    | 0
        traders_before | 2    | 2
        exiters        | 0    | 1
        ...
    """)  # fmt: skip


def test_shares_of_value_are_of_all_zones_and_corrections_are_part_of_them() -> None:
    computed_table(EXPORTERS, """
        firm | export 1999 | export 2000
        a    | FR 1        | FR 60, US -10
        b    |             | FR 30, ? 20
        c    |             | DE 10, US -20
    """).shows("""
        row                 | 2000
        traders             | 3
        entrants            | 2
        entrant_value_share | 44.444
        ...
    """)  # fmt: skip


def test_who_stands_behind_a_share_of_value() -> None:
    result = computed_table(EXPORTERS, """
        firm | group_id | export 1999 | export 2000
        a    | G        | FR 1        | FR 60
        b    | G        |             | FR 30
        c    |          |             | FR 70
        d    | H        |             | FR 9, US -20
    """)  # fmt: skip
    key = "X/firms/entrant_value_share/2000"
    assert result.behind(key, "count") == (3, 3, 89, 70, 30)
    assert result.behind(key, "base") == (4, 3, 149, 90, 70)
    assert result.behind("X/firms/traders/2000", "count") == (4, 3, 4, 2, 1)


def test_entry_and_exit_need_no_accounts_in_the_other_year() -> None:
    """The firm without accounts is no trader of its year; that it traded then is known from its declarations."""
    computed_table(EXPORTERS, """
        firm | accounts 1999 | accounts 2001 | export 1999 | export 2000 | export 2001
        a    | no            |               | FR 10       | FR 10       |
        b    |               | no            |             | FR 10       | FR 10
    """).shows("""
        row            | 1999 | 2000 | 2001
        traders        | 0    | 2    | 0
        entrants       | 0    | 1    | 0
        incumbents     | 0    | 1    | 0
        one_year       | 0    | 0    | 0
        traders_before | 0    | 0    | 2
        exiters        | 0    | 0    | 1
        survival_1     | -    | 100  | -
        ...
    """)  # fmt: skip


ASKED = """
    firm | accounts 1999 | accounts 2000 | accounts 2001 | export 1999 | export 2000 | export 2001
    a    |               |               |               | FR 10       | FR 10       |
    b    |               |               | no            | FR 10       | FR 10       |
    c    |               |               |               |             | FR 20       | FR 20
    d    | no            |               |               |             | FR 40       | FR 40
    e    |               |               | no            |             | FR 40       |
    f    |               | no            |               | FR 10       |             |
"""


def test_a_firm_of_a_sample_that_was_not_asked_neither_entered_nor_stopped() -> None:
    asked = EXPORTERS | {"years": [1999, 2001]}
    window = {"window": [1999, 2001], "reference_year": 2000}
    computed_table(asked, ASKED, **window, records="sample").shows("""
        row              | 2000  | 2001
        traders          | 5     | 2
        entrants         | 2     | 0
        incumbents       | 2     | 2
        traders_before   | 3     | 5
        exiters          | 0     | 1
        not_asked_before | 1     | .
        not_asked_again  | 1     | 2
        entry_rate       | 50.00 | 0.00
        exit_rate        | 0.00  | 33.33
        survival_1       | 100.0 | *
        one_year_rate    | 0.00  | *
        ...
    """)
    computed_table(asked, ASKED, **window).shows("""
        row              | 2000  | 2001
        entrants         | 3     | 0
        exiters          | 1     | 3
        entry_rate       | 60.00 | 0.00
        exit_rate        | 33.33 | 60.00
        survival_1       | 66.67 | *
        ...
    """)


def test_waves_of_a_sample_are_those_of_the_plain_computation() -> None:
    asked = declared(EXPORTERS | {"years": [1998, 2002]}, window=[1998, 2002], step=2, records="sample")
    agreed(asked, world(asked, 12, World(firms=60, products=True, links=True, groups=True)))


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ({}, []),
        ({"step": 2}, ["notes.waves"]),
        ({"records": "sample"}, ["notes.sample"]),
        ({"step": 4, "records": "sample"}, ["notes.waves", "notes.sample"]),
    ],
)
def test_waves_and_samples_are_told_and_nothing_else(head: dict[str, Any], said: list[str]) -> None:
    study = declared(EXPORTERS | {"years": [1996, 2000]}, window=[1996, 2000], **head)
    assert [note.key for note in record_notes(study)] == said
