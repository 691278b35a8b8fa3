"""What a run hands over: the result of a study and of its evidence, unprotected, to look at or to write."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from firmtrade.errors import UsageError, suggest
from firmtrade.outputs import Cell, CellKey, ObsStatus, Statements
from firmtrade.outputs.manifest import RoomManifest
from firmtrade.outputs.notebook import card, short
from firmtrade.outputs.room import write_room
from firmtrade.statistics import StudyResult
from firmtrade.statistics.tables import frame, long_frame, table_csv
from firmtrade.study import Study

if TYPE_CHECKING:
    import polars as pl

    from firmtrade.evidence.run import EvidenceResults


@dataclass(frozen=True)
class Results:
    """The outputs of one run of a study, unprotected: they stay in the room."""

    study: Study
    computed: StudyResult
    manifest: RoomManifest

    @property
    def cells(self) -> tuple[Cell, ...]:
        return self.computed.cells

    @cached_property
    def _by_key(self) -> dict[CellKey, Cell]:
        return {cell.key: cell for cell in self.cells}

    @property
    def tables(self) -> dict[str, str]:
        """What there is: the title of every table and figure by its name (``4``, ``fig15``)."""
        return {table.id: table.title.say() for table in self.study.outputs}

    def table(self, identifier: str | int, language: str = "en", *, long: bool = False) -> pl.DataFrame:
        """A table or figure's data (``4``, ``fig15``) as a frame, unrounded.

        It has the labels of its rows in ``rows`` and a column for each of the table, named by its key; where there are
        several populations, ``population`` stands before. With ``long`` it has one line per cell: ``population``,
        ``rows``, ``columns``, ``value``, ``unit``.

        Raises
        ------
        UsageError
            The study has no such table; the message names the nearest.
        """
        specs, name = {spec.id: spec for spec in self.computed.specs}, str(identifier)
        if name not in specs:
            raise UsageError(f"the study has no table {name!r}", fix=suggest(name, specs))
        made = long_frame if long else frame
        return made(specs[name], self._by_key, self.study, language)

    def __repr__(self) -> str:
        return short(f"results of {self.study.name}, {_stamp(self.manifest)}", self.summary())

    def _repr_html_(self) -> str:
        counted = Counter(cell.key.table for cell in self.cells if cell.status is not ObsStatus.NOT_COMPUTED)
        rows = [(name, title, f"{counted[name]:,}") for name, title in self.tables.items()]
        head = f"Results of {self.study.name}, {_stamp(self.manifest)}"
        return card(head, self.summary().split("\n"), ("table", "title", "cells computed"), rows)

    def summary(self) -> str:
        """What was computed and what was not, in a few lines."""
        computed = sum(cell.status is not ObsStatus.NOT_COMPUTED for cell in self.cells)
        some = "" if computed == len(self.cells) else f"{computed:,} of "
        held = len(self.computed.identities)
        checked = f"{held:,} identities checked, all hold" if held else "there was no identity to check"
        lines = [
            f"{some}{len(self.cells):,} cells of {len(self.computed.specs)} tables and figures; {checked}."
            if computed
            else f"Nothing was computed: none of {len(self.cells):,} cells of {len(self.computed.specs)} tables and "
            "figures."
        ]
        lines += [f"Not computed: {line}." for line in self.computed.not_computed]
        if any(reason.key == "reasons.outside_study" for reason in self.computed.switched_off.values()):
            lines.append("A study reads the years of its head and those that `years` of a table adds.")
        lines += map(str, self.manifest.notes)
        return "\n".join(lines)

    def write(self, out: str | Path) -> Path:
        """Write the room folder: the files of every room, and one CSV per table."""
        tables = {
            f"tables/{spec.id}.csv": table_csv(spec, self._by_key, self.study) for spec in self.computed.specs
        }
        return write_room(Path(out), Statements(self.cells), self.study.text, self.manifest, tables)


@dataclass(frozen=True)
class Evidence:
    """The models of one run of a study, unprotected: they stay in the room."""

    study: Study
    results: EvidenceResults
    manifest: RoomManifest
    files: Mapping[str, bytes] = field(default_factory=dict)
    """Further files of the room by their name."""

    def summary(self) -> str:
        """How much was estimated, and what the tests decide, in sentences."""
        estimates, curves = len(self.results.estimates), len(self.results.curves)
        lines = [f"{estimates:,} estimates and {curves:,} curves of {len(self.results.blocks)} blocks."]
        return "\n".join([*lines, *map(str, self.results.verdicts), *map(str, self.manifest.notes)])

    @property
    def tables(self) -> dict[str, str]:
        """What there is: the number of estimates and curves of every block by its name."""
        counted = Counter(
            [one.block for one in self.results.estimates] + [one.block for one in self.results.curves]
        )
        return {block: f"{number:,} estimates and curves" for block, number in counted.items()}

    def table(self, block: str) -> pl.DataFrame:
        """The estimates of a block (``premia``, ``selection``, ...) as a frame, with the columns of ``estimates.csv``.

        Raises
        ------
        UsageError
            There is no such block; the message names the nearest.
        """
        if block not in self.tables:
            raise UsageError(f"the evidence has no block {block!r}", fix=suggest(block, self.tables))
        return self.results.table(block)

    def __repr__(self) -> str:
        return short(f"evidence of {self.study.name}, {_stamp(self.manifest)}", self.summary())

    def _repr_html_(self) -> str:
        head = f"Evidence of {self.study.name}, {_stamp(self.manifest)}"
        return card(head, self.summary().split("\n"), ("block", "holds"), self.tables.items())

    def write(self, out: str | Path) -> Path:
        """Write the room folder: the files of every room, sections and figures."""
        from firmtrade.evidence.layout import evidence_layouts, labels_of
        from firmtrade.evidence.room import evidence_statements, write_evidence
        from firmtrade.releases import evidence_figures

        statements, labels = evidence_statements(self.results, self.manifest), labels_of(self.study)
        sections = evidence_layouts(
            self.results.sections, statements, self.manifest.period or "", self.results.verdicts, labels
        )
        drawn = evidence_figures(sections, statements, self.manifest)
        return write_evidence(
            self.results, Path(out), self.study.text, self.manifest, drawn, self.files, labels
        )


def _stamp(manifest: RoomManifest) -> str:
    """What is to be known of the data wherever numbers show."""
    return "synthetic data" if manifest.synthetic else "unprotected: keep it inside"
