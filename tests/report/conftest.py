"""One published release for all tests of this folder."""

from __future__ import annotations

from pathlib import Path

import pytest

import firmtrade as ft
from firmtrade.report import publish
from firmtrade.report.editions import edition_of
from firmtrade.report.model import Document
from firmtrade.report.tidy import long_file
from firmtrade.sources.edition import parse_text
from once import once
from report.sample import document


@pytest.fixture
def small() -> Document:
    """The sample publication with three rows in its long table."""
    return document(rows=3)


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample publication in every format, in English, an edition beside it."""

    def make(folder: Path) -> None:
        cells = long_file(document()).decode().replace("18.0,", "17.6,")
        edition = edition_of(parse_text("edition.csv", cells), "edition 2001")
        publish(document(), folder / "sample", against=edition)

    return once(tmp_path_factory, "release", make) / "sample"


@pytest.fixture(scope="session")
def rooms(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Rooms of the chapter, its evidence and a survey."""

    def make(folder: Path) -> None:
        ft.synth("belgium-2008", folder / "data")
        ft.run("belgium-2008", folder / "data").write(folder / "chapter")
        ft.estimate("belgium-2008", folder / "data").write(folder / "evidence")
        ft.survey("sns-belgium", folder / "survey", multiverse=False)

    return once(tmp_path_factory, "rooms of a publication", make)


@pytest.fixture(scope="session")
def short_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page alone, its long table cut: what the accessibility checker walks through node by node."""
    return publish(document(rows=4), tmp_path_factory.mktemp("page") / "sample", formats=("html",))
