"""What the attack found, as a table for the screen, as CSV or as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from math import isfinite

from firmtrade.errors import UsageError, counted, suggest
from firmtrade.outputs.csv_file import csv_text
from firmtrade.protection.attack.attack import Attack, Disclosure

COLUMNS = ("table", "population", "row", "column", "unit", "low", "high", "verdict")


def show(form: str) -> Callable[[Attack], str]:
    """The writer of a format.

    Raises
    ------
    UsageError
        There is no such format.
    """
    if form not in _WRITERS:
        raise UsageError(f"there is no format {form!r}", fix=suggest(form, _WRITERS))
    return _WRITERS[form]


def verdict(found: Disclosure) -> str:
    """``known`` where a confidential number is given away, ``follows`` where one that only protects others does,
    ``safe`` otherwise."""
    if not found.exact:
        return "safe"
    return "follows" if found.secondary else "known"


def _table(found: Attack) -> str:
    rows = [
        (str(each.key), _number(each.low), _number(each.high), each.unit, verdict(each))
        for each in found.findings
    ]
    head = ("hidden number", "from", "to", "unit", "verdict")
    widths = [max(len(row[at]) for row in (head, *rows)) for at in range(len(head))]
    lines = [
        "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
        for row in (head, *rows)
    ]
    return "\n".join([*(lines if rows else []), _summary(found)])


def _summary(found: Attack) -> str:
    if not found.findings and not found.unbound:
        return "No number of this release is hidden."
    follows = sum(each.exact and each.secondary for each in found.findings)
    parts = [f"{counted(len(found.findings), 'hidden number')} attacked, {len(found.tight)} known"]
    if follows:
        parts.append(f"{follows} that only protect others follow from what is shown")
    if found.unbound:
        parts.append(f"{len(found.unbound)} of which no other number speaks")
    return "; ".join(parts) + "."


def _csv(found: Attack) -> str:
    rows = (
        (*each.key, each.unit, _number(each.low), _number(each.high), verdict(each))
        for each in found.findings
    )
    return csv_text(COLUMNS, rows).rstrip("\n")


def _json(found: Attack) -> str:
    held = [
        {
            "key": str(each.key),
            "unit": each.unit,
            "low": _finite(each.low),
            "high": _finite(each.high),
            "verdict": verdict(each),
        }
        for each in found.findings
    ]
    facts = {"known": len(found.tight), "findings": held, "unbound": [str(key) for key in found.unbound]}
    return json.dumps(facts, ensure_ascii=False, indent=2)


def _number(value: float) -> str:
    """Six digits at most; nothing where nothing bounds the number."""
    if not isfinite(value):
        return ""
    short = f"{round(value, 4):.10g}"
    return "0" if short == "-0" else short


def _finite(value: float) -> float | None:
    return round(value, 4) + 0.0 if isfinite(value) else None


_WRITERS: Mapping[str, Callable[[Attack], str]] = {"table": _table, "csv": _csv, "json": _json}
