"""Every row of a raw file arrives or is refused with its line, and no value turns into a missing one in silence."""

from __future__ import annotations

import csv
import io
import random
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from firmtrade.errors import InputError
from firmtrade.sources.folder import CanonicalFolder
from firmtrade.sources.importer import ImportReport, import_records
from firmtrade.sources.readers import split
from sources.raw_files import bring, rejected

MAPPING = """
[import]
max_bad_rows = 1
[files.register]
path = "{path}"
{more}
[firms]
file = "register"
columns = {{ firm_id = "id", region = "name" }}
"""


def register(folder: Path, path: str, content: str | bytes | None = None, more: str = "") -> ImportReport:
    """Import a register of `id` and `name`; the name stands in for a text of any kind."""
    files = {} if content is None else {path: content}
    return import_records(bring(folder, MAPPING.format(path=path, more=more), files), folder / "out")


def firms(report: ImportReport) -> dict[str, str | None]:
    frame = pl.read_parquet(report.out / "firms.parquet")
    return dict(zip(frame["firm_id"], frame["region"], strict=True))


def lines_refused(report: ImportReport) -> list[int]:
    return sorted(int(row["rejected_row"]) for row in rejected(report, "firms"))


def test_a_stray_quote_costs_its_own_line_and_no_other(tmp_path: Path) -> None:
    names = [f"Firm {number}" for number in range(2, 11)]
    lines = ["id,name,x", *(f"{number},{name},5" for number, name in enumerate(names, start=2))]
    lines[2], lines[7] = '3,"Acme,5', '8,"Beta,5'
    report = register(tmp_path, "x.csv", "\n".join(lines) + "\n")
    assert sorted(firms(report), key=int) == ["2", "4", "5", "6", "7", "9", "10"]
    assert lines_refused(report) == [3, 8]


@pytest.mark.parametrize(
    ("lines", "good", "bad"),
    [
        (['1,"a" b,5', "2,c,5"], ["2"], [2]),
        (['1,"open,5', "2,c,5", "3,d,5"], ["2", "3"], [2]),
        (['1,"open,5', "2,c,5", '3,shut",5', "4,d,5"], ["2", "3", "4"], [2]),
        (['1,"open,5', '2,shut",5', "3,d,5"], ["3"], [2, 3]),
        (['1,5" pipe,5', "2,c,5"], ["1", "2"], []),
        (['1,"two\nlines, no rows",5', "2,c,5"], ["1", "2"], []),
        (['1,"a ""b"" c",5', '2,"",5', '3,"""",5'], ["1", "2", "3"], []),
        (["1,a,5,6", "2,b", "", "3,c,5"], ["3"], [2, 3]),
        (['1,"",5', '2,"x"",5', "3,c,5"], ["1", "3"], [3]),
    ],
    ids=["text after", "no end", "swallows rows", "swallows one", "inch", "two lines", "doubled", "width", "odd end"],
)  # fmt: skip
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["unix", "windows", "old mac"])
def test_a_row_is_whole_or_refused_with_its_line(
    tmp_path: Path, lines: list[str], good: list[str], bad: list[int], end: str
) -> None:
    text = "\n".join(["id,name,x", *lines]) + "\n"
    report = register(tmp_path, "x.csv", text.replace("\n", end).encode())
    assert sorted(firms(report)) == good
    assert (lines_refused(report) if bad else []) == bad


def test_quotes_are_told_apart_across_blocks_of_any_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [[str(number), f'n"{number}\nx' if number % 3 else f"n{number}"] for number in range(200)]
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows([["id", "name"], *rows])
    for number, size in enumerate((7, 64, 1000)):
        monkeypatch.setattr("firmtrade.sources.readers.lines.BLOCK", size)
        (tmp_path / str(number)).mkdir()
        assert firms(register(tmp_path / str(number), "x.csv", stream.getvalue())) == dict(rows)


def test_a_text_over_too_many_lines_has_no_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(split, "MOST_LINES", 3)
    text = 'id,name\n1,"a\nb\nc\nd\n"\n2,x\n'
    assert firms(register(tmp_path, "x.csv", text)) == {"2": "x"}


