"""Words that a native editor of official statistics does not use: on no page, and in no sentence of the catalogue."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from firmtrade.messages import LANGUAGES, sentences
from firmtrade.report import html
from report.test_languages import said_on
from report.test_same_text import STUDIES, page_of, published

AVOIDED = {
    "en": (r"\bNo export\b", r"\bexport/no export\b"),
    "fr": (
        r"commerçant", r"\b(entrantes|sortantes)\b", r"ayant de l[’']emploi", r"(?<!articles )\b[Dd]omestiques?\b",
        r"rapports? de risques", r"points? médians?", r"premier début", r"[Dd]ésactivé",
    ),
    "nl": (
        r"[Hh]andelaars", r"[Uu]itvoerende kmo", r"lezers van proeven", r"gedrukte nauwkeurigheid", r"\bWijze\b",
        r"[Ee]enrichtings", r"\b([Ii]ntreders|[Tt]oetreders|[Uu]itvoerders)\b",
    ),
    "de": (
        r"\bStr(om|oms|omes|öme|ömen)\b", r"\bAusgaben?\b", r"Beschäftigung in \d{4}", r"ein- und ausführende",
        r"\bEinjährige\b", r"\bBeendete (Aus|Ein)fuhr\b", r"\bVortrends\b",
        r"(Referenz|Bezugs)jahr", r"(Aus|Ein)fuhrstatus",
    ),
}  # fmt: skip
"""By language."""
BREAKING = re.compile(r"\w'\w|\w [:;!?](?!\w)|\w; ")
"""What French does not set: a straight apostrophe, before a high sign a space that breaks or none."""


def avoided(text: str, lang: str) -> list[str]:
    """The words of a text that its language avoids, each with what stands around it."""
    found = (match for pattern in AVOIDED[lang] for match in re.finditer(pattern, text))
    return [text[max(0, match.start() - 25) : match.end() + 25] for match in found]


def catalogue(lang: str) -> list[str]:
    """Every sentence of a language, its slots by their names."""
    return [
        "".join(f"{text}{{{slot}}}" if slot else text for text, slot, _ in pieces)
        for sentence in sentences(lang).values()
        for pieces in sentence.forms.values()
    ]


def test_an_avoided_word_is_found() -> None:
    assert avoided("Les futures entrantes avant l’entrée", "fr") == ["Les futures entrantes avant l’entrée"]
    assert avoided("Der Strom der Waren", "de") != []
    assert avoided("Der Warenstrom", "de") == []
    assert BREAKING.search("une note : ceci")
    assert BREAKING.search("un signe; un autre")
    assert not BREAKING.search("une note\u00a0: ceci")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_sentence_of_the_catalogue_uses_an_avoided_word(lang: str) -> None:
    said = catalogue(lang)
    assert [where for text in said for where in avoided(text, lang)] == []
    assert lang != "fr" or [text for text in said if BREAKING.search(text)] == []


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", STUDIES, ids=lambda name: Path(name).stem)
def test_no_page_of_a_study_uses_an_avoided_word(name: str, lang: str) -> None:
    assert avoided(said_on(page_of(published(name, lang))), lang) == []


@pytest.mark.parametrize("lang", ["fr", "nl", "de"])
def test_no_explanation_of_the_chapter_uses_an_avoided_word(lang: str) -> None:
    made = html.pages(published("belgium-2008", lang), {})
    texts = [said_on(page.decode("utf-8")) for name, page in made.items() if name.endswith("4.html")]
    assert texts
    assert [where for text in texts for where in avoided(text, lang)] == []


def test_a_region_outside_belgium_is_no_gewest() -> None:
    chile = next(name for name in STUDIES if "chile-enia" in name)
    assert "gewest" not in said_on(page_of(published(chile, "nl"))).lower()
