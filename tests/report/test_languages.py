"""A page speaks one language: no sentence, label or name of another stands on it."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

import firmtrade as ft
from firmtrade.classifications import classification
from firmtrade.messages import LANGUAGES, sentences
from firmtrade.outputs.room import read_room
from firmtrade.report import Document, html
from firmtrade.studies import load_study
from firmtrade.study.vocabulary import VocabularyEntry, vocabulary
from report.test_same_text import STUDIES, page_of, published

OTHERS = [lang for lang in LANGUAGES if lang != "en"]


class _Texts(HTMLParser):
    """What a page says to eyes and ears, without style and without what is marked as English."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = dict(attrs)
        self.silent += tag == "style"
        self.said += [
            str(facts[name]) for name in ("aria-label", "alt", "title", "content") if facts.get(name)
        ]

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag == "style"

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.said.append(data)


def said_on(page: str) -> str:
    parser = _Texts()
    parser.feed(page)
    return " ".join(" ".join(parser.said).split())


def fragments(lang: str) -> set[str]:
    """What the sentences of a language say between their slots: pieces of three words or more."""
    pieces = {
        " ".join(piece.split())
        for sentence in sentences(lang).values()
        for parts in sentence.forms.values()
        for piece, *_ in parts
    }
    return {piece for piece in pieces if len(re.findall(r"[A-Za-z]{2,}", piece)) >= 3}


def foreign(page: str, lang: str) -> list[str]:
    """English pieces on a page of another language, which does not say them itself."""
    text, own = said_on(page), " ".join(fragments(lang))
    return sorted(piece for piece in fragments("en") if piece in text and piece not in own)


@pytest.mark.parametrize("lang", OTHERS)
@pytest.mark.parametrize("name", STUDIES[:2])
def test_no_english_sentence_stands_on_a_page_in_another_language(name: str, lang: str) -> None:
    assert foreign(page_of(published(name, lang)), lang) == []


def test_an_english_sentence_on_a_french_page_is_found() -> None:
    page = page_of(published("belgium-2008", "fr"))
    sentence = max(fragments("en"), key=len)
    assert sentence in foreign(page.replace("</main>", f"<p>{sentence}</p></main>"), "fr")


def entries() -> list[VocabularyEntry]:
    words = vocabulary()
    families = [words.mode, words.scope, words.column, words.dynamics, words.trader, words.other, words.kind]
    families += [*words.flags.values(), *words.status.values(), *words.trade.values()]
    return [entry for family in families for entry in family.values()]


@pytest.mark.parametrize("lang", OTHERS)
def test_every_word_of_the_vocabulary_is_said_in_every_language(lang: str) -> None:
    texts = [
        text
        for entry in entries()
        for text in (entry.label, entry.label_export, entry.label_import, entry.definition)
        if text
    ]
    assert [text.say("en") for text in texts if lang not in text.root] == []


@pytest.mark.parametrize("lang", OTHERS)
@pytest.mark.parametrize("name", STUDIES[:2])
def test_explanations_say_what_numbers_mean_in_the_language_of_the_page(name: str, lang: str) -> None:
    english, spoken = (published(name, one).explanations for one in ("en", lang))
    assert english.keys() == spoken.keys()
    for key, told in spoken.items():
        said = (told.of_table, told.definition)
        alike = [one for one, other in zip(said, (english[key].of_table, english[key].definition), strict=True)
                 if one and one == other]  # fmt: skip
        assert alike == [], key


@pytest.mark.parametrize("lang", OTHERS)
@pytest.mark.parametrize("name", STUDIES[:2])
def test_every_title_note_and_label_of_a_bundled_study_is_said_in_every_language(
    name: str, lang: str
) -> None:
    study = load_study(name)
    texts = [study.head.title, *(one.label for one in study.populations.values())]
    texts += [text for table in study.outputs for text in (table.title, *table.notes)]
    texts += [subtotal.label for subtotal in study.subtotals.values()]
    for attribute in study.attributes.values():
        texts += [attribute.label, *(band.label for band in attribute.classes)]
    wordy = [text for text in texts if re.search(r"[A-Za-z]{2}", text.say("en"))]
    assert [text.say("en") for text in wordy if lang not in text.root] == []


@pytest.mark.parametrize("lang", ["fr", "nl", "de"])
def test_divisions_and_partners_have_their_names_in_every_language(lang: str) -> None:
    divisions = classification("nace-2")
    assert all(
        divisions.label(code, lang) != divisions.label(code, "en") for code in divisions.at_level("division")
    )
    labels = {row.label for table in published("belgium-traders", lang).tables() for row in table.rows}
    assert {"de": "Niederlande", "nl": "Nederland", "fr": "Pays-Bas"}[lang] in labels
    assert "Netherlands" not in labels


@pytest.mark.long
def test_no_english_sentence_stands_in_evidence_and_survey_in_another_language(rooms: Path) -> None:
    for room in ("evidence", "survey"):
        for lang in OTHERS:
            made: Document = ft.release([read_room(rooms / room)], lang=lang).document
            page = html.index(made, {}, ()).decode("utf-8")
            assert foreign(page, lang) == []
            assert re.findall(r"%\s*%", said_on(page)) == []
