"""Whatever the format, a raw value is the text that a person would write for it, and labels are kept."""

# ruff: noqa: E501  -- one unreadable file, one line
from __future__ import annotations

import contextlib
import csv
import datetime
import gzip
import io
import os
import sqlite3
import unicodedata
import zipfile
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyreadstat
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from firmtrade.errors import FirmtradeError, InputError, StudyError
from firmtrade.sources import package_file
from firmtrade.sources.raw import FILE, Raw
from firmtrade.sources.readers import ROW
from firmtrade.sources.readers.reading import BrokenRow, StoredLabels


def rows_of(connection: Any, raw: Raw, *more: str) -> list[tuple[Any, ...]]:
    """The rows of a raw table in file order, as tuples of its columns and of ``more``."""
    names = [*raw.columns, *more]
    table = connection.to_pyarrow(raw.rows(raw.columns).order_by([FILE, ROW]).select(*names))
    return [tuple(row[name] for name in names) for row in table.to_pylist()]


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


def _workbook(path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Notes").write(0, 0, "Nothing here")
        sheet = book.add_worksheet("Accounts")
        day = book.add_format({"num_format": "dd-mm-yyyy"})
        sheet.write_row(0, 0, ["Number", 9087, "Closed on", "Value", "9087"])
        sheet.write_row(1, 0, ["0123", 12.5, None, 1234567.89, 1])
        sheet.write_datetime(1, 2, datetime.datetime(2002, 12, 31), day)
        sheet.write_row(3, 0, ["NA", None, "31.12.2002", 0.1, True])
        book.add_worksheet("Empty")


def test_a_sheet_of_a_workbook_is_read_cell_by_cell(
    connection: Any, read: Callable[..., Raw], tmp_path: Path
) -> None:
    _workbook(tmp_path / "x.xlsx")
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


def _sqlite(path: Path) -> None:
    with sqlite3.connect(path) as base:
        base.execute("CREATE TABLE firms (id TEXT, staff REAL, n INTEGER, born DATE)")
        base.executemany(
            "INSERT INTO firms VALUES (?, ?, ?, ?)", [("01", 12.5, 1, "1960-08-09"), ("NA", None, None, None)]
        )
    base.close()


def _duckdb(path: Path) -> None:
    with duckdb.connect(path) as base:
        base.execute("CREATE TABLE firms (id VARCHAR, staff DECIMAL(9, 3), n BIGINT, born DATE)")
        base.execute("INSERT INTO firms VALUES ('01', 12.5, 1, '1960-08-09'), ('NA', NULL, NULL, NULL)")


@pytest.mark.parametrize(
    ("scheme", "make", "staff"), [("sqlite", _sqlite, "12.5"), ("duckdb", _duckdb, "12.500")]
)
def test_a_table_or_query_of_a_database_is_read(
    connection: Any,
    read: Callable[..., Raw],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    scheme: str,
    make: Callable[[Path], None],
    staff: str,
) -> None:
    make(tmp_path / "office.db")
    url = f"{scheme}://office.db"
    assert rows_of(connection, read(url=url, table="firms")) == [
        ("01", staff, "1", "1960-08-09"),
        ("NA", None, None, None),
    ]
    monkeypatch.setenv("OFFICE", url)
    assert rows_of(connection, read(url_variable="OFFICE", query="SELECT id FROM firms WHERE n = 1")) == [
        ("01",)
    ]


@pytest.mark.parametrize(
    ("declared", "values", "texts"),
    [
        ("real", [1e12, None, "n/a", 123456789012.34], ["1000000000000.0", None, "n/a", "123456789012.34"]),
        ("", ["a", 5, 2.5, b"b"], ["a", "5", "2.5", "b"]),
        ("integer", [1, 2.5], ["1", "2.5"]),
        ("numeric(10, 2)", [1, 2.567], ["1", "2.567"]),
        ("date", ["31/12/2002", "2002-12-31", 1999], ["31/12/2002", "2002-12-31", "1999"]),
        ("timestamp", ["2002-12-31 00:00:00"], ["2002-12-31"]),
    ],
)
def test_values_of_sqlite_that_are_not_what_their_column_declares_are_read(
    connection: Any,
    read: Callable[..., Raw],
    tmp_path: Path,
    declared: str,
    values: list[Any],
    texts: list[str | None],
) -> None:
    with sqlite3.connect(tmp_path / "x.db") as base:
        base.execute(f"CREATE TABLE t (x {declared})")
        base.executemany("INSERT INTO t VALUES (?)", [(value,) for value in values])
    assert rows_of(connection, read(url="sqlite://x.db", table="t")) == [(text,) for text in texts]


@pytest.mark.parametrize(
    ("stored", "text"),
    [
        ("'0101'::bit", "0101"),
        ("union_value(s := 'a')", "a"),
        ("12::bignum", "12"),
        ("interval 1 day", "1 day"),
    ],
)
def test_types_of_duckdb_alone_are_read_as_texts(
    connection: Any, read: Callable[..., Raw], tmp_path: Path, stored: str, text: str
) -> None:
    with duckdb.connect(str(tmp_path / "x.duckdb")) as base:
        base.execute(f"CREATE TABLE t AS SELECT {stored} AS x")
    assert rows_of(connection, read(url="duckdb://x.duckdb", table="t")) == [(text,)]


WRITES = [
    "DELETE FROM firms", "DROP TABLE firms", "ATTACH 'other.db' AS other", "CREATE TABLE x AS SELECT 1",
    "SELECT 1; DELETE FROM firms", "PRAGMA journal_mode = WAL", "INSERT INTO firms SELECT * FROM firms RETURNING *",
    "COPY firms TO 'stolen.csv'", "SELECT * FROM read_csv('secret.csv')", "SELECT load_extension('x')",
    "SELECT writefile('stolen.csv', id) FROM firms", "VACUUM INTO 'stolen.db'",
]  # fmt: skip


@pytest.mark.parametrize("query", WRITES)
@pytest.mark.parametrize(("scheme", "make"), [("sqlite", _sqlite), ("duckdb", _duckdb), ("DuckDB", _duckdb)])
def test_a_query_changes_no_database_and_reaches_no_other_file(
    read: Callable[..., Raw], tmp_path: Path, scheme: str, make: Callable[[Path], None], query: str
) -> None:
    make(tmp_path / "office.db")
    (tmp_path / "secret.csv").write_text("a\n1\n")
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    with contextlib.chdir(tmp_path), pytest.raises(InputError):
        read(url=f"{scheme}://office.db", query=query)
    assert {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()} == before


def test_a_database_in_a_closed_folder_and_one_that_is_written_to_are_read(
    connection: Any, read: Callable[..., Raw], tmp_path: Path
) -> None:
    """A log beside the file holds what another program has written last."""
    _sqlite(tmp_path / "a #1?.db")
    with sqlite3.connect(tmp_path / "a #1?.db") as base:
        base.execute("PRAGMA journal_mode = WAL")
    base.close()
    assert len(rows_of(connection, read(url="sqlite://a #1?.db", table="firms"))) == 2
    assert not [path.name for path in tmp_path.iterdir() if path.name.endswith(("-wal", "-shm"))]
    with sqlite3.connect(tmp_path / "a #1?.db") as base:
        base.execute("INSERT INTO firms VALUES ('02', 1, 1, NULL)")
        base.commit()
        assert len(rows_of(connection, read(url="sqlite://a #1?.db", table="firms"))) == 3
    base.close()


@pytest.mark.parametrize(
    "url", ["office.db", "books.parquet", "polars://", "util://x", "file://office.db", "pyspark://x"]
)
def test_what_is_no_database_is_no_address_of_one(read: Callable[..., Raw], tmp_path: Path, url: str) -> None:
    _sqlite(tmp_path / "office.db")
    with contextlib.chdir(tmp_path), pytest.raises(InputError, match="this is not the address of a database"):
        read(url=url, table="firms")


def _spoil(path: Path) -> None:
    path.write_bytes(b"neither this nor that")


def _nothing(path: Path) -> None:
    path.write_bytes(b"")


def _no_archive_member(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("enterprise.txt.bak", "x")


UNREADABLE: list[tuple[dict[str, Any], Callable[[Path], None], type[FirmtradeError], str]] = [
    ({"path": "x.csv"}, _nothing, InputError, r"^x\.csv: this file is empty"),
    ({"path": "x.csv"}, lambda p: p.write_bytes("é".encode("latin-1")) and None, InputError, r"^x\.csv: this file is not in the encoding utf-8\n  Say its `encoding`"),
    ({"path": "x.csv"}, lambda p: p.write_bytes(b"a,b\n" + b"x,y\n" * 5 + "é,1\n".encode("latin-1")) and None, InputError, r"^x\.csv: this file is not in the encoding utf-8"),
    ({"path": "x.csv", "header": False, "names": ["a"]}, lambda p: p.write_bytes(b"1,2\n") and None, InputError, "its first row has 2 fields, and the mapping names 1 columns"),
    ({"path": "x.dta"}, _spoil, InputError, r"^x\.dta: this is not a readable Stata file"),
    ({"path": "x.dta"}, _nothing, InputError, r"^x\.dta: this is not a readable Stata file"),
    ({"path": "x.sav"}, _spoil, InputError, r"^x\.sav: this is not a readable SPSS file"),
    ({"path": "x.sas7bdat"}, _spoil, InputError, r"^x\.sas7bdat: this is not a readable SAS file"),
    ({"path": "x.parquet"}, _spoil, InputError, r"x\.parquet: this is not a readable Parquet file"),
    ({"path": "x.xlsx"}, _spoil, InputError, r"^x\.xlsx: this is not a readable workbook"),
    ({"path": "x.xlsx", "sheet": "Acounts"}, _workbook, InputError, r"^x\.xlsx: there is no sheet `Acounts`\n  Did you mean `Accounts`\?"),
    ({"path": "x.xlsx", "sheet": "Empty"}, _workbook, InputError, r"^x\.xlsx: the sheet `Empty` is empty\n  Say another `sheet`"),
    ({"path": "x.xlsx", "sheet": "Accounts", "skip_lines": 9}, _workbook, InputError, r"^x\.xlsx: no line is left below `skip_lines = 9`\n  Count the lines above the header again\."),
    ({"path": "x.xlsx", "sheet": "Accounts", "skip_lines": 4}, _workbook, InputError, r"^x\.xlsx: no line is left below `skip_lines = 4`"),
    ({"path": "x.xlsx", "sheet": "Empty", "skip_lines": 1}, _workbook, InputError, r"^x\.xlsx: no line is left below `skip_lines = 1`"),
    ({"path": "x.csv", "skip_lines": 3}, lambda p: p.write_bytes(b"a,b\n1,2\n") and None, InputError, r"^x\.csv: no line is left below `skip_lines = 3`"),
    ({"path": "x.csv.gz"}, _spoil, InputError, r"^x\.csv\.gz: this archive cannot be unpacked"),
    ({"path": "x.csv.gz"}, lambda p: p.write_bytes(gzip.compress(b"id\n" + b"1\n" * 99)[:-9]) and None, InputError, r"^x\.csv\.gz: this archive cannot be unpacked"),
    ({"path": "x.zip"}, _spoil, InputError, r"^x\.zip: this archive cannot be unpacked"),
    ({"path": "x.zip", "inside": "*.csv"}, _no_archive_member, InputError, r"^x\.zip: the archive holds no `\*\.csv`"),
    ({"path": "x.xyz"}, _spoil, InputError, r"^x\.xyz: the ending `\.xyz` is that of no known format\n  Say its `format`"),
    ({"path": "x.csv", "format": "exel"}, _spoil, StudyError, r"there is no format `exel`\n  Did you mean `excel`\?"),
    ({"path": "y.csv"}, lambda p: (p / "../x.csv").resolve().write_text("a") and None, InputError, r"there is no file `y\.csv`\n  Did you mean `x\.csv`\?"),
    ({"path": "x_*.csv"}, lambda p: None, InputError, r"there is no file `x_\*\.csv`\n  `path` is relative to the mapping"),
    ({"url": "sqlite://x.db", "table": "firms"}, lambda p: None, InputError, r"^sqlite://x\.db: this database file is not there"),
    ({"url": "sqlite://x.db", "table": "firm"}, _sqlite, InputError, r"there is no table `firm`\n  Did you mean `firms`\?"),
    ({"url": "sqlite://x.db", "query": "SELECT nothing"}, _sqlite, InputError, r"the database does not accept the query: .*nothing"),
    ({"url_variable": "NOT_SET_ANYWHERE", "table": "x"}, lambda p: None, StudyError, "the environment variable `NOT_SET_ANYWHERE` is not set"),
    ({"url": "nosuch://somewhere/x", "table": "x"}, lambda p: None, InputError, r"^nosuch://somewhere/x: this is not the address of a database"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("declared", "make", "kind", "says"), UNREADABLE, ids=[case[3][:60] for case in UNREADABLE]
)
def test_what_cannot_be_read_is_said_with_the_file_and_the_way_out(
    read: Callable[..., Raw],
    tmp_path: Path,
    declared: dict[str, Any],
    make: Callable[[Path], None],
    kind: type[FirmtradeError],
    says: str,
) -> None:
    make(tmp_path / Path(declared.get("path") or declared.get("url", "").partition("://")[2] or "x").name)
    with pytest.raises(kind, match=says):
        read(**declared)


@pytest.mark.skipif(os.geteuid() == 0, reason="the administrator may read every file")
@pytest.mark.parametrize("name", ["x.csv", "x.csv.gz", "x.zip", "x.parquet", "x.xlsx", "x.dta", "x.sav"])
def test_a_file_without_the_right_to_read_it_is_called_so(
    read: Callable[..., Raw], tmp_path: Path, name: str
) -> None:
    """Neither a damaged file nor an output that cannot be written."""
    (tmp_path / name).write_bytes(b"a,b\n1,2\n")
    (tmp_path / name).chmod(0)
    with pytest.raises(InputError, match=rf"^{name}: this file may not be read\n  Ask its owner"):
        read(path=name)


@pytest.mark.skipif(os.geteuid() == 0, reason="the administrator may read every file")
def test_a_folder_without_the_right_to_open_it_is_called_so(read: Callable[..., Raw], tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0)
    with pytest.raises(InputError, match=r"the folder of `closed/x\.csv` may not be opened\n  Ask its owner"):
        read(path="closed/x.csv")


def test_a_message_about_a_database_holds_no_password(read: Callable[..., Raw]) -> None:
    with pytest.raises(InputError) as told:
        read(url="postgresql://clerk:secret@127.0.0.1:1/office", table="firms")
    assert "secret" not in str(told.value)
    assert str(told.value).startswith("postgresql://127.0.0.1:1/office: the database cannot be reached")
