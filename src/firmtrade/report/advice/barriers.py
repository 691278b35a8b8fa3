"""Barriers: what is published, what the answers show, and what answers each."""

from __future__ import annotations

from firmtrade.advice import Advice
from firmtrade.advice.barriers import Faced, terms
from firmtrade.advice.readiness import Veto
from firmtrade.messages import Language
from firmtrade.report.advice.tables import Tables, points
from firmtrade.report.model import Section


def barriers(advice: Advice, language: Language, tables: Tables) -> Section:
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
            say("advice.barriers.felt", barriers=language.listing(felt)) if felt else say("advice.barriers.none_felt"),
        ),
        tables.table(
            "barriers", "barrier", ("published", "own", "kinds", "recommendation", "source"), rows,
            source=terms().source, groups=sides,
        ),
    )  # fmt: skip


def _published(faced: Faced, language: Language) -> str:
    parts = [language.say(f"advice.barriers.{faced.barrier.published}")]
    if faced.barrier.belgium is not None:
        parts.append(language.say(f"advice.barriers.{faced.barrier.belgium}"))
    return language.listing(parts, "semicolon")


def _own(faced: Faced, language: Language) -> str:
    if not faced.answered:
        return language.say("advice.answers.unknown")
    return f"{language.say(f'advice.answers.{faced.felt}')} ({points(faced.points, language, faced.most)})"
