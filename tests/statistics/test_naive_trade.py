"""The judge of the kinds about traders is judged by tables small enough for a pencil.

A firm is a line. A column ``export 1999`` lists its declarations of the year: partner, value and, where it has
one, product (``FR 100, DE 50 847130``; ``?`` is a partner that was not declared). ``size 1999`` is its employment,
5 where the table does not say; an empty field means that the firm has no accounts. Expected tables have ``-`` for an
undefined value, ``*`` for one that is not computed and ``.`` for one that is not printed.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from canonical_data import Row
from firm_table import parse
from firmtrade.study import Study
from naive import Answer, Answers, naive_cells
from naive_trade import five_numbers, rounded

FIRST, LAST = 1998, 2003
WORDS = {"definition": "For tests", "source": "For tests"}
BANDS = [{"key": "small", "below": 10, "label": "<10"}, {"key": "large", "from": 20, "label": "20+"}]


def study(threshold: float = 0, **table: Any) -> Study:
    """A study of 2000 with the record 1998-2003 and one table."""
    declared = {"id": "X", "title": "X", "population": "food"} | table
    flows = {
        "id": "fig1",
        "title": "The record",
        "kind": "series",
        "population": "food",
        "rows": "trade_flow",
    }
    head = {
        "name": "small", "title": "Small", "country": "BE", "reference_year": 2000, "window": (1999, 2001),
        "union": "EU-15", "activity": "nace-1.1", "employment": "employees_fte", "trade_threshold": threshold,
    }  # fmt: skip
    size = {"label": "Size", "of": "employees", "classes": BANDS, "unit": "employees"}
    return Study.model_validate(
        {
            "study": head | WORDS,
            "populations": {"food": {"label": "Food", "activity": "15", "employment_at_least": 1} | WORDS},
            "attributes": {"size_class": size | WORDS},
            "tables": [declared],
            "figures": [flows | {"years": (FIRST, LAST)}],
        }
    )


def answered(about: Study, text: str, **more: Any) -> Answers:
    firms: list[Row] = []
    accounts: list[Row] = []
    trade: list[Row] = []
    for line in parse(text):
        firms.append({"firm_id": line["firm"], "nace": "15"})
        for year in range(FIRST, LAST + 1):
            if size := line.get(f"size {year}", "5"):
                accounts.append({"firm_id": line["firm"], "year": year, "employees_fte": Decimal(size)})
            for flow in ("export", "import"):
                for one in filter(None, line.get(f"{flow} {year}", "").split(",")):
                    where, value, *product = one.split()
                    trade.append(
                        {
                            "firm_id": line["firm"], "year": year, "flow": flow, "value": Decimal(value),
                            "partner": None if where == "?" else where,
                            "product": product[0] if product else None,
                        }
                    )  # fmt: skip
    return naive_cells(about, firms, accounts, trade, **more)


def shown(answer: Answer | None, digits: int) -> str:
    if answer is None:
        return "."
    if not answer.computed:
        return "*"
    return "-" if answer.value is None else f"{answer.value:.{digits}f}"


def shows(found: Answers, expected: str) -> None:
    lines = parse(expected)
    for line in lines:
        for column in list(line)[1:]:
            digits = len(line[column].partition(".")[2])
            answer = found.get(("X", "food", line["row"], column))
            assert shown(answer, digits) == line[column], (line["row"], column)
    assert {key[2] for key in found if key[0] == "X"} <= {line["row"] for line in lines}


COMING_AND_GOING = """
    firm | size 1999 | export 1998 | export 1999 | export 2000 | export 2001 | export 2002 | export 2003
    a    | 5         | FR 10       | FR 10       | FR 20       | FR 20       | FR 20       | FR 20
    b    | 5         |             | FR 10       | FR 10       |             |             |
    c    | 5         | FR 5        |             | FR 30       | FR 30       | FR 30       | FR 30
    d    | 5         |             |             | FR 40       |             |             |
    e    | 5         |             | FR 25       | FR 9, FR -9 |             |             |
    f    | 5         |             | FR 25       | BE 500      | FR 25       |             |
    g    | 5         |             |             | FR 50       | FR 50       | FR 50       |
    h    |           |             | FR 10       | FR 10       |             |             |
