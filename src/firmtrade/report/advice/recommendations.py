"""A page for each of the twelve recommendations: what it asks of an agency, and what the data of the country shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from firmtrade.advice.agency import Brief, FirmGroup
from firmtrade.advice.agency.brief import CLIENT, EXPORTS, IMPORTS, NO_TRADE, STARTED, UNKNOWN
from firmtrade.advice.agency.groups import OTHER
from firmtrade.advice.support import SupportRule, rules
from firmtrade.messages import Language, has
from firmtrade.outputs.layout import DecidedWords, Words
from firmtrade.outputs.room import Room
from firmtrade.report.advice.classes import class_label, in_order
from firmtrade.report.from_sections import sections_from
from firmtrade.report.model import Section
from firmtrade.study import Study

NAMED = 3
"""Classes that a sentence names."""


def recommendations(
    brief: Brief, study: Study, rooms: Sequence[Room], language: Language
) -> Iterator[Section]:
    """A section for each recommendation."""
    say = language.say
    pages = _Pages(brief, study, language)
    for rule in rules().rules:
        shown = [*pages.facts(rule.key), *_verdicts(rule, rooms, language)]
        yield Section(
            f"recommendation-{rule.number:02}",
            f"{rule.number:02} {say(f'advice.rules.{rule.key}.title')}",
            (
                say(f"advice.rules.{rule.key}.agency"),
                *(shown or (say("advice.agency.silent"),)),
                f"{say('advice.columns.caution')}{say('report.words.colon')}{_caution(rule, language)}",
                f"{say('advice.columns.source')}{say('report.words.colon')}{rule.source}",
            ),
        )


def _caution(rule: SupportRule, language: Language) -> str:
    """The caution to an agency, where it differs from the one to a firm."""
    own = f"advice.rules.{rule.key}.agency_caution"
    return language.say(own if has(own) else f"advice.rules.{rule.key}.caution")


def _verdicts(rule: SupportRule, rooms: Iterable[Room], language: Language) -> Iterator[str]:
    """What the tests of the evidence decide, of the blocks that bear on a recommendation."""
    for room in rooms:
        judged = [
            replace(section, paragraphs=_judgements(section.paragraphs), items=(), switched_off=())
            for section in room.sections
            if section.key in rule.blocks
        ]
        for section in sections_from(
            judged, room.statements, lang=language.code, prefix="evidence", mark="E"
        ):
            yield from section.paragraphs


def _judgements(paragraphs: Iterable[DecidedWords | Words]) -> tuple[DecidedWords | Words, ...]:
    return tuple(each for each in paragraphs if isinstance(each, DecidedWords))


class _Pages:
    """What the register shows on each recommendation, in sentences."""

    def __init__(self, brief: Brief, study: Study, language: Language) -> None:
        self._brief = brief
        self._study = study
        self._language = language

    def facts(self, rule: str) -> list[str]:
        """Sentences on a recommendation by its key; none where the register says nothing on it."""
        makers: dict[str, Callable[[], Iterator[str]]] = {
            "awareness": self._awareness,
            "export_ready": self._export_ready,
            "new_firms": self._new_firms,
            "tailored": self._tailored,
            "ventures": self._ventures,
            "broader": self._broader,
            "follow_up": self._follow_up,
            "entry_costs": self._entry_costs,
            "red_tape": self._red_tape,
        }
        return list(makers[rule]()) if rule in makers else []

    def _say(self, key: str, **slots: str) -> str:
        return self._language.say(f"advice.agency.facts.{key}", **slots)

    def _awareness(self) -> Iterator[str]:
        for parted in self._brief.awareness:
            if parted.by == "division":
                named = [each for each in parted.groups if each.key not in (OTHER, UNKNOWN)]
                most = sorted(named, key=lambda each: (-each.parts[NO_TRADE].firms, each.key))
                names = [
                    f"{self._label(parted.by, each)} ({self._language.number(each.parts[NO_TRADE].firms, 0)})"
                    for each in most[:NAMED]
                ]
                yield self._say("awareness", classes=self._list(names))

    def _export_ready(self) -> Iterator[str]:
        found = self._starts()
        if found:
            names = [self._with_share(by, each) for by, each in found[:NAMED]]
            yield self._say("export_ready", classes=self._list(names))

    def _new_firms(self) -> Iterator[str]:
        for parted in self._brief.starts:
            if parted.by == "age_class":
                names = [self._with_share(parted.by, each) for each in in_order(parted, self._study)]
                yield self._say("new_firms", classes=self._list(names))

    def _tailored(self) -> Iterator[str]:
        found = self._starts()
        if len(found) > 1:
            most, least = (self._with_share(*found[at]) for at in (0, -1))
            yield self._say("tailored", most=most, least=least)

    def _ventures(self) -> Iterator[str]:
        for parted in self._brief.awareness:
            if parted.by == "age_class" and self._brief.totals is not None:
                youngest = in_order(parted, self._study)[0]
                yield self._say(
                    "ventures",
                    name=self._label(parted.by, youngest),
                    share=self._language.percent(youngest.share(EXPORTS), 1),
                    all=self._language.percent(self._brief.totals.share(EXPORTS), 1),
                )

    def _broader(self) -> Iterator[str]:
        if self._brief.totals is not None:
            yield self._say(
                "broader",
                firms=self._language.number(self._brief.totals.parts[IMPORTS].firms, 0),
                share=self._language.percent(self._brief.totals.share(IMPORTS), 1),
            )

    def _follow_up(self) -> Iterator[str]:
        for parted in (self._brief.coverage or ())[:1]:
            clients = sum(group.parts[CLIENT].firms for group in parted.groups)
            yield self._say(
                "follow_up", clients=self._language.number(clients, 0), source=self._brief.clients or ""
            )

    def _entry_costs(self) -> Iterator[str]:
        for parted in self._brief.starts[:1]:
            started = sum(group.parts[STARTED].firms for group in parted.groups)
            yield self._say(
                "entry_costs",
                firms=self._language.number(parted.firms, 0),
                first=str(self._brief.first_year),
                last=str(self._brief.year),
                share=self._language.percent(100 * started / parted.firms, 1),
            )

    def _red_tape(self) -> Iterator[str]:
        form = self._brief.form
        yield self._say(
            "red_tape", asked=self._language.number(form.asked, 0), held=self._language.number(form.held, 0)
        )

    def _starts(self) -> list[tuple[str, FirmGroup]]:
        """Named classes from the one that started most often."""
        found = [
            (parted.by, group)
            for parted in self._brief.starts
            for group in parted.groups
            if group.key not in (OTHER, UNKNOWN)
        ]
        return sorted(found, key=lambda each: (-each[1].share(STARTED), each[0], each[1].key))

    def _with_share(self, by: str, group: FirmGroup) -> str:
        return f"{self._label(by, group)} ({self._language.percent(group.share(STARTED), 1)})"

    def _label(self, by: str, group: FirmGroup) -> str:
        return class_label(by, group.key, self._study, self._language)

    def _list(self, names: list[str]) -> str:
        return self._language.listing(names, "semicolon")
