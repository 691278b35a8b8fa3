"""What the answers say of the firm: readiness, entry mode, approach."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from firmtrade.advice import Advice
from firmtrade.advice.approach import ApproachPath
from firmtrade.advice.entry_mode import AXES, RankedMode
from firmtrade.advice.entry_mode import terms as entry_terms
from firmtrade.advice.readiness import ReadinessProfile, scheme
from firmtrade.messages import Language
from firmtrade.report.advice.tables import WordTables, points, scores, span
from firmtrade.report.model import Section


def readiness(advice: Advice, language: Language, tables: WordTables) -> Section:
    say, found, by = language.say, advice.readiness, scheme()
    paragraphs = [
        *(say(f"advice.outside.{key}") for key in advice.outside),
        *(say(f"advice.contradictions.{key}") for key in advice.contradictions),
        say("advice.checklist"),
        *(_standing_of(found, language) if found.answered else (say("advice.readiness.unanswered"),)),
    ]
    rows = [
        (
            each.key,
            say(f"advice.dimensions.{each.key}"),
            (
                points(each.claimed, language, each.most),
                points(each.evidenced, language, each.most),
                language.number(each.minimum, 0),
                say(f"advice.answers.{each.veto}"),
                span(*each.places, language, 0),
            ),
        )
        for each in found.dimensions
    ]
    gaps = [
        (
            each.key,
            say(f"advice.dimensions.{each.key}"),
            (
                " ".join(say(f"advice.items.{item}") for item in each.gaps),
                language.number(len(each.unanswered), 0),
            ),
        )
        for each in found.dimensions
    ]
    unscored = [
        (item, say(f"advice.items.{item}"), (language.number(points, 0),))
        for item, points in found.unscored.items()
    ]
    items = (
        *tables.table(
            "readiness",
            "dimension",
            ("claimed", "evidenced", "minimum", "veto", "places"),
            rows if found.answered else (),
            (say("advice.readiness.places", doubt=language.number(by.weights.doubt, 0)),),
            by.source,
        ),
        *tables.table("gaps", "dimension", ("gap", "open"), gaps if found.answered else ()),
        *tables.table(
            "unscored", "item", ("points",), unscored, (say("advice.readiness.unscored"),), by.unscored.source
        ),
    )
    return Section("readiness", say("advice.sections.readiness"), tuple(paragraphs), items)


def _standing_of(found: ReadinessProfile, language: Language) -> Iterator[str]:
    """Points, band and vetoes."""
    say = language.say
    yield say(
        "advice.readiness.total",
        claimed=points(found.claimed, language),
        most=language.number(found.most, 0),
        evidenced=points(found.evidenced, language),
    )
    low, high = (say(f"advice.bands.{band}") for band in found.bands)
    if low == high:
        yield say("advice.readiness.band", band=low)
    else:
        yield say("advice.readiness.bands", low=low, high=high)
    if found.vetoes:
        vetoes = [say(f"advice.dimensions.{each.key}") for each in found.vetoes]
        yield say("advice.readiness.veto", dimensions=language.listing(vetoes))
    else:
        yield say("advice.readiness.no_veto")


def entry(advice: Advice, language: Language, tables: WordTables) -> Section:
    say, found, by = language.say, advice.entry, entry_terms()
    paragraphs = [say("advice.entry.how", doubt=language.number(by.doubt, 0)), *_leading(advice, language)]
    if any(each.mode.side == "source" for each in found.modes):
        paragraphs.append(say("advice.entry.sourcing"))
    if found.reasons and found.unanswered:
        questions = " ".join(say(f"advice.questions.{key}") for key in found.unanswered)
        paragraphs.append(say("advice.entry.open", questions=questions))
    axes = [(axis, say(f"advice.axes.{axis}"), scores(found.axes[axis], language)) for axis in AXES]
    ordered = sorted(found.modes, key=lambda each: each.mode.side)
    modes = [
        (
            each.mode.key,
            say(f"advice.modes.{each.mode.key}"),
            (*scores(each.gap, language), _standing(each, language)),
        )
        for each in ordered
    ]
    sides = {each.mode.key: say(f"advice.side.{each.mode.side}") for each in ordered}
    reasons = [
        (
            each.question,
            f"{say(f'advice.axes.{each.axis}')}{say('report.words.colon')}"
            + say(f"advice.questions.{each.question}"),
            (
                say(f"advice.answers.{each.answer}"),
                say(f"advice.toward.{each.axis}.{each.column}"),
                say(f"advice.answers.{each.effect}"),
                language.number(each.weight, 2),
                each.source,
            ),
        )
        for each in found.reasons
    ]
    items = (
        *tables.table("axes", "axis", ("score", "range"), axes if found.reasons else ()),
        *tables.table(
            "modes",
            "mode",
            ("distance", "range", "standing"),
            modes if found.reasons else (),
            groups=sides,
        ),
        *tables.table(
            "reasons",
            "question",
            ("answer", "speaks", "effect", "weight", "source"),
            reasons,
            source=by.source,
        ),
    )
    return Section("entry", say("advice.sections.entry"), tuple(paragraphs), items)


def _leading(advice: Advice, language: Language) -> Iterator[str]:
    """Which modes may be the closest, selling and sourcing apart."""
    say = language.say
    if not advice.entry.reasons:
        yield say("advice.entry.none")
        return
    for side, key in (("sell", "advice.entry.first"), ("source", "advice.entry.first_source")):
        asked = [each for each in advice.entry.modes if each.mode.side == side]
        able = [each for each in asked if not each.lacks]
        if asked and not able:
            yield say("advice.entry.nothing")
        sure = [each for each in able if each.mode.needs not in each.unchecked]
        closest = [each for each in sure if each.gap.central <= sure[0].gap.central]
        if closest:
            yield say(key, modes=mode_names(closest, language))
        others = [each for each in able if each.contender and each not in closest]
        if others:
            yield say("advice.entry.others", modes=mode_names(others, language))


def mode_names(modes: Sequence[RankedMode], language: Language) -> str:
    """The names of modes, as a list."""
    return language.listing([language.say(f"advice.modes.{each.mode.key}") for each in modes])


def _standing(ranked: RankedMode, language: Language) -> str:
    say = language.say
    if ranked.lacks:
        return say("advice.standing.lacks", resources=_resources(ranked.lacks, language))
    standing = say("advice.standing.contender" if ranked.contender else "advice.standing.behind")
    if not ranked.unchecked:
        return standing
    return say(
        "advice.standing.unchecked", standing=standing, resources=_resources(ranked.unchecked, language)
    )


def _resources(names: Sequence[str], language: Language) -> str:
    return language.listing([language.say(f"advice.resource.{name}") for name in names])


def approach(advice: Advice, language: Language, tables: WordTables) -> Section:
    say, found = language.say, advice.approach
    paragraphs = [say(f"advice.approach.{found.path}")]
    if found.past and found.path is not ApproachPath.OPEN:
        paragraphs.append(say(f"advice.approach.{'onward' if found.path is ApproachPath.STEPS else 'past'}"))
    if found.drivers:
        drivers = [say(f"advice.drivers.{each}") for each in found.drivers]
        paragraphs.append(say("advice.approach.drivers", drivers=language.listing(drivers)))
    if found.early:
        paragraphs += [say("advice.approach.evidence"), say("advice.approach.against")]
    rows = [
        (
            each.concept,
            say(f"evidence.names.{each.concept}"),
            (
                say("advice.answers.unknown")
                if each.holds is None
                else say("advice.answers.yes" if each.holds else "advice.answers.no"),
                each.source,
            ),
        )
        for each in found.held
    ]
    return Section(
        "approach",
        say("advice.sections.approach"),
        tuple(paragraphs),
        tables.table("approach", "definition", ("holds", "source"), rows),
    )
