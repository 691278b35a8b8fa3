"""A block names phrases, and every language of the report can say each of them."""

import ast
import copy
import pickle
import re
import string
from pathlib import Path

import pytest

from firmtrade.concepts import concept_fields
from firmtrade.evidence import run_evidence
from firmtrade.evidence.dynamics import SURVIVAL_YEARS
from firmtrade.evidence.layout import evidence_layouts
from firmtrade.evidence.phrases import FAULTS, FORMS, NAMES, Phrase, fault, named, phrase, say, sentences
from firmtrade.evidence.room import evidence_statements, write_evidence
from firmtrade.outputs.manifest import Contents
from firmtrade.outputs.room import read_room
from firmtrade.report.from_sections import sections_from
from firmtrade.report.html import pages
from firmtrade.report.model import Document, Provenance
from results_folder import about

OTHERS = ("fr", "nl", "de")
OWN_ENGLISH = ("names.", "definitions.")
"""Names and definitions come with their English, from keys and concepts."""

SOURCE = Path(__file__).parents[2] / "src" / "firmtrade" / "evidence"
TREES = [ast.parse(path.read_text(encoding="utf-8")) for path in sorted(SOURCE.glob("*.py"))]


def slots(sentence):
    return sorted({slot for _, slot, *_ in string.Formatter().parse(sentence) if slot})


def pattern(literal):
    """The keys that a literal may name: a slot of an f-string stands for one word."""
    if isinstance(literal, ast.Constant) and isinstance(literal.value, str):
        return re.escape(literal.value)
    if isinstance(literal, ast.JoinedStr):
        return "".join(
            re.escape(part.value) if isinstance(part, ast.Constant) else r"\w+" for part in literal.values
        )
    if isinstance(literal, ast.IfExp):
        return f"{pattern(literal.body)}|{pattern(literal.orelse)}"
    return None


