"""The page that says what was hidden and why, and how much of each table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from firmtrade.messages import Count, Language
from firmtrade.report.model import Document, Section
from firmtrade.report.names import label


@dataclass(frozen=True, slots=True)
class HiddenNumbers:
    """How many numbers of a table there are, and how many are hidden."""

    numbers: int
    primary: int
    secondary: int

    @property
    def hidden(self) -> int:
        return self.primary + self.secondary


def hidden_section(document: Document, counted: Mapping[str, HiddenNumbers], words: Language) -> Section:
    """The section, from the numbers of each table by its id; tables that the document does not have are models and
    surveys, and counted together."""
    names = {table.id: label(table, words) for table in document.tables()}
    lost = sum(each.hidden for each in counted.values())
    numbers = sum(each.numbers for each in counted.values())
    title = words.say("protection.hidden.title")
    if not lost:
        return Section("hidden", title, (words.say("protection.hidden.nothing"), _attacked(words)))
    paragraphs = [
        words.say(
            "protection.hidden.much",
            hidden=Count(lost),
            numbers=Count(numbers),
            share=_share(lost, numbers, words),
        )
    ]
    for kind, count in (
        ("primary", sum(each.primary for each in counted.values())),
        ("secondary", sum(each.secondary for each in counted.values())),
    ):
        if count:
            paragraphs.append(words.say(f"protection.hidden.{kind}", count=Count(count)))
    paragraphs.append(_attacked(words))
    rest = [each for table, each in counted.items() if table not in names]
    lines = [
        _line(names[table], [each], words)
        for table, each in counted.items()
        if table in names and each.hidden
    ]
    if any(each.hidden for each in rest):
        lines.append(_line(words.say("protection.hidden.models"), rest, words))
    return Section("hidden", title, (*paragraphs, *lines))


def _line(name: str, counted: Sequence[HiddenNumbers], words: Language) -> str:
    hidden, numbers = sum(each.hidden for each in counted), sum(each.numbers for each in counted)
    share = _share(hidden, numbers, words)
    return words.say(
        "protection.hidden.table", table=name, hidden=Count(hidden), numbers=Count(numbers), share=share
    )


def _share(part: int, whole: int, words: Language) -> str:
    return words.percent(100 * part / whole if whole else 0.0, 1)


def _attacked(words: Language) -> str:
    return words.say("protection.hidden.attacked")
