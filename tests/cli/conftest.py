"""One synthetic economy and its rooms for all tests of this folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

import firmtrade as ft
from cli.called import STUDY, drawn_firms
from cli.economy import write_economy
from firmtrade.cli.app import app
from firmtrade.evidence import EvidenceOptions
from once import once

TERMS = EvidenceOptions(blocks=("premia", "growth"), compress_above=0)


@pytest.fixture(scope="session")
def economy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_economy(tmp_path_factory.mktemp("economy") / "data")


@pytest.fixture(scope="session")
def found(economy: Path) -> ft.Evidence:
    """The evidence of the economy, two blocks of it."""
    return ft.estimate("belgium-2008", economy, TERMS)


@pytest.fixture(scope="session")
def rooms(economy: Path, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Rooms of the chapter, the evidence and a survey."""

    def make(folder: Path) -> None:
        ft.run("belgium-2008", economy).write(folder / "chapter")
        request.getfixturevalue("found").write(folder / "evidence")
        ft.survey("sns-belgium", folder / "survey", multiverse=False)

    return once(tmp_path_factory, "rooms", make)


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return drawn_firms(tmp_path_factory.mktemp("data"), 40)


@pytest.fixture(scope="session")
def room(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("out") / "room"
    ran = CliRunner().invoke(app, ["run", str(STUDY), "--data", str(data), "--out", str(out), "--quiet"])
    assert ran.exit_code == 0, ran.output
    return out
