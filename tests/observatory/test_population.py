"""Which firms a population has: only a known value at or past a limit keeps a firm out."""

from __future__ import annotations

from firm_table import Computed, canonical, parse, run, study_of, without

DIVISIONS = [f"{number}" for number in (*range(10, 15), *range(15, 38), 40, 41, 45)]


def who_is_in(text: str, lacking: str = "") -> None:
    """Each firm of the table stands alone in a division; its column ``in`` says whether it belongs."""
    lines = parse(text)
    names = [name for name in lines[0] if name != "in"]
    rows = [
        " | ".join([line[name] for name in names]) + f" | {code}"
        for line, code in zip(lines, DIVISIONS, strict=False)
    ]
    study = study_of("3")
    tables = canonical(study, "\n".join([" | ".join(names) + " | nace", *rows]))
    result = Computed(run(study, without(tables, "accounts", lacking) if lacking else tables))
    found = {
        line["firm"] for line, code in zip(lines, DIVISIONS, strict=False) if f"nace_{code}" in result.rows()
    }
    assert found == {line["firm"] for line in lines if line["in"] == "yes"}


def test_limits_are_half_open_and_what_is_missing_does_not_exclude() -> None:
    who_is_in("""
        firm                        | employees_fte | employees | turnover    | domestic_owned | in
        small and known             | 5             | 6         | 1000        | yes            | yes
        one FTE                     | 1             | 1         | 1000        | yes            | yes
        less than one FTE           | 0.999999      | 3         | 1000        | yes            | no
        unknown FTE                 |               | 3         | 1000        | yes            | no
        just below 250              | 5             | 249.99    | 1000        | yes            | yes
        250 employees               | 5             | 250       | 1000        | yes            | no
        250 FTE, fewer heads        | 250           | 240       | 1000        | yes            | yes
        unknown heads, 250 FTE      | 250           |           | 1000        | yes            | no
        unknown heads, 249 FTE      | 249           |           | 1000        | yes            | yes
        just below 50 million       | 5             | 6         | 49999999.99 | yes            | yes
        50 million                  | 5             | 6         | 50000000    | yes            | no
        unknown turnover            | 5             | 6         |             | yes            | yes
        negative turnover           | 5             | 6         | -1          | yes            | yes
        foreign owned               | 5             | 6         | 1000        | no             | no
        unknown owner               | 5             | 6         | 1000        |                | yes
        nothing known but FTE       | 5             |           |             |                | yes
    """)  # fmt: skip


def test_the_turnover_of_a_long_or_short_book_year_is_judged_on_twelve_months() -> None:
    who_is_in("""
        firm             | turnover | book_months | in
        half a year      | 25000000 | 6           | no
        nearly half      | 24999999 | 6           | yes
        a year and half  | 74999999 | 18          | yes
        at the limit     | 75000000 | 18          | no
        unusable, large  | 90000000 | 19          | yes
        unusable, short  | 90000000 | 5           | yes
        twelve           | 50000000 | 12          | no
        not said         | 50000000 |             | no
    """)  # fmt: skip


def test_activity_is_read_by_digits_and_a_section_counts_only_as_a_whole() -> None:
    study = study_of("3")
    result = Computed(run(study, canonical(study, """
        firm             | nace
        dotted           | 15.81
        plain            | 1581
        division         | 16
        blanks           |  17.1
        leading zero     | 01.11
        section inside   | D
        subsection       | DA
        section across   | K
        services         | 52
        no such division | 99
        no code          |
        letters          | XYZ
        lower case       | f
    """)))  # fmt: skip
    result.shows("""
        division        | n
        nace_15         | 2
        nace_16         | 1
        nace_17         | 1
        unknown         | 3
        core_nace_15_37 | 4
        total           | 4
    """)


def test_a_code_of_another_revision_is_no_code() -> None:
    study = study_of("3")
    tables = canonical(study, """
        firm | nace
        a    | 15
        b    | 15
        c    | 15
        d    | 15
    """)  # fmt: skip
    for firm, revision in zip(tables["firms"], ("1.1", "nace-1.1", "2", None), strict=True):
        firm["nace_revision"] = revision
    Computed(run(study, tables)).shows("""
        division        | n
        nace_15         | 3
        core_nace_15_37 | 3
        total           | 3
    """)


def test_a_firm_without_accounts_in_the_reference_year_is_in_no_population_though_it_trades() -> None:
    study = study_of("1")
    tables = canonical(study, """
        firm | trade
        a    | export FR
        b    | export FR
    """)  # fmt: skip
    tables["accounts"] = [row for row in tables["accounts"] if (row["firm_id"], row["year"]) != ("a", 2002)]
    assert Computed(run(study, tables)).cell("1/manufacturing/export_only/n").value == 1
