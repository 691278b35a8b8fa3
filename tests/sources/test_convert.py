"""A raw text becomes a canonical value exactly, or is refused: nothing is bent into shape."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import pyarrow as pa
import pytest

from firmtrade.sources.canonical import TABLES
from firmtrade.sources.engine import engine
from firmtrade.sources.mapping import ColumnRule, Currency, RawFile
from firmtrade.sources.raw import FILE
from firmtrade.sources.values import Context, convert

EUROPEAN = RawFile(path="x.csv", decimal=",", thousands=".")
AMERICAN = RawFile(path="x.csv", decimal=".", thousands=",")
FRENCH = RawFile(path="x.csv", decimal=",", thousands=" ")
PLAIN = RawFile(path="x.csv")
RATES = {
    "BEF": Currency(divide_by=Decimal("40.3399"), source="Council Regulation (EC) No 2866/98"),
    "XXX": Currency(multiply_by=Decimal("1.2345"), source="a rate for this test"),
}
REFUSED = "refused"


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with engine(tmp_path_factory.mktemp("engine")) as opened:
        yield opened


class Reader:
    """Reads texts as a column of a table by rules; a text that is refused reads as ``REFUSED``."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.reads = 0

    def __call__(
        self,
        column: str,
        rules: ColumnRule | dict[str, Any] | list[Any],
        texts: list[Any] | dict[str, list[Any]],
        declared: RawFile = PLAIN,
    ) -> list[Any]:
        table, name = column.split(".")
        listed = rules if isinstance(rules, list) else [rules]
        alternatives = tuple(
            rule if isinstance(rule, ColumnRule) else ColumnRule.model_validate(rule) for rule in listed
        )
        raw = texts if isinstance(texts, dict) else {"x": texts}
        length = len(next(iter(raw.values())))
        raw = {FILE: [f"archive.zip/accounts_{1990 + n}.csv" for n in range(length)], **raw}
        given = pa.table({key: pa.array(values, pa.string()) for key, values in raw.items()})
        self.reads += 1
        context = Context(self.connection.create_table(f"raw_{self.reads}", given), declared, RATES)
        rows, found = convert(
            self.connection, str(self.reads), {TABLES[table].column(name): alternatives}, context
        )
        answer = self.connection.to_pyarrow(
            rows.select(value=found[name].value, unreadable=found[name].unreadable)
        )
        return [REFUSED if row["unreadable"] else row["value"] for row in answer.to_pylist()]


@pytest.fixture(scope="module")
def read(connection: Any) -> Reader:
    return Reader(connection)


@pytest.mark.parametrize(
    ("declared", "text", "value"),
    [
        (EUROPEAN, "1.234.567,89", "1234567.89"),
        (EUROPEAN, "1234567,89", "1234567.89"),
        (EUROPEAN, "1.234", "1234"),
        (EUROPEAN, "-0,5", "-0.50"),
        (EUROPEAN, "1.5", REFUSED),
        (EUROPEAN, "1,234.56", REFUSED),
        (EUROPEAN, "12.34,5", REFUSED),
        (AMERICAN, "1,234,567.89", "1234567.89"),
        (AMERICAN, ".5", "0.50"),
        (AMERICAN, "1.234.567,89", REFUSED),
        (AMERICAN, "1,5", REFUSED),
        (FRENCH, "1 234\u00a0567,8", "1234567.80"),
        (FRENCH, "1\u202f234,8", "1234.80"),
        (PLAIN, "1e+05", "100000"),
        (PLAIN, "1.5E3", "1500"),
        (PLAIN, "+7", "7"),
        (PLAIN, "1,5", REFUSED),
        (PLAIN, "1_000", REFUSED),
        (PLAIN, "0x10", REFUSED),
        (PLAIN, "inf", REFUSED),
        (PLAIN, "n.a.", REFUSED),
        (PLAIN, "NaN", None),
        (PLAIN, None, None),
        (PLAIN, "2.005", "2.01"),
        (PLAIN, "-2.005", "-2.01"),
        (PLAIN, "9999999999999999.99", "9999999999999999.99"),
        (PLAIN, "10000000000000000.00", REFUSED),
    ],
)
def test_an_amount_is_read_in_the_declared_notation_or_refused(
    read: Reader, declared: RawFile, text: str | None, value: str | None
) -> None:
    (found,) = read("accounts.turnover", {"column": "x"}, [text], declared)
    assert found == (value if value in (None, REFUSED) else Decimal(value))