def test_signs_of_several_bytes_separate_and_quote(tmp_path: Path) -> None:
    text = "id¦name\n1¦«a¦b«\n2¦c\n3¦d¦e\n"
    report = register(tmp_path, "x.csv", text, 'separator = "¦"\nquote = "«"')
    assert firms(report) == {"1": "a¦b", "2": "c"}
    assert rejected(report, "firms")[0]["broken row"] == "3¦d¦e"


Rows = dict[str, tuple[str, range]]
"""Names and line numbers of the rows of a register, by firm."""


def dialects(count: int, seed: int) -> list[tuple[str, bytes, Rows, list[int]]]:
    """Random registers in random dialects: the mapping's keys, the bytes, the firms in them, and the broken lines."""
    draw = random.Random(seed)
    signs = "aäß€ŷ 'x-.;,|\t\"#%&/\\"
    made = []
    for _ in range(count):
        separator = draw.choice([",", ";", "\t", "|", "^", "~", "¦"])
        quote = draw.choice(['"', "'", "`"])
        encoding = draw.choice(["utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "utf-8"])
        end = draw.choice(["\n", "\r\n", "\r"])
        quoting = draw.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
        title, blank = draw.randrange(3), draw.random() < 0.3
        extra = [f"c{number}" for number in range(draw.randrange(1, 5))]

        def text(separator: str = separator, encoding: str = encoding, end: str = end) -> str:
            sign = [one for one in signs if encoding != "cp1252" or one in "aäß€ 'x-.;,|\t\"#%&/\\"]
            letters = "".join(draw.choice(sign) for _ in range(draw.randrange(9)))
            if draw.random() < 0.1:
                letters += (end if end != "\r" else "\n") + "more"
            return letters if end != "\r" else letters.replace("\n", " ")

        stream = io.StringIO()
        writer = csv.writer(stream, delimiter=separator, quotechar=quote, quoting=quoting, lineterminator=end)
        stream.write(f"A title{end}" * title)
        writer.writerow(["id", "name", *extra])
        rows: Rows = {}
        broken: list[int] = []
        for number in range(draw.randrange(1, 40)):
            line = lines_of(stream.getvalue())
            if draw.random() < 0.1:
                stream.write(separator.join(["b"] * (len(extra) + draw.choice([0, 1, 3, 4]))) + end)
                broken.append(line)
            elif blank and draw.random() < 0.1:
                stream.write(end)
            else:
                name = text()
                writer.writerow([f"k{number}", name, *(text() for _ in extra)])
                rows[f"k{number}"] = (name.replace("\r\n", "\n"), range(line, lines_of(stream.getvalue())))
        declared = f"separator = {toml(separator)}\nquote = {toml(quote)}\nskip_lines = {title}\n"
        declared += f'encoding = "{encoding}"\n' if encoding not in ("utf-8", "utf-8-sig") else ""
        whole = stream.getvalue()
        made.append((declared, whole.encode(encoding), rows, broken))
    return made


def lines_of(text: str) -> int:
    """The number of the line that comes next."""
    return text.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1


def toml(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t") + '"'


@pytest.mark.parametrize("seed", range(3))
def test_every_row_of_a_random_dialect_arrives_or_is_refused(tmp_path: Path, seed: int) -> None:
    check_dialects(tmp_path, 8, seed)


@pytest.mark.long
def test_every_row_of_five_hundred_dialects_arrives_or_is_refused(tmp_path: Path) -> None:
    check_dialects(tmp_path, 500, 2026)


def check_dialects(folder: Path, count: int, seed: int) -> None:
    """A text over several lines that look like rows may be refused, but then all its lines are told."""
    n_arrived = n_rows = 0
    for number, (declared, content, rows, broken) in enumerate(dialects(count, seed)):
        room = folder / str(number)
        room.mkdir()
        report = register(room, "x.csv", content, declared.replace("{", "{{").replace("}", "}}"))
        found = firms(report)
        arrived = {key: name.strip("\t\r\n \xa0") or None for key, (name, _) in rows.items() if key in found}
        assert {key: name and name.replace("\r\n", "\n") for key, name in found.items()} == arrived, (
            seed,
            number,
        )
        lost = [line for key, (_, lines) in rows.items() if key not in found for line in lines]
        refused = lines_refused(report) if broken or lost else []
        assert refused == sorted([*broken, *lost]), (seed, number, declared)
        n_arrived, n_rows = n_arrived + len(arrived), n_rows + len(rows)
    assert n_arrived >= 0.97 * n_rows


def table_of_types() -> pa.Table:
    return pa.table(
        {
            "id": pa.array([b"a", b"b"]),
            "name": pa.array([b"Gent", None]).dictionary_encode(),
            "fixed": pa.array([b"xy", b"zz"], pa.binary(2)),
            "large": pa.array([b"x", b"y"], pa.large_binary()),
            "coded": pa.array(["u", "v"]).dictionary_encode(),
            "many": pa.array([[1], [2]]),
            "raw": pa.array([b"\xff\xfe", b"\x00\xff"]),
        }
    )


@pytest.mark.parametrize("ending", ["parquet", "arrow", "feather"])
def test_bytes_that_are_text_are_read_as_text(tmp_path: Path, ending: str) -> None:
    write_arrow(tmp_path / f"x.{ending}", table_of_types())
    assert firms(register(tmp_path, f"x.{ending}")) == {"a": "Gent", "b": None}
    for column, value in (("fixed", "xy"), ("large", "x"), ("coded", "u")):
        folder = tmp_path / column
        folder.mkdir()
        write_arrow(
            folder / f"x.{ending}", table_of_types().drop_columns("name").rename_columns({column: "name"})
        )
        assert firms(register(folder, f"x.{ending}"))["a"] == value


def write_arrow(path: Path, table: pa.Table) -> None:
    if path.suffix == ".parquet":
        pq.write_table(table, path)
    else:
        opened = pa.ipc.new_file if path.suffix == ".feather" else pa.ipc.new_stream
        with opened(path, table.schema) as writer:
            writer.write_table(table)


def test_a_decimal_of_more_digits_than_the_engine_has_is_refused_by_name(tmp_path: Path) -> None:
    wide = pa.array([Decimal("1965")], pa.decimal256(50, 2))
    pq.write_table(pa.table({"id": ["a"], "name": wide}), tmp_path / "x.parquet")
    with pytest.raises(InputError, match="the column `name` holds decimals of more than 38 digits"):
        register(tmp_path, "x.parquet")


@pytest.mark.parametrize(
    ("column", "says"),
    [
        ("many", "the column `name` holds a list or record in each row"),
        ("raw", "holds bytes that are no text"),
    ],
)
def test_a_column_that_is_no_value_is_refused_by_name(tmp_path: Path, column: str, says: str) -> None:
    table = table_of_types().drop_columns("name").rename_columns({column: "name"})
    pq.write_table(table, tmp_path / "x.parquet")
    with pytest.raises(InputError, match=says):
        register(tmp_path, "x.parquet")


def test_every_type_of_a_database_arrives(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "x.duckdb")) as database:
        database.execute("CREATE TYPE region AS ENUM ('Gent', 'Namur')")
        database.execute("CREATE TABLE t (id BLOB, name region, u UUID, l INTEGER[])")
        database.execute(
            "INSERT INTO t VALUES ('a'::BLOB, 'Gent', gen_random_uuid(), [1]), ('b'::BLOB, NULL, NULL, NULL)"
        )
    mapping = MAPPING.format(path="x", more="").replace(
        'path = "x"', 'url = "duckdb://x.duckdb"\ntable = "t"'
    )
    assert firms(import_records(bring(tmp_path, mapping), tmp_path / "out")) == {"a": "Gent", "b": None}
    again = bring(tmp_path, mapping.replace('region = "name"', 'region = "u"'))
    assert len(firms(import_records(again, tmp_path / "out"))["a"] or "") == 36
    with pytest.raises(InputError, match="the column `l` holds a list"):
        import_records(bring(tmp_path, mapping.replace('region = "name"', 'region = "l"')), tmp_path / "out")


def test_columns_that_differ_in_capitals_are_read_where_one_is_mapped(tmp_path: Path) -> None:
    for ending in ("parquet", "csv"):
        folder = tmp_path / ending
        folder.mkdir()
        frame = pl.DataFrame({"id": ["a"], "NAME": ["no"], "name": ["yes"], "Name": ["other"]})
        getattr(frame, f"write_{ending}")(folder / f"x.{ending}")
        assert firms(register(folder, f"x.{ending}")) == {"a": "yes"}


def test_two_columns_that_differ_in_capitals_are_not_both_read_by_those_names(tmp_path: Path) -> None:
    mapping = MAPPING.format(path="x.csv", more="").replace('"name"', '"ID"')
    with pytest.raises(InputError, match=r"the columns `id` and `ID` differ in capitals only\n.*`ID \(2\)`"):
        import_records(bring(tmp_path, mapping, {"x.csv": "id,ID\na,Gent\n"}), tmp_path / "out")
    told_apart = bring(tmp_path, mapping.replace('"ID"', '"ID (2)"'))
    assert firms(import_records(told_apart, tmp_path / "out")) == {"a": "Gent"}


def test_what_macos_adds_to_an_archive_is_no_file(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("x.csv", "id,name\na,Gent\n")
        archive.writestr("__MACOSX/._x.csv", b"\x00\x05\x16\x07junk")
        archive.writestr("sub/._y.csv", b"\x00\x05\x16\x07junk")
    assert firms(register(tmp_path, "x.zip")) == {"a": "Gent"}


def workbook(path: Path, rows: list[list[Any]]) -> None:
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("Data")
    for place, row in enumerate(rows):
        sheet.write_row(place, 0, row)
    book.close()


def test_texts_below_a_table_become_no_firms(tmp_path: Path) -> None:
    table = [
        ["id", "name", "x", "y", "z"],
        ["a", "Gent", 1, 2],
        ["b", None, 2, 3],
        [],
        ["c", "Namur", 3, 4, 5],
    ]
    workbook(tmp_path / "x.xlsx", [*table, [], ["Source: register"], ["*"], ["Date", "2002"]])
    report = register(tmp_path, "x.xlsx")
    assert firms(report) == {"a": "Gent", "b": None, "c": "Namur"}
    assert lines_refused(report) == [7, 8, 9]
    folder = tmp_path / "close"
    folder.mkdir()
    workbook(folder / "x.xlsx", [*table[:3], ["d"], ["Source: register"]])
    assert sorted(firms(register(folder, "x.xlsx"))) == ["a", "b", "d"]


def test_formulas_without_stored_values_are_named(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["id", "name", "x"])
    book.active.append(["a", "=UPPER(A2)", "=1+1"])
    book.active.append(["b", "Gent", "=1+1"])
    book.save(tmp_path / "x.xlsx")
    with pytest.raises(
        InputError, match="the cell B2 of the column `name` holds a formula without its value"
    ):
        register(tmp_path, "x.xlsx")
    mapping = bring(tmp_path, MAPPING.format(path="x.xlsx", more="").replace(', region = "name"', ""))
    assert (
        CanonicalFolder(import_records(mapping, tmp_path / "out").out, require=())
        .tables["firms"]
        .has("firm_id")
    )


def test_signs_without_a_width_leave_ids_and_names_of_columns(tmp_path: Path) -> None:
    text = "\ufeffid,\u200bname\na\u200b,Ge\u00adnt\n\ufeffb,\u2060\n"
    assert firms(register(tmp_path, "x.csv", text)) == {"a": "Gent", "b": None}


def test_texts_are_the_same_however_their_letters_and_blanks_are_coded(tmp_path: Path) -> None:
    text = "id,name\n\u200ea\u200f,I\u0302le\nb\u00a0,\u2009\u00cele\u2028\n\u3000c,\u202f\n"
    assert firms(register(tmp_path, "x.csv", text)) == {"a": "\u00cele", "b": "\u00cele", "c": None}


def test_a_missing_column_of_a_skipped_header_is_no_matter_of_the_separator(tmp_path: Path) -> None:
    with pytest.raises(InputError) as skipped:
        register(tmp_path, "x.csv", "Register 2002\nid;name\na;b\n", 'separator = ";"')
    assert "`separator`" not in str(skipped.value)
    assert "`skip_lines`" in str(skipped.value)
    with pytest.raises(InputError) as too_far:
        register(tmp_path, "x.csv", "id,name\na\nb\n", "skip_lines = 1")
    assert "is `skip_lines` right?" in str(too_far.value)
    with pytest.raises(InputError, match=r"is the `separator` right\?"):
        register(tmp_path, "x.csv", "id;name\na;b\n")
