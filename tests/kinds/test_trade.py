"""`trade`: number and value of traders by type, group, number of partners and partner."""

from __future__ import annotations

from typing import Any

from firm_table import Computed, canonical, computed_table, declared, in_words, run


def trade_by(rows: str, **changes: Any) -> dict[str, Any]:
    return {"kind": "trade", "flow": "export", "rows": rows, "totals": ["total"]} | changes


def test_one_way_and_two_way_traders() -> None:
    """A declaration of nothing makes no importer, one of another year neither; a zone stands in for a country."""
    result = computed_table(trade_by("type_of_trader"), """
        firm | export 2000             | import 2000 | import 1999
        a    | FR 1000, US 1000        | FR 100      |
        b    | FR 3000, US -1000, ? 1  | FR 0        | FR 10
        c    | QV 1000                 |             |
        d    |                         | FR 100      |
    """)  # fmt: skip
    result.shows("""
        type    | n | n_share | value | value_share | n_intra | value_intra | n_extra | value_extra
        one_way | 2 | 66.67   | 3.001 | 60.01       | 2       | 4.000       | 0       | 0.000
        two_way | 1 | 33.33   | 2.000 | 39.99       | 1       | 1.000       | 1       | 1.000
        total   | 3 | 100.00  | 5.001 | 100.00      | 3       | 5.000       | 1       | 1.000
    """)
    units = {key.column: cell.unit for key, cell in result.cells.items()}
    assert units == {
        "n": "count", "n_share": "percent", "value": "thousand_eur", "value_share": "percent",
        "n_intra": "count", "value_intra": "thousand_eur", "n_extra": "count", "value_extra": "thousand_eur",
    }  # fmt: skip


def test_an_importer_is_two_way_where_it_exports() -> None:
    computed_table(trade_by("type_of_trader", flow="import", totals=[]), """
        firm | export 2000 | import 2000
        a    | FR 1000     | US 3000
        b    |             | FR 1000
        c    | FR 1000     |
    """).shows("""
        type    | n | value | n_intra | n_extra
        one_way | 1 | 1     | 1       | 0
        two_way | 1 | 3     | 0       | 1
    """)  # fmt: skip


def test_a_value_at_the_threshold_makes_no_trader_and_belongs_to_no_zone() -> None:
    """A firm in both zones stands in both numbers; below the threshold of a zone its value there is left out."""
    computed_table(trade_by("size_class"), """
        firm | export 2000
        a    | FR 51, US 50
        b    | FR 30, DE 30, US 100
        c    | FR 50, US 50
    """, trade_threshold=50).shows("""
        size  | n | value | n_intra | value_intra | n_extra | value_extra
        small | 2 | 0.261 | 2       | 0.111       | 1       | 0.100
        large | 0 | 0     | 0       | 0           | 0       | 0
        total | 2 | 0.261 | 2       | 0.111       | 1       | 0.100
    """)  # fmt: skip


def test_where_the_union_is_its_membership_a_partner_moves_inside_in_the_year_of_its_accession() -> None:
    """Poland was a member on 1 July 2004; the study reads 2003 too, when it was none."""
    text = """
        firm | export 2003 | export 2004
        a    | PL 10       | PL 20
        b    | PL 10       | BG 40
    """
    later = {"union": "membership", "window": [2003, 2005], "reference_year": 2004}
    computed_table(trade_by("type_of_trader"), text, **later).shows("""
        type    | n | n_intra | value_intra | n_extra | value_extra
        one_way | 2 | 1       | 0.020       | 1       | 0.040
        ...
    """)
    before = later | {"reference_year": 2003}
    computed_table(trade_by("type_of_trader"), text, **before).shows("""
        type    | n | n_intra | value_intra | n_extra | value_extra
        one_way | 2 | 0       | 0           | 2       | 0.020
        ...
    """)


def test_shares_are_of_all_traders_whether_or_not_their_class_is_known() -> None:
    text = """
        firm | nace | employees_fte | export 2000
        a    | 15   | 5             | FR 10
        b    | 17   | 50            | FR 20
        c    | 15   | 15            | FR 70
        d    | 17   | 0.5           | FR 900
    """
    computed_table(trade_by("size_class", totals=["total", "food"]), text).shows("""
        size    | n | n_share | value | value_share
        small   | 1 | 33.33   | 0.010 | 10
        large   | 1 | 33.33   | 0.020 | 20
        unknown | 1 | 33.33   | 0.070 | 70
        total   | 3 | 100     | 0.100 | 100
        food    | 2 | 66.67   | 0.080 | 80
    """)
    computed_table(trade_by("division", where={"size_class": ["small", "large"]}), text).shows("""
        division | n | n_share | value | value_share
        nace_15  | 1 | 50      | 0.010 | 33.33
        nace_17  | 1 | 50      | 0.020 | 66.67
        total    | 2 | 100     | 0.030 | 100
    """)


