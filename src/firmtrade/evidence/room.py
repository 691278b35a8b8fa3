"""The room of the evidence: its numbers, its sections and who stands behind each number, written and read back.

``estimates.csv``, ``curves.csv``, ``sections.json`` and ``contributions.parquet`` beside the files that every room has.
Their texts are English; ``phrases.json`` says how each was made, so that one room can be published in every language.
In ``contributions.parquet`` the key of a number is ``table`` = block, ``population`` = specification, ``row`` = outcome
and ``column`` = term, or for a curve the name of its series.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from firmtrade.errors import InputError, Place
from firmtrade.evidence.phrases import Phrase, from_data, to_data
from firmtrade.evidence.result import Chart, CurveKey, EstimateKey, EstimateTable, Section
from firmtrade.evidence.run import EvidenceResults
from firmtrade.outputs import CellKey, Curve, Estimate
from firmtrade.outputs.models import read_curves, read_estimates
from firmtrade.outputs.place import check_place, writing
from firmtrade.outputs.room import (
    is_room,
    read_contributions,
    write_contributions,
    write_manifest,
    write_room,
)

SECTIONS, PHRASES = "sections.json", "phrases.json"
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
        sections = [asdict(section) for section in results.sections]
        _write(fresh / SECTIONS, sections)
        noted: tuple[Estimate | Curve, ...] = (*results.estimates, *results.curves)
        texts = (sections, *((each.estimator, each.note) for each in noted))
        _write(fresh / PHRASES, [to_data(each) for each in sorted(set(_phrases(texts)))])
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
    said = _read(folder / PHRASES, _by_text) if (folder / PHRASES).is_file() else {}
    sections = _read(folder / SECTIONS, lambda data: tuple(_section(each, said) for each in data))
    return EvidenceRoom(
        tuple(_noted(each, said) for each in read_estimates(folder, behind)),
        tuple(_noted(each, said) for each in read_curves(folder, behind)),
        sections,
    )


Found = TypeVar("Found")
Noted = TypeVar("Noted", Estimate, Curve)


def _write(path: Path, data: object) -> None:
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _read(path: Path, made: Callable[[Any], Found]) -> Found:
    try:
        return made(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise InputError(
            "a file of the room is missing or damaged",
            where=Place(file=str(path)),
            fix="Write the room again.",
        ) from error


def _phrases(data: object) -> Iterator[Phrase]:
    """Every phrase of nested data."""
    if isinstance(data, Phrase):
        yield data
    elif isinstance(data, Mapping | list | tuple):
        for part in data.values() if isinstance(data, Mapping) else data:
            yield from _phrases(part)


def _by_text(data: list[Any]) -> dict[str, Phrase]:
    return {phrase: phrase for phrase in map(from_data, data)}


def _noted(found: Noted, said: Mapping[str, Phrase]) -> Noted:
    estimator, note = said.get(found.estimator, found.estimator), said.get(found.note, found.note)
    return replace(found, estimator=estimator, note=note)


def _section(data: Mapping[str, Any], said: Mapping[str, Phrase]) -> Section:
    def text(english: str) -> str:
        return said.get(english, english)

    def texts(english: list[str]) -> tuple[str, ...]:
        return tuple(map(text, english))

    return Section(
        data["block"],
        text(data["title"]),
        texts(data["paragraphs"]),
        tuple(
            EstimateTable(
                text(table["title"]),
                tuple(EstimateKey(*key) for key in table["rows"]),
                text(table["unit"]),
                texts(table["notes"]),
            )
            for table in data["tables"]
        ),
        tuple(
            Chart(
                chart["kind"],
                text(chart["title"]),
                text(chart["description"]),
                text(chart["x_label"]),
                text(chart["y_label"]),
                tuple(EstimateKey(*key) for key in chart["estimates"]),
                tuple(CurveKey(*key) for key in chart["curves"]),
            )
            for chart in data["charts"]
        ),
        texts(data["switched_off"]),
    )
