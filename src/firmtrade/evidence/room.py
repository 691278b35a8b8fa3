"""The room of the evidence: its numbers, its sections and who stands behind each number, written and read back.

``sections.json`` and ``phrases.json`` stand beside the files that every room has. Their texts are English;
``phrases.json`` says how each was made, so that one room can be published in every language.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from firmtrade.errors import DataError, Place
from firmtrade.evidence.phrases import Phrase, from_data, to_data
from firmtrade.evidence.result import Chart, CurveKey, EstimateKey, EstimateTable, Section
from firmtrade.evidence.run import EvidenceResults
from firmtrade.outputs import Curve, Estimate, Statements
from firmtrade.outputs.manifest import AGAIN, RoomManifest
from firmtrade.outputs.room import Room, write_room

SECTIONS, PHRASES = "sections.json", "phrases.json"
PERCENT, PLAIN = "percent", "pure"


@dataclass(frozen=True, slots=True)
class EvidenceRoom:
    """What the room of a run holds; the sections name estimates and curves by key and quote none."""

    estimates: tuple[Estimate, ...]
    curves: tuple[Curve, ...]
    sections: tuple[Section, ...]


def evidence_statements(results: EvidenceResults, about: RoomManifest) -> Statements:
    """The numbers of a run with unit, printed precision, years and the stamp of their data.

    The unit of an estimate is that of the table it stands in, of a curve that of its axis.
    """
    units: dict[tuple[str, ...], str] = {}
    for section in results.sections:
        for table in section.tables:
            units |= dict.fromkeys(table.rows, table.unit)
        for chart in section.charts:
            drawn = PERCENT if chart.kind == "flow" else chart.x_label
            units = dict.fromkeys(chart.estimates, drawn) | units | dict.fromkeys(chart.curves, chart.y_label)

    def said(one: Noted) -> Noted:
        unit = str(units.get(one.key, PLAIN)).replace(" ", "_")
        return replace(one, unit=unit, year=about.period or "", decimals=1 if unit == PERCENT else 3)

    found = Statements((), tuple(map(said, results.estimates)), tuple(map(said, results.curves)))
    return found.stamped(synthetic=about.synthetic)


def write_evidence(
    results: EvidenceResults,
    out: Path,
    study: str,
    about: RoomManifest,
    figures: Mapping[str, bytes] | None = None,
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

    Raises
    ------
    UsageError
        The place is taken by something else, or cannot be written.
    """
    sections = [asdict(section) for section in results.sections]
    noted: tuple[Estimate | Curve, ...] = (*results.estimates, *results.curves)
    texts = (sections, *((each.estimator, each.note) for each in noted))
    files = {
        SECTIONS: _json(sections),
        PHRASES: _json([to_data(each) for each in sorted(set(_phrases(texts)))]),
        **{f"figures/{name}": content for name, content in (figures or {}).items()},
    }
    return write_room(out, evidence_statements(results, about), study, about, files)


def read_evidence(room: Room) -> EvidenceRoom:
    """What the room of a run holds.

    Raises
    ------
    DataError
        A file of the room is not as the program writes it.
    """
    said = _read(room.path / PHRASES, _by_text)
    sections = _read(room.path / SECTIONS, lambda data: tuple(_section(each, said) for each in data))
    return EvidenceRoom(
        tuple(_noted(each, said) for each in room.statements.estimates),
        tuple(_noted(each, said) for each in room.statements.curves),
        sections,
    )


Found = TypeVar("Found")
Noted = TypeVar("Noted", Estimate, Curve)


def _json(data: object) -> bytes:
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def _read(path: Path, made: Callable[[Any], Found]) -> Found:
    try:
        return made(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise DataError(
            "a file of the room is not as the program writes it", where=Place(file=str(path)), fix=AGAIN
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
