"""Every reader of the program with seeds of its format, for the fuzz harness. All data in them is made up."""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat
import xlsxwriter

from fuzz.commands import called, lines
from fuzz.harness import Reader

ROWS = {
    "vat": ["0999000173", "BE 0999.000.271", "", "x"],
    "year": [2001, 2002, 2002, 1999],
    "turnover": [1.5, None, -3.0, 1e15],
    "day": ["2002-12-31", "31/12/2002", "", "2002-02-30"],
}
TEXTS = {name: [None if value is None else str(value) for value in values] for name, values in ROWS.items()}
MAPPING = """[stamp]
kind = "real"
title = "books"
source = "made up"
[import]
max_bad_rows = 0.9
[files.books]
path = "{path}"
missing = ["n.b.", 99]
{how}
[accounts]
file = "books"
where = {{ year = {{ between = [1990, 2010] }} }}
[accounts.columns]
firm_id = {{ column = "vat", keep = "digits", pad = 10 }}
year = "year"
turnover = {{ column = "turnover", unit = "thousand" }}
"""
SURVEY = "sns-belgium.toml"


def packaged(room: str, *endings: str) -> list[bytes]:
    return [item.read_bytes() for item in files(room).iterdir() if item.name.endswith(endings)]


def written(write: Callable[[Path], object], ending: str) -> bytes:
    with tempfile.TemporaryDirectory() as room:
        write(Path(room) / f"seed{ending}")
        return (Path(room) / f"seed{ending}").read_bytes()


def frame() -> pl.DataFrame:
    return pl.DataFrame(ROWS)


def csvs() -> list[bytes]:
    text = frame().write_csv()
    quoted = pl.DataFrame(TEXTS).write_csv(quote_style="always")
    return [
        text.encode(),
        quoted.replace(",", ";").encode(),
        text.encode("utf-16"),
        text.replace("\n", "\r\n").encode(),
    ]


def parquets() -> list[bytes]:
    table = frame().to_arrow()
    return [
        written(lambda path: pq.write_table(table, path), ".parquet"),
        written(
            lambda path: pq.write_table(table, path, compression="zstd", use_dictionary=False), ".parquet"
        ),
        written(
            lambda path: pq.write_table(pa.table({"vat": pa.nulls(3), "year": pa.nulls(3)}), path), ".parquet"
        ),
    ]


def arrows() -> list[bytes]:
    table = frame().to_arrow()
    stream = io.BytesIO()
    with pa.ipc.new_stream(stream, table.schema) as writer:
        writer.write_table(table)
    return [written(lambda path: frame().write_ipc(path), ".arrow"), stream.getvalue()]


def workbooks() -> list[bytes]:
    def write(path: Path) -> None:
        with xlsxwriter.Workbook(str(path)) as book:
            sheet = book.add_worksheet("Books")
            for column, (name, values) in enumerate(ROWS.items()):
                sheet.write_column(0, column, [name, *("" if value is None else value for value in values)])
            sheet.write_formula(2, 5, "=A1")

    return [written(write, ".xlsx")]


def statistical(write: Callable[..., None], ending: str) -> list[bytes]:
    data = frame().with_columns(pl.col("turnover").fill_null(0)).to_pandas()
    return [written(lambda path: write(data, str(path)), ending)]


def archives() -> list[bytes]:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("books.csv", csvs()[0])
        archive.writestr("deep/more.csv", csvs()[0])
    return [packed.getvalue()]


def canonical() -> list[bytes]:
    year, money = pa.array([2001, 2002, 2002], pa.int32()), pa.array([1, 2, None], pa.decimal128(18, 2))
    firm = pa.array(["a", "b", None])
    table = pa.table(
        {"firm_id": firm, "year": year, "flow": ["import", "export", "x"], "value": money, "founded": year}
    )
    return [written(lambda path: pq.write_table(table, path), ".parquet"), *parquets()]


@cache
def room() -> dict[str, bytes]:
    """The files of a small room, and of a release made of it."""
    import firmtrade as ft
    from cli.economy import write_economy

    with tempfile.TemporaryDirectory() as place:
        study = Path(place) / "study.toml"
        study.write_bytes(SOUND.read_bytes())
        made = ft.run(study, write_economy(Path(place) / "data", firms=60)).write(Path(place) / "room")
        ft.release([made], Path(place) / "release", formats=["csv"])
        found = {
            "room/" + each.relative_to(made).as_posix(): each.read_bytes()
            for each in made.rglob("*")
            if each.is_file()
        }
        out = Path(place) / "release"
        return found | {
            "release/" + each.relative_to(out).as_posix(): each.read_bytes()
            for each in out.rglob("*")
            if each.is_file()
        }


SOUND = Path(__file__).parents[1] / "study" / "sound.toml"


