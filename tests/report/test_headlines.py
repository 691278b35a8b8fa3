"""The front page says three to five things, each true of a printed cell, the largest contrast first."""

from __future__ import annotations

from dataclasses import replace
from html import unescape

import pytest

from firmtrade.messages import LANGUAGES, language_of
from firmtrade.outputs import ObsStatus
from firmtrade.report import Document, Figure
from firmtrade.report.headlines import Headline, contrast, headlines, rules
from firmtrade.report.model import Finding
from firmtrade.report.words import cell_text
from report.same_text import said
from report.test_same_text import STUDIES, page_of, published

WHOLE = STUDIES[:2]


def cells_of(document: Document) -> dict[object, object]:
    return {cell.key: cell for table in document.tables() for cell in table.cells.values()}


def front(name: str, lang: str = "en") -> tuple[Document, tuple[Headline, ...]]:
    made = published(name, lang)
    return made, headlines(made, language_of(lang))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", WHOLE)
def test_every_headline_prints_a_number_of_its_own_sentence(name: str, lang: str) -> None:
    made, found = front(name, lang)
    assert rules().least <= len(found) <= rules().most
    cells = cells_of(made)
    for each in found:
        numbers = {cell_text(cells[key], language_of(lang)).lstrip("+") for key in each.finding.cells}
        assert any(number in each.number and number in each.finding.text for number in numbers), each


@pytest.mark.parametrize("name", WHOLE)
def test_headlines_stand_in_the_order_of_their_contrast_and_none_is_said_twice(name: str) -> None:
    made, found = front(name)
    cells = cells_of(made)
    scores = [contrast(each.finding, cells) for each in found]
    assert scores == sorted(scores, key=lambda score: -(score or 0))
    assert len({each.finding.kind for each in found}) == len(found)
    page = said(unescape(page_of(made)))
    for finding in made.findings:
        assert page.count(said(finding.text)) >= 1
    assert sum(page.count(f"<strong>{each.number}</strong>") for each in found) >= len(found)


def test_a_finding_with_a_hidden_number_is_no_headline() -> None:
    made, found = front(WHOLE[0])
    hidden = found[0].finding.cells[-1]
    sections = tuple(
        replace(section, items=tuple(_without(item, hidden) for item in section.items))
        for section in made.sections
    )
    again = headlines(replace(made, sections=sections), language_of("en"))
    assert hidden not in {key for each in again for key in each.finding.cells}


def _without(item: object, key: object) -> object:
    table = item.table if isinstance(item, Figure) else item
    cells = {
        place: replace(cell, value=None, status=ObsStatus.SUPPRESSED) if cell.key == key else cell
        for place, cell in table.cells.items()
    }
    table = replace(table, cells=cells)
    return replace(item, table=table) if isinstance(item, Figure) else table


def test_few_findings_make_no_front_page() -> None:
    made = published(WHOLE[0], "en")
    assert headlines(replace(made, findings=made.findings[:1]), language_of("en")) == ()


def test_a_verdict_of_models_is_the_last_headline_and_shows_no_number() -> None:
    made = published(WHOLE[0], "en")
    verdict = Finding("Learning", "No effect.", made.findings[0].table, (), verdict=True)
    *others, last = headlines(replace(made, findings=(verdict, *made.findings)), language_of("en"))
    assert (last.number, last.finding) == ("", verdict)
    assert others
    assert all(each.number for each in others)


def test_what_turns_out_against_what_is_expected_ranks_higher() -> None:
    """Of two groups as far apart, those are the news where the one named first is the smaller."""
    made = published(WHOLE[0], "en")
    cells = cells_of(made)
    growth = next(finding for finding in made.findings if finding.kind == "growth")
    turned = replace(growth, cells=tuple(reversed(growth.cells)))
    one, other = contrast(growth, cells), contrast(turned, cells)
    assert one is not None
    assert other is not None
    assert abs(one - other) in (0, pytest.approx(rules().surprise))
