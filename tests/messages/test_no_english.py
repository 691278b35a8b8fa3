"""A page in another language holds no English sentence of the program: studies, evidence and surveys."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

import firmtrade as ft
from cli.economy import write_economy
from firmtrade.evidence import EvidenceOptions
from firmtrade.messages import LANGUAGES, sentences
from firmtrade.release import Release

OTHERS = [language for language in LANGUAGES if language != "en"]
ENGLISH_PARTS = re.compile(r"<(\w+)[^>]*\blang=\"en\"[^>]*>.*?</\1>", re.DOTALL)
"""Definitions and queries are written in English alone, and marked so."""
UNSEEN = re.compile(r"<(script|style)\b.*?</\1>", re.DOTALL)
TAGS = re.compile(r"<[^>]*>")


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Release, ...]]:
    """Few firms, no table of coverage: much is switched off or noted, and everything of it is said."""
    data = write_economy(tmp_path_factory.mktemp("data") / "economy", firms=120)
    terms = EvidenceOptions(compress_above=0)
    made = [ft.run("belgium-2008", data), ft.evidence("belgium-2008", data, terms)]
    survey = tmp_path_factory.mktemp("rooms") / "survey"
    ft.survey("sns-belgium", survey, multiverse=False)
    traders = ft.run("belgium-traders", data)
    return {
        language: (ft.release([*made, survey], lang=language), ft.release([traders], lang=language))
        for language in OTHERS
    }


def sentences_of_english(language: str) -> Iterator[tuple[str, str]]:
    """Pieces of English sentences that a page of another language must not hold, with their keys.

    A piece of fewer than four words may stand in a name or a title that is cited.
    """
    own = " ".join(
        text for each in sentences(language).values() for form in each.forms.values() for text, *_ in form
    )
    for key, sentence in sentences("en").items():
        for form in sentence.forms.values():
            for text, *_ in form:
                piece = text.strip(" .,;:()")
                if len(piece.split()) > 3 and piece not in own:
                    yield key, piece


@pytest.mark.parametrize("language", OTHERS)
def test_a_page_in_another_language_holds_no_english_sentence(
    releases: dict[str, tuple[Release, ...]], language: str, tmp_path: Path
) -> None:
    pages = [
        path
        for number, release in enumerate(releases[language])
        for path in release.publish(tmp_path / str(number), formats=["html"]).rglob("*.html")
    ]
    assert len(pages) > 20
    wanted = list(sentences_of_english(language))
    found = {
        (key, path.name)
        for path in pages
        for text in [seen(path.read_text(encoding="utf-8"))]
        for key, piece in wanted
        if piece in text
    }
    assert not found


def seen(page: str) -> str:
    """The words of a page, without those that are marked as English."""
    text = UNSEEN.sub(" ", ENGLISH_PARTS.sub(" ", page))
    return re.sub(r"\s+", " ", unescape(TAGS.sub("", text)).replace("’", "'"))
