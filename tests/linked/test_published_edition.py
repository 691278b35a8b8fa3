"""The bundled edition is what the chapter prints."""

from __future__ import annotations

import re

import pytest

from firmtrade.linked import read_edition
from firmtrade.query.cells import Formula
from shared import shared

CHAPTER = "internationalization-of-smes-belgium-chapters-5-7.txt"
NUMBER = re.compile(r"(?<![\w.,])[-+]?\d[\d,]*(?:\.\d+)?%?(?![\w])")


def test_the_edition_has_614_statistics_and_95_codes() -> None:
    edition = read_edition("belgium-2008")
    codes = [cell for cell in edition.cells if cell.spec.formula is Formula.CODE]
    assert (len(edition.statistics), len(codes), len(edition.listed)) == (614, 47, 48)


def test_every_row_of_the_chapter_is_printed_as_the_edition_says() -> None:
    folder = shared()
    if folder is None:
        pytest.skip("the chapter's text is not part of the project")
    text = (folder / "seeds" / CHAPTER).read_text(encoding="utf-8", errors="replace")
    starts = {
        int(match[1]): match.end() for match in re.finditer(r"^ ?Table (\d+)\s", text, flags=re.MULTILINE)
    }
    edition = read_edition("belgium-2008")
    for table in range(1, 32):
        cells = [cell for cell in edition.cells if cell.key.table == str(table)]
        page = text[starts[table] : starts[table] + 2500]
        printed = NUMBER.findall(page)
        rows: dict[str, list[str]] = {}
        for cell in cells:
            rows.setdefault(cell.key.row, []).append(cell.printed)
        for row, numbers in rows.items():
            windows = [printed[at : at + len(numbers)] for at in range(len(printed))]
            assert numbers in windows, f"Table {table}, {row}: {numbers}"


def test_provenance_stands_beside_the_edition() -> None:
    import tomllib
    from importlib.resources import files

    text = files("firmtrade.studies").joinpath("belgium-2008.provenance.toml").read_text(encoding="utf-8")
    assert {"title", "source", "content", "columns", "check"} <= set(tomllib.loads(text))
