"""An audit as text: for a terminal, a spreadsheet, a program or a page."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from textwrap import wrap
from typing import Any

from jinja2 import Environment, Template

from firmtrade.errors import UsageError, suggest
from firmtrade.linked.findings import Cause, Contradiction, GivenUp, Summary
from firmtrade.messages import Count, Language, Listing, Message, Number, message, unit
from firmtrade.outputs.csv_file import csv_text

WIDTH = 110
DISTANCE_DECIMALS = 2
"""Decimals of a distance on a page, where it is no whole number; other formats have it in full."""
LAYERS = {
    "identity": message("audit.report.identity"),
    "system": message("audit.report.system"),
    "prose": message("audit.report.prose"),
    "implausible": message("audit.report.implausible"),
}


@dataclass(frozen=True)
class Findings:
    """What an audit found: what contradicts, what is unlikely, what was looked at; and the language to say it in."""

    contradictions: tuple[Contradiction, ...]
    implausible: tuple[Contradiction, ...]
    summary: Summary
    language: Language

    @property
    def all(self) -> tuple[Contradiction, ...]:
        return (*self.contradictions, *self.implausible)

    @property
    def layers(self) -> list[tuple[str, list[Contradiction]]]:
        """Findings under the title of their layer, with their number; a layer without any is left out."""
        layers = [(title, [one for one in self.all if one.layer == layer]) for layer, title in LAYERS.items()]
        return [
            (self.say(message("audit.report.counted", title=title, n=Count(len(found)))), found)
            for title, found in layers
            if found
        ]

    @property
    def words(self) -> list[str]:
        """What was not looked at, and the summary."""
        return [self.say(one) for one in (*limits(self.summary), *sentences(self.summary))]

    def say(self, what: Message) -> str:
        """A message in the language of the report."""
        return self.language.render(what)


def render(
    format: str,
    contradictions: Iterable[Contradiction],
    summary: Summary,
    implausible: Iterable[Contradiction],
    language: Language,
) -> str:
    """The audit in one of :data:`FORMATS`. Raises UsageError for others."""
    check_format(format)
    return FORMATS[format](Findings(tuple(contradictions), tuple(implausible), summary, language))


def check_format(format: str) -> None:
    """Refuse a format that there is not."""
    if format not in FORMATS:
        raise UsageError(f"there is no format {format!r}", fix=suggest(format, FORMATS))


def as_table(found: Findings) -> str:
    """Plain text: what was not looked at, one sentence for each finding, the summary, the repairs."""
    say, summary = found.say, found.summary
    lines = [line for sentence in limits(summary) for line in wrap(say(sentence), WIDTH)]
    lines += [""] if lines else []
    worth = {one.severity: say(message(f"audit.report.{one.severity}")) for one in found.all}
    wide = max(map(len, worth.values()), default=0)
    for title, findings in found.layers:
        lines += [title, ""]
        for one in findings:
            belongs = f" [{one.cause}]" if one.cause else ""
            text = f"{one.id:<4} {worth[one.severity]:<{wide}} {say(one.message)}{belongs}"
            lines += wrap(text, WIDTH, subsequent_indent=" " * (wide + 6))
        lines.append("")
    if not found.contradictions:
        lines += [say(verdict(summary)), ""]
    lines += [line for sentence in sentences(summary) for line in wrap(say(sentence), WIDTH)]
    for cause in summary.causes:
        head = message("audit.report.cause", id=cause.id, sentence=explained(cause))
        lines += ["", *wrap(say(head), WIDTH)]
        lines += [
            line
            for one in cause.repairs
            for line in wrap(f"  {found.language.render(instead(one))}", WIDTH, subsequent_indent="    ")
        ]
    if summary.open_claims:
        lines += ["", say(message("audit.report.open", n=Count(len(summary.open_claims))))]
        for claim in summary.open_claims:
            text = say(message("audit.report.open_claim", section=claim.section, says=claim.says))
            lines += wrap(f"  {text}", WIDTH, subsequent_indent="    ")
    return "\n".join(lines) + "\n"


def limits(summary: Summary) -> list[Message]:
    """What was not looked at, or not with everything else."""
    found = []
    if summary.undeclared:
        found.append(
            message("audit.report.undeclared", study=summary.study, tables=_tables(summary.undeclared))
        )
    if summary.unbound:
        found.append(message("audit.report.unbound", tables=_tables(summary.unbound)))
    return found


def _tables(names: tuple[str, ...]) -> Message:
    return message("audit.report.tables", n=Count(len(names)), ids=Listing(names))


def verdict(summary: Summary) -> Message:
    """What may be said where no contradiction was found."""
    if not summary.numbers:
        return message("audit.report.nothing_read")
    if summary.undeclared or summary.unbound or summary.not_met:
        return message("audit.report.nothing_in_read")
    return message("audit.report.nothing")


def sentences(summary: Summary) -> list[Message]:
    """The summary in words."""
    found = [
        message(
            "audit.report.numbers", n=Count(summary.numbers), edition=summary.edition, study=summary.study
        ),
        message("audit.report.identities", held=Count(summary.held), checked=Count(summary.checked)),
    ]
    if summary.sentences is not None:
        tally = summary.sentences
        found.append(
            message(
                "audit.report.claims",
                checked=Count(tally.checked),
                held=Count(tally.held),
                denied=Count(tally.checked - tally.held - tally.undecided),
                open=Count(tally.undecided),
            )
        )
    repair, kept = Count(len(summary.repair)), Count(summary.numbers - len(summary.repair))
    if summary.rows:
        variables, rows = Count(summary.variables), Count(summary.rows)
        found.append(message("audit.report.size", variables=variables, rows=rows, repair=repair, kept=kept))
    else:
        found.append(message("audit.report.by_rules", repair=repair, kept=kept))
    if summary.not_met:
        cells = Listing(tuple(_nearest(one) for one in summary.not_met), "semicolon")
        found.append(message("audit.report.not_met", n=Count(len(summary.not_met)), cells=cells))
    elif summary.rows:
        found.append(message("audit.report.met"))
    return found


def _nearest(one: GivenUp) -> Message:
    assert one.allowed is not None
    return message("audit.report.nearest", key=str(one.key), printed=one.printed, nearest=one.allowed)


def explained(cause: Cause) -> Message:
    """What a cause says of its findings and repairs."""
    together = message(
        "audit.report.together", n=Count(len(cause.findings)), findings=Listing(cause.findings)
    )
    if not cause.repairs:
        return message("audit.report.no_repairs", together=together)
    size, only = Count(len(cause.repairs[0])), len(cause.repairs) == 1 and cause.complete
    would = message(
        "audit.report.only_would" if only else "audit.report.any_would", together=together, n=size
    )
    return would if cause.complete else message("audit.report.and_more", sentence=would)


def instead(cells: tuple[GivenUp, ...]) -> Listing:
    """One repair: each cell as printed, and what the numbers that stay allow."""
    return Listing(tuple(_instead(one) for one in cells), "semicolon")


def _instead(one: GivenUp) -> Message:
    if one.allowed is None:
        return message("audit.report.instead", key=str(one.key), printed=one.printed)
    return message("audit.report.instead_allowed", key=str(one.key), printed=one.printed, allowed=one.allowed)


COLUMNS = (
    "id", "rule", "layer", "severity", "discrepancy", "message", "cells", "unit", "lines", "sentence", "cause",
)  # fmt: skip
"""The columns of an audit's findings as CSV."""