"""


def test_every_row_of_dynamics() -> None:
    about = study(kind="dynamics", flow="export", years=(FIRST, LAST))
    shows(
        answered(about, COMING_AND_GOING),
        """
        row                 | 1998 | 1999  | 2000  | 2001  | 2003
        traders             | .    | 4     | 6     | 4     | 2
        entrants            | .    | 3     | 3     | 1     | 0
        incumbents          | .    | 1     | 3     | 3     | 2
        reentrants          | .    | *     | 1     | 1     | 0
        one_year            | .    | 2     | 1     | 1     | *
        traders_before      | .    | 2     | 4     | 6     | 3
        exiters             | .    | 1     | 2     | 3     | 1
        entry_rate          | .    | 75.00 | 50.00 | 25.00 | 0.00
        exit_rate           | .    | 50.00 | 50.00 | 50.00 | 33.33
        survival_1          | .    | 33.33 | 66.67 | 0.00  | *
        survival_2          | .    | 0.00  | 66.67 | 0.00  | *
        survival_3          | .    | 0.00  | 33.33 | *     | *
        reentry_rate        | .    | *     | 33.33 | 100.0 | -
        one_year_rate       | .    | 50.00 | 16.67 | 25.00 | *
        entrant_value_share | .    | 85.71 | 75.00 | 20.00 | 0.00
        """,
    )


def test_a_year_that_is_not_covered_in_one_zone_takes_all_that_asks_about_it() -> None:
    about = study(kind="dynamics", flow="export", years=(FIRST, LAST))
    coverage = [
        {"flow": flow, "zone": zone, "year": year}
        for flow in ("import", "export")
        for zone in ("intra", "extra")
        for year in range(FIRST, LAST + 1)
        if (flow, zone, year) not in {("export", "extra", 2001), ("import", "intra", 2000)}
    ]
    shows(
        answered(about, COMING_AND_GOING, coverage=coverage),
        """
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
        """,
    )


def test_a_trader_has_the_class_and_the_membership_of_the_year_that_it_is_counted_in() -> None:
    about = study(
        kind="dynamics", flow="import", years=(FIRST, LAST), columns="size_class", totals=("total",)
    )
    found = answered(
        about,
        """
        firm | size 1999 | size 2000 | import 1999 | import 2000
        a    | 5         | 5         | FR 10       | FR 10
        b    | 5         | 20        | FR 10       | US 10
        c    | 5         | 5         | FR 10       |
        d    | 5         | 15        |             | FR 10
        e    | 0         | 5         | FR 10       |
        """,
    )
    columns = ("small", "large", "unknown", "total")
    rows = ("traders", "entrants", "traders_before", "exiters", "exit_rate")
    assert {row: [shown(found["X", "food", row, column], 0) for column in columns] for row in rows} == {
        "traders": ["1", "1", "1", "2"],
        "entrants": ["0", "0", "1", "0"],
        "traders_before": ["3", "0", "0", "3"],
        "exiters": ["1", "0", "0", "1"],
        "exit_rate": ["33", "-", "-", "33"],
    }


def test_a_transition_ends_in_a_mode_or_out_of_sight() -> None:
    about = study(threshold=50, kind="transition", years=(1999, 2002))
    shows(
        answered(
            about,
            """
            firm | size 2002 | export 1999 | import 1999 | export 2002 | import 2002
            a    | 5         |             |             | FR 100      |
            b    | 5         | FR 50       |             |             |
            c    | 0         | FR 51       |             | US 51       | FR 51
            d    |           | FR 100      |             |             |
            e    |           |             | US 100      |             | FR 20
            f    |           |             | US 100      |             | BE 100
            g    | 5         | FR 100      | FR 100      |             | ? 100
            """,
        ),
        """
        row                    | n | no_internationalization | import_and_export | import_only | export_only | gone
        no_internationalization | 2 | 50 | 0  | 0   | 50 | 0
        import_and_export       | 1 | 0  | 0  | 100 | 0  | 0
        import_only             | 2 | 50 | 0  | 0   | 0  | 50
        export_only             | 2 | 0  | 50 | 0   | 0  | 50
        """,
    )


def test_traders_of_each_type_and_their_values() -> None:
    about = study(kind="distribution", flow="export", measure="value", rows="trader_type")
    shows(
        answered(
            about,
            """
            firm | export 1999 | export 2000       | export 2001
            a    | FR 100      | FR 1000           | FR 100
            b    | FR 100      | FR 2000           |
            c    | FR 100      | FR 3000, US -1000 | FR 100
            d    |             | FR 4000, ? 3000   |
            e    |             | FR 5000           | FR 100
            f    | FR 700      |                   |
            """,
        ),
        """
        row                | n | mean | standard_deviation | first_quartile | median | third_quartile
        all                | 5 | 3.400 | 2.5100            | 2.00           | 2.00   | 5.00
        entrants           | 2 | 6.000 | 1.4142            | 5.00           | 6.00   | 7.00
        surviving_entrants | 1 | 5.000 | -                 | 5.00           | 5.00   | 5.00
        incumbents         | 3 | 1.667 | 0.5774            | 1.00           | 2.00   | 2.00
        exiters            | 1 | 0.700 | -                 | 0.70           | 0.70   | 0.70
        """,
    )


def test_growth_of_a_trader_is_known_from_a_positive_value() -> None:
    about = study(kind="distribution", flow="export", measure="value_growth", rows="trader_type")
    shows(
        answered(
            about,
            """
            firm | size 2001 | export 1999    | export 2000 | export 2001
            a    | 5         | FR 300         | FR 100      | FR 100
            b    | 5         | FR 100         | FR 250      |
            c    | 5         | FR 10, US -10  | FR 100      |
            d    | 5         |                | FR 100      | FR 150
            e    | 0         |                | FR 100      | FR 300
            f    | 5         |                | FR 100      |
            """,
        ),
        """
        row                | n | mean      | standard_deviation | first_quartile | median    | third_quartile
        surviving_entrants | 1 | 50.000000 | -                  | 50.000000      | 50.000000 | 50.000000
        incumbents         | 2 | 41.6667   | 153.2065           | -66.666667     | 41.6667   | 150.000000
        """,
    )


CHURN = """
    firm | export 1999                                | export 2000                                | export 2001
    a    | FR 1 847130, DE 1 010121, GR 1 220421 | EL 1 22042100, FR 2 847130, US 1 847141, PL 3 847149 | US 1 847141
    b    | FR 1 847130                           | FR 1 84.71.3                               | FR 1 847130
    c    | ? 1                                   | FR 1 847130                                | FR 1 847130
    d    |                                       | FR 1 847130                                | FR 1 847130
    e    | FR 1 847130                           | DE 4 847130                                |
