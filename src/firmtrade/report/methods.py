"""What the numbers of a study mean, rest on and leave out: the last chapter of its publication.

The headings are those of the European Statistical System (Single Integrated Metadata Structure, SIMS 2.0). What is said
follows from the study, from what was noted beside its numbers and from what protects them; definitions are said for the
tables that the study has.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from firmtrade.classifications import EU, activity
from firmtrade.classifications.provenance import provenance as provenance_of
from firmtrade.messages import (
    Code,
    Language,
    Listing,
    Message,
    Money,
    Number,
    Slot,
    Year,
    has,
    message,
    sentences,
)
from firmtrade.report.model import GlossaryTerm, Provenance, Section
from firmtrade.report.words import MARKS
from firmtrade.study import Attribute, Population, Study

METHODS = "methods"
"""The chapter, and what the anchors of its sections begin with."""
LINKAGE = frozenset({"notes.unlinked", "notes.joined", "notes.joined_accounts", "notes.reorganized"})
THRESHOLDS = frozenset({"notes.threshold", "notes.threshold_held"})
PRICES = frozenset({"notes.current_prices", "notes.constant_prices"})
"""Notes on the data that have a heading of their own; the others are of coverage."""


def methods(study: Study, origin: Provenance, source: str, words: Language) -> tuple[Section, ...]:
    """The chapter; ``source`` is what the tables say of their data."""

    def section(key: str, terms: Iterable[tuple[str, Slot]]) -> Section:
        paragraphs: dict[str, list[str]] = {}
        for term, what in terms:
            paragraphs.setdefault(term, []).append(words.render(what))
        glossary = tuple(GlossaryTerm(name, tuple(texts)) for name, texts in paragraphs.items())
        return Section(f"{METHODS} {key}", words.say(f"methods.headings.{key}"), level=2, terms=glossary)

    head = Section(METHODS, words.say("methods.headings.methods"), (words.say("methods.words.intro"),))
    parts = (
        section("presentation", _presentation(study, source, words)),
        section("concepts", _concepts(study, words)),
        section("accuracy", _accuracy(origin, words)),
        section("policy", _policy(origin, words)),
    )
    return (head, *(part for part in parts if part.terms))


def _presentation(study: Study, source: str, words: Language) -> Iterator[tuple[str, Slot]]:
    head = study.head

    def named(key: str, what: Slot) -> tuple[str, Slot]:
        return words.say(f"methods.words.{key}"), what

    yield named("source", source)
    yield named("area", words.country(head.country))
    first, last = map(Year, head.window)
    yield named(
        "period",
        message("methods.statements.period", reference=Year(head.reference_year), first=first, last=last),
    )
    yield named(
        "unit", message(f"methods.statements.unit_{'joined' if head.firms == 'joined' else 'registered'}")
    )
    used = dict.fromkeys(name for table in study.outputs for name in table.populations)
    for name in used:
        yield named("population", population_rule(study.populations[name], head.currency))
    yield named("population", message("methods.statements.known"))
    if study.panel_populations:
        labels = Listing(tuple(study.populations[name].label for name in study.panel_populations))
        yield named("population", message("methods.statements.panel", labels=labels, first=first, last=last))
    scheme = provenance_of(activity(head.activity).name).title.partition(":")[0]
    yield named("classification", message("methods.statements.classification", name=scheme))
    yield named("union", _union(study, words))
    yield named("measures", message(f"methods.statements.{head.employment}", currency=head.currency))
    above = Money(head.trade_threshold, head.currency)
    yield named(
        "flow",
        message("methods.statements.flow_above", amount=above)
        if head.trade_threshold
        else message("methods.statements.flow_any"),
    )


def population_rule(rule: Population, currency: str) -> Message:
    """A population by its rule, amounts in a currency."""
    parts: list[Message] = [message("methods.statements.activities", codes=rule.activity.replace("-", "–"))]
    if rule.employment_at_least:
        decimals = 0 if float(rule.employment_at_least).is_integer() else 1
        number = Number(rule.employment_at_least, decimals)
        parts.append(message("methods.statements.at_least", number=number))
    if rule.employees_below is not None:
        parts.append(message("methods.statements.employees_below", number=Number(rule.employees_below)))
    if rule.turnover_below is not None:
        amount = Money(rule.turnover_below, currency)
        parts.append(message("methods.statements.turnover_below", amount=amount))
    if rule.domestic_owned is not None:
        where = "at_home" if rule.domestic_owned else "abroad"
        parts.append(message(f"methods.statements.owned_{where}"))
    return message("methods.statements.population", label=rule.label, rules=Listing(tuple(parts), "comma"))


def _union(study: Study, words: Language) -> Message:
    """How flows inside the union are told from flows beyond."""
    policy = study.union_policy
    if policy.name == "declared":
        return message("methods.statements.union_declared")
    if policy.dated:
        return message("methods.statements.union_membership")
    union = policy.name.replace(EU, words.say("names.eu"), 1) if policy.union == EU else policy.name
    return message("methods.statements.union_fixed", union=union)


def _concepts(study: Study, words: Language) -> Iterator[tuple[str, Slot]]:
    """Definitions of the kinds and the sides of the tables of the study, then of its classes."""
    about: dict[str, Slot] = {
        "first": Year(study.first_year),
        "reference": Year(study.reference_year),
        "since": Year(study.ventures_since),
    }
    sides = (
        name for table in study.outputs for name in (table.kind, table.side("rows"), table.side("columns"))
    )
    names = dict.fromkeys(("trade_direction", *sides))
    known = sentences(words.code)
    for name in names:
        key = f"methods.concepts.{name}"
        if has(f"{key}.text"):
            slots = {slot: about[slot] for slot in known[f"{key}.text"].slots}
            yield words.say(f"{key}.term"), message(f"{key}.text", **slots)
    for name in names:
        if name in study.attributes:
            attribute = study.attributes[name]
            yield attribute.label.say(words.code), _attribute(attribute, study)
    yield words.say("methods.words.unknown"), message("methods.statements.unknown")


def _attribute(attribute: Attribute, study: Study) -> Message:
    """What firms are grouped by."""
    if attribute.column is not None:
        return message("methods.attributes.column", column=Code(attribute.of))
    match attribute.of:
        case "age":
            return message("methods.attributes.age", year=Year(study.reference_year))
        case "activity" if attribute.classification is not None:
            source = provenance_of(attribute.classification).source
            return message("methods.attributes.activity", source=source)
        case of:
            return message(f"methods.attributes.{of}")


def _accuracy(origin: Provenance, words: Language) -> Iterator[tuple[str, Slot]]:
    """What was noted beside the numbers, by heading, and what could not be computed."""
    own = (("linkage", LINKAGE), ("threshold", THRESHOLDS), ("prices", PRICES))
    apart = frozenset().union(*(keys for _, keys in own))
    rest = [note for note in origin.notes if note.key not in apart]
    for heading, notes in (
        ("coverage", rest),
        *((name, [note for note in origin.notes if note.key in keys]) for name, keys in own),
        ("missing", origin.switched_off),
    ):
        for note in notes:
            yield words.say(f"methods.words.{heading}"), note


def _policy(origin: Provenance, words: Language) -> Iterator[tuple[str, Slot]]:
    def named(key: str) -> tuple[str, Slot]:
        return words.say(f"methods.words.{key}"), message(f"methods.statements.{key}")

    hidden = (
        message(
            "methods.statements.protected",
            profile=message("protection.hidden.profile", name=origin.protection),
        )
        if origin.protection
        else message("methods.statements.unprotected")
    )
    yield words.say("methods.words.confidentiality"), hidden
    marks = [f"{mark} {words.say(f'marks.{status.name.lower()}')}" for status, mark in MARKS.items()]
    yield words.say("methods.words.marks"), f"{words.listing(marks, 'semicolon')}."
    yield named("rounding")
    yield named("revisions")
    yield named("comparability")
    for fact in ("next_release", "contact"):
        text = getattr(origin, fact)
        if text:
            yield words.say(f"report.words.{fact}"), text