@pytest.mark.parametrize(
    "declared", [EUROPEAN, AMERICAN, FRENCH, PLAIN], ids=["1.234,5", "1,234.5", "1 234,5", "1234.5"]
)
def test_every_amount_that_is_written_is_read_to_the_cent(read: Reader, declared: RawFile) -> None:
    draw = random.Random(20021)
    amounts = [
        Decimal(draw.randrange(-(10 ** draw.randint(1, 18)), 10 ** draw.randint(1, 18))).scaleb(-2)
        for _ in range(2000)
    ]
    marks = str.maketrans({",": declared.thousands, ".": declared.decimal})
    texts = [f"{amount:,f}".translate(marks) for amount in amounts]
    assert read("accounts.turnover", {"column": "x"}, texts, declared) == amounts


def test_thousands_and_millions_are_multiplied_in_decimals(read: Reader) -> None:
    texts = ["0.1", "1234.56789", "-3", "1e-3"]
    assert read("accounts.turnover", {"column": "x", "unit": "thousand"}, texts) == [
        Decimal("100.00"), Decimal("1234567.89"), Decimal("-3000.00"), Decimal("1.00"),
    ]  # fmt: skip
    assert read("accounts.turnover", {"column": "x", "unit": "million"}, ["0.07"]) == [Decimal("70000.00")]