def as_csv(found: Findings) -> str:
    """One row for each finding, open claim, cell of a repair and number of the summary; cells as ``key=printed``,
    separated by semicolons."""
    rows: list[tuple[object, ...]] = []
    for one in found.all:
        cells = "; ".join(f"{key}={printed}" for key, printed in one.cells)
        distance = "" if one.discrepancy is None else one.discrepancy
        lines = "; ".join(map(str, one.lines))
        rows.append(
            (one.id, str(one.rule), one.layer, one.severity, distance, found.say(one.message), cells, one.unit, lines,
             one.sentence, one.cause)
        )  # fmt: skip
    rows += [
        ("", f"section {claim.section}", "open", "", "", claim.claim, "", "", "", claim.says, "")
        for claim in found.summary.open_claims
    ]
    for cause in found.summary.causes:
        for repair in cause.repairs:
            cells = "; ".join(f"{one.key}={one.printed}" for one in repair)
            repair_text = found.language.render(instead(repair))
            rows.append(("", "repair", "repair", "", "", repair_text, cells, "", "", "", cause.id))
    rows += [("", "summary", "summary", "", "", sentence, "", "", "", "", "") for sentence in found.words]
    return csv_text(COLUMNS, rows)


def as_json(found: Findings) -> str:
    """An object with the lists ``contradictions`` and ``implausible`` and the object ``summary``."""
    document = {
        "contradictions": [_finding(one, found) for one in found.contradictions],
        "implausible": [_finding(one, found) for one in found.implausible],
        "summary": _summary(found),
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _finding(one: Contradiction, found: Findings) -> dict[str, Any]:
    return {
        "id": one.id,
        "rule": str(one.rule),
        "layer": one.layer,
        "severity": one.severity,
        "discrepancy": one.discrepancy,
        "message": found.say(one.message),
        "cells": [
            {"key": str(key), "printed": printed, "line": line}
            for (key, printed), line in zip(one.cells, one.lines, strict=True)
        ],
        "unit": one.unit,
        "sentence": one.sentence or None,
        "cause": one.cause or None,
    }


def _given_up(cells: tuple[GivenUp, ...], found: Findings) -> list[dict[str, str]]:
    return [
        {
            "key": str(one.key),
            "printed": one.printed,
            "allowed": "" if one.allowed is None else found.say(one.allowed),
        }
        for one in cells
    ]


def _summary(found: Findings) -> dict[str, Any]:
    summary = found.summary
    return {
        "study": summary.study,
        "edition": summary.edition,
        "numbers": summary.numbers,
        "identities": {
            "checked": summary.checked,
            "held": summary.held,
            "by_rule": {
                str(rule): {"checked": tally.checked, "held": tally.held}
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
        "aside": list(summary.undeclared),
        "system": {"variables": summary.variables, "rows": summary.rows},
        "unbound": list(summary.unbound),
        "repair": _given_up(summary.repair, found),
        "not_met": _given_up(summary.not_met, found),
        "causes": [
            {
                "id": cause.id,
                "findings": list(cause.findings),
                "repairs": [_given_up(cells, found) for cells in cause.repairs],
                "complete": cause.complete,
            }
            for cause in summary.causes
        ],
        "open": [
            {"section": claim.section, "sentence": claim.says, "claim": claim.claim}
            for claim in summary.open_claims
        ],
        "words": found.words,
    }


@cache
def _template() -> Template:
    environment = Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )
    return environment.from_string(
        files("firmtrade.linked").joinpath("audit.html.j2").read_text(encoding="utf-8")
    )


def as_html(found: Findings) -> str:
    """A page that stands alone, without scripts."""
    summary, render = found.summary, found.language.render
    return _template().render(
        language=found.language,
        layers=found.layers,
        summary=summary,
        limits=[render(one) for one in limits(summary)],
        verdict="" if found.contradictions else render(verdict(summary)),
        sentences=[render(one) for one in sentences(summary)],
        causes=[
            (cause, render(explained(cause)), [render(instead(one)) for one in cause.repairs])
            for cause in summary.causes
        ],
        open_claims=render(message("audit.report.open", n=Count(len(summary.open_claims)))),
        render=render,
        say=found.language.say,
        distance=lambda one: _distance(one, found),
    )


def _distance(one: Contradiction, found: Findings) -> str:
    """How far a finding is from true, in its unit."""
    if one.discrepancy is None:
        return ""
    value = Number(one.discrepancy, 0 if one.discrepancy == int(one.discrepancy) else DISTANCE_DECIMALS)
    if one.unit == "count":
        return found.say(message("audit.report.firms", number=value))
    named = unit(one.unit, "_short") or ""
    return found.say(message("audit.words.distance", number=value, unit=named)).strip()


FORMATS: dict[str, Callable[[Findings], str]] = {
    "table": as_table,
    "csv": as_csv,
    "json": as_json,
    "html": as_html,
}
