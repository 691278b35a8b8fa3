"""A CSV file that people open holds no formula."""

from __future__ import annotations

import ast
import csv
import io
import json
from pathlib import Path

import polars as pl
import pytest

import firmtrade as ft
from cli.economy import write_economy
from firmtrade.errors import DataError
from firmtrade.outputs.csv_file import csv_frame, csv_text
from firmtrade.outputs.formulas import NOTE, defused
from firmtrade.sources.importer import import_records
from opened import formulas
from sources.raw_files import bring
from survey.test_small_survey import some_answers, written

EVIL = [
    "=1+1",
    "+1+cmd|' /C calc'!A0",
    "-2+3+cmd|x",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    "\u00a0=1",
    "\ufeff=1",
    "=",
    "-",
    "--1",
    "+a",
    "-1e5e",
    "\x00=1",
    "\uff1d1+1",
    "\uff20SUM(A1)",
    "\tx",
]
BEHIND = ["x;=1+1", "x; =1", "x\t@a", "x\n=1", 'x"\r\n-cmd|y', "1;+a;2", "-5;=1"]
HARMLESS = [
    "", "5", "-5", "+5", "-1.5", "-1,5", "+12 %", "-1e-05", "+2E10", "-inf", "a=b", "3-4", "Flanders", "'x", "(=1)",
]  # fmt: skip


@pytest.mark.parametrize("text", EVIL)
def test_what_would_be_a_formula_has_an_apostrophe(text: str) -> None:
    assert defused(text).startswith(f"'{text[0]}")
    assert defused(text).replace("'", "") == text.replace("'", "")
    assert defused(defused(text)) == defused(text)


@pytest.mark.parametrize("text", [*EVIL, *BEHIND])
def test_no_separator_of_any_country_makes_a_formula_of_a_part(text: str) -> None:
    assert formulas(f"key,label\n1,{text}\n".encode())
    assert not formulas(csv_text(("key", "label"), [("1", text), (text, "2")]).encode())
    assert not formulas(csv_frame(pl.DataFrame({"key": [1], text: [text]})))


def test_a_frame_is_written_as_rows_are() -> None:
    texts = [*EVIL, *BEHIND, *HARMLESS]
    numbers = [*range(-9, len(texts) - 9)]
    framed = csv_frame(pl.DataFrame({"text": texts, "number": numbers})).decode()
    listed = csv_text(("text", "number"), zip(texts, numbers, strict=True))
    first, second = (list(csv.reader(io.StringIO(text, newline=""))) for text in (framed, listed))
    assert first == second


def test_a_text_with_a_comma_a_quote_or_a_line_end_survives() -> None:
    texts = ['x, "y"', "é\nz", "a\rb", "a\r\nb", ""]
    written = csv_text(("a", "b"), [(text, "c") for text in texts])
    assert list(csv.reader(io.StringIO(written, newline="")))[1:] == [[text, "c"] for text in texts]


@pytest.mark.parametrize("text", HARMLESS)
def test_numbers_and_other_texts_stay_as_they_are(text: str) -> None:
    assert defused(text) == text


MAPPING = """
[files.customs]
path = "customs.csv"
[trade]
file = "customs"
[trade.columns]
firm_id = "firm"
year = "year"
flow = "flow"
value = "=value"
"""


def test_refused_rows_are_texts_and_say_so(tmp_path: Path) -> None:
    rows = 'firm,year,flow,=value\n"=HYPERLINK(""x"")",2001,@x,1\n+cmd|y,2001,export,-5x\n=broken\n'
    mapping = bring(tmp_path, MAPPING, {"customs.csv": rows})
    with pytest.raises(DataError):
        import_records(mapping, tmp_path / "out")
    with (tmp_path / "out-rejected" / "trade.csv").open(encoding="utf-8", newline="") as stream:
        found = list(csv.reader(stream))
    assert any(cell == '\'=HYPERLINK("x")' for row in found for cell in row)
    assert not [cell for row in found for cell in row if defused(cell) != cell]
    assert NOTE in (tmp_path / "out-rejected" / "rejected.json").read_text(encoding="utf-8")


def test_no_file_of_a_room_release_or_import_is_written_past_the_guard() -> None:
    """One module writes what people open; others write the form for LimeSurvey, or what only a digest is taken of."""
    source = Path(ft.__file__).parent
    writers = {
        path.relative_to(source).as_posix()
        for path in source.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if node.func.attr in ("DictWriter", "to_csv", "write_csv", "sink_csv")
        or (node.func.attr == "writer" and ast.unparse(node.func.value) == "csv")
    }
    unopened = {"surveys/instrument/limesurvey.py", "surveys/run.py", "engines/stages.py"}
    assert writers - unopened == {"outputs/csv_file.py"}


def test_labels_of_a_survey_are_texts_in_its_room(tmp_path: Path) -> None:
    survey = written(tmp_path, some_answers())
    for name in ("survey.toml", "questionnaire.toml"):
        text = (tmp_path / name).read_text(encoding="utf-8")
        for label in ('"Trust"', '"Age"', '"How much?"', '"x"'):
            text = text.replace(label, """'=HYPERLINK("a";"b")'""")
        (tmp_path / name).write_text(text, encoding="utf-8")
    room = tmp_path / "room"
    ft.survey(survey, room, data=tmp_path / "answers.csv", multiverse=False)
    tables = [path.read_bytes() for path in room.rglob("*.csv")]
    assert sum(b"'=HYPERLINK" in content for content in tables) > 2
    assert not any(map(formulas, tables))
    assert json.loads((room / "manifest.json").read_text(encoding="utf-8"))["csv"] == NOTE


def test_labels_and_an_edition_of_others_are_texts_in_a_release(tmp_path: Path) -> None:
    study = tmp_path / "study.toml"
    sound = Path(__file__).parents[1] / "study" / "sound.toml"
    text = (
        sound.read_text(encoding="utf-8")
        .replace('"Shares"', '"@SUM(A1)"')
        .replace('label = "small"', 'label = "=1"')
    )
    study.write_text(text, encoding="utf-8")
    room = ft.run(study, write_economy(tmp_path / "data", firms=60)).write(tmp_path / "room")
    edition = tmp_path / "edition.csv"
    edition.write_text(
        "table,population,row,column,value,unit\n=1+1,@x,-cmd|y,a;=b,5,count\n", encoding="utf-8"
    )
    out = ft.release([room], tmp_path / "out", formats=["csv", "sdmx"], against=edition)
    found = {path.name: path.read_bytes() for folder in (room, out) for path in folder.rglob("*.csv")}
    assert any(b"'=1," in content for content in found.values())
    assert b"'=1+1,'@x,'-cmd|y,a;'=b" in found["review.csv"]
    assert not [name for name, content in found.items() if formulas(content)]
    assert json.loads((out / "manifest.json").read_text(encoding="utf-8"))["csv"] == NOTE