def _rounded(value: Fraction) -> Decimal:
    """To the cent, half away from zero, by an independent road."""
    exact = Decimal(value.numerator * 10**30 // value.denominator).scaleb(-30)
    if abs(value * 200) % 2 == 1:
        return Decimal(int(abs(value) * 100) + 1).scaleb(-2).copy_sign(exact)
    return exact.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


@pytest.mark.parametrize(
    ("currency", "rate"), [("BEF", 1 / Fraction("40.3399")), ("XXX", Fraction("1.2345"))]
)
def test_a_currency_is_converted_exactly_and_rounded_half_away_from_zero(
    read: Reader, currency: str, rate: Fraction
) -> None:
    draw = random.Random(1999)
    amounts = [Decimal(draw.randrange(-(10**12), 10**12)).scaleb(-2) for _ in range(2000)]
    amounts += [Decimal(n * 10) for n in range(-20, 20)] + [Decimal("40.3399") / 200, Decimal("-0.2016995")]
    found = read(
        "accounts.turnover", {"column": "x", "currency": currency}, [str(amount) for amount in amounts]
    )
    assert found == [_rounded(Fraction(amount) * rate) for amount in amounts]


def test_a_half_cent_is_rounded_away_from_zero(read: Reader) -> None:
    assert read("accounts.turnover", {"column": "x", "currency": "BEF"}, ["0.2016995", "-0.2016995"]) == [
        Decimal("0.01"), Decimal("-0.01"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "text", "year"),
    [
        ({}, "1990", 1990),
        ({}, "1990.0", 1990),
        ({}, "1990.5", REFUSED),
        ({}, "90", REFUSED),
        ({"century": 1900}, "90", 1990),
        ({"century": 1900}, "1990", 1990),
        ({}, "1998-12-31", 1998),
        ({"date": "dd-mm-yyyy"}, "31-12-1998", 1998),
        ({"date": "dd-mm-yyyy"}, "12-31-1998", REFUSED),
        ({"date": "yyyymm"}, "199812", 1998),
        ({}, "unknown", REFUSED),
        ({"missing": ["0"]}, "0", None),
        ({}, "9999", 9999),
    ],
)
def test_a_year_has_four_digits_or_a_declared_century(
    read: Reader, rule: dict[str, Any], text: str, year: int | str | None
) -> None:
    assert read("firms.founded", {"column": "x", **rule}, [text]) == [year]


def test_a_month_is_a_part_of_a_date_or_a_whole_number(read: Reader) -> None:
    period = {"column": "x", "date": "yyyymm", "part": "month"}
    assert read("trade.month", period, ["200203", "200213", None]) == [3, 13, None]
    assert read("trade.month", {"column": "x"}, ["3", "3.5", "13"]) == [3, REFUSED, 13]


def test_a_date_that_does_not_exist_is_refused(read: Reader) -> None:
    texts = ["09-08-1960", "31-02-1990", "1960-08-09", ""]
    found = read("firms.founded_on", {"column": "x", "date": "dd-mm-yyyy"}, texts[:3])
    assert found == [date(1960, 8, 9), REFUSED, date(1960, 8, 9)]


def test_a_flag_is_true_false_or_translated(read: Reader) -> None:
    assert read("firms.domestic_owned", {"column": "x"}, ["true", "0", "J", None]) == [
        True,
        False,
        REFUSED,
        None,
    ]
    rule = {"column": "x", "codes": {"J": True, "N": False, "?": ""}}
    assert read("firms.domestic_owned", rule, ["J", "N", "?", "X"]) == [True, False, None, REFUSED]


@pytest.mark.parametrize(
    ("otherwise", "becomes"), [("reject", REFUSED), ("keep", "transit"), ("missing", None)]
)
def test_a_code_that_is_not_listed_is_refused_unless_the_mapping_says_otherwise(
    read: Reader, otherwise: str, becomes: str | None
) -> None:
    rule = {"column": "x", "codes": {"1": "import", "2": "export"}, "otherwise": otherwise}
    assert read("trade.flow", rule, ["1", "2", "transit", None]) == ["import", "export", becomes, None]


def test_identifiers_keep_their_zeros(read: Reader) -> None:
    rule = {"column": "x", "keep": "digits", "pad": 10}
    assert read("firms.firm_id", rule, ["0200.065.765", "BE 200065765", "---"]) == [
        "0200065765",
        "0200065765",
        None,
    ]
    assert read("firms.nace", {"column": "x", "take": [1, 4]}, ["0111012", "15"]) == ["0111", "15"]
    assert read("trade.product", {"column": "x", "case": "upper"}, ["na", "Fr"]) == ["NA", "FR"]


def test_codes_stand_in_the_letters_of_their_list(read: Reader) -> None:
    assert read("trade.partner", {"column": "x"}, ["na", "Fr", " de\u00a0", None]) == ["NA", "FR", "DE", None]
    assert read("trade.flow", {"column": "x"}, ["IMPORT"]) == ["import"]
    assert read("firms.nace_revision", {"column": "x"}, ["NACE-1.1"]) == ["nace-1.1"]
    assert read("trade.partner", {"column": "x", "take": [3, 4]}, ["FR  "]) == [None]
    assert read("firms.region", {"column": "x"}, ["Lisboa"]) == ["Lisboa"]


def test_the_order_of_steps_is_missing_cut_keep_pad_case_codes(read: Reader) -> None:
    rule = {
        "column": "x",
        "missing": ["zz9"],
        "take": [2, 3],
        "pad": 3,
        "case": "upper",
        "codes": {"0A1": "export"},
    }
    assert read("trade.flow", rule, ["xa1", "zz9"]) == ["export", None]


def test_namibia_is_a_country(read: Reader) -> None:
    assert read("trade.partner", {"column": "x"}, ["NA", "FR"]) == ["NA", "FR"]


def test_raw_flows_are_added_where_all_are_known(read: Reader) -> None:
    """Value added of a full filing: operating income without its non-recurring part, less purchases."""
    rule = {"sum": ["70/76A"], "minus": ["76A", "60", "61"], "zero_if_missing": ["76A"]}
    texts = {
        "70/76A": ["1000", "1000", "1000", None, "1000"],
        "76A": ["50", None, None, "1", "x"],
        "60": ["400", "400", None, "1", "400"],
        "61": ["100.5", "100.5", "100.5", "1", "1"],
    }
    found = read("accounts.value_added", rule, texts)
    assert found == [Decimal("449.50"), Decimal("499.50"), None, None, REFUSED]


def test_of_several_rules_the_first_that_gives_a_value_counts(read: Reader) -> None:
    texts = {"1003": ["12.5", None, None, None], "9087": ["13", "14", None, "x"]}
    assert read("accounts.employees_fte", [{"column": "1003"}, {"column": "9087"}], texts) == [
        Decimal("12.5"), Decimal(14), None, REFUSED,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        ("2001-01-01", "2001-12-31", 12),
        ("2000-01-01", "2000-12-31", 12),
        ("2001-07-01", "2002-12-31", 18),
        ("2001-07-01", "2001-12-31", 6),
        ("2001-02-01", "2001-02-28", 1),
        ("2001-10-01", "2002-09-30", 12),
        ("2001-10-01", None, None),
        ("2001-10-01", "2002-09-31", REFUSED),
    ],
)
def test_a_book_year_has_as_many_months_as_its_days_make(
    read: Reader, first: str, last: str | None, months: int | str | None
) -> None:
    rule = {"months": {"first": "from", "last": "to"}}
    assert read("accounts.book_months", rule, {"from": [first], "to": [last]}) == [months]


def test_a_year_can_stand_in_the_name_of_the_file(read: Reader) -> None:
    assert read("accounts.year", {"file_name": "accounts_{}.csv"}, [None, None]) == [1990, 1991]
    assert read("accounts.year", {"file_name": "ledger_{}.csv"}, [None]) == [None]


def test_a_constant_is_the_same_in_every_row(read: Reader) -> None:
    assert read("firms.nace_revision", {"constant": "nace-1.1"}, [None, "x"]) == ["nace-1.1", "nace-1.1"]
