"""The room of the evidence: its numbers, its sections and who stands behind each number, written and read back.

``estimates.csv``, ``curves.csv``, ``sections.json`` and ``evidence.parquet`` beside the files that every room has.
In ``evidence.parquet`` the key of a number is ``table`` = block, ``population`` = specification, ``row`` = outcome
and ``column`` = term, or for a curve the name of its series.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from firmtrade.errors import InputError, Place
from firmtrade.evidence.result import Chart, CurveKey, EstimateKey, EstimateTable, Section
from firmtrade.evidence.run import EvidenceResults
from firmtrade.outputs import CellKey, Curve, Estimate
from firmtrade.outputs.place import check_place, writing
from firmtrade.outputs.room import (
    is_room,
    read_contributions,
    write_contributions,
    write_manifest,
    write_room,
)
from firmtrade.outputs.statements import read_curves, read_estimates

SECTIONS = "sections.json"
CONTENTS = "evidence"
"""What the manifest says that the room holds."""


@dataclass(frozen=True, slots=True)
class EvidenceRoom:
    """What the room of a run holds; the sections name estimates and curves by key and quote none."""

    estimates: tuple[Estimate, ...]
    curves: tuple[Curve, ...]
    sections: tuple[Section, ...]


def write_evidence(
    results: EvidenceResults,
    out: Path,
    study: str,
    about: Mapping[str, Any],
    figures: Mapping[str, bytes] | None = None,
) -> Path:
    """Write the room of a run, whole or not at all, the same bytes every time.

    Parameters
    ----------
    study
        The study as TOML text.
    about
        The manifest but for the files.
    figures
        Drawings by the name of their file.

    Raises
    ------
    UsageError
        The place is taken by something else, or cannot be written.
    """
    check_place(out, is_room, "a room")
    with writing(out) as fresh:
        write_room(fresh, (), study, {}, {})
        results.write(fresh)
        statements = [
            *(((e.block, e.specification, e.outcome, e.term), e.contributions) for e in results.estimates),
            *(((c.block, c.specification, c.outcome, c.series), c.contributions) for c in results.curves),
        ]
        behind = (
            (CellKey(*key), part) for key, parts in sorted(statements, key=lambda s: s[0]) for part in parts
        )
        write_contributions(behind, fresh)
        text = json.dumps([asdict(section) for section in results.sections], ensure_ascii=False, indent=1)
        (fresh / SECTIONS).write_text(text + "\n", encoding="utf-8")
        if figures:
            (fresh / "figures").mkdir()
        for name, content in (figures or {}).items():
            (fresh / "figures" / name).write_bytes(content)
        write_manifest(fresh, {"kind": "room", "contents": CONTENTS, **about})
    return out


def read_evidence(folder: Path) -> EvidenceRoom:
    """Read the room of a run back.

    Raises
    ------
    InputError
        A file of the room is missing or damaged.
    """
    behind = read_contributions(folder)
    try:
        declared = json.loads((folder / SECTIONS).read_text(encoding="utf-8"))
        sections = tuple(_section(each) for each in declared)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise InputError(
            "a file of the room is missing or damaged",
            where=Place(file=str(folder / SECTIONS)),
            fix="Write the room again.",
        ) from error
    return EvidenceRoom(read_estimates(folder, behind), read_curves(folder, behind), sections)


def _section(data: Mapping[str, Any]) -> Section:
    return Section(
        data["block"],
        data["title"],
        tuple(data["paragraphs"]),
        tuple(
            EstimateTable(
                table["title"],
                tuple(EstimateKey(*key) for key in table["rows"]),
                table["unit"],
                tuple(table["notes"]),
            )
            for table in data["tables"]
        ),
        tuple(
            Chart(
                chart["kind"], chart["title"], chart["description"], chart["x_label"], chart["y_label"],
                tuple(EstimateKey(*key) for key in chart["estimates"]),
                tuple(CurveKey(*key) for key in chart["curves"]),
            )
            for chart in data["charts"]
        ),
        tuple(data["switched_off"]),
    )  # fmt: skip