"""


@pytest.mark.parametrize(
    ("measure", "row", "expected"),
    [
        ("new_partner_rate", "incumbents", (0, 50, 100)),
        ("new_partner_value_share", "incumbents", (0, Fraction(400, 7), 100)),
        ("dropped_partner_rate", "incumbents", (0, Fraction(100, 3), 100)),
        ("new_partner_survival", "two_year_incumbents", (50,)),
        ("new_partner_rate", "surviving_entrants", (0,)),
        ("new_product_rate", "incumbents", (0, 50)),
        ("new_product_value_share", "incumbents", (0, Fraction(400, 7))),
        ("dropped_product_rate", "incumbents", (0, Fraction(100, 3))),
        ("new_product_survival", "two_year_incumbents", (50,)),
        ("partners", "all", (1, 1, 1, 1, 4)),
        ("products", "all", (1, 1, 1, 4)),
        ("products", "exiters", ()),
    ],
)
def test_partners_and_products_come_and_go(
    measure: str, row: str, expected: tuple[Fraction | int, ...]
) -> None:
    found = answered(study(kind="distribution", flow="export", measure=measure, rows="trader_type"), CHURN)
    amounts = sorted(Fraction(amount) for _, amount in found["X", "food", row, "mean"].behind["value"])
    assert amounts == [Fraction(rounded(Fraction(one))) for one in expected]
    assert found["X", "food", row, "n"].value == len(expected)


@pytest.mark.parametrize(
    ("exact", "expected"),
    [
        (Fraction(1, 3), "0.333333"),
        (Fraction(-2, 3), "-0.666667"),
        (Fraction(5, 10**7), "0.000001"),
        (Fraction(-5, 10**7), "-0.000001"),
    ],
)
def test_a_rate_of_a_firm_has_six_decimals_half_away_from_zero(exact: Fraction, expected: str) -> None:
    assert rounded(exact) == Decimal(expected)


@pytest.mark.parametrize(
    ("numbers", "quartiles"),
    [
        ("1", [1, 1, 1]),
        ("1 2", [1, 1.5, 2]),
        ("1 2 3", [1, 2, 3]),
        ("1 2 3 4", [1.5, 2.5, 3.5]),
        ("1 2 3 4 5", [2, 3, 4]),
        ("1 2 3 4 5 6", [2, 3.5, 5]),
        ("1 2 3 4 5 6 7 8", [2.5, 4.5, 6.5]),
    ],
)
def test_quartiles_average_only_where_the_position_is_whole(numbers: str, quartiles: list[float]) -> None:
    assert five_numbers([Fraction(one) for one in numbers.split()])[2:] == quartiles


def test_the_largest_firms_and_their_share() -> None:
    lines = "\n".join(
        ["firm | size 2000 | export 2000", "giant | 5 | FR 81"]
        + [f"small {number} | 5 | FR 1" for number in range(19)]
        + [f"large {number} | 20 | US {value}" for number, value in enumerate((4, 3, 2, 1))]
        + [f"other {number} | 15 | US 10, FR -10" for number in range(3)]
    )
    about = study(kind="concentration", flow="export", rows="size_class", totals=("total",))
    shows(
        answered(about, lines),
        """
        row | n | value | herfindahl | top_1_percent | top_5_percent | top_25_percent | top_5 | top_10 | top_20 | top_50
        small   | 20 | 0.100 | 0.6580 | - | 81.0 | 85.0 | 85.0 | 90.0 | 100.0 | -
        large   | 4  | 0.010 | 0.3000 | - | -    | 40.0 | -    | -    | -     | -
        unknown | 3  | 0.000 | -      | - | -    | -    | -    | -    | -     | -
        total   | 24 | 0.110 | 0.5463 | - | 77.3 | 83.6 | 82.7 | 87.3 | 96.4  | -
        """,
    )


def test_one_way_and_two_way_traders() -> None:
    about = study(kind="trade", flow="export", rows="type_of_trader", totals=("total",))
    shows(
        answered(
            about,
            """
            firm | export 2000             | import 2000 | import 1999
            a    | FR 1000, US 1000        | FR 100      |
            b    | FR 3000, US -1000, ? 1  | FR 0        | FR 10
            c    | QV 1000                 |             |
            d    |                         | FR 100      |
            """,
        ),
        """
        row     | n | n_share | value | value_share | n_intra | value_intra | n_extra | value_extra
        one_way | 2 | 66.67   | 3.001 | 60.01       | 2       | 4.000       | 0       | 0.000
        two_way | 1 | 33.33   | 2.000 | 39.99       | 1       | 1.000       | 1       | 1.000
        total   | 3 | 100.00  | 5.001 | 100.00      | 3       | 5.000       | 1       | 1.000
        """,
    )


def test_traders_by_number_of_partners() -> None:
    countries = [
        "FR", "DE", "NL", "LU", "IT", "ES", "PT", "IE", "GB", "DK", "SE", "FI", "AT", "US", "CA", "JP", "CN", "BR",
        "NA", "ZA",
    ]  # fmt: skip
    firms = (1, 2, 3, 5, 6, 9, 10, 14, 15, 19, 20)
    several = [f"f{n} | {', '.join(f'{country} 10' for country in countries[:n])}" for n in firms]
    twice = "one | EL 5, GR 5, BE 100, QV 100, DE -10, FR 0"
    about = study(kind="trade", flow="export", rows="number_of_partners", totals=("total",))
    shows(
        answered(about, "\n".join(["firm | export 2000", *several, twice, "none | ? 860"])),
        """
        row            | n  | n_share | value | value_share
        partners_1     | 2  | 15.38   | 0.110 | 5.50
        partners_2     | 1  | 7.69    | 0.020 | 1.00
        partners_3_5   | 2  | 15.38   | 0.080 | 4.00
        partners_6_9   | 2  | 15.38   | 0.150 | 7.50
        partners_10_14 | 2  | 15.38   | 0.240 | 12.00
        partners_15_19 | 2  | 15.38   | 0.340 | 17.00
        partners_ge20  | 1  | 7.69    | 0.200 | 10.00
        unknown        | 1  | 7.69    | 0.860 | 43.00
        total          | 12 | 92.31   | 1.140 | 57.00
        """,
    )


def test_traders_by_partner_stand_in_the_row_of_every_country_they_trade_with() -> None:
    about = study(threshold=50, kind="trade", flow="import", rows="partner", totals=("total",))
    shows(
        answered(
            about,
            """
            firm | import 2000                  | import 1999
            a    | EL 40, GR 40, FR 50, US 60   | FR 100
            b    | UK 1000, XI 50               | FR 100
            c    | FR 60, FR -1, BE 900         | FR 100
            d    | QV 811                       | FR 100
            e    | BE 900                       | FR 100
            """,
        ),
        """
        row   | n | n_share | value | value_share | n_intra
        FR    | 1 | 25.00   | 0.059 | 2.80        | .
        GB    | 1 | 25.00   | 1.050 | 49.76       | .
        GR    | 1 | 25.00   | 0.080 | 3.79        | .
        US    | 1 | 25.00   | 0.060 | 2.84        | .
        total | 3 | 75.00   | 1.249 | 59.19       | .
        """,
    )
