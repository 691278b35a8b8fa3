"""Tables of words, numbered in their order, and numbers with their ranges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from firmtrade.advice.readiness import Score
from firmtrade.advice.weights import Range
from firmtrade.messages import Language
from firmtrade.report.model import Column, Row, Table


class WordTables:
    """Makes tables of words, numbered in their order."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._number = 0

    def table(
        self,
        name: str,
        stub: str,
        columns: Sequence[str],
        rows: Sequence[tuple[str, str, Sequence[str]]],
        notes: tuple[str, ...] = (),
        source: str = "",
        groups: Mapping[str, str] | None = None,
    ) -> tuple[Table, ...]:
        """A table of (key, label, texts) rows, under a heading by key where there are groups; none without a row."""
        if not rows:
            return ()
        self._number += 1
        say = self._language.say
        return (
            Table(
                str(self._number),
                str(self._number),
                say(f"advice.tables.{name}"),
                tuple(Row(key, label, (groups or {}).get(key, "")) for key, label, _ in rows),
                tuple(Column(column, say(f"advice.columns.{column}")) for column in columns),
                stub=say(f"advice.columns.{stub}"),
                notes=notes,
                source=source,
                texts={
                    (key, column): text
                    for key, _, texts in rows
                    for column, text in zip(columns, texts, strict=True)
                },
            ),
        )


def points(score: Score, language: Language, most: int | None = None) -> str:
    """Points, out of how many where that is asked."""
    points = span(score.low, score.high, language, 0)
    return points if most is None else f"{points} / {language.number(most, 0)}"


def scores(score: Range, language: Language) -> tuple[str, str]:
    """A score and its range."""
    return language.number(score.central, 0), span(score.low, score.high, language, 0)


def span(low: float, high: float, language: Language, decimals: int) -> str:
    """From one number to another; one of them where both print alike."""
    first, last = language.number(low, decimals), language.number(high, decimals)
    return first if first == last else language.say("advice.interval", low=first, high=last)
