"""The room of the evidence: its numbers with their units and stamp, its sections and its figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from firmtrade.evidence.layout import Labels, evidence_layouts
from firmtrade.evidence.run import EvidenceResults
from firmtrade.messages import Message
from firmtrade.outputs import Curve, Estimate, Statements
from firmtrade.outputs.csv_file import csv_frame
from firmtrade.outputs.manifest import RoomManifest
from firmtrade.outputs.parts import PERCENT, PLAIN
from firmtrade.outputs.room import write_room

Noted = TypeVar("Noted", Estimate, Curve)
DECIMALS = {PERCENT: 1, "points": 1, "percent_of_midpoint": 1, "firms": 0}
"""Printed precision by unit; three decimals otherwise."""


def evidence_statements(results: EvidenceResults, about: RoomManifest) -> Statements:
    """The numbers of a run with unit, printed precision, years and the stamp of their data.

    The unit of an estimate is that of the table it stands in, of a curve that of its axis.
    """
    units: dict[tuple[str, ...], str] = {}

    def code(axis: Message) -> str:
        return axis.key.rpartition(".")[2]

    for section in results.sections:
        for table in section.tables:
            units |= dict.fromkeys(table.rows, code(table.unit))
        for chart in section.charts:
            drawn = PERCENT if chart.kind == "flow" else code(chart.x_label)
            units = (
                dict.fromkeys(chart.estimates, drawn)
                | units
                | dict.fromkeys(chart.curves, code(chart.y_label))
            )

    def said(one: Noted) -> Noted:
        unit = units.get(one.key, PLAIN)
        return replace(one, unit=unit, year=about.period or "", decimals=DECIMALS.get(unit, 3))

    found = Statements((), tuple(map(said, results.estimates)), tuple(map(said, results.curves)))
    return found.stamped(synthetic=about.synthetic)


def write_evidence(
    results: EvidenceResults,
    out: Path,
    study: str,
    about: RoomManifest,
    figures: Mapping[str, bytes] | None = None,
    more: Mapping[str, bytes] | None = None,
    labels: Labels | None = None,
) -> Path:
    """Write the room of a run, whole or not at all, the same bytes every time.

    Parameters
    ----------
    study
        The study as TOML text.
    about
        The manifest but for the digests.
    figures
        Drawings by the name of their file.
    more
        Further files of the room by their name.
    labels
        What the study calls the classes of firms.

    Raises
    ------
    UsageError
        The place is taken by something else, or cannot be written.
    """
    statements = evidence_statements(results, about)
    files = {f"figures/{name}": content for name, content in (figures or {}).items()}
    files |= {name: csv_frame(table) for name, table in results.inside.items()}
    files |= more or {}
    sections = evidence_layouts(results.sections, statements, about.period or "", results.verdicts, labels)
    return write_room(out, statements, study, about, files, sections)
