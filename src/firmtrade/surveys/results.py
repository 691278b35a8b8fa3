"""What a survey states: a value with its statements, tables and sections."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Literal

import polars as pl

from firmtrade.errors import UsageError, suggest
from firmtrade.messages import Message, language_of
from firmtrade.outputs import Cell, Curve, Estimate, Statements
from firmtrade.outputs.layout import SectionLayout
from firmtrade.outputs.layout_frames import frame_of, tables_of
from firmtrade.outputs.manifest import Contents, room_of
from firmtrade.outputs.notebook import card, short
from firmtrade.outputs.place import check_place
from firmtrade.surveys.analysis import Analysis
from firmtrade.surveys.design import DrawnSample
from firmtrade.surveys.room import build_sections, cells, curves, estimates
from firmtrade.surveys.room.files import write_survey


@dataclass(frozen=True, slots=True)
class FrameSource:
    """Where the frame came from: ``kind`` is ``real`` or ``synthetic``; ``notes`` are what to know of it."""

    kind: str
    title: str
    fingerprint: str
    notes: tuple[Message, ...] = ()


@dataclass(frozen=True)
class SurveyResults:
    """What a survey states: unprotected, for inside the room.

    ``synthetic`` says that the answers were drawn by the simulator; ``sample`` are the drawn firms where a
    frame was given; ``register`` is where they came from, None where the frame was drawn too or came with the
    answers.
    """

    analysis: Analysis
    sample: DrawnSample | None
    synthetic: bool
    data_fingerprint: str
    register: FrameSource | None = None

    @property
    def kind(self) -> Literal["real", "synthetic"]:
        """``synthetic`` only where neither the answers nor the register are real."""
        invented = self.synthetic and (self.register is None or self.register.kind == "synthetic")
        return "synthetic" if invented else "real"

    @property
    def estimates(self) -> tuple[Estimate, ...]:
        """Numbers of models, scales and tests; every block begins with ``survey.``."""
        return self.statements.estimates

    @property
    def curves(self) -> tuple[Curve, ...]:
        """The specification curve and the eigenvalues of parallel analysis."""
        return self.statements.curves

    @property
    def cells(self) -> tuple[Cell, ...]:
        """Counts and shares with the firms behind each."""
        return self.statements.cells

    @cached_property
    def statements(self) -> Statements:
        """Everything that the survey states."""
        analysis, year = self.analysis, str(self.analysis.loaded.plan.survey.year)
        found = Statements((*cells(analysis), *self._report[1]), estimates(analysis), curves(analysis))
        dated = found.changed(lambda one: replace(one, year=year))
        return dated.stamped(synthetic=self.kind == "synthetic")

    @property
    def sections(self) -> tuple[SectionLayout, ...]:
        """Sections of the report: words, and references to statements."""
        return self._report[0]

    @cached_property
    def _report(self) -> tuple[tuple[SectionLayout, ...], tuple[Cell, ...]]:
        return build_sections(self.analysis, synthetic=self.synthetic)

    @property
    def switched_off(self) -> tuple[Message, ...]:
        """What is not there or not to be trusted, and what to do, one sentence each."""
        return self.analysis.problems

    def summary(self) -> str:
        """What was found, in a few lines."""
        verdicts = [f"{v.hypothesis.id}: {v.verdict.replace('_', ' ')}" for v in self.analysis.verdicts]
        lines = [
            f"{len(self.analysis.answers)} answers analysed of {self.analysis.quality.flow[0][1]} received.",
            *(["Synthetic answers: no firm stands behind them."] if self.synthetic else []),
            *verdicts,
            *(f"Note: {note}." for note in self.switched_off),
            *map(str, self.register.notes if self.register else ()),
        ]
        return "\n".join(lines)

    @property
    def tables(self) -> dict[str, str]:
        """What there is: the title of every table and figure by its name."""
        return {
            name: language_of("en").render(table.title) for name, table in tables_of(self.sections).items()
        }

    def table(self, name: str, language: str = "en") -> pl.DataFrame:
        """A table, or what a figure is drawn from, as a frame, unrounded: ``rows``, then the columns by their keys.

        Raises
        ------
        UsageError
            The survey has no such table; the message names the nearest.
        """
        tables = tables_of(self.sections)
        if name not in tables:
            raise UsageError(f"the survey has no table {name!r}", fix=suggest(name, tables))
        return frame_of(tables[name], self.statements, language)

    def __repr__(self) -> str:
        return short(f"survey {self._name}", self.summary())

    def _repr_html_(self) -> str:
        lines = self.summary().split("\n")
        return card(f"Survey {self._name}", lines, ("table", "title"), self.tables.items())

    @property
    def _name(self) -> str:
        stamp = "synthetic data" if self.kind == "synthetic" else "unprotected: keep it inside"
        return f"{self.analysis.loaded.plan.survey.name}, {stamp}"

    def write(self, out: str | Path) -> Path:
        """Write the room folder; see :func:`write_survey`."""
        check_place(Path(out), room_of(Contents.SURVEY))
        return write_survey(self, Path(out))
