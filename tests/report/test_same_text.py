"""A table says the same on the page, in the workbook and on paper: row by row, cell by cell, in every language."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import firmtrade as ft
from firmtrade.kinds import specify
from firmtrade.messages import Code, Text, message
from firmtrade.outputs import Cell, Confidentiality, ObsStatus
from firmtrade.outputs.room import read_room
from firmtrade.report import LANGUAGES, Document, Provenance, html
from firmtrade.report.from_study import assemble
from firmtrade.report.paper import paper
from firmtrade.report.workbook import workbook
from firmtrade.studies import load_study
from firmtrade.study import Study
from report.pdf_words import missing_words, pages
from report.same_text import differences, marks
from report.sample import document

SYNTHETIC = Provenance("made up", "synthetic", "0c6ab8f1d2e4", program_version="0.1.0")
EXAMPLES = Path(__file__).parents[2] / "examples"
STUDIES = (
    "belgium-2008",
    "belgium-traders",
    *(str(EXAMPLES / f"chile-{name}.toml") for name in ("enia", "traders")),
)
LACKING = message("reasons.column", column=Code("nace"), table="firms")
PROVINCES = (
    "Antwerpen", "Brabant wallon", "Brussels-Capital", "Hainaut", "Liège", "Limburg", "Luxembourg", "Namur",
    "Oost-Vlaanderen", "Vlaams-Brabant", "West-Vlaanderen", "Deutschsprachige Gemeinschaft",
)  # fmt: skip


def made_up(study: Study) -> tuple[Cell, ...]:
    """A number for every cell, optional ones too, up to millions; every 11th is hidden, undefined or not computed."""
    cells = []
    specs = [one for spec in specify(study) for one in spec.cells]
    for place, one in enumerate(specs):
        number = (place * 7919) % 1_000_003 / 10**one.decimals
        cell = Cell(
            one.key, float(one.code or number), one.unit, one.year, one.decimals,
            confidentiality=Confidentiality.FREE,
        )  # fmt: skip
        if place % 11 == 5:
            status = (ObsStatus.SUPPRESSED, ObsStatus.UNDEFINED, ObsStatus.NOT_COMPUTED)[place % 3]
            reason = LACKING if status is ObsStatus.NOT_COMPUTED else message("reasons.nobody")
            cell = replace(cell, value=None, status=status, reason=reason)
        cells.append(cell)
    return tuple(cells)


def of_twelve_provinces() -> Study:
    """The chapter with twelve provinces in place of three regions, and tables that have them as columns and as rows."""
    study = load_study("belgium-2008")
    region = study.attributes["region"]
    classes = tuple(
        region.classes[0].model_copy(update={"key": f"province_{at}", "label": Text({"en": name})})
        for at, name in enumerate(PROVINCES)
    )
    regions = region.model_copy(update={"classes": classes, "classification": None})
    by_size = next(table for table in study.tables if table.id == "4")
    across = by_size.model_copy(update={"columns": "region", "totals": ("total",)})
    figure = next(table for table in study.figures if table.id == "fig15")
    return study.model_copy(
        update={
            "attributes": {**study.attributes, "region": regions},
            "tables": (across, *(table for table in study.tables if table.id in ("1", "3"))),
            "figures": (figure,),
        }
    )


@cache
def numbers_of(name: str) -> tuple[Study, tuple[Cell, ...]]:
    study = of_twelve_provinces() if name == "twelve provinces" else load_study(name)
    return study, made_up(study)


def published(name: str, lang: str) -> Document:
    study, cells = numbers_of(name)
    return assemble(study, cells, SYNTHETIC, lang=lang)


def page_of(made: Document) -> str:
    return html.index(made, {}, ()).decode("utf-8")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", [*STUDIES, "twelve provinces"], ids=lambda name: Path(name).stem)
def test_page_and_workbook_print_every_row_as_the_table_says_it(name: str, lang: str) -> None:
    made = published(name, lang)
    page = page_of(made)
    assert differences(made, page, workbook(made)) == []
    assert marks(page) > 20


def test_a_row_that_is_lost_is_found() -> None:
    """The comparison itself sees a changed number, a lost row and a row of another table."""
    made = document()
    page, book = page_of(made), workbook(made)
    assert differences(made, page, book) == []
    assert differences(made, page.replace("20,451", "20,415"), book) != []
    table = next(made.tables())
    shorter = replace(table, rows=table.rows[1:])
    sections = tuple(
        replace(section, items=tuple(_instead(item, table, shorter) for item in section.items))
        for section in made.sections
    )
    assert len(differences(replace(made, sections=sections), page, book)) == 2


def _instead(item: Any, table: Any, other: Any) -> Any:
    held = getattr(item, "table", item)
    if held is not table:
        return item
    return replace(item, table=other) if hasattr(item, "table") else other


@pytest.mark.parametrize(
    ("name", "lang"),
    [("twelve provinces", "fr")]
    + [pytest.param(name, lang, marks=pytest.mark.long) for name in STUDIES for lang in LANGUAGES],
)
def test_paper_prints_every_word_of_every_table(name: str, lang: str, tmp_path: Path) -> None:
    made = published(name, lang)
    (tmp_path / "a.pdf").write_bytes(paper(made, {}))
    found = pages(tmp_path / "a.pdf")
    assert missing_words(made, found) == {}
    assert [page.past_the_margins() for page in found] == [[]] * len(found)


@pytest.mark.long
def test_a_release_of_chapter_evidence_and_survey_says_the_same_in_every_format(
    rooms: Path, tmp_path: Path
) -> None:
    held = [read_room(rooms / name) for name in ("chapter", "evidence", "survey")]
    for lang in LANGUAGES:
        made = ft.release(held, lang=lang)
        out = made.publish(tmp_path / lang, formats=("html", "pdf", "xlsx"))
        page = (out / "index.html").read_text(encoding="utf-8")
        assert differences(made.document, page, (out / "tables.xlsx").read_bytes()) == []
        found = [page for name in ("report.pdf", "annex.pdf") for page in pages(out / name)]
        assert missing_words(made.document, found) == {}
        assert len(pages(out / "report.pdf")) < 60
        assert [page.past_the_margins() for page in found] == [[]] * len(found)
