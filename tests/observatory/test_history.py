"""What a firm does in other years than the one it is looked at, at both ends of the record and across its holes."""

from __future__ import annotations

from canonical_data import Tables
from firm_table import canonical, declared, observing, parse
from firmtrade.query.dimensions import Moment
from firmtrade.query.universes import Universe
from firmtrade.query.views import ViewRequest
from firmtrade.study import Study

YEARS = Universe("firms", "years")
FIRM = """
    firm | nace | accounts 1998 | accounts 2003 | export 1998 | export 2000 | export 2001 | export 2003 | import 2002
    a    | 15   | no            | no            | FR 1        | FR 1        | FR 1        | FR 1        | FR 1
    b    | 52   |               |               |             |             |             |             |
"""
"""One exporter of food; a shop, which is in no population, has accounts of every year."""


def record(first: int = 1998, last: int = 2003) -> Study:
    return declared({"kind": "dynamics", "flow": "export", "years": [first, last]})


def by_year(study: Study, tables: Tables, *dimensions: str) -> dict[int, dict[str, bool]]:
    """The dimensions of one firm in every year in which it is in the population."""
    names = tuple(sorted({*dimensions, "year"}))
    with observing(study, tables) as observed:
        (view,) = observed.answer([ViewRequest(YEARS, names)])
    return {int(row["year"]): {name: row[name] for name in dimensions} for row in view.rows.to_dicts()}


# Trades in 1998, 2000, 2001 and 2003, and has accounts in 1999-2002.
ANSWERS = """
    dimension        | 1999 | 2000 | 2001 | 2002
    export_1_before  | yes  | no   | yes  | yes
    export_2_before  | no   | yes  | no   | yes
    export_3_before  | no   | no   | yes  | no
    export_1_after   | yes  | yes  | no   | yes
    export_2_after   | yes  | no   | yes  | no
    export_4_after   | yes  | no   | no   | no
    export_9_after   | no   | no   | no   | no
    export_9_before  | no   | no   | no   | no
    export_earlier   | no   | yes  | yes  | yes
    import_1_after   | no   | no   | yes  | no
    import_earlier   | no   | no   | no   | no
    present_1_before | yes  | yes  | yes  | yes
    present_2_before | no   | yes  | yes  | yes
    present_1_after  | yes  | yes  | yes  | yes
    present_2_after  | yes  | yes  | yes  | no
"""


def test_a_firm_is_asked_about_other_years() -> None:
    study, lines = record(), parse(ANSWERS)
    found = by_year(study, canonical(study, FIRM), *(line["dimension"] for line in lines))
    assert set(found) == {1999, 2000, 2001, 2002}
    for line in lines:
        said = {str(year): "yes" if found[year][line["dimension"]] else "no" for year in sorted(found)}
        assert {"dimension": line["dimension"]} | said == line


def test_earlier_is_before_the_year_before() -> None:
    study = record()
    tables = canonical(study, "firm | export 1999 | export 2000\na | FR 1 | FR 1")
    found = by_year(study, tables, "export_earlier")
    assert [year for year, answer in sorted(found.items()) if answer["export_earlier"]] == [2001, 2002, 2003]


def test_a_firm_of_one_year_knows_of_no_other_and_firms_do_not_know_of_each_other() -> None:
    study = record()
    tables = canonical(study, """
        firm | nace | export 2000
        a    | 15   |
        b    | 52   | FR 1
    """)  # fmt: skip
    found = by_year(study, tables, "export_1_before", "export_1_after", "export_earlier")
    assert not any(answer for year in found.values() for answer in year.values())


def test_a_record_with_a_hole_knows_nothing_of_it() -> None:
    """The study reads 1997, 2000 and 2001: what asks about a year between is not computed, and no wrong year is."""
    study = declared({"kind": "growth", "rows": "export_status"}, window=[1997, 2001])
    assert study.years == (1997, 2000, 2001)
    tables = canonical(study, "firm | export 1997 | export 1998 | export 2001\na | FR 1 | FR 1 | FR 1")
    found = by_year(study, tables, "export_3_before", "export_2_before", "export_1_after", "export_earlier")
    assert found[2000] == {
        "export_3_before": True, "export_2_before": False, "export_1_after": True, "export_earlier": True,
    }  # fmt: skip
    asked = {
        ("export_3_before", 2000): None,
        (
            "export_2_before",
            2000,
        ): "the year 1998, which the study does not read",
        (
            "export_earlier",
            2001,
        ): "the year 1998, which the study does not read",
        ("export_4_before", 2001): None,
        (
            "present_1_after",
            2001,
        ): "the year 2002, which the study does not read",
    }
    with observing(study, tables) as observed:
        for (dimension, year), reason in asked.items():
            found = observed.missing(YEARS, {dimension, "year"}, "firms", (year,))
            assert (None if found is None else str(found)) == reason, dimension


def test_presence_needs_both_flows_for_a_firm_may_be_there_through_either() -> None:
    study = record()
    tables = canonical(study, FIRM)
    tables["coverage"] = [row for row in tables["coverage"] if (row["flow"], row["year"]) != ("import", 2001)]
    reason = "intra-EU import declarations of 2001, which the trade files do not cover"
    with observing(study, tables) as observed:
        assert str(observed.missing(YEARS, {"present_1_after"}, "firms", (2000,))) == reason
        assert str(observed.missing(YEARS, {"import_1_after"}, "firms", (2000,))) == reason
        assert observed.missing(YEARS, {"export_1_after"}, "firms", (2000,)) is None
        assert observed.missing(YEARS, {"present_2_after"}, "firms", (2000,)) is None


def test_earlier_asks_about_every_year_from_the_first_of_the_record_and_at_least_two_years_back() -> None:
    assert Moment("export", None).years(2001, (1997, 2000, 2001)) == (1997, 1998, 1999)
    assert Moment("export", None).years(1998, (1998, 1999)) == (1996,)
    assert Moment("export", None).years(1999, (1998, 1999)) == (1997,)
