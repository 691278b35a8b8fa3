"""Numbers, dates and codes that other programs wrote oddly are read rightly, or refused and told."""

# ruff: noqa: E501  -- one case, one line
from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pyreadstat
import pytest

from firmtrade.errors import DataError, StudyError
from firmtrade.sources.check import check_tables
from firmtrade.sources.importer import ImportReport, import_records
from sources.raw_files import bring, rejected

BOOKS = """
[import]
max_bad_rows = 1
{options}
[files.books]
path = "{path}"
{file}
[accounts]
file = "books"
{feed}
[accounts.columns]
firm_id = "id"
year = {year}
{columns}
"""


def books(
    folder: Path, content: str | None, columns: str, *, path: str = "x.csv", options: str = "", file: str = "",
    feed: str = "", year: str = '{ constant = "2002" }',
) -> ImportReport:  # fmt: skip
    mapping = BOOKS.format(path=path, columns=columns, options=options, file=file, feed=feed, year=year)
    return import_records(bring(folder, mapping, {} if content is None else {path: content}), folder / "out")


def column(report: ImportReport, name: str, table: str = "accounts") -> list[Any]:
    return pl.read_parquet(report.out / f"{table}.parquet").sort("firm_id")[name].to_list()


def lines(*rows: str) -> str:
    return "\n".join(rows) + "\n"


@pytest.mark.parametrize(
    "amount", ["1000000000000", "9999999999999999.99", "-9999999999999999.99", "123456789012345.67"]
)
def test_every_amount_that_money_holds_passes_import_and_check(tmp_path: Path, amount: str) -> None:
    rows = [f"f{number},{amount}" for number in range(3)]
    report = books(tmp_path, lines("id,x", *rows), 'turnover = "x"\ntotal_assets = { sum = ["x"] }')
    assert column(report, "turnover") == column(report, "total_assets") == [Decimal(amount)] * 3
    assert check_tables(report.out).of("refused_row") == ()