def calls():
    """Patterns of the keys that blocks hand to ``phrase``, with the slots they fill."""
    for node in (each for tree in TREES for each in ast.walk(tree)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "phrase":
            filled = [keyword.arg for keyword in node.keywords]
            if (found := pattern(node.args[0])) is not None:
                yield found, None if None in filled else sorted(filled)


def literals():
    return [found for tree in TREES for node in ast.walk(tree) if (found := pattern(node)) is not None]


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


def inside(text):
    """A phrase and the phrases that fill its slots."""
    if isinstance(text, Phrase):
        yield text
        for value in text.values.values():
            for part in value if isinstance(value, tuple) else (value,):
                yield from inside(part)


def keys(results):
    for found in results.estimates:
        yield from (*found.specification.split("/"), found.outcome, found.term)
    for found in results.curves:
        yield from (*found.specification.split("/"), found.outcome, found.series)


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_has_the_same_phrases_with_the_same_slots(language) -> None:
    english, other = sentences("en"), sentences(language)
    common = {key for key in other if not key.startswith(OWN_ENGLISH)}
    assert common == english.keys()
    assert {key: slots(other[key]) for key in common} == {key: slots(english[key]) for key in common}
    assert other.keys() == sentences("fr").keys()


def test_every_phrase_that_a_block_can_say_exists_with_the_slots_it_fills() -> None:
    found = list(calls())
    assert len(found) > 150
    for wanted, filled in found:
        named_keys = [key for key in sentences("en") if re.fullmatch(wanted, key)]
        assert named_keys, wanted
        for key in named_keys if filled is not None else ():
            assert slots(sentences("en")[key]) == filled, key


def test_no_phrase_is_unused() -> None:
    wanted = re.compile("|".join(found for found in literals() if "." in found))
    recognized = (f"{FORMS}.", f"{FAULTS}.")
    unused = [key for key in sentences("en") if not key.startswith(recognized) and not wanted.fullmatch(key)]
    assert unused == []


def test_no_two_phrases_read_alike_so_a_room_can_find_the_phrase_of_its_text(results) -> None:
    english = list(sentences("en").values())
    assert len(set(english)) == len(english)
    made = {}
    for text in texts(results):
        assert made.setdefault(str(text), text.key) == text.key


def test_every_text_of_a_block_is_a_phrase_and_its_english_is_that_of_the_words(results) -> None:
    for text in texts(results):
        assert isinstance(text, Phrase), text
        for each in inside(text):
            if not each.key.startswith(OWN_ENGLISH):
                assert phrase(each.key, **each.values) == each


@pytest.mark.parametrize("language", OTHERS)
def test_every_key_of_a_number_has_a_name(results, language) -> None:
    plain = re.compile(r"\d{4}|t[+-]\d|g=\d{4}, t=\d{4}|\d+")
    for key in set(keys(results)):
        for each in inside(named(key)):
            assert each.key in sentences(language) or plain.fullmatch(str(each)), each


def test_no_name_is_unused(results) -> None:
    said = {each.key for key in set(keys(results)) for each in inside(named(key))}
    said |= {each.key for text in texts(results) for each in inside(text)}
    written = {re.sub(r"\W", "_", found) for found in literals()}
    unused = [
        key.removeprefix(f"{NAMES}.")
        for key in sentences("fr")
        if key.startswith(f"{NAMES}.") and key not in said
    ]
    concepts = {found.key for field in concept_fields() for found in field.concepts}
    assert [key for key in unused if key not in written | concepts] == []


def test_a_key_that_no_language_knows_is_said_by_its_own_words() -> None:
    assert named("own_outcome").say("fr") == "own outcome"
    assert (
        named("export_only - own_group (percent)").say("fr")
        == "exportation seulement – own group (pour cent)"
    )
    assert say("A sentence of a study.", "fr") == "A sentence of a study."


def test_every_definition_that_is_applied_has_its_words_in_every_language() -> None:
    field = next(field for field in concept_fields() if field.key == "born_global")
    applied = {
        found.key
        for found in field.concepts
        if found.criteria
        and not any(c.measure == "exporter" and c.bounds.equals is False for c in found.criteria)
    }
    rates = ("entry_rate", "exit_rate", *(f"entrant_survival_{years}" for years in SURVIVAL_YEARS))
    worded = {f"{rate}.{direction}" for rate in rates for direction in ("export", "import")}
    prefix = "definitions."
    for language in OTHERS:
        known = {key.removeprefix(prefix) for key in sentences(language) if key.startswith(prefix)}
        assert known == applied | worded | {"reentrant_share"}
        assert all(f"{NAMES}.{key}" in sentences(language) for key in applied)


@pytest.mark.parametrize("message", ["no event", "the likelihood has no maximum in exporter, log_wage"])
def test_why_a_model_cannot_be_fitted_is_said_in_every_language(message) -> None:
    assert fault(message) == message
    assert len({say(fault(message), language) for language in ("en", *OTHERS)}) == 4


def test_a_fault_that_the_words_do_not_know_stands_as_it_is_written() -> None:
    assert not isinstance(fault("Singular matrix"), Phrase)


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda each: pickle.loads(pickle.dumps(each))])
def test_a_copy_of_a_phrase_is_said_alike(copied) -> None:
    original = phrase("reasons.columns", names=("`exporter`", "`importer`"))
    assert copied(original) == original
    assert copied(original).say("de") == "die Spalten fehlen oder sind leer: `exporter` und `importer`"


def test_a_room_is_published_in_every_language_as_the_run_would_be(results, tmp_path) -> None:
    folder = write_evidence(results, tmp_path / "room", "", about(Contents.EVIDENCE))
    held = read_room(folder)
    stated = evidence_statements(results, about(Contents.EVIDENCE))
    layouts = evidence_layouts(results.sections, stated, "")
    assert held.sections == layouts
    printed = {
        language: sections_from(held.sections, held.statements, lang=language, prefix="evidence", mark="E")
        for language in ("en", *OTHERS)
    }
    for place, block in enumerate(results.sections):
        for language, sections in printed.items():
            assert sections[place].title == say(block.title, language)
            assert sections[place].paragraphs == tuple(
                say(text, language) for text in (*block.paragraphs, *block.switched_off)
            )
    assert len({sections[0].title for sections in printed.values()}) == 4


def test_the_files_of_a_room_are_english(results, tmp_path) -> None:
    room = write_evidence(results, tmp_path / "room", "", about(Contents.EVIDENCE))
    assert "Premia of traders" in (room / "sections.json").read_text(encoding="utf-8")
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
        assert not [title for title in titles if title in page]
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


def test_french_has_its_spaces_and_apostrophes() -> None:
    for key, sentence in sentences("fr").items():
        plain = re.sub(r"\{[^}]*\}", "", sentence)
        assert not re.search(r"[^\u00A0]:( |$)|[^\u202F];", plain), key
        assert "'" not in plain, key
