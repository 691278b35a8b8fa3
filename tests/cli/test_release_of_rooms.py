"""A chapter, its evidence and a survey in one release."""

from __future__ import annotations

import csv
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

import firmtrade as ft
from browsed import barriers, with_script
from firmtrade.cli.app import app
from firmtrade.errors import DataError, UsageError
from firmtrade.evidence import EvidenceOptions
from firmtrade.messages import by_cause
from firmtrade.outputs.room import read_room, write_room
from firmtrade.report import Document
from report.same_text import on_the_page
from results_folder import edited


def call(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture(scope="module")
def together(rooms: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The three rooms published by the command, for the screen and for machines."""
    out = tmp_path_factory.mktemp("release") / "out"
    done = call(
        "release", rooms / "chapter", rooms / "evidence", rooms / "survey",
        "--out", out, "--format", "html,xlsx,csv,sdmx",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    return out


@pytest.fixture(scope="module")
def page(together: Path) -> str:
    return (together / "index.html").read_text(encoding="utf-8")


def test_every_section_of_every_room_is_printed_after_the_chapter(rooms: Path, page: str) -> None:
    titles = re.findall(r"<h[23] id=\"section-[^>]*>([^<]*)<", page)
    evidence = [str(section.title) for section in read_room(rooms / "evidence").sections]
    survey = [str(section.title) for section in read_room(rooms / "survey").sections]
    places = [titles.index(title) for title in [*evidence, *survey]]
    assert places == sorted(places)
    assert titles.index("International new ventures") < places[0]


def test_what_was_switched_off_stands_on_the_page_and_in_the_manifest(
    rooms: Path, together: Path, page: str
) -> None:
    manifest = json.loads((together / "manifest.json").read_text(encoding="utf-8"))
    texts = [each["text"] for each in manifest["switched_off"]]
    off = [
        str(sentence)
        for section in read_room(rooms / "evidence").sections
        for sentence in by_cause(section.switched_off)
    ]
    for sentence in off:
        assert sentence in texts
        assert sentence.replace("`", "") in page.replace("`", "").replace("&#39;", "'")


def test_a_release_in_french_says_in_french_what_the_evidence_lacks(economy: Path, tmp_path: Path) -> None:
    terms = EvidenceOptions(blocks=("ventures",), compress_above=0)
    room = ft.estimate("belgium-2008", economy, terms).write(tmp_path / "room")
    lacking = [line for section in read_room(room).sections for line in by_cause(section.switched_off)]
    out = ft.release([room], tmp_path / "out", lang="fr", formats=("html", "csv"))
    printed = (out / "index.html").read_text(encoding="utf-8")
    assert "internationalisation des PME belges" in printed
    assert printed.count("non calculé, car") == 2 * len(lacking) > 0
    assert "not computed" not in printed
    assert "firms founded since the trade data begins" in (out / "estimates.csv").read_text(encoding="utf-8")


def test_a_survey_has_its_title_in_the_language_of_the_page(rooms: Path, tmp_path: Path) -> None:
    title = "Soziale Netzwerke in der Internationalisierung belgischer KMU"
    page = ft.release([rooms / "survey"], tmp_path / "out", lang="de", formats=("html",)) / "index.html"
    assert title in page.read_text(encoding="utf-8")
    beside: Document = ft.release([rooms / "chapter", rooms / "survey"], lang="de").document
    assert title in {section.title for section in beside.sections}


def test_the_survey_is_named_with_its_own_fingerprint(rooms: Path, together: Path) -> None:
    manifest = json.loads((together / "manifest.json").read_text(encoding="utf-8"))
    survey = json.loads((rooms / "survey" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["study"] == "belgium-2008"
    assert manifest["surveys"] == [f"sns-belgium: synthetic data, {survey['data']['fingerprint']}"]
    assert manifest["banner"].startswith("SYNTHETIC DATA")


def test_every_drawing_has_its_text_and_its_table(together: Path, page: str) -> None:
    """Its own, or the table that it refers to, which prints each number of the figure's data."""
    drawn = page.count("<svg")
    assert drawn > 20
    assert page.count('role="img" aria-label="') == drawn
    assert 'aria-label=""' not in page
    tables, referring = on_the_page(page), dict[str, str]()
    for exhibit in page.split('<div class="exhibit')[1:]:
        anchor = exhibit.partition('id="')[2].partition('"')[0]
        if '<div class="pair">' in exhibit and anchor not in tables:
            (told,) = re.findall(r"Table (\w+) prints the numbers\.", exhibit)
            referring[anchor] = f"table-{told}"
    assert referring == {"figure-19": "table-4"}  # nobody here is in services: Figure 26 has no picture
    for figure, table in referring.items():
        rows = {label.removesuffix(" (%)"): numbers for label, *numbers in tables[table]}
        assert numbers_of(together / "tables" / f"{figure}.csv").items() <= rows.items()


def numbers_of(path: Path) -> dict[str, list[str]]:
    """The numbers in the file of a table in percent, or the marks in their place, by the label of their row."""
    found: dict[str, list[str]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["row_label"], []).append(row["mark"] or f"{float(row['value']):,.1f}")
    assert found
    return found


def test_models_of_all_rooms_stand_in_one_file(rooms: Path, together: Path) -> None:
    def keys(path: Path) -> set[tuple[str, ...]]:
        with path.open(encoding="utf-8", newline="") as file:
            return {tuple(row[:4]) for row in csv.reader(file)} - {
                ("block", "specification", "outcome", "term")
            }

    both = keys(rooms / "evidence" / "estimates.csv") | keys(rooms / "survey" / "estimates.csv")
    assert keys(together / "estimates.csv") == both
    assert (together / "curves.csv-metadata.json").is_file()


def test_the_release_verifies_and_two_make_the_same_bytes(
    rooms: Path, together: Path, tmp_path: Path
) -> None:
    assert ft.verify(together) == []
    formats = ("csv", "sdmx")
    parts = [rooms / "chapter", rooms / "evidence", rooms / "survey"]
    one = ft.release(parts, tmp_path / "one", formats=formats)
    two = ft.release(parts[::-1], tmp_path / "two", formats=formats)
    assert (one / "manifest.json").read_bytes() == (two / "manifest.json").read_bytes()
    assert (one / "cells.csv").read_bytes() == (together / "cells.csv").read_bytes()


def test_a_release_is_looked_at_first_and_published_then(rooms: Path, tmp_path: Path) -> None:
    release = ft.release([rooms / "chapter", rooms / "evidence"], lang="fr")
    assert repr(release).startswith("<release of belgium-2008: ")
    assert "DONNÉES SYNTHÉTIQUES" in repr(release)
    out = release.publish(tmp_path / "then", formats=["csv", "sdmx"])
    assert ft.verify(out) == []
    once = ft.release(
        [rooms / "chapter", rooms / "evidence"], tmp_path / "once", lang="fr", formats=["csv", "sdmx"]
    )
    assert (out / "manifest.json").read_bytes() == (once / "manifest.json").read_bytes()


def test_what_is_wrong_with_a_release_is_said_before_a_room_is_read(rooms: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no folder to write to"):
        ft.release([rooms / "chapter"], formats=["csv"])  # type: ignore[call-overload]
    with pytest.raises(UsageError, match="There is no edition `belgium-208`"):
        ft.release([tmp_path / "nowhere"], against="belgium-208")
    with pytest.raises(UsageError, match="language"):
        ft.release([tmp_path / "nowhere"], lang="xx")
    with pytest.raises(UsageError, match="there is no such folder"):
        ft.release([tmp_path / "nowhere"])


@pytest.mark.parametrize("width", [1280, 320])
def test_the_page_of_all_rooms_is_no_wider_than_the_screen(browser: Any, together: Path, width: int) -> None:
    opened = with_script(browser, together / "index.html", width)
    assert opened.evaluate("document.documentElement.scrollWidth") <= width


def test_the_accessibility_checker_finds_nothing(browser: Any, together: Path) -> None:
    """Rows of a table are alike, and the checker walks through all of them: the first four of each are enough."""
    opened = with_script(browser, together / "index.html", 1280)
    tables = opened.evaluate("document.querySelectorAll('table').length")
    opened.evaluate("document.querySelectorAll('tbody tr:nth-child(n+5)').forEach(row => row.remove())")
    assert tables == opened.evaluate("document.querySelectorAll('table').length") > 40
    assert barriers(opened) == []


def test_evidence_of_other_data_is_refused(rooms: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(rooms / "evidence", other)
    manifest = json.loads((other / "manifest.json").read_text(encoding="utf-8"))
    manifest["data"]["fingerprint"] = "0" * 64
    (other / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(UsageError, match="not of the same data"):
        ft.release([rooms / "chapter", other], tmp_path / "out", formats=("csv",))
    with pytest.raises(UsageError, match="both rooms of evidence"):
        ft.release([rooms / "evidence", rooms / "evidence"], tmp_path / "out", formats=("csv",))
    assert not (tmp_path / "out").exists()


def test_a_real_room_among_synthetic_ones_makes_every_page_say_both(rooms: Path, tmp_path: Path) -> None:
    there = read_room(rooms / "survey")
    data = there.manifest.data.model_copy(update={"kind": "real"})
    about = there.manifest.model_copy(update={"data": data})
    files = {name: (there.path / name).read_bytes() for name in about.files}
    real = write_room(tmp_path / "survey", there.statements.stamped(synthetic=False), there.study, about, {
        name: content for name, content in files.items() if name.startswith("tables/")
    }, there.sections)  # fmt: skip
    protected = ft.release([rooms / "evidence", real], tmp_path / "protected", formats=("csv",))
    marks = {line.rsplit(",", 1)[1] for line in (protected / "cells.csv").read_text().splitlines()[1:]}
    assert marks == {"released", "synthetic"}
    refused = call("release", real, "--out", tmp_path / "out", "--format", "sdmx", "--unprotected")
    assert refused.exit_code == 2
    out = ft.release([rooms / "evidence", real], tmp_path / "out", formats=("csv",), unprotected=True)
    banner = json.loads((out / "manifest.json").read_text(encoding="utf-8"))["banner"]
    assert "NOT FOR RELEASE" in banner
    assert "SYNTHETIC" in banner
    for name in ("cells.csv", "estimates.csv", "curves.csv", "tables/table-S1.csv"):
        marks = {line.rsplit(",", 1)[1] for line in (out / name).read_text(encoding="utf-8").splitlines()[1:]}
        assert {mark.lower() for mark in marks} <= {"synthetic", "unreleased"}, name
        assert "unreleased" in {mark.lower() for mark in marks}, name


@pytest.mark.parametrize("name", ["sections.json", "estimates.csv", "curves.csv", "contributions.parquet"])
def test_a_damaged_room_is_named_by_its_file(rooms: Path, tmp_path: Path, name: str) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(rooms / "evidence", broken)
    (broken / name).write_text("[{}]", encoding="utf-8")
    refused = call("release", broken, "--out", tmp_path / "out", "--format", "csv")
    assert refused.exit_code == 1
    assert f"{name} was altered" in refused.output.replace("\n", " ")
    edited(broken, name, lambda _: b"[{}]")
    with pytest.raises(DataError, match=name):
        ft.release([broken], tmp_path / "out", formats=("csv",))


@pytest.mark.parametrize("of", ["chapter", "evidence", "survey"])
def test_real_data_is_not_made_synthetic_by_a_word_in_the_manifest(
    rooms: Path, tmp_path: Path, of: str
) -> None:
    other = tmp_path / "other"
    shutil.copytree(rooms / of, other)
    text = (other / "manifest.json").read_text(encoding="utf-8")
    (other / "manifest.json").write_text(
        text.replace('"kind": "synthetic"', '"kind": "real"'), encoding="utf-8"
    )
    refused = call("release", other, "--out", tmp_path / "out", "--format", "csv", "--unprotected")
    assert refused.exit_code == 1
    assert "the manifest says real data" in refused.output.replace("\n", " ")