def test_a_float_as_large_as_money_holds_passes_check(tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    frame = pl.DataFrame({"firm_id": ["a"], "year": [2002], "turnover": [8e15], "employees": [10**9]})
    frame.write_parquet(tmp_path / "d" / "accounts.parquet")
    total = {"indicator": ["turnover"], "year": [2002], "value": [8e16], "source": ["x"]}
    pl.DataFrame(total).write_parquet(tmp_path / "d" / "benchmarks.parquet")
    assert check_tables(tmp_path / "d").ratios[0].ratio == pytest.approx(0.1)


def test_a_unit_carries_an_amount_to_the_edge_of_what_is_stored(tmp_path: Path) -> None:
    text = lines("id,x", "a,9999999999.99", "b,9999999999999.99", "c,12345678901234567")
    report = books(tmp_path, text, 'turnover = { column = "x", unit = "million" }')
    assert column(report, "turnover") == [Decimal("9999999999990000")]
    assert len(rejected(report, "accounts")) == 2


@pytest.mark.parametrize(
    "text",
    [
        "1234.5649999999999",
        "0.00499999999999",
        "0.005",
        "-0.005",
        "2.675",
        "1e-3",
        "0.0000004999999999999",
        "7.0050000000000001",
    ],
)
def test_a_number_is_rounded_once_from_its_text(tmp_path: Path, text: str) -> None:
    columns = 'turnover = "x"\nvalue_added = { sum = ["x"] }\nemployees_fte = "x"'
    report = books(tmp_path, lines("id,x", f"a,{text}"), columns, options='three_decimals = "warn"')
    cents = Decimal(text).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert column(report, "turnover") == column(report, "value_added") == [cents]
    assert column(report, "employees_fte") == [Decimal(text).quantize(Decimal("0.000001"), ROUND_HALF_UP)]


THOUSANDS = [
    (("588.690", "1.150", "12.000"), ""),
    (("588.690", "95", "12.000", "7.250", "0"), ""),
    (('"588,690"', '"1,150"'), 'decimal = ","'),
    (("588.690", "1.150", "2.5"), ""),
    (("588.690", "1.250.000", "12.5", "7.25", "9.1", "8.2"), ""),
    (("-588.690", "-1.250", "3"), ""),
]


@pytest.mark.parametrize(("values", "file"), THOUSANDS)
def test_numbers_with_three_decimals_stop_the_import(
    tmp_path: Path, values: tuple[str, ...], file: str
) -> None:
    text = lines("id,x", *(f"f{number},{value}" for number, value in enumerate(values)))
    with pytest.raises(DataError, match=r"numbers have exactly three decimals.*thousands"):
        books(tmp_path, text, 'turnover = "x"', file=file)
    with pytest.raises(DataError, match="column x: "):
        books(tmp_path, text, 'turnover = { sum = ["x"], zero_if_missing = ["x"] }', file=file)
    report = books(tmp_path, text, 'turnover = "x"', file=file, options='three_decimals = "warn"')
    (finding,) = report.quality.of("three_decimals")
    assert finding.count == sum(len(value.strip('"')) > 4 for value in values)


@pytest.mark.parametrize(
    "values",
    [
        ("0.750", "12.500", "3.250"),
        ("1234.567", "12.500", "1.250"),
        ("12.5", "1.25", "3.125"),
        ("1", "2", "3"),
    ],
)
def test_numbers_that_no_mark_of_thousands_explains_are_decimals(
    tmp_path: Path, values: tuple[str, ...]
) -> None:
    text = lines("id,x", *(f"f{number},{value}" for number, value in enumerate(values)))
    assert column(books(tmp_path, text, 'employees_fte = "x"'), "employees_fte") == [
        Decimal(one) for one in values
    ]


def test_numbers_of_a_typed_file_are_no_matter_of_marks(tmp_path: Path) -> None:
    pl.DataFrame({"id": ["a", "b"], "x": [588.125, 1.125]}).write_parquet(tmp_path / "x.parquet")
    report = books(tmp_path, None, 'employees_fte = "x"', path="x.parquet")
    assert column(report, "employees_fte") == [Decimal("588.125"), Decimal("1.125")]
    pl.DataFrame({"id": ["a", "b"], "x": [588.125, 1.125]}).write_excel(tmp_path / "x.xlsx")
    report = books(tmp_path, None, 'employees_fte = "x"', path="x.xlsx")
    assert column(report, "employees_fte") == [Decimal("588.125"), Decimal("1.125")]


REGISTER = """
[import]
max_bad_rows = 1
[files.r]
path = "{path}"
[firms]
file = "r"
columns = {{ firm_id = {firm}, founded = {founded} }}
"""


def founded(
    folder: Path, path: str, rule: str, content: str | None = None, firm: str = '"id"'
) -> ImportReport:
    mapping = REGISTER.format(path=path, founded=rule, firm=firm)
    return import_records(bring(folder, mapping, {} if content is None else {path: content}), folder / "out")


@pytest.mark.parametrize(
    ("form", "number"),
    [
        ("%td", 2001), ("%tdD_m_Y", 2001), ("%tdNN/DD/CCYY", 2001), ("%d", 2001), ("%tm", 65), ("%tq", 21), ("%th", 10),
        ("%tc", 2001 * 86_400_000), ("%tcDDmonCCYY_HH:MM:SS", 2001 * 86_400_000 + 3_600_000), ("%ty", 1965),
        ("%tw", 52 * 5 + 24),
    ],
)  # fmt: skip
def test_a_date_of_stata_is_read_by_the_format_of_its_file(tmp_path: Path, form: str, number: int) -> None:
    frame = pl.DataFrame({"id": ["a"], "x": [float(number)]})
    pyreadstat.write_dta(frame, tmp_path / "x.dta", variable_format={"x": form})
    assert column(founded(tmp_path, "x.dta", '"x"'), "founded", "firms") == [1965]


@pytest.mark.parametrize(
    "form", ["DATE9", "DDMMYYD10", "YYMMDDN8", "MONYY7", "EURDFDD10", "YEAR4", "WORDDATE20"]
)
def test_a_date_of_sas_is_read_by_the_format_of_its_file(tmp_path: Path, form: str) -> None:
    frame = pl.DataFrame({"id": ["a"], "x": [2001.0]})
    pyreadstat.write_xport(frame, tmp_path / "x.xpt", variable_format={"x": form})
    assert column(founded(tmp_path, "x.xpt", '"x"'), "founded", "firms") == [1965]


def test_dates_of_spss_are_read_to_the_day(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {"id": ["a", "b"], "x": [date(1965, 6, 24), None], "y": [datetime(1965, 6, 24, 12), None]}
    )
    pyreadstat.write_sav(frame, tmp_path / "x.sav")
    for name in ("x", "y"):
        assert column(founded(tmp_path, "x.sav", f'"{name}"'), "founded", "firms") == [1965, None]


@pytest.mark.parametrize(
    ("form", "text", "year"),
    [
        ("%td", "2001", 1965), ("%tm", "65", 1965), ("%tq", "-1", 1959), ("days since 1899-12-30", "23917", 1965),
        ("days since 1899-12-30", "23917.75", 1965), ("seconds since 1970-01-01", "-142819200", 1965),
        ("years since 1900-01-01", "65", 1965), ("dd-mm-yyyy HH:MM:SS", "24-06-1965 10:11:12", 1965),
        ("dd-mm-yyyy", "1-2-1965", 1965), ("dd/mm/yyyy", "1965-06-24T10:11:12", 1965), ("yyyymm", "196513", 1965),
        ("dd-mm-yyyy", "01-12-65", None), ("yyyymmdd", "651224", None), ("dd-mm-yyyy", "31-02-1965", None),
        ("%td", "1e300", None), ("yyyymm", "1965131", None),
    ],
)  # fmt: skip
def test_a_mapping_says_how_a_date_is_written(tmp_path: Path, form: str, text: str, year: int | None) -> None:
    rule = f'{{ column = "x", date = "{form}" }}'
    report = founded(tmp_path, "x.csv", rule, lines("id,x", f"a,{text}"))
    assert column(report, "founded", "firms") == ([year] if year else [])


def test_years_of_two_digits_need_their_century(tmp_path: Path) -> None:
    rule = '{ column = "x", date = "dd-mm-yy", century = 1900 }'
    report = founded(tmp_path, "x.csv", rule.replace("dd-mm-yy", "mm/yy"), lines("id,x", "a,06/65"))
    assert column(report, "founded", "firms") == [1965]
    report = founded(
        tmp_path, "x.csv", rule, lines("id,x", "a,01-12-65", "b,01-12-02", "c,31-02-65", "d,1-2-1965")
    )
    assert column(report, "founded", "firms") == [1965, 1902]
    with pytest.raises(StudyError, match="years of two digits do not tell the century"):
        founded(tmp_path, "x.csv", '{ column = "x", date = "dd-mm-yy" }', lines("id,x", "a,1"))


def test_a_yearly_total_among_the_months_is_told(tmp_path: Path) -> None:
    year = '{ column = "p", date = "yyyymm", part = "year" }'
    report = books(tmp_path, lines("id,p,x", "a,202112,1", "b,202113,2"), 'turnover = "x"', year=year)
    assert column(report, "year") == [2021, 2021]
    (finding,) = report.quality.of("late_period")
    assert finding.count == 1


@pytest.mark.parametrize(
    ("numbers", "dtype", "expected"),
    [
        ([1234567890123456.0, 200065765.0], pl.Float64, ["1234567890123456", "200065765"]),
        ([2.0**53, 2.0**53 + 2], pl.Float64, ["9007199254740992"]),
        ([16777216.0, 16777220.0], pl.Float32, ["16777216"]),
        ([1e22, 5.0], pl.Float64, ["5"]),
    ],
)
def test_whole_floats_are_whole_ids_as_far_as_they_are_exact(
    tmp_path: Path, numbers: list[float], dtype: Any, expected: list[str]
) -> None:
    frame = pl.DataFrame({"id": pl.Series(numbers, dtype=dtype), "x": [2001, 2002]})
    frame.write_parquet(tmp_path / "x.parquet")
    report = founded(tmp_path, "x.parquet", '"x"')
    assert sorted(column(report, "firm_id", "firms")) == sorted(expected)
    if len(expected) < 2:
        assert (
            rejected(report, "firms")[0]["rejected_because"]
            == "firm_id is a number that has lost its last digits"
        )


def test_a_number_of_a_workbook_beyond_what_is_exact_is_no_id(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["id", "x"], [7.0, 2001], [1234567890123456, 2001], [12345678901234567, 2001]):
        book.active.append(row)
    book.save(tmp_path / "x.xlsx")
    report = founded(tmp_path, "x.xlsx", '"x"')
    assert sorted(column(report, "firm_id", "firms")) == ["1234567890123456", "7"]
    assert len(rejected(report, "firms")) == 1


def test_a_long_number_of_a_workbook_is_no_id_among_texts_either(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["id", "x"], ["0200065765", 2001], [123456789012345678, 2001], [200065766, 2001]):
        book.active.append(row)
    book.save(tmp_path / "x.xlsx")
    report = founded(tmp_path, "x.xlsx", '"x"')
    assert column(report, "firm_id", "firms") == ["0200065765", "200065766"]
    assert len(rejected(report, "firms")) == 1


def test_an_id_of_few_digits_has_no_point_either(tmp_path: Path) -> None:
    text = lines("id,x", "7.0,2001", "12.0,2001", "0030,2001")
    assert column(founded(tmp_path, "x.csv", '"x"', text), "firm_id", "firms") == ["0030", "12", "7"]
    padded = '{ column = "id", keep = "digits", pad = 4 }'
    assert column(founded(tmp_path, "x.csv", '"x"', text, padded), "firm_id", "firms") == [
        "0007",
        "0012",
        "0030",
    ]


def test_a_point_and_a_zero_are_no_digits_of_an_id(tmp_path: Path) -> None:
    text = lines("id,x", "200065765.0,2001", "0200.065.766,2001", "4.00066E+12,2001")
    rule = '{ column = "id", keep = "digits", pad = 10 }'
    report = founded(tmp_path, "x.csv", '"x"', text, rule)
    assert column(report, "firm_id", "firms") == ["0200065765", "0200065766"]
    assert column(founded(tmp_path, "x.csv", '"x"', text), "firm_id", "firms") == [
        "0200.065.766",
        "200065765",
    ]


def test_steps_run_in_the_order_in_which_they_are_written(tmp_path: Path) -> None:
    text = lines("id,x", "1012100,2001")
    padded = founded(tmp_path, "x.csv", '"x"', text, '{ column = "id", pad = 8, take = [1, 6] }')
    assert column(padded, "firm_id", "firms") == ["010121"]
    taken = founded(tmp_path, "x.csv", '"x"', text, '{ column = "id", take = [1, 6], pad = 8 }')
    assert column(taken, "firm_id", "firms") == ["00101210"]


def test_a_condition_that_no_row_meets_gives_none_and_is_told(tmp_path: Path) -> None:
    feed = 'where = { kind = "no" }'
    report = books(tmp_path, lines("id,kind,x", "a,yes,1"), 'turnover = "x"', feed=feed)
    assert column(report, "turnover") == []
    (finding,) = report.quality.of("nothing_selected")
    assert "books: `kind`" in str(finding.detail)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("above = 10", ["c", "d"]), ("above = 9.99", ["b", "c", "d"]), ("below = 10", ["a"]),
        ("between = [10, 20]", ["b", "c"]), ("above = 5, below = 10.5", ["b"]), ("between = [10, 20], is_not = '10,0'", ["c"]),
    ],
)  # fmt: skip
def test_a_condition_compares_numbers(tmp_path: Path, condition: str, expected: list[str]) -> None:
    text = lines("id,n,x", "a,5,1", 'b,"10,0",1', 'c,"1.000e-2",1', "d,1.234,1", "e,,1", "f,x,1").replace(
        "1.000e-2", "20"
    )
    file = 'decimal = ","\nthousands = "."'
    report = books(tmp_path, text, 'turnover = "x"', feed=f"where = {{ n = {{ {condition} }} }}", file=file)
    assert column(report, "firm_id") == expected
    (finding,) = report.quality.of("no_number_to_compare")
    assert finding.count == 1


