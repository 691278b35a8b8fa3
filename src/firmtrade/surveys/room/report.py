"""What every section of a survey's report is made with: the analysis, the ledger of its numbers, the common notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from firmtrade.outputs import CellKey, Estimate
from firmtrade.outputs.layout import Entry, TableLayout, Words
from firmtrade.surveys.analysis import Analysis
from firmtrade.surveys.groups import AnswerGroup, answer_groups
from firmtrade.surveys.questions import AskedQuestion, asked_questions
from firmtrade.surveys.room.ledger import Ledger
from firmtrade.surveys.room.question_statements import question_estimates
from firmtrade.surveys.room.tables import laid

Row = tuple[Entry, ...]


@dataclass(frozen=True)
class Report:
    """A report in the making. ``notes`` stand below every table of results."""

    analysis: Analysis
    notes: tuple[Words, ...] = ()
    ledger: Ledger = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "ledger", Ledger(self.analysis.loaded.plan.survey.year))

    @property
    def n(self) -> int:
        """How many answers are analysed."""
        return len(self.analysis.answers)

    @cached_property
    def asked(self) -> tuple[AskedQuestion, ...]:
        """The questions that have an answer."""
        return asked_questions(self.analysis.loaded, self.analysis.answers)

    @cached_property
    def groups(self) -> tuple[AnswerGroup, ...]:
        """Everyone, and the groups by which answers are told apart."""
        return answer_groups(self.analysis.answered)

    @cached_property
    def _questions(self) -> dict[CellKey, Estimate]:
        return {one.key: one for one in question_estimates(self.analysis)}

    def question(self, key: CellKey) -> Estimate:
        """The number of a question for a group."""
        return self._questions[key]

    def table(
        self,
        key: str,
        title: Words,
        heads: Sequence[Words],
        rows: Sequence[Row],
        notes: Sequence[Words] | None = None,
    ) -> TableLayout:
        """A table of this survey; ``notes`` are the common ones where none are given."""
        survey = self.analysis.loaded.plan.survey.name
        return laid(survey, key, title, heads, rows, self.notes if notes is None else notes)
