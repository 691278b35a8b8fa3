"""`concentration`: how much of a flow's value the largest traders hold."""

from __future__ import annotations

from typing import Any

import pytest

from firm_table import computed_table, in_words

CONCENTRATION: dict[str, Any] = {"kind": "concentration", "flow": "export", "rows": "size_class"}


def firms(*values: int) -> str:
    """Small exporters with these values of the reference year."""
    return "firm | export 2000" + "".join(
        f"\nfirm {number} | FR {value}" for number, value in enumerate(values)
    )


def test_the_largest_firms_of_each_group_and_their_share() -> None:
    lines = "\n".join(
        ["firm | employees_fte | export 2000", "giant | 5 | FR 81"]
        + [f"small {number} | 5 | FR 1" for number in range(19)]
        + [f"large {number} | 20 | US {value}" for number, value in enumerate((4, 3, 2, 1))]
        + [f"other {number} | 15 | US 10, FR -10" for number in range(3)]
    )
    result = computed_table(CONCENTRATION | {"totals": ["total"]}, lines)
    result.shows("""
        row     | n  | value | herfindahl | top_1_percent | top_5_percent | top_25_percent
        small   | 20 | 0.100 | 0.6580     | -             | 81.0          | 85.0
        large   | 4  | 0.010 | 0.3000     | -             | -             | 40.0
        unknown | 3  | 0.000 | -          | -             | -             | -
        total   | 27 | 0.110 | 0.5463     | -             | 77.3          | 84.5
    """)
    result.shows("""
        row     | top_5 | top_10 | top_20 | top_50 | top_100
        small   | 85.0  | 90.0   | 100.0  | -      | -
        large   | -     | -      | -      | -      | -
        unknown | -     | -      | -      | -      | -
        total   | 82.7  | 87.3   | 96.4   | -      | -
    """)


def test_equal_firms_have_an_index_of_one_over_their_number() -> None:
    result = computed_table(CONCENTRATION, firms(7, 7, 7, 7))
    result.shows("""
        size  | n | value | herfindahl | top_25_percent | top_5
        small | 4 | 0.028 | 0.25       | 25             | -
        large | 0 | 0     | -          | -              | -
    """)
    index, held = result.cell("X/firms/small/herfindahl"), result.cell("X/firms/small/top_25_percent")
    assert (index.unit, index.decimals, held.unit, held.decimals) == ("ratio", 4, "percent", 1)
    assert result.cell("X/firms/small/value").unit == "thousand_eur"


def test_one_firm_holds_everything_and_no_part_of_it_is_the_largest() -> None:
    computed_table(CONCENTRATION, firms(7)).shows("""
        size  | n | herfindahl | top_1_percent | top_5_percent | top_25_percent | top_5
        small | 1 | 1          | -             | -             | -              | -
        ...
    """)


@pytest.mark.parametrize(
    ("number", "top_1_percent", "top_5_percent", "top_25_percent", "top_100"),
    [
        (99, "-", "52.525", "62.626", "-"),  # five and 25 of 99 firms
        (100, "50.251", "52.261", "62.312", "100"),  # one, five and 25 of 100 firms
        (101, "50.5", "52.5", "62.5", "99.5"),  # two, six and 26 of 101 firms
    ],
)
def test_a_part_of_a_firm_counts_as_a_firm_among_the_largest_percent(
    number: int, top_1_percent: str, top_5_percent: str, top_25_percent: str, top_100: str
) -> None:
    """One firm has 100, all others 1."""
    result = computed_table(CONCENTRATION, firms(*([1] * (number - 1)), 100))
    result.shows(f"""
        size  | n        | top_1_percent   | top_5_percent   | top_25_percent   | top_100
        small | {number} | {top_1_percent} | {top_5_percent} | {top_25_percent} | {top_100}
        ...
    """)


@pytest.mark.parametrize("number", [4, 5, 9, 10, 19, 20, 49, 50])
def test_the_share_of_so_many_firms_needs_so_many_firms(number: int) -> None:
    result = computed_table(CONCENTRATION, firms(*range(1, number + 1)))
    for largest in (5, 10, 20, 50, 100):
        cell = result.cell(f"X/firms/small/top_{largest}")
        held = sum(range(number, number - largest, -1))
        expected = 100 * held / sum(range(number + 1)) if number >= largest else None
        assert cell.value == (None if expected is None else pytest.approx(expected)), largest


def test_a_total_that_corrections_leave_at_nothing_or_below_has_no_shares() -> None:
    text = """
        firm | employees_fte | export 2000
        a    | 5             | FR 10, US -20
        b    | 5             | FR 10
        c    | 20            | FR 10, US -30
        d    | 20            | FR 10
    """
    result = computed_table(CONCENTRATION, text)
    result.shows("""
        size  | n | value  | herfindahl | top_25_percent
        small | 2 | 0.000  | -          | -
        large | 2 | -0.010 | -          | -
    """)
    assert str(result.cell("X/firms/small/herfindahl").reason) == (
        "undefined: too few firms, or a total that is not positive"
    )


def test_negative_values_are_part_of_the_total_and_of_the_index() -> None:
    computed_table(CONCENTRATION, """
        firm | export 2000
        a    | FR 10, US -20
        b    | FR 30
        c    | FR 20
        d    | FR 10
    """).shows("""
        size  | n | value | herfindahl | top_25_percent
        small | 4 | 0.050 | 0.6        | 60
        ...
    """)  # fmt: skip


def test_the_value_is_of_the_reference_year_alone_and_of_one_flow() -> None:
    computed_table(CONCENTRATION | {"rows": "division", "totals": ["food", "total"]}, """
        firm | nace | export 1999 | export 2000 | import 2000 | export 2001
        a    | 15   | FR 100      | FR 10       | FR 1000     | FR 100
        b    | 17   | FR 100      | FR 30       |             |
        c    | 16   | FR 100      |             | FR 10       |
    """).shows("""
        division | n | value | herfindahl
        nace_15  | 1 | 0.010 | 1
        nace_17  | 1 | 0.030 | 1
        food     | 1 | 0.010 | 1
        total    | 2 | 0.040 | 0.625
    """)  # fmt: skip


def test_a_year_that_is_not_covered_has_no_concentration() -> None:
    result = computed_table(CONCENTRATION, firms(1, 2), uncovered=[("export", "extra", 2000)])
    assert in_words(result.chapter.switched_off) == {
        "X": "extra-EU export declarations of 2000, which the trade files do not cover"
    }
