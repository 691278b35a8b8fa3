"""Marked identifiers, amounts, names and passwords are planted, and no message and no file that may leave holds one."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import Path

import polars as pl
import pytest

from cli.economy import write_economy
from firmtrade.cli.app import app
from packed import contents

FIRM, NAME, AMOUNT, SECRET = "0999000173", "Geheimzinnig", 87654321.37, "pw-s3cr3t-42"
MARKS = [
    FIRM.encode(), b"0999.000.173", b"999000173", NAME.encode(), b"87654321", b"87,654,321", b"87.654.321",
    SECRET.encode(), b"87 654 321", "87\u202f654\u202f321".encode(), "87\u00a0654\u00a0321".encode(),
]  # fmt: skip
MAPPING = """
[import]
max_bad_rows = {most}
[stamp]
kind = "real"
title = "books"
source = "the tests"
[files.books]
{how}
[accounts]
file = "books"
[accounts.columns]
firm_id = "firm"
year = "year"
turnover = "turnover"
"""
BOOKS = (
    f"firm,year,turnover\n{FIRM},2001,{AMOUNT}\n{FIRM},2001,12\n{FIRM},x,{AMOUNT}\n{NAME},2002,{AMOUNT}x\n"
)


def leaks(content: bytes) -> list[bytes]:
    return [mark for part in contents(content) for mark in MARKS if mark in part]


def said(arguments: list[str], capfd: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as left:
        app(arguments)
    shown = capfd.readouterr()
    assert "fault of the program" not in shown.err, shown.err
    assert left.value.code in (0, 1, 2, None)
    return shown.out + shown.err


HOWS = {
    "a file": 'path = "books.csv"',
    "another separator": 'path = "books.csv"\nseparator = ";"',
    "without a header": 'path = "bare.csv"',
    "a file called by a firm": f'path = "BE{FIRM}.csv"',
    "a pattern": 'path = "BE*.csv"',
    "no such file": f'path = "BE{FIRM}-2003.csv"',
    "a damaged workbook": f'path = "{FIRM}.xlsx"',
    "a damaged archive": f'path = "{FIRM}.zip"',
    "another encoding": 'path = "books.csv"\nencoding = "utf-16"',
    "a database": f'url = "postgresql://{NAME}:{SECRET}@127.0.0.1:1/books"\ntable = "books"',
    "a variable": 'url_variable = "BOOKS_URL"\ntable = "books"',
    "a database file": f'url = "sqlite://{FIRM}.db?password={SECRET}"\ntable = "books"',
    "an address as a variable": f'url_variable = "postgresql://a:{SECRET}@h/d"\ntable = "books"',
}


@pytest.mark.parametrize("most", [0.0, 1.0])
@pytest.mark.parametrize("how", HOWS)
def test_an_import_says_nothing_of_what_is_planted(
    how: str, most: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BOOKS_URL", f"mysql://{NAME}:{SECRET}@127.0.0.1:1/books?password={SECRET}")
    for name in ("books.csv", f"BE{FIRM}.csv"):
        Path(name).write_text(BOOKS)
    Path("bare.csv").write_text(f"{FIRM},{NAME},{AMOUNT}\n" * 3)
    for name in (f"{FIRM}.xlsx", f"{FIRM}.zip"):
        Path(name).write_bytes(b"PK\x03\x04" + BOOKS.encode())
    Path("mapping.toml").write_text(MAPPING.format(how=HOWS[how], most=most))
    assert not leaks(said(["import", "mapping.toml", "--out", "out"], capfd).encode())
    public = [path for path in Path("out").glob("*") if path.name.startswith(("quality.", "stamp."))]
    assert not [path for path in public if leaks(path.read_bytes())]


@pytest.fixture(scope="module")
def economy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Real data with a planted firm, the largest of all, whose names and amounts are marked."""
    folder = write_economy(tmp_path_factory.mktemp("planted") / "data", firms=300, kind="real")
    for table, amounts in (("firms", ()), ("accounts", ("turnover", "value_added")), ("trade", ("value",))):
        frame = pl.read_parquet(folder / f"{table}.parquet")
        first = frame["firm_id"].sort()[0]
        planted = frame["firm_id"] == first
        frame = frame.with_columns(
            pl.when(planted).then(pl.lit(FIRM)).otherwise("firm_id").alias("firm_id"),
            *(
                pl.when(planted).then(pl.lit(AMOUNT).cast(pl.Decimal(18, 2))).otherwise(name).alias(name)
                for name in amounts
            ),
        )
        frame.with_columns(pl.lit(NAME).alias(f"{NAME} BE{FIRM}")).write_parquet(folder / f"{table}.parquet")
    pl.DataFrame({"a": [1]}).write_parquet(folder / f"BE{FIRM}.parquet")
    (folder / "stamp.json").write_text('{"kind": "real", "title": "books", "source": "the tests"}')
    return folder


def test_no_file_of_a_release_and_no_message_on_the_way_holds_what_is_planted(
    economy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    study = Path(__file__).parents[1] / "study" / "sound.toml"
    Path("small.toml").write_text(study.read_text(encoding="utf-8"), encoding="utf-8")
    shown = said(["run", "small.toml", "--data", str(economy), "--out", "room"], capfd)
    shown += said(["check", str(economy)], capfd)
    shown += said(
        ["run", "small.toml", "--data", str(economy), "--out", "x", "--engine", f"spark://a:{SECRET}@h"],
        capfd,
    )
    shown += said(["release", "room", "--out", "release"], capfd)
    if not Path("release").is_dir():
        shown += said(["release", "room", "--out", "release", "--unprotected"], capfd)
    shown += said(["verify", "release"], capfd)
    assert not leaks(shown.encode())
    files = [path for path in Path("release").rglob("*") if path.is_file()]
    assert len(files) > 10
    assert not {str(path): found for path in files if (found := leaks(path.read_bytes()))}
    assert not leaks(Path("room/manifest.json").read_bytes())


def test_the_search_finds_what_is_planted(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x", f"a {FIRM}")
    assert leaks(packed.getvalue())
    assert leaks(b"stream\n" + zlib.compress(NAME.encode()) + b"\nendstream")
    assert not leaks(b"nothing")
