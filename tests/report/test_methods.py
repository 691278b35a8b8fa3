"""The chapter on methods: what the numbers mean, rest on and leave out, as study, data and protection say it."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from firmtrade.messages import LANGUAGES, Code, Count, Firms, language_of, message
from firmtrade.report import html
from firmtrade.report.from_study import assemble
from firmtrade.report.methods import METHODS, methods
from firmtrade.report.model import Document, Provenance, Section
from firmtrade.report.paper import paper
from firmtrade.report.workbook import workbook
from firmtrade.studies import load_study
from report.pdf_words import pages
from report.test_same_text import SYNTHETIC, numbers_of, published

CHILE = str(Path(__file__).parents[2] / "examples" / "chile-enia.toml")
REAL = Provenance(
    "belgium-2008",
    "real",
    "0c6ab8f1d2e4",
    protection="publication",
    contact="statistics@office.example",
    next_release="June 2027",
    switched_off=(message("reasons.off", where="Table 3", needs=message("reasons.nobody")),),
    notes=(
        message("notes.no_coverage"),
        message("notes.reorganized", count=Firms(12)),
        message("notes.current_prices"),
        message("notes.without_zero", count=Count(7), example=Code("1511")),
    ),
)


def told(sections: tuple[Section, ...]) -> dict[str, tuple[str, ...]]:
    """What is said of each word."""
    return {term.name: term.texts for section in sections for term in section.terms}


def of(study: str, origin: Provenance, lang: str = "en") -> dict[str, tuple[str, ...]]:
    return told(methods(load_study(study), origin, "confidential firm records", language_of(lang)))


def test_a_population_is_said_by_its_rule() -> None:
    said = of("belgium-2008", REAL)["Statistical population"]
    assert said[0] == (
        "Manufacturing: activities 10–45, employment of at least 1, fewer than 250 employees, "
        "a turnover below EUR\u00a050,000,000, owned at home."
    )
    assert "Manufacturing and Services: tables of growth cover" in said[-1]


def test_flows_are_told_apart_as_the_study_says() -> None:
    study = load_study("belgium-2008")
    for policy, words in (
        ("EU-15", "members of EU-15"),
        ("membership", "members of the union on their day"),
        ("declared", "as they were declared"),
    ):
        other = study.model_copy(update={"head": study.head.model_copy(update={"union": policy})})
        (said,) = told(methods(other, REAL, "records", language_of("en")))["Inside and outside the union"]
        assert words in said


def test_what_no_table_of_the_study_asks_about_is_not_defined() -> None:
    assert {"Annual growth", "New ventures", "Size class"} <= set(of("belgium-2008", REAL))
    traders = of("belgium-traders", REAL)
    assert {"Entry, exit and survival", "Concentration", "Partner"} <= set(traders)
    assert not {"Annual growth", "New ventures"} & set(traders)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_list_by_which_firms_are_grouped_is_named_by_its_source(lang: str) -> None:
    for name, source in (("belgium-2008", "NACE Rev.1.1 at 2-digit level"), (CHILE, "Hatzichronoglou")):
        said = [text for texts in of(name, REAL, lang).values() for text in texts]
        assert any(source in text for text in said)
        assert not any("technology-" in text for text in said)


def test_notes_on_the_data_stand_under_the_headings_of_the_quality_report() -> None:
    said = of("belgium-2008", REAL)
    assert len(said["Coverage"]) == 2
    assert said["Linkage"][0].startswith("Firms that took part in a merger or split: 12.")
    assert said["Prices"] == ("Amounts of several years are compared at current prices.",)
    assert said["Not computed"] == ("Table 3: needs nobody stands in this group",)
    assert "Thresholds of declaration" not in said


def test_what_protects_the_numbers_and_whom_to_ask_are_said() -> None:
    said = of("belgium-2008", REAL)
    assert said["Confidentiality"][0].startswith("Protected (profile publication)")
    assert said["Contact"] == ("statistics@office.example",)
    assert said["Next release"] == ("June 2027",)
    assert of("belgium-2008", replace(REAL, protection=""))["Confidentiality"] == (
        "The numbers are not protected.",
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_headings_are_the_same_in_every_language(lang: str) -> None:
    english, other = of("belgium-2008", REAL), of("belgium-2008", REAL, lang)
    assert [len(texts) for texts in other.values()] == [len(texts) for texts in english.values()]
    assert lang == "en" or not {"Statistical population", "Annual growth", "Confidentiality"} & set(other)


def with_notes(lang: str) -> Document:
    study, cells = numbers_of("belgium-2008")
    return assemble(study, cells, replace(SYNTHETIC, notes=REAL.notes), lang=lang)


def test_page_paper_and_workbook_say_every_word_of_the_chapter(tmp_path: Path) -> None:
    made = with_notes("en")
    chapter = tuple(section for section in made.sections if section.id.startswith(METHODS))
    texts = [text for texts in told(chapter).values() for text in texts]
    page = html.index(made, {}, ()).decode("utf-8")
    (tmp_path / "a.pdf").write_bytes(paper(replace(made, sections=chapter, findings=()), {}))
    printed = {word.text for found in pages(tmp_path / "a.pdf") for word in found.words}
    notes = openpyxl.load_workbook(BytesIO(workbook(made)))["Notes"]
    in_workbook = {str(row[1].value) for row in notes.iter_rows(min_row=4)}
    for text in texts:
        plain = text.replace("`", "")
        assert plain in in_workbook
        assert set(plain.split()) <= printed
        assert html.marked_names(text) in page


def test_what_the_chapter_says_is_not_said_again_at_the_end() -> None:
    page = html.index(with_notes("en"), {}, ()).decode("utf-8")
    assert page.count("Firms that took part in a merger or split: 12.") == 1


def test_a_study_says_its_methods_in_its_last_chapter() -> None:
    made = published("belgium-2008", "en")
    levels = [section.id for section in made.sections if section.level == 1]
    assert levels[-1] == METHODS