COUNTRIES = (
    "FR", "DE", "NL", "LU", "IT", "ES", "PT", "IE", "GB", "DK", "SE", "FI", "AT", "US", "CA", "JP", "CN", "BR", "NA",
    "ZA", "CH",
)  # fmt: skip


def partners(number: int) -> str:
    return ", ".join(f"{country} 10" for country in COUNTRIES[:number])


def test_traders_by_number_of_partners() -> None:
    """The own country, a code without a country and a sum of nothing are no partner; EL and GR are one."""
    edges = (1, 2, 3, 5, 6, 9, 10, 14, 15, 19, 20, 21)
    lines = [f"{number} | {partners(number)}" for number in edges]
    once = "one | EL 5, GR 5, BE 100, QV 100, DE -10, FR 0"
    text = "\n".join(["firm | export 2000", *lines, once, "none | ? 650"])
    computed_table(trade_by("number_of_partners"), text).shows("""
        partners       | n  | n_share | value | value_share | n_intra | n_extra
        partners_1     | 2  | 14.29   | 0.110 | 5.50        | 2       | 0
        partners_2     | 1  | 7.14    | 0.020 | 1.00        | 1       | 0
        partners_3_5   | 2  | 14.29   | 0.080 | 4.00        | 2       | 0
        partners_6_9   | 2  | 14.29   | 0.150 | 7.50        | 2       | 0
        partners_10_14 | 2  | 14.29   | 0.240 | 12.00       | 2       | 1
        partners_15_19 | 2  | 14.29   | 0.340 | 17.00       | 2       | 2
        partners_ge20  | 2  | 14.29   | 0.410 | 20.50       | 2       | 2
        unknown        | 1  | 7.14    | 0.650 | 32.50       | 0       | 0
        total          | 14 | 100     | 2.000 | 100         | 13      | 5
    """)


def test_nineteen_partners_are_one_class_and_twenty_the_next() -> None:
    text = f"firm | export 2000\na | {partners(19)}\nb | {partners(20)}\nc | {partners(20)}, ZA -10"
    computed_table(trade_by("number_of_partners", totals=[]), text).shows("""
        partners       | n
        partners_15_19 | 2
        partners_ge20  | 1
        ...
    """)


def test_the_row_of_unknown_partners_is_printed_where_it_has_firms() -> None:
    known = computed_table(trade_by("number_of_partners"), "firm | export 2000\na | FR 1")
    assert "unknown" not in known.rows()
    assert known.rows()[0] == "partners_1"
    assert known.rows()[-1] == "total"


def test_traders_by_partner_stand_in_the_row_of_every_country_they_trade_with() -> None:
    result = computed_table(trade_by("partner", flow="import"), """
        firm | import 2000                  | import 1999
        a    | EL 40, GR 40, FR 50, US 60   | FR 100
        b    | UK 1000, XI 50               | FR 100
        c    | FR 60, FR -1, BE 900         | FR 100
        d    | QV 811                       | FR 100
        e    | BE 900                       | FR 100
    """, trade_threshold=50)  # fmt: skip
    result.shows("""
        country           | n | n_share | value | value_share | n_intra | value_extra
        FR                | 1 | 25.00   | 0.059 | 2.80        | .       | .
        GB                | 1 | 25.00   | 1.050 | 49.76       | .       | .
        GR                | 1 | 25.00   | 0.080 | 3.79        | .       | .
        US                | 1 | 25.00   | 0.060 | 2.84        | .       | .
        partners_union    | 3 | 75.00   | 1.189 | 56.35       | .       | .
        partners_americas | 1 | 25.00   | 0.060 | 2.84        | .       | .
        total             | 3 | 75.00   | 1.249 | 59.19       | .       | .
    """)


def test_a_firm_counts_once_for_the_union_and_for_each_continent_outside_it() -> None:
    text = """
        firm | group_id | export 2000
        a    | G        | FR 10, DE 10, CH 5, NO 5, US 1
        b    | G        | CH 20
        c    |          | US 30, BR 20, NA 3, NA -1
    """
    result = computed_table(trade_by("partner"), text)
    result.shows("""
        country           | n | n_share | value | value_share
        BR                | 1 | 33.33   | 0.020 | 19.42
        CH                | 2 | 66.67   | 0.025 | 24.27
        DE                | 1 | 33.33   | 0.010 | 9.71
        FR                | 1 | 33.33   | 0.010 | 9.71
        NA                | 1 | 33.33   | 0.002 | 1.94
        NO                | 1 | 33.33   | 0.005 | 4.85
        US                | 2 | 66.67   | 0.031 | 30.10
        partners_union    | 1 | 33.33   | 0.020 | 19.42
        partners_europe   | 2 | 66.67   | 0.030 | 29.13
        partners_africa   | 1 | 33.33   | 0.002 | 1.94
        partners_americas | 2 | 66.67   | 0.051 | 49.51
        total             | 3 | 100     | 0.103 | 100
    """)
    assert result.behind("X/firms/partners_europe/value", "value") == (2, 1, 30, 30, 0)
    alone = computed_table(trade_by("partner"), text, union="declared")
    assert "partners_union" not in alone.rows()
    alone.shows("""
        country         | n | value
        partners_europe | 2 | 0.050
        ...
    """)


