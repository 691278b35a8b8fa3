"""Answers that an agency keeps, with date and consent, to try the checklist against what happens later.

Kept is what that takes and no more: the agency's own reference of the firm, the days, whether the firm exported then,
and the points of each item with whether evidence was named. What the owner typed as evidence is not kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from firmtrade.advice.answers import AnswerFile
from firmtrade.advice.readiness import Answer, profile, scheme
from firmtrade.errors import InputError, Place, UsageError
from firmtrade.outputs.contents import digest
from firmtrade.study.declaration import Declaration
from firmtrade.version import __version__

OPEN = "open"
"""The band of answers that leave it open."""


class Points(Declaration):
    """The points of an item, and whether evidence was named."""

    points: Annotated[int, Field(ge=0, le=scheme().points)]
    evidenced: bool


class Kept(Declaration):
    """The answers of one firm on one day."""

    format: Literal["firmtrade kept answers 1"] = "firmtrade kept answers 1"
    reference: str
    answered_on: date
    consented_on: date
    exports: bool | None
    items: dict[str, Points]

    @property
    def band(self) -> str:
        """The band of the claimed points; ``open`` where unanswered items leave it open."""
        found = profile({key: Answer(each.points) for key, each in self.items.items()}).bands
        return found[0] if found[0] == found[1] else OPEN


def stored_file(answers: AnswerFile) -> tuple[str, bytes]:
    """The name and the content of the file of kept answers; the same answers give the same file.

    Raises
    ------
    UsageError
        There is no consent, or no day of it, no day of the answers or no reference.
    """
    storage = answers.storage
    if not storage.consent:
        raise UsageError(
            "The firm has not consented that its answers are stored; nothing was stored.",
            fix="Ask, and write `consent = true` and `consented_on` under [storage], or leave out `--store`.",
        )
    lacking = [
        name
        for name, value in (
            ("storage.consented_on", storage.consented_on),
            ("storage.reference", storage.reference),
            ("answered_on", answers.answered_on),
        )
        if value is None
    ]
    if lacking or not (storage.consented_on and storage.reference and answers.answered_on):
        raise UsageError(
            f"Answers are stored with `{lacking[0]}`, which is missing; nothing was stored.",
            fix="Add it to the answers.",
        )
    content = Kept(
        reference=storage.reference,
        answered_on=answers.answered_on,
        consented_on=storage.consented_on,
        exports=answers.firm.exports,
        items={
            key: Points(points=each.points, evidenced=bool(each.evidence))
            for key, each in sorted(answers.items.items())
        },
    ).model_dump_json(indent=1)
    data = (content + "\n").encode("utf-8")
    return f"{answers.answered_on}-{digest(data)[:16]}.json", data


def read_kept(folder: Path) -> tuple[Kept, ...]:
    """All kept answers of a folder, in the order of their names.

    Raises
    ------
    UsageError
        There is no such folder.
    InputError
        A file in it is no kept answers.
    """
    if not folder.is_dir():
        raise UsageError(
            f"There is no folder {folder} of kept answers.",
            fix="Give the folder that `firmtrade advise ANSWERS.toml --store DIR` wrote.",
        )
    return tuple(_read(folder))


def _read(folder: Path) -> Iterator[Kept]:
    for path in sorted(folder.glob("*.json")):
        try:
            yield Kept.model_validate(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, ValidationError) as error:
            raise InputError(
                f"these are no kept answers that firmtrade {__version__} can read",
                where=Place(file=path.name),
                fix="Move the file out of the folder; where another version kept it, read it with that one.",
            ) from error
