"""The section on a published edition: its numbers beside those of this survey."""

from __future__ import annotations

from firmtrade.messages import Listing, Number
from firmtrade.messages import Statement as Reference
from firmtrade.outputs import CellKey
from firmtrade.outputs.layout import DecidedWords, SectionLayout, Words
from firmtrade.surveys.editions import PublishedNumber
from firmtrade.surveys.questions import AskedQuestion
from firmtrade.surveys.room.question_statements import QUESTIONS, groups_of
from firmtrade.surveys.room.report import Report, Row
from firmtrade.surveys.room.words import columns, note, section, table, words


def edition_section(report: Report) -> SectionLayout:
    """A row for each published number that this survey has too: ours, its limits, theirs, and whether they agree."""
    rows: list[Row] = []
    for published in report.analysis.loaded.edition:
        asked = next((one for one in report.asked if one.name == published.question), None)
        if asked is not None and (row := _row(report, published, asked)):
            rows.append(row)
    heads = (
        *columns("question", "answer", "group_head"),
        *columns("estimate", "low", "high", "published", "agrees"),
        *columns("source"),
    )
    made = report.table("published", table("published"), heads, rows, (note("published"), *report.notes))
    return SectionLayout("published", section("published"), (), (made,))


def _row(report: Report, published: PublishedNumber, asked: AskedQuestion) -> Row | None:
    group = next((g for g in groups_of(asked, report.groups) if g.key == published.group), None)
    line = next((one for one in asked.lines if one.term == published.answer), None)
    if group is None or line is None:
        return None
    key = CellKey(QUESTIONS, group.key, asked.name, line.term)
    found = report.question(key)
    low, high = found.conf_low, found.conf_high
    inside = low is not None and high is not None and low <= published.value <= high
    who: Words = Listing((group.attribute, group.level), "space") if group.level else words("everyone")
    return (
        asked.text, line.label, who,
        *(Reference(tuple(key), part) for part in ("estimate", "conf_low", "conf_high")),
        Number(published.value, 1),
        DecidedWords(words("inside" if inside else "outside"), (key,)),
        published.source,
    )  # fmt: skip
