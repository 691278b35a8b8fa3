"""Whatever the format, a raw value is the text that a person would write for it, and labels are kept."""

# ruff: noqa: E501  -- the names of eight dialects in one line

from __future__ import annotations

import csv
import datetime
import gzip
import io
import unicodedata
import zipfile
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
import pyreadstat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from firmtrade.errors import InputError
from firmtrade.sources import package_file
from firmtrade.sources.raw import FILE, Raw
from firmtrade.sources.readers import ROW
from firmtrade.sources.readers.reading import BrokenRow, StoredLabels
from sources.raw_files import rows_of, workbook_file


@pytest.mark.parametrize(
    ("content", "declared"),
    [
        ("firm;land\n0123;Liège\n0456;NA\n".encode(), {"separator": ";"}),
        ("\ufefffirm;land\n0123;Liège\n0456;NA\n".encode(), {"separator": ";"}),
        ("firm;land\r\n0123;Liège\r\n0456;NA\r\n".encode("latin-1"), {"separator": ";", "encoding": "latin-1"}),
        ("firm\tland\n0123\tLiège\n0456\tNA\n".encode("utf-16"), {"separator": "\t", "encoding": "utf-16"}),
        ('"firm","land"\n"0123","Liège"\n"0456","NA"\n'.encode(), {}),
        ("'firm','land'\n'0123','Liège'\n'0456','NA'\n".encode(), {"quote": "'"}),
        ("An export\n\nfirm,land\n 0123 ,Liège\n\n0456,NA".encode(), {"skip_lines": 1}),
        ("0123,Liège\n0456,NA\n".encode(), {"header": False, "names": ["firm", "land"]}),
    ],
    ids=["semicolon", "byte order mark", "latin-1 and CRLF", "utf-16 and tab", "quoted", "other quote", "preamble", "no header"],
)  # fmt: skip
def test_every_dialect_reads_as_the_same_table(
    connection: Any, read: Callable[..., Raw], tmp_path: Path, content: bytes, declared: dict[str, Any]
) -> None:
    (tmp_path / "raw.csv").write_bytes(content)
    raw = read(path="raw.csv", **declared)
    assert raw.columns == ("firm", "land")
    assert rows_of(connection, raw) == [("0123", "Liège"), ("0456", "NA")]


def test_a_text_is_missing_only_where_the_mapping_says_so(
    connection: Any, read: Callable[..., Raw], tmp_path: Path
) -> None:
    (tmp_path / "raw.csv").write_text("land,x\nNA,\n-9, \n")
    assert rows_of(connection, read(path="raw.csv")) == [("NA", None), ("-9", None)]
    assert rows_of(connection, read(path="raw.csv", missing=["-9", "NA"])) == [(None, None), (None, None)]


def test_rows_that_cannot_be_split_are_kept_aside_with_their_number(
    connection: Any, read: Callable[..., Raw], tmp_path: Path
) -> None:
    (tmp_path / "raw.csv").write_text('firm,x\na,1\nb,2,3\n"c ""x""",3\nd\ne,"two\nlines"\n')
    raw = read(path="raw.csv")
    assert rows_of(connection, raw, ROW) == [("a", "1", 2), ('c "x"', "3", 4), ("e", "two\nlines", 6)]
    assert list(raw.broken()) == [
        ("raw.csv", BrokenRow(3, "3 fields where the header has 2", "b,2,3")),
        ("raw.csv", BrokenRow(5, "1 fields where the header has 2", "d")),
    ]
    assert (raw.n_rows, raw.n_broken) == (5, 2)


def test_columns_without_a_name_or_with_the_same_name_can_be_told_apart(
    connection: Any, read: Callable[..., Raw], tmp_path: Path
) -> None:
    (tmp_path / "raw.csv").write_text("9087,,9087\n1,2,3\n")
    assert read(path="raw.csv").columns == ("9087 (1)", "column2", "9087 (2)")
    (tmp_path / "taken.csv").write_text("a,a,a (1),A\n1,2,3,4\n")
    assert read(path="taken.csv").columns == ("a (2)", "a (3)", "a (1)", "A")
    (tmp_path / "case.csv").write_text("VAT,vat\n1,2\n")
    assert rows_of(connection, read(path="case.csv")) == [("1", "2")]
    (tmp_path / "bare.csv").write_text("1,2\n")
    assert read(path="bare.csv", header=False).columns == ("column1", "column2")


_TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Cn", "Cs", "Zs", "Zl", "Zp")), max_size=8
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(_TEXT.map(lambda text: f"k{text}"), _TEXT), min_size=1, max_size=20),
    mark=st.sampled_from(";,\t|"),
)
def test_every_table_of_texts_is_read_back_in_composed_form(
    connection: Any, read: Callable[..., Raw], tmp_path: Path, rows: list[tuple[str, str]], mark: str
) -> None:
    stream = io.StringIO()
    csv.writer(stream, delimiter=mark).writerows([("key", "value"), *rows])
    (tmp_path / "raw.csv").write_bytes(stream.getvalue().encode())
    composed = partial(unicodedata.normalize, "NFC")
    expected = [(composed(key), composed(value) or None) for key, value in rows]
    assert rows_of(connection, read(path="raw.csv", separator=mark)) == expected


FRAME = pl.DataFrame(
    {
        "plant": ["0018", "Ñuble", None],
        "staff": [10.0, None, 12.5],
        "size": [1, 2, 2],
        "founded": [datetime.date(1960, 8, 9), None, None],
    }
)
AS_TEXT = [("0018", "10", "1", "1960-08-09"), ("Ñuble", None, "2", None), (None, "12.5", "2", None)]
VARIABLES = {"plant": "Plant number", "size": "Size class"}
VALUES = {"size": {1: "small", 2: "large"}}


def test_stata_is_read_with_its_labels(connection: Any, read: Callable[..., Raw], tmp_path: Path) -> None:
    pyreadstat.write_dta(FRAME, tmp_path / "x.dta", column_labels=VARIABLES, variable_value_labels=VALUES)
    raw = read(path="x.dta")
    assert rows_of(connection, raw) == AS_TEXT
    assert raw.labels() == {"x.dta": StoredLabels(VARIABLES, {"size": {"1": "small", "2": "large"}})}


def test_spss_is_read_with_its_labels_and_its_declared_missing_values(
    connection: Any, read: Callable[..., Raw], tmp_path: Path
) -> None:
    frame = FRAME.with_columns(staff=pl.Series([10.0, 99.0, 12.5]))
    pyreadstat.write_sav(
        frame,
        tmp_path / "x.sav",
        column_labels=VARIABLES,
        variable_value_labels=VALUES,
        missing_ranges={"staff": [99]},
    )
    raw = read(path="x.sav")
    assert rows_of(connection, raw) == AS_TEXT
    assert raw.labels()["x.sav"].values == {"size": {"1": "small", "2": "large"}}


def test_sas_transport_files_are_read_with_their_labels(
    connection: Any, read: Callable[..., Raw], tmp_path: Path
) -> None:
    frame = FRAME.with_columns(plant=pl.Series(["0018", "Nuble", None]))
    pyreadstat.write_xport(frame, tmp_path / "x.xpt", column_labels=VARIABLES)
    raw = read(path="x.xpt")
    assert rows_of(connection, raw) == [
        (plant and plant.replace("Ñ", "N"), *rest) for plant, *rest in AS_TEXT
    ]
    assert raw.labels()["x.xpt"].variables == VARIABLES


