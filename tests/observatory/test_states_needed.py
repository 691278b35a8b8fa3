"""A state of the register is needed where a table asks about a class or population of that year, nowhere else."""

# ruff: noqa: E501  -- one line of a table, one line
from __future__ import annotations

from firm_table import computed, computed_table

DYNAMICS = {"kind": "dynamics", "flow": "export", "years": [1998, 2002]}


def yearly(first: str, firms: range, exports: range) -> str:
    """Lines of firms with a state in 2002, and in ``first`` where it is given; some export in 2000, 2001 and 2002."""
    years = [year for year in (first, "2002") if year]
    return "\n".join(
        f"f{number:02} | {year} | 15 | {'export FR 1 2000, export FR 1 2001, export FR 1 2002' if number in exports and year == '2002' else ''}"
        for number in firms
        for year in years
    )


def test_who_traded_before_its_first_state_is_no_entrant() -> None:
    register = "firm | year | nace | trade\n"
    register += yearly("2000", range(1, 11), range(1, 5)) + "\n" + yearly("", range(11, 21), range(11, 15))
    computed_table(DYNAMICS, register, reference_year=2002, window=[1998, 2002]).shows("""
        row            | 2002
        traders        | 8
        entrants       | 0
        incumbents     | 8
        entry_rate     | 0
        ...
    """)


def test_growth_needs_no_state_in_the_first_year() -> None:
    computed("6", """
        firm | year | nace | employees_fte 1998 | employees_fte 2003 | value_added 1998 | value_added 2003
        a    | 2001 | 15   | 10                 | 20                 | 100              | 300
        b    | 1998 | 15   | 10                 | 20                 | 100              | 300
        c    | 2003 | 15   | 10                 | 20                 | 100              | 300
    """).shows("""
        row       | n
        no_export | 2
        ...
    """)  # fmt: skip
