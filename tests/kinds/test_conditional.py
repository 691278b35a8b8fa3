"""`conditional`: of the firms with the row's flow, which share has the column's flow too."""

from __future__ import annotations

from firm_table import computed

FIRMS = """
    firm | trade
    a    | export FR
    b    | export FR, export US
    c    | export FR, export US, import FR
    d    | import FR
    e    |
"""


def test_the_row_conditions() -> None:
    computed("2", FIRMS).shows("""
        given           | intra_eu_import | extra_eu_import | intra_eu_export | extra_eu_export
        intra_eu_import | 100             | 0               | 50              | 50
        extra_eu_import | -               | -               | -               | -
        intra_eu_export | 33.333          | 0               | 100             | 66.667
        extra_eu_export | 50              | 0               | 100             | 100
    """)  # fmt: skip


def test_the_numbers_behind_a_share_are_the_firms_with_both_and_the_firms_of_the_row() -> None:
    cell = computed("2", FIRMS).cell("2/manufacturing/intra_eu_export/extra_eu_export")
    assert (cell.numerator, cell.denominator, cell.n_firms) == (2, 3, 3)
