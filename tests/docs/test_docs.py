"""The documentation says what the program does: generated pages are fresh, links lead somewhere, examples run."""

from __future__ import annotations

import importlib.util
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from typer.testing import CliRunner

import firmtrade as ft
from canonical_data import World, world, write
from firmtrade.cli.app import app
from firmtrade.kinds import KINDS
from firmtrade.outputs import CONTRIBUTION_COLUMNS, ROOM_COLUMNS
from firmtrade.sources.stamp import Stamp, write_stamp
from firmtrade.studies import load_study, parse_study
from firmtrade.study import vocabulary

DOCS = Path(__file__).parents[2] / "docs"
PAGES = sorted(DOCS.rglob("*.md"))


def _script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_make", DOCS / "make.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


MAKE = _script()


@pytest.mark.parametrize("name", MAKE.PAGES)
def test_a_generated_page_is_fresh(name: str) -> None:
    committed = (DOCS / "reference" / name).read_text(encoding="utf-8")
    assert committed == MAKE.PAGES[name](), "make it again: PYTHONPATH=src python docs/make.py"


def test_every_key_of_a_study_has_a_meaning() -> None:
    rows = [line.split("|") for line in MAKE.study_page().splitlines() if line.startswith("| `")]
    assert [row[1].strip() for row in rows if not row[4].strip()] == []


def test_every_kind_has_its_formulas_and_identities() -> None:
    page = MAKE.kinds_page()
    parts = re.split(r"^## ", page, flags=re.M)[1:]
    assert [part.split("`")[1] for part in parts] == list(KINDS) == list(vocabulary().kind)
    for part in parts:
        assert "| `100 * " in part or "| `count` |" in part
        assert re.search(r"^Identities:\n\n- ", part, flags=re.M)


def test_every_column_of_a_room_is_explained() -> None:
    page = (DOCS / "reference" / "files.md").read_text(encoding="utf-8")
    assert [name for name in (*ROOM_COLUMNS, *CONTRIBUTION_COLUMNS) if f"`{name}`" not in page] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(DOCS).as_posix())
def test_links_lead_to_files_that_are_there(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    missing = [target for target in targets if "://" not in target and not (page.parent / target).exists()]
    assert missing == []


def test_every_page_can_be_reached_from_the_index() -> None:
    seen, ahead = set(), [DOCS / "index.md"]
    while ahead:
        page = ahead.pop()
        if page not in seen:
            seen.add(page)
            targets = re.findall(r"\]\(([^)#\s]+\.md)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
            ahead += [(page.parent / target).resolve() for target in targets if "://" not in target]
    written_here = {"tutorial", "how-to", "explanation", "reference"}
    lost = [
        page
        for page in PAGES
        if page.parent.name in written_here and page.resolve() not in {p.resolve() for p in seen}
    ]
    assert lost == []


def blocks(page: Path, language: str) -> list[str]:
    """The code blocks of a page."""
    return re.findall(rf"^```{language}\n(.*?)^```", page.read_text(encoding="utf-8"), flags=re.M | re.S)


def test_the_pieces_of_the_study_in_the_how_to_make_a_study() -> None:
    study = parse_study("\n".join(blocks(DOCS / "how-to" / "write-a-study.md", "toml")), "my-study.toml")
    assert [table.id for table in study.outputs] == [
        *map(str, [1, 2, 3, 10, *range(4, 10), 11]),
        "fig1",
        "fig2",
    ]


def steps(page: Path) -> Iterator[tuple[str, str]]:
    """Commands and Python blocks of a page, in order."""
    for language, text in re.findall(
        r"^```(sh|python)\n(.*?)^```", page.read_text(encoding="utf-8"), flags=re.M | re.S
    ):
        if language == "python":
            yield language, text
        else:
            yield from ((language, line) for line in text.splitlines() if line.strip())


def follow(page: Path, small: bool) -> None:
    """Do what the page says, in the current folder. ``small`` draws few firms and publishes fewer formats."""
    for language, text in steps(page):
        if language == "python":
            exec(compile(text, page.name, "exec"), {})
            continue
        program, command, *arguments = shlex.split(text)
        assert program == "firmtrade"
        if small and command == "synth":
            continue
        if small and command == "report":
            draw(Path("synthetic"))
            arguments += ["--data", "synthetic", "--format", "csv,html"]
        ran = CliRunner().invoke(app, [command, *arguments])
        assert ran.exit_code == 0, (text, ran.output)


def draw(folder: Path) -> None:
    """Few firms in place of the whole synthetic population."""
    tables = world(load_study("belgium-2008"), 7, World(firms=60, partners=True))
    for row in tables["accounts"]:  # the tutorial checks its tables, and no turnover is below zero
        if row.get("turnover") is not None:
            row["turnover"] = abs(row["turnover"])
    write(folder, tables)
    write_stamp(folder / "stamp.json", Stamp("synthetic", "Drawn firms", "tests"))


def test_the_tutorial_runs_on_few_firms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    follow(DOCS / "tutorial" / "first-report.md", small=True)
    assert (tmp_path / "release" / "index.html").exists()


@pytest.mark.long
def test_the_tutorial_runs_as_it_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    follow(DOCS / "tutorial" / "first-report.md", small=False)
    assert (tmp_path / "release" / "report.pdf").exists()


def test_every_public_name_is_on_the_page_on_python() -> None:
    page = (DOCS / "reference" / "python.md").read_text(encoding="utf-8")
    assert [name for name in ft.__all__ if f"`ft.{name}`" not in page and name != "__version__"] == []


def test_every_word_of_the_glossary_stands_once_and_has_a_source() -> None:
    rows = [line.split(" | ") for line in MAKE.glossary_page().splitlines() if line.startswith("| ")][1:]
    words = [row[0] for row in rows]
    assert len(words) == len(set(words))
    assert all(len(row) == 3 and row[1].strip() and row[2].strip(" |") for row in rows)


@pytest.mark.long
def test_the_site_is_built_whole_and_asks_nothing_from_outside(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "sphinx", "-q", "-W", "-d", tmp_path / "cache", DOCS, tmp_path / "site"],
                   check=True)  # fmt: skip
    made = {
        page.relative_to(tmp_path / "site").with_suffix(".md") for page in (tmp_path / "site").rglob("*.html")
    }
    assert {page.relative_to(DOCS) for page in PAGES} <= made
    for page in (tmp_path / "site").rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert not re.findall(r"<(?:script|img|iframe)[^>]*\ssrc=\"(?:https?:)?//", text)
        assert not re.findall(r"<link[^>]*\shref=\"(?:https?:)?//", text)
