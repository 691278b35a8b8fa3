"""An audit as text: for a terminal, a spreadsheet, a program or a page."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable
from importlib.resources import files
from textwrap import wrap
from typing import Any

from jinja2 import Environment

from firmtrade.errors import UsageError, suggest
from firmtrade.linked.findings import Contradiction, Summary

WIDTH = 110
LAYERS = {
    "identity": "Numbers that break a rule",
    "system": "Numbers that only all tables together deny",
    "prose": "Sentences that the tables deny",
}


def render(format: str, contradictions: Iterable[Contradiction], summary: Summary) -> str:
    """The audit in one of :data:`FORMATS`. Raises UsageError for others."""
    check_format(format)
    return FORMATS[format](tuple(contradictions), summary)


def check_format(format: str) -> None:
    """Refuse a format that there is not."""
    if format not in FORMATS:
        raise UsageError(f"there is no format {format!r}", fix=suggest(format, FORMATS))


def as_table(contradictions: tuple[Contradiction, ...], summary: Summary) -> str:
    """Plain text, one sentence for each contradiction, the summary last."""
    lines: list[str] = []
    for layer, title in LAYERS.items():
        found = [one for one in contradictions if one.layer == layer]
        if found:
            lines += [f"{title} ({len(found)})", ""]
            for one in found:
                lines += wrap(
                    f"{one.id:<4} {one.severity:<6} {one.message}", WIDTH, subsequent_indent=" " * 12
                )
            lines.append("")
    if not contradictions:
        lines += ["Nothing contradicts: all printed numbers can be true at once.", ""]
    lines += [line for sentence in sentences(summary) for line in wrap(sentence, WIDTH)]
    if summary.repair:
        lines += ["", "The fewest cells to give up"]
        lines += [f"  {one.key}: printed {one.printed}{_instead(one.allowed)}" for one in summary.repair]
    return "\n".join(lines) + "\n"


def sentences(summary: Summary) -> list[str]:
    """The summary in words."""
    found = [
        f"{summary.numbers} numbers of {summary.edition} were read as {summary.study}.",
        f"{summary.held} of {summary.checked} identities hold.",
    ]
    if summary.aside:
        found.append(
            f"Left aside, because they follow single traders over years: {', '.join(summary.aside)}."
        )
    if summary.sentences is not None:
        tally = summary.sentences
        denied = tally.checked - tally.held - tally.undecided
        found.append(
            f"Of {tally.checked} claims in the text {tally.held} hold, {denied} are denied, and the "
            "printed digits "
            f"leave {tally.undecided} open."
        )
    kept = summary.numbers - len(summary.repair)
    found.append(
        f"The system of all tables has {summary.variables} variables and {summary.rows} rows; {kept} of the "
        f"{summary.numbers} numbers can be true at once."
    )
    return found


def _instead(allowed: str) -> str:
    return f", where the numbers that stay allow {allowed}" if allowed else ""


def as_csv(contradictions: tuple[Contradiction, ...], summary: Summary) -> str:
    """One row for each contradiction; cells as ``key=printed``, separated by semicolons."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("id", "rule", "layer", "severity", "discrepancy", "message", "cells"))
    for one in contradictions:
        cells = "; ".join(f"{key}={printed}" for key, printed in one.cells)
        distance = "" if one.discrepancy is None else one.discrepancy
        writer.writerow((one.id, one.rule, one.layer, one.severity, distance, one.message, cells))
    return out.getvalue()


def as_json(contradictions: tuple[Contradiction, ...], summary: Summary) -> str:
    """An object with the list ``contradictions`` and the object ``summary``."""
    document = {
        "contradictions": [
            {
                "id": one.id,
                "rule": one.rule,
                "layer": one.layer,
                "severity": one.severity,
                "discrepancy": one.discrepancy,
                "message": one.message,
                "cells": [{"key": str(key), "printed": printed} for key, printed in one.cells],
            }
            for one in contradictions
        ],
        "summary": _summary(summary),
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _summary(summary: Summary) -> dict[str, Any]:
    return {
        "study": summary.study,
        "edition": summary.edition,
        "numbers": summary.numbers,
        "identities": {
            "checked": summary.checked,
            "held": summary.held,
            "by_rule": {
                rule: {"checked": tally.checked, "held": tally.held}
                for rule, tally in summary.identities.items()
            },
        },
        "sentences": None
        if summary.sentences is None
        else {
            "checked": summary.sentences.checked,
            "held": summary.sentences.held,
            "undecided": summary.sentences.undecided,
        },
        "aside": list(summary.aside),
        "system": {"variables": summary.variables, "rows": summary.rows},
        "repair": [
            {"key": str(one.key), "printed": one.printed, "allowed": one.allowed} for one in summary.repair
        ],
    }


def as_html(contradictions: tuple[Contradiction, ...], summary: Summary) -> str:
    """A page that stands alone, without scripts."""
    template = files("firmtrade.linked").joinpath("audit.html.jinja").read_text(encoding="utf-8")
    environment = Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )
    layers = [
        (title, [one for one in contradictions if one.layer == layer])
        for layer, title in LAYERS.items()
        if any(one.layer == layer for one in contradictions)
    ]
    return environment.from_string(template).render(
        layers=layers, summary=summary, sentences=sentences(summary)
    )


FORMATS: dict[str, Callable[[tuple[Contradiction, ...], Summary], str]] = {
    "table": as_table,
    "csv": as_csv,
    "json": as_json,
    "html": as_html,
}
