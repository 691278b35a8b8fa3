"""What a block says is a message, and every language of the report can say each of them."""

import re

import numpy as np
import pytest

from firm_table import declared
from firmtrade.concepts import concept_fields
from firmtrade.evidence import run_evidence
from firmtrade.evidence.dynamics import SURVIVAL_YEARS
from firmtrade.evidence.layout import evidence_layouts, labels_of
from firmtrade.evidence.phrases import fault, named, phrase
from firmtrade.evidence.result import EstimateTable, EvidenceSection, keys_of
from firmtrade.evidence.room import evidence_statements, write_evidence
from firmtrade.inference.unfitted import UnfittedError
from firmtrade.messages import LANGUAGES, Firms, Message, by_cause, language_of, sentences, slots_of
from firmtrade.outputs import Estimate, Statements
from firmtrade.outputs.manifest import Contents
from firmtrade.outputs.room import read_room
from firmtrade.report.from_sections import sections_from
from firmtrade.report.html import pages
from firmtrade.report.model import Document, Provenance
from results_folder import about

OTHERS = tuple(language for language in LANGUAGES if language != "en")
NAMES, DEFINITIONS = "evidence.names", "evidence.definitions"


@pytest.fixture(scope="module")
def results(selective, fast):
    return run_evidence(selective, fast)


def texts(results):
    """Every text of a run that a report prints."""
    for section in results.sections:
        yield from (section.title, *section.paragraphs, *section.switched_off)
        for table in section.tables:
            yield from (table.title, table.unit, *table.notes)
        for chart in section.charts:
            yield from (chart.title, chart.description, chart.x_label, chart.y_label)
    for found in (*results.estimates, *results.curves):
        yield from (found.estimator, found.note)


def keys(results):
    for found in results.estimates:
        yield from (*found.specification.split("/"), found.outcome, found.term)
    for found in results.curves:
        yield from (*found.specification.split("/"), found.outcome, found.series)


def names_in(slot):
    return {each.key for each in slots_of(slot) if isinstance(each, Message)}


def test_every_text_of_a_block_is_a_message(results) -> None:
    assert {type(text) for text in texts(results)} == {Message}


def test_every_key_of_a_number_has_a_name(results) -> None:
    plain = re.compile(r"\d{4}|t[+-]\d|g=\d{4}, t=\d{4}|\d+|[+-]\d+")
    unnamed = {each for key in set(keys(results)) for each in slots_of(named(key)) if isinstance(each, str)}
    assert not [each for each in unnamed if not plain.fullmatch(each)]


def test_the_fewest_firms_that_a_reason_names_are_a_count_of_firms(results) -> None:
    off = [each for each in results.switched_off if "evidence.reasons.few" in names_in(each)]
    assert off
    assert all(any(isinstance(slot, Firms) for slot in slots_of(each)) for each in off)


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("import_and_export - export_only (percent)", "invoer en uitvoer – alleen uitvoer (procent)"),
        ("import_only -> gone", "alleen invoer → verdwenen"),
        ("starter at t-2", "starter in t-2"),
        ("starter, t-3 to t-1", "starter, t-3 tot t-1"),
        ("goes_on after 2 years", "gaat door na 2 jaar"),
        ("own_outcome", "own outcome"),
        ("export_only - own_group (percent)", "alleen uitvoer – own group (procent)"),
    ],
)
def test_a_key_made_of_keys_is_said_by_its_parts(key: str, said: str) -> None:
    assert language_of("nl").render(named(key)) == said


def test_every_definition_that_is_applied_has_its_words_and_english_is_that_of_the_concept() -> None:
    field = next(field for field in concept_fields() if field.key == "born_global")
    applied = {
        found.key: found
        for found in field.concepts
        if found.criteria
        and not any(c.measure == "exporter" and c.bounds.equals is False for c in found.criteria)
    }
    rates = ("entry_rate", "exit_rate", *(f"entrant_survival_{years}" for years in SURVIVAL_YEARS))
    worded = {f"{rate}.{direction}" for rate in rates for direction in ("export", "import")}
    known = {key.removeprefix(f"{DEFINITIONS}.") for key in sentences("en") if key.startswith(DEFINITIONS)}
    assert known == worded | {"reentrant_share"}
    assert {key for key in applied if f"concepts.definitions.{key}" not in sentences("en")} == set()
    english = language_of("en")
    assert {key: english.say(f"{NAMES}.{key}") for key in applied} == {
        key: found.label.en for key, found in applied.items()
    }
    assert {key: english.say(f"concepts.definitions.{key}") for key in applied} == {
        key: found.definition for key, found in applied.items()
    }


