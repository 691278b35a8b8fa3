"""Messages about data quote names and places, never a value, a password or the number of an enterprise."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from firmtrade.engines import connect
from firmtrade.errors import (
    FirmtradeError,
    InputError,
    Place,
    StudyError,
    UsageError,
    address,
    is_name,
    suggest_found,
)
from firmtrade.sources.check import check_tables
from firmtrade.sources.folder import CanonicalFolder
from firmtrade.sources.importer import import_records
from firmtrade.sources.mapping.load import parse_mapping
from firmtrade.sources.raw import Raw

NUMBER, FIRM, SECRET = "0999000173", "ACME Veiligheid NV", "s3cr3t"
HEADERLESS = f"{NUMBER},{FIRM},2002,7654321.09\n0999000271,Other SA,2002,12\n"
MAPPING = """
[stamp]
kind = "real"
title = "books"
source = "the tests"
[files.books]
path = "{path}"
[accounts]
file = "books"
[accounts.columns]
firm_id = "vat"
year = "year"
turnover = "turnover"
"""


def told(call: Callable[[], Any]) -> str:
    with pytest.raises(FirmtradeError) as raised:
        call()
    return str(raised.value)


def imported(folder: Path, path: str) -> Any:
    (folder / "mapping.toml").write_text(MAPPING.format(path=path))
    return import_records(folder / "mapping.toml", folder / "out")


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet", "dta"])
def test_a_first_row_that_is_data_is_not_quoted_as_names(tmp_path: Path, ending: str) -> None:
    first, second = (line.split(",") for line in HEADERLESS.splitlines())
    frame = pl.DataFrame([dict(zip(first, second, strict=True))])
    match ending:
        case "csv":
            (tmp_path / "books.csv").write_text(HEADERLESS)
        case "xlsx":
            frame.write_excel(tmp_path / "books.xlsx")
        case "parquet":
            frame.write_parquet(tmp_path / "books.parquet")
        case _:
            import pyreadstat

            pyreadstat.write_dta(
                frame.rename(lambda name: f"n{name}".replace(" ", "_").replace(".", "_")).to_pandas(),
                str(tmp_path / "books.dta"),
            )
    said = told(lambda: imported(tmp_path, f"books.{ending}"))
    assert "there is no column `vat`" in said
    assert not any(part in said for part in (NUMBER, FIRM, "ACME_Veiligheid", "7654321"))


def test_tables_frames_and_editions_without_a_header_are_not_quoted_either(tmp_path: Path) -> None:
    from firmtrade.sources.edition import read_file

    first, second = (line.split(",") for line in HEADERLESS.splitlines())
    frame = pl.DataFrame([dict(zip(first, second, strict=True))])
    for table in ("firms", "accounts"):
        frame.write_parquet(tmp_path / f"{table}.parquet")
    (tmp_path / "edition.csv").write_text(HEADERLESS)
    for call in (
        lambda: CanonicalFolder(tmp_path),
        lambda: check_tables(tmp_path),
        lambda: read_file(tmp_path / "edition.csv"),
    ):
        said = told(call)
        assert "4 columns are not quoted" in said
        assert not any(part in said for part in (NUMBER, FIRM, "7654321"))


@pytest.mark.parametrize(
    "value",
    [
        NUMBER,
        "0999.000.173",
        "BE0999000173",
        "1998",
        "12,5",
        "2002-12-31",
        "a@firm.be",
        "-3",
        "x\ny",
        "n" * 65,
    ],
)
def test_a_value_among_names_closes_the_list(value: str) -> None:
    assert not is_name(value)
    said = suggest_found("turnover", ["firm", value, "turnovr"])
    assert said.startswith("Did you mean `turnovr`? Its 3 columns are not quoted")
    assert value not in said


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        (f"postgresql://clerk:{SECRET}@db.example/customs", "postgresql://db.example/customs"),
        (f"postgresql://clerk:{SECRET}@db.example:5432/customs?sslmode=x", "postgresql://db.example:5432/customs"),
        (f"postgresql://db/customs?password={SECRET}", "postgresql://db/customs"),
        (f"postgresql://db/customs?password=a@{SECRET}", "postgresql://…"),
        (f"postgresql://clerk:a?{SECRET}@db/customs", "postgresql://…"),
        (f"postgresql://clerk:a/{SECRET}@db/customs", "postgresql://db/customs"),
        (f"postgresql://clerk:{SECRET}", "postgresql://…"),
        (f"postgresql:/clerk:{SECRET}@db/customs", "a database"),
        (f"clerk:{SECRET}@db/customs", "a database"),
        (f"host=db password={SECRET}", "a database"),
        (f"mysql://clerk:[{SECRET}@db/customs", "mysql://db/customs"),
        ("duckdb://books.duckdb", "duckdb://books.duckdb"),
    ],
)  # fmt: skip
def test_an_address_is_shown_without_user_password_and_options(url: str, shown: str) -> None:
    assert address(url) == shown


@pytest.mark.parametrize(
    "url",
    [
        f"spark://clerk:{SECRET}@host:7077",
        f"sc://h:1x/;token={SECRET}",
        f"local;{SECRET}",
        f"postgres:{SECRET}",
        f"duckdb://x?password={SECRET}",
        SECRET,
    ],
)
def test_an_engine_that_is_not_there_is_named_without_its_password(url: str) -> None:
    with pytest.raises(UsageError, match=r"is not available|is no address of a Spark") as raised:
        connect(url)
    assert SECRET not in str(raised.value)


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://clerk:{SECRET}@127.0.0.1:1/x",
        f"postgresql://127.0.0.1:1/x?password={SECRET}",
        f"postgresql:/clerk:{SECRET}@db/x",
        f"nonsense://clerk:{SECRET}@db/x",
        f"mysql://clerk:[{SECRET}@127.0.0.1:1/x",
        f"sqlite://{SECRET}@x.db",
    ],
)
def test_a_database_that_cannot_be_reached_tells_no_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    text = MAPPING.replace('path = "{path}"', '{how}\ntable = "books"')
    monkeypatch.setenv("BOOKS", url)
    for how in (f'url = "{url}"', 'url_variable = "BOOKS"'):
        (tmp_path / "mapping.toml").write_text(text.format(how=how))
        said = told(lambda: import_records(tmp_path / "mapping.toml", tmp_path / "out"))
        assert SECRET not in said.replace(f"{SECRET}@x.db", "")
        assert "clerk" not in said


def test_an_address_in_the_place_of_a_variable_is_refused_without_quoting_it() -> None:
    text = MAPPING.replace(
        'path = "{path}"', f'url_variable = "postgresql://clerk:{SECRET}@db/x"\ntable = "t"'
    )
    with pytest.raises(
        StudyError, match=r"line 6.*`url_variable` is the name of an environment variable"
    ) as raised:
        parse_mapping(text)
    assert SECRET not in str(raised.value)


@pytest.fixture
def books(tmp_path: Path) -> Path:
    with duckdb.connect(str(tmp_path / "books.duckdb")) as database:
        database.execute(
            f"CREATE TABLE books AS SELECT '{NUMBER}' AS vat, 2002 AS year, '{FIRM}' AS turnover"
        )
    return tmp_path


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("SELECT nothing FROM books", "there is no `nothing`"),
        ("SELECT * FROM nowhere", "there is no `nowhere`"),
        ("SELECT * FROM read_text('/etc/passwd')", "reads nothing but its own tables"),
        ("SELECT 1; COPY books TO 'stolen.csv'", "reads nothing but its own tables"),
        ("SELECT 1; SET enable_external_access = true", "reads nothing but its own tables"),
        ("SELECT 1; DROP TABLE books", "only read"),
        ("SELECT CAST(turnover AS INTEGER) AS turnover, vat, year FROM books", "broke off"),
        (f"SELECT * FROM books WHERE vat = '{NUMBER}' AND", "does not accept the query"),
    ],
)
def test_a_query_reads_its_database_alone_and_its_refusal_quotes_no_value(
    books: Path, query: str, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(books)
    text = MAPPING.replace('path = "{path}"', f'url = "duckdb://books.duckdb"\nquery = """{query}"""')
    (books / "mapping.toml").write_text(text)
    said = told(lambda: import_records(books / "mapping.toml", books / "out"))
    assert why in said
    assert NUMBER not in said
    assert FIRM not in said
    assert not (books / "stolen.csv").exists()
    with duckdb.connect(str(books / "books.duckdb")) as database:
        assert database.execute("SELECT count(*) FROM books").fetchone() == (1,)


@pytest.mark.parametrize("path", ["books-0999000173.csv", "books-*.csv", "*.zip"])
def test_files_called_by_an_enterprise_go_by_their_number_and_the_key_stays_inside(
    tmp_path: Path, path: str
) -> None:
    import zipfile

    text = "vat,year,turnover\na,2001,12\na,2002,x\n"
    (tmp_path / "books-0999000173.csv").write_text(text)
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("BE 0999.000.173.csv", text)
    (tmp_path / "mapping.toml").write_text("[import]\nmax_bad_rows = 1\n" + MAPPING.format(path=path))
    report = import_records(tmp_path / "mapping.toml", tmp_path / "out")
    for shown in (str(report), *(file.read_text() for file in (tmp_path / "out").glob("quality.*"))):
        assert "0999" not in shown
    assert "books, file 1" in (tmp_path / "out" / "quality.json").read_text()
    key = json.loads((tmp_path / "out" / "files.json").read_text())
    assert list(key) == ["books, file 1"]
    assert "999" in key["books, file 1"]


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe\xff", b"vat;year\n1;2\n", b'vat,year,turnover\n"1,2,3\n']
)
@pytest.mark.parametrize("ending", ["csv", "xlsx", "dta", "parquet", "csv.gz", "zip", "feather"])
def test_a_file_that_cannot_be_read_is_named_without_the_number_in_its_name(
    tmp_path: Path, content: bytes, ending: str
) -> None:
    (tmp_path / f"BE{NUMBER}.{ending}").write_bytes(content)
    assert NUMBER not in told(lambda: imported(tmp_path, f"BE*.{ending}"))


def test_a_place_shows_dates_and_no_numbers_of_enterprises() -> None:
    assert str(Place(file=f"/data/BE{NUMBER}.csv", line=3)) == "/data/BE….csv, line 3"
    assert str(Place(file="trade_20031231.csv")) == "trade_20031231.csv"


def test_a_parquet_file_is_read_out_of_an_archive(read: Callable[..., Raw], tmp_path: Path) -> None:
    import gzip
    import zipfile

    frame = pl.DataFrame({"vat": ["a", "b"], "turnover": [1, 2]})
    frame.write_parquet(tmp_path / "x.parquet")
    content = (tmp_path / "x.parquet").read_bytes()
    (tmp_path / "y.parquet.gz").write_bytes(gzip.compress(content))
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        archive.writestr("one.parquet", content)
        archive.writestr("deep/two.parquet", content)
        archive.writestr(f"{'n' * 240}/../three.parquet", content)
    assert read(path="y.parquet.gz").n_rows == 2
    assert read(path=["z.zip", "y.parquet.gz", "x.parquet"]).n_rows == 10


def test_a_missing_database_file_is_an_input_error(read: Callable[..., Raw]) -> None:
    with pytest.raises(InputError, match="this database file is not there"):
        read(url="duckdb://nowhere.duckdb", table="t")
