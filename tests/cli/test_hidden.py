"""Hide every statement of every room, and no number of it is left on any page, chart, sheet, file or sentence."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

import firmtrade as ft
import firmtrade.protection.rooms
from firmtrade.errors import DataError
from firmtrade.outputs import Confidentiality
from firmtrade.outputs.room import Room, read_room
from firmtrade.releases import release
from results_folder import edited

KINDS = ("chapter", "evidence", "survey")
TEXT = {".html", ".csv", ".json", ".svg", ".xml"}


def hide_cells(content: bytes) -> bytes:
    """``cells.parquet`` with every status Q and every value empty, all else as it was."""
    out = io.BytesIO()
    frame = pl.read_parquet(io.BytesIO(content))
    frame.with_columns(
        pl.lit("Q").alias("status"), pl.lit(None, dtype=pl.Float64).alias("value")
    ).write_parquet(out)
    return out.getvalue()


def hide_rows(numbers: set[str]) -> Callable[[bytes], bytes]:
    """``estimates.csv`` or ``curves.csv`` with every status Q and every number empty."""

    def hide(content: bytes) -> bytes:
        rows = list(csv.DictReader(io.StringIO(content.decode("utf-8"))))
        out = io.StringIO()
        writer = csv.DictWriter(out, list(rows[0]) if rows else [], lineterminator="\n")
        if not rows:
            return content
        writer.writeheader()
        for row in rows:
            writer.writerow(row | dict.fromkeys(numbers & set(row), "") | {"status": "Q"})
        return out.getvalue().encode("utf-8")

    return hide


NUMBERS = {
    "estimate", "std_error", "conf_low", "conf_high", "p_value", "n_obs", "n_firms", "y", "n_at_risk"
}  # fmt: skip


def emptied(room: Path) -> Path:
    """A copy of a room all of whose statements are hidden, digests and all."""
    edited(room, "cells.parquet", hide_cells)
    for name in ("estimates.csv", "curves.csv"):
        edited(room, name, hide_rows(NUMBERS))
    return room


@pytest.fixture(scope="module")
def emptied_rooms(rooms: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:

    folder = tmp_path_factory.mktemp("emptied")
    return {kind: emptied(Path(shutil.copytree(rooms / kind, folder / kind))) for kind in KINDS}


def numbers_of(room: Room) -> set[str]:
    """What the statements of a room would print and can be told from a year, a count of rows or a version."""
    values: list[float] = [cell.value for cell in room.cells if cell.value is not None]
    decimals = [cell.decimals for cell in room.cells if cell.value is not None]
    for one in room.statements.estimates:
        parts = [one.estimate, one.std_error, one.conf_low, one.conf_high]
        values += [part for part in parts if part is not None]
        decimals += [one.decimals for part in parts if part is not None]
    for curve in room.statements.curves:
        values += [point.y for point in curve.points if point.y is not None]
        decimals += [curve.decimals for point in curve.points if point.y is not None]
    printed = {f"{abs(value):.{places}f}" for value, places in zip(values, decimals, strict=True)}
    return {text for text in printed if "." in text and len(text.replace(".", "").strip("0")) >= 3}


def sayable(room: Room) -> set[str]:
    """Every number that a room could say at any precision."""
    values: list[float | None] = [cell.value for cell in room.cells]
    for one in room.statements.estimates:
        values += [one.estimate, one.std_error, one.conf_low, one.conf_high, one.p_value]
        values += [None if one.estimate is None else 100 * one.estimate]
    for curve in room.statements.curves:
        values += [part for point in curve.points for part in (point.y, point.conf_low, point.conf_high)]
    known = [value for value in values if value is not None]
    return {f"{abs(value):.{places}f}" for value in known for places in range(7)}


def texts(folder: Path) -> Iterator[tuple[str, str]]:
    """Every text of a release but its styles and manifest, by path; a workbook's sheets too."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.suffix in TEXT and not name.startswith("assets/") and name != "manifest.json":
            yield name, path.read_text(encoding="utf-8")
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as book:
                for part in book.namelist():
                    if part.startswith("xl/worksheets/") or part == "xl/sharedStrings.xml":
                        yield f"{name}/{part}", book.read(part).decode("utf-8")


def numbers_in(name: str, text: str) -> set[str]:
    """Numbers that a file says, without separators of thousands; a drawing is read in its own file."""
    said = re.sub(r"<(svg|style|path)\b.*?</\1>", " ", text, flags=re.S)
    grouped = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|" if ".html" in name else ""
    found = re.findall(rf"(?<![\d.])(?:{grouped}\d+(?:\.\d+)?)(?![\d.])", said)
    return {number.replace(",", "") for number in found}


@pytest.mark.parametrize("kind", KINDS)
def test_no_number_of_a_hidden_statement_is_anywhere_in_a_release(
    rooms: Path, emptied_rooms: dict[str, Path], tmp_path: Path, kind: str
) -> None:
    before = numbers_of(read_room(rooms / kind))
    assert len(before) > 30
    out = ft.release([emptied_rooms[kind]], tmp_path / "out", formats=("html", "xlsx", "csv", "sdmx"))
    assert json.loads((out / "manifest.json").read_text(encoding="utf-8"))["files"]
    assert "[c]" in (out / "index.html").read_text(encoding="utf-8")
    for name, text in texts(out):
        left = numbers_in(name, text) & before
        assert not left, (name, sorted(left)[:5])
    assert not list((out / "figures").glob("*")) if (out / "figures").exists() else True


