"""Intrastat reports as OneGate takes them: one row for each line, with what the report around it says.

A report that has no lines (``nihil``, ``delete``) becomes one row without any. A line is refused where its flow is not
that of its report, and a report that updates single lines is refused whole: it cannot be told which lines it means.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as Xml

import pyarrow as pa

from firmtrade.errors import InputError, Place
from firmtrade.sources.mapping import RawFile
from firmtrade.sources.readers.reading import MOST_KEPT, ROW, BrokenRow, FileReading, staging

NAMESPACE = "http://www.onegate.eu/2010-01-01"
FLOWS = {"EX19": "19", "EX29": "29", "INTRASTAT_X": "29"}
"""The flow (19 arrivals, 29 dispatches) by how the code of a report begins."""
LINE = (
    "EXTRF", "EXCNT", "EXTTA", "EXREG", "EXTGO", "EXWEIGHT", "EXUNITS", "EXTXVAL", "EXCNTORI", "PARTNERID", "EXTPC",
    "EXDELTRM", "EXSEQCODE",
)  # fmt: skip
"""Properties of a line: flow, partner, transaction, region, CN8, mass, units, value, origin, customer, transport,
delivery terms, sequence."""
REPORT = ("Declarant", "Period", "Flow", "Code", "Action", "Report")
"""What is said of every line; ``Report`` names declarant, month and flow, which a later report replaces."""
UPDATE = "update"
AT_ONCE = 50_000


def read_onegate(source: Path, declared: RawFile, target: Path) -> FileReading:
    """Read a file of Intrastat reports.

    Raises
    ------
    InputError
        The file is not XML, or holds something else than Intrastat reports.
    """
    schema = pa.schema([*((name, pa.string()) for name in (*REPORT, *LINE)), (ROW, pa.int64())])
    broken: list[BrokenRow] = []
    n_broken = 0
    rows: list[tuple[str | int | None, ...]] = []
    with staging(target, schema) as writer:
        for number, (said, line, reason) in enumerate(_lines(source), start=1):
            if reason:
                n_broken += 1
                if len(broken) < MOST_KEPT:
                    broken.append(BrokenRow(number, reason, " ".join(filter(None, map(line.get, LINE)))))
                continue
            rows.append((*said, *map(line.get, LINE), number))
            if len(rows) == AT_ONCE:
                writer.write_table(_table(rows, schema))
                rows = []
        if rows:
            writer.write_table(_table(rows, schema))
    return FileReading(broken=tuple(broken), n_broken=n_broken)


def _table(rows: list[tuple[str | int | None, ...]], schema: pa.Schema) -> pa.Table:
    return pa.Table.from_arrays(
        [pa.array(column, one.type) for column, one in zip(zip(*rows, strict=True), schema, strict=True)],
        schema=schema,
    )


def _lines(source: Path) -> Iterator[tuple[tuple[str, ...], dict[str, str | None], str]]:
    """What the report says, the properties of a line, and why the line is refused (empty where it is not)."""
    declarant, said, n_lines = "", ("",) * len(REPORT), 0
    try:
        for event, element in Xml.iterparse(source, events=("start", "end")):
            name = element.tag.removeprefix(f"{{{NAMESPACE}}}")
            if event == "start":
                if name == "Report":
                    said, n_lines = _said(source, declarant, element), 0
                continue
            if name == "From":
                declarant = (element.text or "").strip()
            elif name == "Item":
                n_lines += 1
                line = {one.get("prop", ""): one.text for one in element}
                yield said, line, _reason(said, line)
                element.clear()
            elif name == "Report":
                if not n_lines:
                    yield said, {}, ""
                element.clear()
    except Xml.ParseError as error:
        raise InputError(
            "this is not readable XML", where=Place(file=source.name), fix="Write it again."
        ) from error
    if not said[0]:
        raise InputError(
            "this XML holds no Intrastat report of a declarant",
            where=Place(file=source.name),
            fix="Give the files as OneGate takes them: `DeclarationReport`, with `From` and `Report`.",
        )


def _said(source: Path, declarant: str, report: Xml.Element) -> tuple[str, ...]:
    code, period, action = (report.get(name, "") for name in ("code", "date", "action"))
    flow = next((flow for begin, flow in FLOWS.items() if code.startswith(begin)), "")
    if not flow:
        raise InputError(
            "a report in this file is none of Intrastat",
            where=Place(file=source.name),
            fix=f"The code of a report begins with {', '.join(FLOWS)}.",
        )
    return declarant, period, flow, code, action.lower() or "append", f"{declarant} {period} {flow}"


def _reason(said: tuple[str, ...], line: dict[str, str | None]) -> str:
    if said[REPORT.index("Action")] == UPDATE:
        return "its report updates single lines: give the report whole"
    if line.get("EXTRF") not in (None, said[REPORT.index("Flow")]):
        return "its flow is not that of its report"
    return ""