@contextmanager
def beside(name: str, file: Path) -> Iterator[Path]:
    """The folder of a room or release with one file exchanged for an input, its digest put right."""
    from firmtrade.outputs.contents import digest

    whole, _, path = name.partition("/")
    content = {each.partition("/")[2]: data for each, data in room().items() if each.startswith(f"{whole}/")}
    content[path] = file.read_bytes()
    if path != "manifest.json":
        facts = json.loads(content["manifest.json"])
        facts["files"][path] = digest(content[path])
        content["manifest.json"] = json.dumps(facts, ensure_ascii=False, indent=2).encode()
    with tempfile.TemporaryDirectory() as place:
        for each, data in content.items():
            (Path(place) / each).parent.mkdir(parents=True, exist_ok=True)
            (Path(place) / each).write_bytes(data)
        yield Path(place)


def read_room_with(name: str) -> Callable[[Path], object]:
    def read(file: Path) -> object:
        from firmtrade.outputs.room import read_room

        with beside(name, file) as folder:
            return read_room(folder)

    return read


def databases(kind: str) -> list[bytes]:
    def write(path: Path) -> None:
        if kind == "sqlite":
            import sqlite3

            base: Any = sqlite3.connect(path)
        else:
            import duckdb

            base = duckdb.connect(path)
        base.execute("CREATE TABLE books (vat VARCHAR, year INTEGER, turnover DOUBLE, day VARCHAR)")
        base.executemany("INSERT INTO books VALUES (?, ?, ?, ?)", list(zip(*ROWS.values(), strict=True)))
        base.commit()
        base.close()

    return [written(write, ".db")]


def imported(how: str = "") -> Callable[[Path], object]:
    def read(file: Path) -> object:
        from firmtrade.sources.importer import import_records

        mapping = file.with_name("mapping.toml")
        text = MAPPING.format(path=file.name, how="")
        if how:
            text = text.replace(f'path = "{file.name}"', f'url = "{how}://{file.name}"\ntable = "books"')
        mapping.write_text(text)
        return import_records(mapping, file.with_name("out"))

    return read


def mapping(file: Path) -> object:
    from firmtrade.sources.mapping.load import load_mapping

    return load_mapping(file)


def study(file: Path) -> object:
    from firmtrade.studies import load_study

    return load_study(file)


def survey(file: Path) -> object:
    from firmtrade.surveys.plan import load_survey

    beside = file.with_name("sns-belgium")
    if not beside.exists():
        beside.mkdir()
        for each in files("firmtrade.studies").joinpath("sns-belgium").iterdir():
            (beside / each.name).write_bytes(each.read_bytes())
    return load_survey(file)


def profile(file: Path) -> object:
    from firmtrade.protection.profile import load_profile

    return load_profile(file)


def answers(file: Path) -> object:
    from firmtrade.surveys.fieldwork.answer_files import read_answers

    return read_answers(file)


def edition(file: Path) -> object:
    from firmtrade.linked.edition import read_edition
    from firmtrade.report import load_edition
    from firmtrade.studies import load_study

    load_edition(file)
    return read_edition(file, load_study("belgium-2008"))


def known(file: Path) -> object:
    from firmtrade.protection.attack.published import read_release

    with beside("release/cells.csv", file) as folder:
        (folder / "study.toml").write_bytes(SOUND.read_bytes())
        (folder / "known.csv").write_bytes(file.read_bytes())
        return read_release(folder, [folder / "known.csv"])


def read_by(name: str) -> Callable[[Path], object]:
    """A reader of raw files alone, without the import around it."""

    def read(file: Path) -> object:
        from firmtrade.sources.mapping import RawFile
        from firmtrade.sources.readers import FORMATS

        form = FORMATS[name]
        assert form.read is not None
        return form.read(file, RawFile(path=(file.name,)), file.with_name("rows.parquet"))

    return read


def reports() -> list[bytes]:
    from sources.onegate_reports import FIRMS, report

    lines = [("FR", "18063100", "5"), ("EL", "99500000", "-2.5")]
    return [report(FIRMS[0], "2022-01", flow, "replace", lines).encode() for flow in ("29", "19")]


def filings(form: str) -> list[bytes]:
    from sources.nbb_filings import drawn

    made = drawn(1, 2)
    told = [json.dumps([one.told() for one in made]).encode()]
    return [getattr(one, form)().encode() for one in made[:2]] + (told if form == "json" else [])


def extracts() -> list[bytes]:
    from sources.kbo_extracts import Extract, drawn

    def write(path: Path) -> None:
        made = Extract("03-10-2025", 140, drawn(1, range(1, 4))).write(path.parent)
        made.rename(path)

    return [written(write, ".zip")]


def planned(name: str) -> Callable[[Path], object]:
    """What finds out which files of a register are there."""

    def read(file: Path) -> object:
        from firmtrade.sources.registers import register_of
        from firmtrade.sources.registers.importing import PLANS

        register = register_of(name)
        return PLANS[name](register, [file], register.chosen({}))

    return read


