"""An audit as text: for a terminal, a spreadsheet, a program or a page."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.resources import files
from textwrap import wrap
from typing import Any

from jinja2 import Environment

from firmtrade.errors import UsageError, suggest
from firmtrade.linked.findings import Cause, Contradiction, GivenUp, Summary
from firmtrade.linked.words import listing

WIDTH = 110
LAYERS = {
    "identity": "Numbers that break a rule",
    "system": "Numbers that only all tables together deny",
    "prose": "Sentences that the tables deny",
    "implausible": "Numbers that can be true, of firms that nobody would expect",
}


@dataclass(frozen=True)
class Findings:
    """What an audit found: what contradicts, what is unlikely, and what was looked at."""

    contradictions: tuple[Contradiction, ...]
    implausible: tuple[Contradiction, ...]
    summary: Summary

    @property
    def all(self) -> tuple[Contradiction, ...]:
        return (*self.contradictions, *self.implausible)

    @property
    def layers(self) -> list[tuple[str, list[Contradiction]]]:
        """Findings under the title of their layer; a layer without any is left out."""
        layers = [(title, [one for one in self.all if one.layer == layer]) for layer, title in LAYERS.items()]
        return [(title, found) for title, found in layers if found]


def render(
    format: str,
    contradictions: Iterable[Contradiction],
    summary: Summary,
    implausible: Iterable[Contradiction] = (),
) -> str:
    """The audit in one of :data:`FORMATS`. Raises UsageError for others."""
    check_format(format)
    return FORMATS[format](Findings(tuple(contradictions), tuple(implausible), summary))


def check_format(format: str) -> None:
    """Refuse a format that there is not."""
    if format not in FORMATS:
        raise UsageError(f"there is no format {format!r}", fix=suggest(format, FORMATS))


def as_table(found: Findings) -> str:
    """Plain text: what was not looked at, one sentence for each finding, the summary, the repairs."""
    lines = [line for sentence in limits(found.summary) for line in wrap(sentence, WIDTH)]
    lines += [""] if lines else []
    for title, findings in found.layers:
        lines += [f"{title} ({len(findings)})", ""]
        for one in findings:
            cause = f" [{one.cause}]" if one.cause else ""
            text = f"{one.id:<4} {one.severity:<8} {one.message}{cause}"
            lines += wrap(text, WIDTH, subsequent_indent=" " * 14)
        lines.append("")
    if not found.contradictions:
        lines += [verdict(found.summary), ""]
    lines += [line for sentence in sentences(found.summary) for line in wrap(sentence, WIDTH)]
    for one_cause in found.summary.causes:
        lines += ["", *wrap(f"{one_cause.id}: {explained(one_cause)}", WIDTH)]
        lines += [
            line
            for one in one_cause.repairs
            for line in wrap(f"  {instead(one)}", WIDTH, subsequent_indent="    ")
        ]
    if found.summary.open_claims:
        lines += ["", f"Claims that the printed digits leave open ({len(found.summary.open_claims)})"]
        for claim in found.summary.open_claims:
            lines += wrap(f"  section {claim.section}: {claim.says}", WIDTH, subsequent_indent="    ")
    return "\n".join(lines) + "\n"


def limits(summary: Summary) -> list[str]:
    """What was not looked at, or not with everything else."""
    found = []
    if summary.aside:
        found.append(f"Not read, because {summary.study} does not declare them: {_tables(summary.aside)}.")
    if summary.unbound:
        found.append(
            f"Not part of the system of all tables, and held against rules alone, because they follow single traders: "
            f"{_tables(summary.unbound)}."
        )
    return found


def _tables(names: tuple[str, ...]) -> str:
    return f"{'tables' if len(names) > 1 else 'table'} {listing(names)}"


def verdict(summary: Summary) -> str:
    """What may be said where no contradiction was found."""
    if not summary.numbers:
        return "Nothing was read that could contradict."
    if summary.aside or summary.unbound:
        return "No contradiction was found in what was read."
    return "Nothing contradicts: all printed numbers can be true at once."


def sentences(summary: Summary) -> list[str]:
    """The summary in words."""
    found = [
        f"{summary.numbers} numbers of {summary.edition} were read as {summary.study}.",
        f"{summary.held} of {summary.checked} identities hold.",
    ]
    if summary.sentences is not None:
        tally = summary.sentences
        denied = tally.checked - tally.held - tally.undecided
        found.append(
            f"Of {tally.checked} claims in the text {tally.held} hold, {denied} are denied, and the "
            f"printed digits leave {tally.undecided} open."
        )
    kept = summary.numbers - len(summary.repair)
    found.append(
        f"The system of all tables has {summary.variables} variables and {summary.rows} rows; with "
        f"{len(summary.repair)} numbers given up no contradiction is left among the other {kept}."
    )
    if summary.by_row:
        found.append(
            f"{summary.by_row} of the numbers are ratios of ratios (changes of a level, growth of productivity): they "
            "are held against the printed numbers of their own row, which proves contradictions, not that all can be "
            "true at once."
        )
    return found


def explained(cause: Cause) -> str:
    """What a cause says of its findings and repairs."""
    findings = f"{listing(cause.findings)} {'hang' if len(cause.findings) > 1 else 'hangs'} together"
    if not cause.repairs:
        return f"{findings}; the cells to give up are those of the repair."
    size = len(cause.repairs[0])
    what = "One number" if size == 1 else f"{size} numbers"
    if len(cause.repairs) == 1 and cause.complete:
        return f"{findings}. {what} would end {'them' if len(cause.findings) > 1 else 'it'}, and no other as few would:"
    more = "" if cause.complete else ", and more"
    return f"{findings}. {what} would end {'them' if len(cause.findings) > 1 else 'it'}, any of these alike{more}:"


def instead(cells: tuple[GivenUp, ...]) -> str:
    """One repair: each cell as printed, and what the numbers that stay allow."""
    return "; ".join(
        f"{one.key}: printed {one.printed}"
        + (f", where the numbers that stay allow {one.allowed}" if one.allowed else "")
        for one in cells
    )


def as_csv(found: Findings) -> str:
    """One row for each finding, open claim, cell of a repair and number of the summary; cells as ``key=printed``,
    separated by semicolons."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(
        (
            "id",
            "rule",
            "layer",
            "severity",
            "discrepancy",
            "message",
            "cells",
            "unit",
            "lines",
            "sentence",
            "cause",
        )
    )
    for one in found.all:
        cells = "; ".join(f"{key}={printed}" for key, printed in one.cells)
        distance = "" if one.discrepancy is None else one.discrepancy
        lines = "; ".join(map(str, one.lines))
        writer.writerow(
            (one.id, one.rule, one.layer, one.severity, distance, one.message, cells, one.unit, lines, one.sentence,
             one.cause)
        )  # fmt: skip
    for claim in found.summary.open_claims:
        writer.writerow(
            ("", f"section {claim.section}", "open", "", "", claim.claim, "", "", "", claim.says, "")
        )
    for cause in found.summary.causes:
        for repair in cause.repairs:
            cells = "; ".join(f"{one.key}={one.printed}" for one in repair)
            writer.writerow(("", "repair", "repair", "", "", instead(repair), cells, "", "", "", cause.id))
    for sentence in (*limits(found.summary), *sentences(found.summary)):
        writer.writerow(("", "summary", "summary", "", "", sentence, "", "", "", "", ""))
    return out.getvalue()


