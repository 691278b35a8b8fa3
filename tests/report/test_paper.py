"""The PDF: tagged, in one type, with the banner on every page; opened with the tools of a reader."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from firmtrade.errors import DataError
from firmtrade.messages import language_of
from firmtrade.report.model import Figure, Section
from firmtrade.report.paper import paper
from firmtrade.report.pictures import drawing
from report.sample import document, figures


def read(tool: str, *arguments: str) -> str:
    if shutil.which(tool) is None:
        pytest.skip(f"{tool} is not on this machine")
    return subprocess.run([tool, *arguments], capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="module")
def pdf(release: Path) -> str:
    return str(release / "report.pdf")


def test_the_file_is_tagged_and_says_its_title(pdf: str) -> None:
    facts = read("pdfinfo", pdf)
    assert re.search(r"Tagged:\s+yes", facts)
    assert re.search(r"Title:\s+How small firms trade across borders", facts)
    assert "CreationDate" not in facts


def test_the_structure_has_headings_tables_and_figures(pdf: str) -> None:
    tree = read("pdfinfo", "-struct", pdf)
    assert {"H1", "Table", "TH", "TD", "Figure", "Caption", "TOC"} <= set(
        re.findall(r"^\s*(\w+)", tree, re.M)
    )


def test_every_letter_is_of_the_one_family(pdf: str) -> None:
    names = [line.split()[0] for line in read("pdffonts", pdf).splitlines()[2:]]
    assert names
    assert all(re.fullmatch(r"[A-Z]{6}\+SourceSans3-\w+", name) for name in names)


def test_every_page_has_the_banner_its_number_and_its_provenance(pdf: str) -> None:
    pages = read("pdftotext", "-layout", pdf, "-").split("\f")[:-1]
    for number, text in enumerate(pages, start=1):
        assert "SYNTHETIC DATA" in text
        assert f"Page {number} of {len(pages)}" in text
        assert "fingerprint 5f2c9a0b7d31" in text


def test_names_are_set_in_italics_and_not_between_signs(pdf: str) -> None:
    text = " ".join(read("pdftotext", pdf, "-").split())
    assert "needs value_added in accounts" in text
    assert "`" not in text


def test_a_long_table_repeats_its_header_on_the_next_page(tmp_path: Path) -> None:
    (tmp_path / "long.pdf").write_bytes(paper(document(rows=80), {}))
    pages = read("pdftotext", "-layout", str(tmp_path / "long.pdf"), "-").split("\f")
    parts = [text for text in pages if re.search(r"Manufacture of things number \d+ ", text)]
    assert len(parts) >= 2
    assert all("Division" in text for text in parts)


def test_every_number_of_a_table_is_printed(pdf: str) -> None:
    text = read("pdftotext", "-layout", pdf, "-")
    assert all(number in text for number in ("20,451", "2,490", "+5.7", "−0.9", "58.8", "[c]"))


def test_a_figure_without_alternative_text_stops_the_printing() -> None:
    figure = figures()[0]
    bare = Figure(figure.table, figure.kind, "")
    plain = replace(document(), sections=(Section("a", "A", (), (bare,)),), findings=())
    with pytest.raises(DataError, match="PDF cannot be made"):
        paper(plain, {figure.table.id: drawing(figure, language_of("en"))})


def test_french_pages_are_marked_as_french() -> None:
    made = paper(document("fr", rows=3), {})
    assert b"/Lang (fr)" in made or b"/Lang(fr)" in made


def test_signs_of_markup_print_as_they_are(tmp_path: Path) -> None:
    title = "#set $x$ *bold* _it_ @ref <label> // [c]"
    plain = replace(document(rows=3), title=title, sections=(), findings=())
    (tmp_path / "a.pdf").write_bytes(paper(plain, {}))
    assert title in read("pdftotext", "-layout", str(tmp_path / "a.pdf"), "-")
