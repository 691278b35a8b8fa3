"""Barriers: what is published, what a survey and the answers show, and what answers each."""

from __future__ import annotations

from collections.abc import Iterator

from firmtrade.advice import Advice
from firmtrade.advice.barriers import Faced, terms
from firmtrade.advice.peers import Trust
from firmtrade.advice.readiness import Veto
from firmtrade.advice.surveyed import BY, EVERYONE, Reported, Surveyed
from firmtrade.messages import Language
from firmtrade.report.advice.tables import WordTables, points, span
from firmtrade.report.model import Section, Table


def barriers(advice: Advice, language: Language, tables: WordTables) -> Section:
    """The section of the barriers."""
    say = language.say
    felt = [
        say(f"advice.barriers.names.{each.barrier.key}")
        for each in advice.barriers
        if each.felt is Veto.CERTAIN
    ]
    rows = [
        (
            each.barrier.key,
            say(f"advice.barriers.names.{each.barrier.key}"),
            (
                _published(each, language),
                _own(each, language),
                language.listing([say(f"advice.kinds.{kind}") for kind in each.barrier.kinds]),
                language.listing([f"{number:02}" for number in each.barrier.rules]),
                each.barrier.source,
            ),
        )
        for each in advice.barriers
    ]
    sides = {each.barrier.key: say(f"advice.barriers.{each.barrier.side}") for each in advice.barriers}
    return Section(
        "barriers",
        say("advice.sections.barriers"),
        (
            say("advice.barriers.how"),
            say("advice.barriers.felt", barriers=language.listing(felt))
            if felt
            else say(
                "advice.barriers.none_felt" if advice.readiness.answered else "advice.barriers.none_told"
            ),
            *_paragraphs(advice.surveyed, language),
        ),
        (
            *tables.table(
                "barriers",
                "barrier",
                ("published", "own", "kinds", "recommendation", "source"),
                rows,
                source=terms().source,
                groups=sides,
            ),
            *_survey(advice.surveyed, language, tables),
        ),
    )


def _paragraphs(found: Surveyed | None, language: Language) -> Iterator[str]:
    say = language.say
    if found is None:
        yield say("advice.barriers.no_survey")
        return
    yield say("advice.barriers.survey", title=found.title, study=found.study)
    if found.synthetic:
        yield say("advice.barriers.simulated")
    if found.trust is not Trust.SAME:
        yield say(f"advice.peers.{found.trust}")
    if found.unknown:
        classes = language.listing([say(f"advice.barriers.by.{each}") for each in found.unknown])
        yield say("advice.peers.unknown", classes=classes)


def _survey(found: Surveyed | None, language: Language, tables: WordTables) -> tuple[Table, ...]:
    if found is None or not found.found:
        return ()
    shares = {(each.barrier, each.by): each for each in found.found}
    shown = [by for by in (EVERYONE, *BY) if any(key[1] == by for key in shares)]
    asked = dict.fromkeys(each.barrier for each in found.found)
    rows = [
        (
            barrier,
            language.say(f"advice.barriers.names.{barrier}"),
            tuple(_share(shares.get((barrier, by)), language) for by in shown),
        )
        for barrier in asked
    ]
    return tables.table("surveyed", "barrier", [f"survey_{by}" for by in shown], rows)


def _share(reported: Reported | None, language: Language) -> str:
    if reported is None or (reported.share is None and not reported.hidden):
        return language.say("advice.peers.undefined")
    if reported.share is None:
        return language.say("advice.peers.hidden")
    share = language.percent(reported.share, 0)
    if reported.low is None or reported.high is None:
        return share
    return f"{share} ({span(reported.low, reported.high, language, 0)})"


def _published(faced: Faced, language: Language) -> str:
    parts = [language.say(f"advice.barriers.{faced.barrier.published}")]
    if faced.barrier.belgium is not None:
        parts.append(language.say(f"advice.barriers.{faced.barrier.belgium}"))
    return language.listing(parts, "semicolon")


def _own(faced: Faced, language: Language) -> str:
    if not faced.answered:
        return language.say("advice.answers.unknown")
    return f"{language.say(f'advice.answers.{faced.felt}')} ({points(faced.points, language, faced.most)})"