def test_why_a_model_cannot_be_fitted_is_said_in_every_language() -> None:
    for error in (UnfittedError("no_event"), np.linalg.LinAlgError("Singular matrix")):
        assert len({language_of(language).render(fault(error)) for language in LANGUAGES}) == 4
    assert str(UnfittedError("no_event")) == "no event"


def test_a_room_is_published_in_every_language_as_the_run_would_be(results, tmp_path) -> None:
    folder = write_evidence(results, tmp_path / "room", "", about(Contents.EVIDENCE))
    held = read_room(folder)
    stated = evidence_statements(results, about(Contents.EVIDENCE))
    layouts = evidence_layouts(results.sections, stated, "", results.verdicts)
    assert held.sections == layouts
    printed = {
        language: sections_from(held.sections, held.statements, lang=language, prefix="evidence", mark="E")
        for language in ("en", *OTHERS)
    }
    for place, block in enumerate(results.sections):
        for language, sections in printed.items():
            assert sections[place].title == language_of(language).render(block.title)
            assert sections[place].paragraphs == tuple(
                language_of(language).render(text)
                for text in (*block.paragraphs, *by_cause(block.switched_off))
            )
    assert len({sections[0].title for sections in printed.values()}) == 4


def test_a_room_holds_keys_in_its_sections_and_english_beside_its_numbers(results, tmp_path) -> None:
    room = write_evidence(results, tmp_path / "room", "", about(Contents.EVIDENCE))
    sections = (room / "sections.json").read_text(encoding="utf-8")
    assert '"evidence.premia.title"' in sections
    assert "Premia of traders" not in sections
    assert "errors clustered by firm" in (room / "estimates.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize("language", OTHERS)
def test_a_report_in_another_language_holds_no_english(results, language) -> None:
    stated = evidence_statements(results, about(Contents.EVIDENCE))
    layouts = evidence_layouts(results.sections, stated, "1996-2003")
    made = sections_from(layouts, stated, lang=language, prefix="evidence", mark="E")
    document = Document("Titel", "", language, Provenance("study", "synthetic", "0123"), made)
    page = re.sub(r"<[^>]*>", " ", pages(document, {})["index.html"].decode())
    for section in results.sections:
        titles = (each.title for each in (section, *section.tables, *section.charts))
        assert not [title for title in titles if str(title) in page]
    cited = {found.source for field in concept_fields() for found in field.concepts}
    printed = [
        line
        for section in made
        for table in (getattr(item, "table", item) for item in section.items)
        for line in (section.title, *section.paragraphs, *table.notes)
    ]
    for source in sorted(cited, key=len, reverse=True):
        printed = [line.replace(source, "") for line in printed]
    english = re.compile(r"\b(the|with|without|firms?|years?|and|growth|share|trade|not|from|by)\b")
    assert [line for line in printed if english.search(line)] == []


OWN_CLASSES = {
    "label": {"en": "Size", "fr": "Taille"},
    "of": "employees",
    "classes": [
        {"key": "micro", "label": {"en": "Micro firms", "fr": "Microentreprises"}, "below": 10},
        {"key": "other", "label": {"en": "Other firms", "fr": "Autres entreprises"}, "from": 10},
    ],
    "definition": "d",
    "unit": "employees",
    "source": "s",
}


@pytest.mark.parametrize("specification", ["groups/size_class", "matched/size_class"])
@pytest.mark.parametrize(("language", "label"), [("en", "Micro firms"), ("fr", "Microentreprises")])
def test_classes_are_called_what_the_study_calls_them(specification, language, label) -> None:
    study = declared({"kind": "level", "rows": "export_status"}, attributes={"size_class": OWN_CLASSES})
    numbers = tuple(
        Estimate("targeting", specification, "observed", term, 1.0, n_obs=9, n_firms=9)
        for term in ("micro", "unknown", "parts differ (Holm)")
    )
    table = EstimateTable(phrase("targeting.groups.size_class"), keys_of(numbers), phrase("axes.percent"))
    block = EvidenceSection("targeting", phrase("targeting.title"), (), (table,))
    stated = Statements((), numbers)
    [section] = sections_from(
        evidence_layouts((block,), stated, "", labels=labels_of(study)),
        stated, lang=language, prefix="evidence", mark="E",
    )  # fmt: skip
    [shown] = section.items
    others = [language_of(language).render(named(term)) for term in ("unknown", "parts differ (Holm)")]
    assert [row.label for row in shown.rows] == [label, *others]