def deflator(file: Path) -> object:
    from firmtrade.evidence.deflator import read_deflator, usable

    return usable(read_deflator(file))


def checked(file: Path) -> object:
    from firmtrade.sources.check import check_tables

    found: Any = None
    for name in ("trade", "firms"):
        target = file.with_name(f"{name}.parquet")
        target.write_bytes(file.read_bytes())
        found = check_tables_of(check_tables, target)
    return found


def check_tables_of(check: Callable[..., object], target: Path) -> object:
    from firmtrade.errors import FirmtradeError

    try:
        return check(target.parent)
    except FirmtradeError:
        return None
    finally:
        target.unlink()


def verified(file: Path) -> object:
    from firmtrade.report import verify

    with beside("release/manifest.json", file) as folder:
        return verify(folder)


def stamped(file: Path) -> object:
    from firmtrade.sources.stamp import read_stamp, stamped_files

    stamped_files(file)
    return read_stamp(file)


def facts(file: Path) -> object:
    from firmtrade.linked.prose import parse_facts

    return parse_facts(file.read_bytes().decode("utf-8", "replace"))


STAMP = json.dumps(
    {"kind": "synthetic", "title": "t", "source": "s", "currency": "EUR", "files": {"a": "b"}}
).encode()
PRICES = [b"year,index\n1998,100\n1999,101.5\n", b"division,year,index\n15,1998,1\n16,1998,\n"]

READERS: dict[str, Reader] = {
    "study": Reader(
        lambda: [SOUND.read_bytes(), *packaged("firmtrade.studies", "traders.toml")], ".toml", study, 3
    ),
    "mapping": Reader(lambda: [MAPPING.format(path="a.csv", how="").encode()], ".toml", mapping, 3),
    "survey": Reader(lambda: packaged("firmtrade.studies", SURVEY), ".toml", survey, 2),
    "profile": Reader(lambda: packaged("firmtrade.protection.profiles", ".toml"), ".toml", profile, 2),
    "facts": Reader(lambda: packaged("firmtrade.studies", ".facts.toml"), ".toml", facts, 1),
    "edition": Reader(lambda: packaged("firmtrade.studies", "2008.csv"), ".csv", edition, 0.5),
    "deflator": Reader(lambda: PRICES, ".csv", deflator, 3),
    "stamp": Reader(lambda: [STAMP], ".json", stamped, 3),
    "answers csv": Reader(csvs, ".csv", answers, 3),
    "answers spss": Reader(lambda: statistical(pyreadstat.write_sav, ".sav"), ".sav", answers, 2),
    "answers stata": Reader(lambda: statistical(pyreadstat.write_dta, ".dta"), ".dta", answers, 2),
    "answers parquet": Reader(parquets, ".parquet", answers, 2),
    "import csv": Reader(csvs, ".csv", imported(), 0.3),
    "import parquet": Reader(parquets, ".parquet", imported(), 0.3),
    "import arrow": Reader(arrows, ".arrow", imported(), 0.3),
    "import stata": Reader(lambda: statistical(pyreadstat.write_dta, ".dta"), ".dta", imported(), 0.3),
    "import spss": Reader(lambda: statistical(pyreadstat.write_sav, ".sav"), ".sav", imported(), 0.3),
    "import sas": Reader(lambda: statistical(pyreadstat.write_xport, ".xpt"), ".xpt", imported(), 0.3),
    "import zip": Reader(archives, ".zip", imported(), 0.3),
    "import sqlite": Reader(lambda: databases("sqlite"), ".db", imported("sqlite"), 0.3),
    "import duckdb": Reader(lambda: databases("duckdb"), ".db", imported("duckdb"), 0.1),
    "import workbook": Reader(workbooks, ".xlsx", imported(), 0.1),
    "onegate": Reader(reports, ".xml", read_by("onegate"), 2),
    "filing json": Reader(lambda: filings("json"), ".json", read_by("nbb-json"), 2),
    "filing xbrl": Reader(lambda: filings("xbrl"), ".xbrl", read_by("nbb-xbrl"), 2),
    "extract": Reader(extracts, ".zip", planned("kbo"), 2),
    "check": Reader(canonical, ".bin", checked, 0.3),
    "room manifest": Reader(
        lambda: [room()["room/manifest.json"]], ".json", read_room_with("room/manifest.json")
    ),
    "room cells": Reader(
        lambda: [room()["room/cells.parquet"]], ".parquet", read_room_with("room/cells.parquet")
    ),
    "room sections": Reader(
        lambda: [room()["room/sections.json"]], ".json", read_room_with("room/sections.json")
    ),
    "release manifest": Reader(lambda: [room()["release/manifest.json"]], ".json", verified, 2),
    "attack": Reader(lambda: [room()["release/cells.csv"]], ".csv", known, 1),
    "commands": Reader(lines, ".txt", called, 1),
}
"""By name; what takes longer gets fewer inputs."""