@pytest.mark.parametrize("kind", KINDS)
def test_a_release_of_what_is_shown_holds_the_numbers_that_are_then_hidden(
    rooms: Path, tmp_path: Path, kind: str
) -> None:
    """The search finds numbers where there are some."""
    before = numbers_of(read_room(rooms / kind))
    out = ft.release([rooms / kind], tmp_path / "out", formats=("csv",))
    printed = " ".join(text for _, text in texts(out))
    assert sum(number in printed for number in before) > 20


def test_hiding_the_cells_of_a_survey_changes_its_page(rooms: Path, tmp_path: Path) -> None:

    room = Path(shutil.copytree(rooms / "survey", tmp_path / "room"))
    before = ft.release([room], tmp_path / "before", formats=("html",)) / "index.html"
    edited(room, "cells.parquet", hide_cells)
    after = ft.release([room], tmp_path / "after", formats=("html",)) / "index.html"
    page = after.read_text(encoding="utf-8")
    assert before.read_text(encoding="utf-8") != page
    assert "[c] answers are analysed of [c] received" in page


@pytest.mark.parametrize("lang", ["fr", "nl", "de"])
def test_sentences_hide_in_every_language(emptied_rooms: dict[str, Path], tmp_path: Path, lang: str) -> None:
    out = ft.release([emptied_rooms["survey"]], tmp_path / "out", lang=lang, formats=("html",))
    page = (out / "index.html").read_text(encoding="utf-8")
    section = page.split('id="section-sns-belgium-sample"')[1].split("<table")[0]
    assert section.count("[c]") >= 5
    assert not re.search(r"\d+,\d", section)


def lines(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))


def real(room: Room) -> Room:
    """The room as if real firms stood behind it."""
    data = room.manifest.data.model_copy(update={"kind": "real"})
    manifest = room.manifest.model_copy(update={"data": data})
    return replace(room, statements=room.statements.stamped(synthetic=False), manifest=manifest)


def test_protection_stands_between_reading_and_rendering(rooms: Path, tmp_path: Path) -> None:
    whole = tuple(real(read_room(rooms / kind)) for kind in ("evidence", "survey"))
    out = release(whole).publish(tmp_path / "out", formats=("html", "csv", "sdmx"))
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["protection"], manifest["banner"]) == ("profile publication", "")
    hidden = [row for row in lines(out / "estimates.csv") if row["status"] == "Q"]
    assert {(row["estimate"], row["n_firms"], row["note"]) for row in hidden} <= {("", "", "")}
    for name in ("cells.csv", "estimates.csv", "curves.csv", "tables/table-E1.csv"):
        rows = lines(out / name)
        assert {row["data"] for row in rows} <= {"released", ""}, name
    page = (out / "index.html").read_text(encoding="utf-8")
    assert "What was hidden, and why" in page


def test_a_room_of_which_a_statement_was_left_unprotected_is_not_published(
    rooms: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = real(read_room(rooms / "survey"))
    monkeypatch.setattr(firmtrade.protection.rooms, "protect_curves", lambda curves, _: (curves, ()))
    with pytest.raises(DataError, match="left unprotected"):
        release((whole,))


@pytest.mark.parametrize("kind", KINDS)
def test_where_every_other_statement_is_hidden_pages_and_files_say_the_others_alone(
    rooms: Path, tmp_path: Path, kind: str
) -> None:
    whole = read_room(rooms / kind)
    hidden = {one.key for one in list(whole.statements)[::2]}
    mixed = replace(
        whole,
        statements=whole.statements.changed(
            lambda one: one.hidden(Confidentiality.FEW) if one.key in hidden else one
        ),
    )
    gone = numbers_of(whole) - sayable(mixed)
    assert len(gone) > 10
    out = release((mixed,)).publish(tmp_path / "out", formats=("html", "xlsx", "csv", "sdmx"))
    assert list((out / "figures").glob("*.vl.json"))
    for name, text in texts(out):
        if name.startswith("figures/"):
            continue  # a drawing places its marks by sums of what is shown
        left = numbers_in(name, text) & gone
        assert not left, (name, sorted(left)[:5])


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext reads the pages of the PDF")
def test_a_printed_edition_of_hidden_statements_has_none_of_their_numbers(
    rooms: Path, emptied_rooms: dict[str, Path], tmp_path: Path
) -> None:
    out = ft.release([emptied_rooms["survey"]], tmp_path / "out", formats=("pdf",))
    pages = subprocess.run(
        ["pdftotext", out / "report.pdf", "-"], capture_output=True, check=True, text=True
    ).stdout
    found = set(re.findall(r"(?<![\d.])\d[\d,]*\.\d+(?![\d.])", pages))
    assert "[c]" in pages
    assert not found & numbers_of(read_room(rooms / "survey"))