def as_json(found: Findings) -> str:
    """An object with the lists ``contradictions`` and ``implausible`` and the object ``summary``."""
    document = {
        "contradictions": [_finding(one) for one in found.contradictions],
        "implausible": [_finding(one) for one in found.implausible],
        "summary": _summary(found.summary),
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _finding(one: Contradiction) -> dict[str, Any]:
    return {
        "id": one.id,
        "rule": one.rule,
        "layer": one.layer,
        "severity": one.severity,
        "discrepancy": one.discrepancy,
        "message": one.message,
        "cells": [
            {"key": str(key), "printed": printed, "line": line}
            for (key, printed), line in zip(one.cells, one.lines, strict=True)
        ],
        "unit": one.unit,
        "sentence": one.sentence or None,
        "cause": one.cause or None,
    }


def _given_up(cells: tuple[GivenUp, ...]) -> list[dict[str, str]]:
    return [{"key": str(one.key), "printed": one.printed, "allowed": one.allowed} for one in cells]


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
        "unbound": list(summary.unbound),
        "repair": _given_up(summary.repair),
        "causes": [
            {
                "id": cause.id,
                "findings": list(cause.findings),
                "repairs": [_given_up(cells) for cells in cause.repairs],
                "complete": cause.complete,
            }
            for cause in summary.causes
        ],
        "open": [
            {"section": claim.section, "sentence": claim.says, "claim": claim.claim}
            for claim in summary.open_claims
        ],
        "words": [*limits(summary), *sentences(summary)],
    }


def as_html(found: Findings) -> str:
    """A page that stands alone, without scripts."""
    template = files("firmtrade.linked").joinpath("audit.html.jinja").read_text(encoding="utf-8")
    environment = Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )
    summary = found.summary
    return environment.from_string(template).render(
        layers=found.layers,
        summary=summary,
        limits=limits(summary),
        verdict="" if found.contradictions else verdict(summary),
        sentences=sentences(summary),
        causes=[
            (cause, explained(cause), [instead(one) for one in cause.repairs]) for cause in summary.causes
        ],
    )


FORMATS: dict[str, Callable[[Findings], str]] = {
    "table": as_table,
    "csv": as_csv,
    "json": as_json,
    "html": as_html,
}
