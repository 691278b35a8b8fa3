"""The path from diagnosis to follow-up as steps with dates, and as a calendar file."""

from __future__ import annotations

import calendar
import hashlib
import tomllib
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Annotated

from pydantic import Field

from firmtrade.study.declaration import Declaration


class StepTerms(Declaration):
    """A step, the months from the start after which it ends, and the facts of which one makes it apply."""

    key: str
    months: Annotated[int, Field(ge=0)]
    when: tuple[str, ...] = ()


class PlanFile(Declaration):
    """The whole file of the plan."""

    source: str
    steps: tuple[StepTerms, ...]


@dataclass(frozen=True, slots=True)
class PlanStep:
    """A step of the plan; ``due`` is None where no start was named."""

    key: str
    months: int
    due: date | None


@cache
def terms() -> PlanFile:
    """The terms as shipped, validated."""
    text = (files("firmtrade.advice") / "data" / "plan.toml").read_text(encoding="utf-8")
    return PlanFile.model_validate(tomllib.loads(text))


def plan(start: date | None, holding: Collection[str]) -> tuple[PlanStep, ...]:
    """The steps for a firm of which these facts hold."""
    return tuple(
        PlanStep(step.key, step.months, months_after(start, step.months) if start else None)
        for step in terms().steps
        if not step.when or any(fact in holding for fact in step.when)
    )


def months_after(day: date, months: int) -> date:
    """The day so many months later; the last day of a month where that month is shorter.

    >>> months_after(date(2027, 1, 31), 1)
    datetime.date(2027, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def ics(
    steps: Collection[PlanStep], start: date, name: Callable[[str], str], about: Callable[[str], str]
) -> str:
    """The dated steps as a calendar (RFC 5545), all-day events; ``name`` and ``about`` give the words of a step.

    Nothing depends on the clock: the stamp of each event is the start of the plan.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//firmtrade//advice//EN", "CALSCALE:GREGORIAN"]
    for step in steps:
        if step.due is None:
            continue
        number = hashlib.sha256(f"{start}/{step.key}/{step.due}".encode()).hexdigest()[:32]
        lines += [
            "BEGIN:VEVENT",
            f"UID:{number}@firmtrade",
            f"DTSTAMP:{start:%Y%m%d}T000000Z",
            f"DTSTART;VALUE=DATE:{step.due:%Y%m%d}",
            f"DTEND;VALUE=DATE:{step.due + timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{_escaped(name(step.key))}",
            f"DESCRIPTION:{_escaped(about(step.key))}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _escaped(text: str) -> str:
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """A line in parts of at most 75 bytes, each but the first behind a blank, no letter cut."""
    part = ""
    for letter in line:
        if len((part + letter).encode()) > 75:
            yield part
            part = " "
        part += letter
    yield part