def test_partners_of_firms_within_where() -> None:
    computed_table(trade_by("partner", where={"size_class": ["large"]}), """
        firm | employees_fte | export 2000
        a    | 5             | FR 10, US 10
        b    | 50            | FR 30, DE 10
        c    | 50            | ? 60
    """).shows("""
        country        | n | n_share | value | value_share
        DE             | 1 | 50      | 0.010 | 10
        FR             | 1 | 50      | 0.030 | 30
        partners_union | 1 | 50      | 0.040 | 40
        total          | 1 | 50      | 0.040 | 40
    """)  # fmt: skip


def test_a_group_is_one_unit_behind_each_partner_and_behind_all_of_them() -> None:
    result = computed_table(trade_by("partner"), """
        firm | group_id | export 2000
        a    | G        | FR 10, US 1
        b    | G        | FR 20
        c    |          | FR 25, US 40
        d    | H        | US 3
    """)  # fmt: skip
    assert result.behind("X/firms/FR/value", "value") == (3, 2, 55, 30, 25)
    assert result.behind("X/firms/US/value", "value") == (3, 3, 44, 40, 3)
    assert result.behind("X/firms/total/value", "value") == (4, 3, 99, 65, 31)
    assert result.behind("X/firms/total/n", "count") == (4, 3, 4, 2, 1)
    assert result.behind("X/firms/US/n_share", "base") == (4, 3, 4, 2, 1)


def test_a_group_in_several_classes_is_one_unit_of_the_total_with_its_whole_value() -> None:
    result = computed_table(trade_by("size_class"), """
        firm | group_id | employees_fte | export 2000
        a    | G        | 5             | FR 10
        b    | G        | 50            | FR 30, US 1
        c    |          | 5             | FR 35
        d    |          | 50            | US -2, FR 3
    """)  # fmt: skip
    assert result.behind("X/firms/small/value", "value") == (2, 2, 45, 35, 10)
    assert result.behind("X/firms/large/value", "value") == (2, 2, 32, 31, 1)
    assert result.behind("X/firms/total/value", "value") == (4, 3, 77, 41, 35)
    assert result.behind("X/firms/total/value_extra", "value") == (1, 1, 1, 1, 0)


def test_what_the_declarations_do_not_cover_is_not_computed() -> None:
    text = "firm | export 2000\na | FR 10"
    types = computed_table(trade_by("type_of_trader"), text, uncovered=[("import", "extra", 2000)])
    assert in_words(types.chapter.switched_off) == {
        "X": "extra-EU import declarations of 2000, which the trade files do not cover"
    }
    countries = computed_table(trade_by("partner"), text, uncovered=[("export", "intra", 2000)])
    assert in_words(countries.chapter.switched_off) == {
        "X": "intra-EU export declarations of 2000, which the trade files do not cover"
    }


def test_no_message_quotes_a_firm_or_an_amount() -> None:
    result = computed_table(trade_by("number_of_partners"), """
        firm   | group_id | export 2000
        secret | Gsecret  | FR 12345.67, US -12345.67
    """, uncovered=[("export", "extra", 2000)])  # fmt: skip
    said = " ".join(str(cell.reason) for cell in result.cells.values())
    said += " ".join(map(str, result.chapter.switched_off.values()))
    assert "2000" in said
    assert not {word for word in ("secret", "12345") if word in said}


def test_a_table_of_countries_without_declarations_of_its_year_says_so() -> None:
    """Countries without firms have no row: without the year none has one, and the table would be empty unexplained."""
    study = declared({"kind": "trade", "flow": "export", "rows": "partner"})
    tables = canonical(study, "firm | trade\na | export FR 10 1999, export FR 10 2000")
    for name in ("trade", "coverage"):
        tables[name] = [row for row in tables[name] if row["year"] != 2000 or row["flow"] == "import"]
    computed = Computed(run(study, tables))
    assert not computed.cells
    assert in_words(computed.chapter.switched_off) == {
        "X": "intra-EU export declarations of 2000, which the trade files do not cover"
    }