def test_a_large_statistical_file_is_read_in_pieces(
    connection: Any, read: Callable[..., Raw], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first piece has nothing but missing values in a column: its type must hold for the next."""
    monkeypatch.setattr(package_file, "PIECE", 2)
    frame = pl.DataFrame({"n": range(1, 7), "late": [None, None, 3.5, None, 4.0, None]})
    pyreadstat.write_dta(frame, tmp_path / "x.dta")
    expected = [("1", None), ("2", None), ("3", "3.5"), ("4", None), ("5", "4"), ("6", None)]
    assert rows_of(connection, read(path="x.dta")) == expected


def test_numbers_keep_the_digits_that_the_file_shows(
    connection: Any, read: Callable[..., Raw], tmp_path: Path
) -> None:
    pl.DataFrame(
        {
            "single": pl.Series([12.3, 1e6], dtype=pl.Float32),
            "double": [437009912.0, 0.1],
            "whole": [18, -9],
            "decimal": [Decimal("12.50"), Decimal("3.00")],
            "flag": [True, None],
            "when": [datetime.datetime(2002, 12, 31), datetime.datetime(2002, 12, 31, 23, 59)],
            "nan": [float("nan"), 1.0],
        }
    ).write_parquet(tmp_path / "x.parquet")
    assert rows_of(connection, read(path="x.parquet")) == [
        ("12.3", "437009912", "18", "12.50", "true", "2002-12-31", None),
        ("1000000", "0.1", "-9", "3", None, "2002-12-31 23:59:00", "1"),
    ]


def test_years_of_a_panel_may_store_a_column_in_different_types(
    connection: Any, read: Callable[..., Raw], tmp_path: Path
) -> None:
    """Single precision in one year must not touch the whole numbers of another."""
    pl.DataFrame({"id": ["a"], "x": pl.Series([1.5], dtype=pl.Float32)}).write_parquet(
        tmp_path / "y1990.parquet"
    )
    pl.DataFrame({"x": [16777217], "id": ["b"], "new": ["z"]}).write_parquet(tmp_path / "y1991.parquet")
    raw = read(path="y*.parquet")
    assert rows_of(connection, raw, FILE) == [
        ("a", "1.5", None, "y1990.parquet"),
        ("b", "16777217", "z", "y1991.parquet"),
    ]


def test_a_sheet_of_a_workbook_is_read_cell_by_cell(
    connection: Any, read: Callable[..., Raw], tmp_path: Path
) -> None:
    workbook_file(tmp_path / "x.xlsx")
    raw = read(path="x.xlsx", sheet="Accounts")
    assert raw.columns == ("Number", "9087 (1)", "Closed on", "Value", "9087 (2)")
    with pytest.raises(
        InputError, match=r"x\.xlsx, column 9087: the header has `9087` 2 times, in positions 2 and 5"
    ):
        raw.require(("9087",))
    assert rows_of(connection, raw, ROW) == [
        ("0123", "12.5", "2002-12-31", "1234567.89", "1", 2),
        ("NA", None, "31.12.2002", "0.1", "true", 4),
    ]


def test_old_workbooks_are_read(connection: Any, read: Callable[..., Raw], tmp_path: Path) -> None:
    """The file is one that statsmodels ships; its csv twin says what must come out."""
    folder = Path(pytest.importorskip("statsmodels").__file__).parent / "datasets" / "macrodata"
    book = folder / "src" / "macrodata.xls" / "macrodata.xls"
    if not book.is_file():
        pytest.skip("this statsmodels ships no old workbook")
    (tmp_path / "x.xls").write_bytes(book.read_bytes())
    raw = read(path="x.xls", sheet="Quarterly")
    connection.create_table("quarters", raw.rows(["DATE", "GDPC96"]), overwrite=True)
    quarters = connection.to_pyarrow(connection.table("quarters").order_by("DATE")).to_pylist()
    since_1959 = [float(row["GDPC96"]) for row in quarters if row["DATE"] >= "1959-01-01"]
    twin = pl.read_csv(folder / "macrodata.csv")["realgdp"].to_list()
    assert len(twin) > 200
    assert since_1959[: len(twin)] == twin


def test_archives_are_opened_and_their_members_named(
    connection: Any, read: Callable[..., Raw], tmp_path: Path
) -> None:
    with zipfile.ZipFile(tmp_path / "full.zip", "w") as archive:
        archive.writestr("deep/enterprise.csv", "id\n1\n")
        archive.writestr("deep/activity.csv", "id\n2\n")
        for beside in ("readme.md", "datapackage.json", "metadata.xml"):
            archive.writestr(beside, "no data")
    (tmp_path / "enterprise.csv.gz").write_bytes(gzip.compress(b"id\n3\n"))
    picked = read(path=["full.zip", "enterprise.csv.gz"], inside="*enterprise.csv")
    assert rows_of(connection, picked, FILE) == [
        ("3", "enterprise.csv.gz"),
        ("1", "full.zip/deep/enterprise.csv"),
    ]
    assert rows_of(connection, read(path="full.zip")) == [("2",), ("1",)]