def test_missing_values_that_a_condition_lets_through_are_counted(tmp_path: Path) -> None:
    text = lines("id,n,x", "a,0,1", "b,,1", "c,1,1", "d,,1")
    report = books(tmp_path, text, 'turnover = "x"', feed="where = { n = { is_not = 0 } }")
    assert column(report, "firm_id") == ["b", "c", "d"]
    (finding,) = report.quality.of("missing_let_through")
    assert finding.count == 2


def test_a_condition_may_speak_of_a_melted_year(tmp_path: Path) -> None:
    text = lines("id,x_2001,x_2002,n", "a,1,2,5", "b,3,4,6")
    feed = 'melt = "{column}_{year}"\nwhere = { year = { above = 2001 }, n = 5 }'
    report = books(tmp_path, text, 'turnover = "x"', feed=feed, year='"year"')
    assert (column(report, "firm_id"), column(report, "year"), column(report, "turnover")) == (
        ["a"],
        [2002],
        [2],
    )
    with pytest.raises(Exception, match="there is no column `yaer`"):
        books(tmp_path, text, 'turnover = "x"', feed=feed.replace("year =", "yaer ="), year='"year"')


def test_labels_of_values_serve_as_codes(tmp_path: Path) -> None:
    frame = pl.DataFrame({"id": ["a", "b", "c"], "x": [1, 2, 9]})
    for ending, write in (("dta", pyreadstat.write_dta), ("sav", pyreadstat.write_sav)):
        write(frame, tmp_path / f"x.{ending}", variable_value_labels={"x": {1: "founded 2001", 2: "in 2002"}})
        rule = (
            '{ column = "x", labels = true, codes = { "founded 2001" = 2001, "in 2002" = 2002, "9" = "" } }'
        )
        assert column(founded(tmp_path, f"x.{ending}", rule), "founded", "firms") == [2001, 2002, None]


def test_a_raw_file_that_several_blocks_use_is_read_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from firmtrade.sources import readers
    from firmtrade.sources.readers import delimited

    read = []
    known = readers.FORMATS["delimited"]
    counted = readers.Format(
        "delimited", known.endings, lambda *given: read.append(1) or delimited.read_delimited(*given)
    )
    monkeypatch.setitem(readers.FORMATS, "delimited", counted)
    blocks = "".join(
        f'[files.f{number}]\npath = "x.csv"\nmissing = ["{number}"]\n[[accounts]]\nfile = "f{number}"\n'
        f'columns = {{ firm_id = "id", year = {{ constant = "{2000 + number}" }}, turnover = "x" }}\n'
        for number in range(5)
    )
    report = import_records(bring(tmp_path, blocks, {"x.csv": lines("id,x", "a,3")}), tmp_path / "out")
    assert sum(read) == 1
    assert column(report, "turnover") == [3, 3, 3, None, 3]
