"""The manifest of a results folder: what it holds, from what it was made, and the digest of every file."""

from __future__ import annotations

import json
from collections.abc import Collection
from enum import StrEnum
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from firmtrade.errors import DataError, InputError, Place, UsageError
from firmtrade.messages import MessageField
from firmtrade.outputs.formulas import NOTE
from firmtrade.outputs.json_file import read_object
from firmtrade.outputs.place import FolderKind

MANIFEST = "manifest.json"
ROOM, FORMAT = "room", "firmtrade room 2"
UNPROTECTED = "none"
"""What protects a room that a run has written."""

AGAIN = "Write the room again: run the study, its evidence or the survey."


class Contents(StrEnum):
    """What a results folder holds."""

    TABLES = "tables"
    EVIDENCE = "evidence"
    IMPACT = "impact"
    SURVEY = "survey"


class _Facts(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class StudyFacts(_Facts):
    """The study or survey: its name, title, source and the digest of its text; a survey's title and source also by
    language."""

    name: str
    title: str
    sha256: str
    source: str
    titles: dict[str, str] | None = None
    sources: dict[str, str] | None = None

    def title_in(self, language: str) -> str:
        """The title in a language, in English where there is none."""
        return (self.titles or {}).get(language, self.title)

    def source_in(self, language: str) -> str:
        """The source in a language, in English where there is none."""
        return (self.sources or {}).get(language, self.source)


class DataFacts(_Facts):
    """The data: whether firms stand behind it, what it is called, and its fingerprint."""

    kind: Literal["real", "synthetic"]
    title: str
    source: str
    fingerprint: str


class RegisterFacts(_Facts):
    """The register that a survey drew its sample from."""

    kind: Literal["real", "synthetic"]
    title: str
    fingerprint: str


class IdentityFacts(_Facts):
    """How many identities were checked, and how many are broken."""

    checked: int
    broken: int


class ViewFacts(_Facts):
    """A view that numbers were read from, and its query."""

    population: str
    period: str
    dimensions: tuple[str, ...]
    values: tuple[str, ...]
    query: str


class TableFacts(_Facts):
    """How a canonical table is stored: its path in the data folder and the type of each column.

    ``without_zero`` are the activity codes of a register that lost the zero in front of their division, where any did.
    """

    path: str
    partitioned: bool
    columns: dict[str, str]
    without_zero: tuple[str, ...] | None = None


class PreregistrationFacts(_Facts):
    """The pre-registration of an evaluation: its name, day and digest, whether the room is its plan, and whether a plan
    of the very same text was there when the outcomes were read."""

    name: str
    registered: str
    sha256: str
    plan: bool
    planned: bool


class RoomManifest(_Facts):
    """The manifest of a results folder.

    ``switched_off`` are reasons, by table where they are of tables; ``csv`` says how texts stand in the CSV files;
    ``files`` are digests by path.
    """

    kind: Literal["room"] = "room"
    format: Literal["firmtrade room 2"] = "firmtrade room 2"
    contents: Contents
    study: StudyFacts
    data: DataFacts
    drawn_from: RegisterFacts | None = Field(default=None, alias="register")
    protection: str = UNPROTECTED
    versions: dict[str, str]
    period: str | None = None
    identities: IdentityFacts | None = None
    blocks: tuple[str, ...] | None = None
    verdicts: tuple[MessageField, ...] | None = None
    switched_off: tuple[MessageField | str, ...]
    notes: tuple[MessageField, ...] = ()
    views: tuple[ViewFacts, ...] | None = None
    tables: dict[str, TableFacts] | None = None
    seeds: dict[str, int] | None = None
    preregistration: PreregistrationFacts | None = None
    stays_inside: tuple[str, ...] = ()
    csv: str = NOTE
    files: dict[str, str] = {}

    @property
    def synthetic(self) -> bool:
        """Whether no number describes a real firm."""
        return self.data.kind == "synthetic"

    def text(self) -> str:
        """The manifest as JSON, the same for the same content."""
        facts = self.model_dump(mode="json", exclude_none=True, by_alias=True)
        return json.dumps(facts, ensure_ascii=False, indent=2) + "\n"


def is_room(folder: Path) -> bool:
    """Whether a folder is a results folder of this program, of whatever version."""
    try:
        return read_object(folder / MANIFEST).get("kind") == ROOM
    except (OSError, ValueError):
        return False


def room_of(contents: Contents) -> FolderKind:
    """A room of these contents, as a place that a new one may take: a room of others is not replaced."""

    def listed(folder: Path) -> Collection[str] | None:
        try:
            content = read_object(folder / MANIFEST)
        except (OSError, ValueError):
            return None
        files = content.get("files")
        ours = content.get("kind") == ROOM and content.get("contents") == contents
        return {MANIFEST, *files} if ours and isinstance(files, dict) else None

    return FolderKind(f"a room of {contents.value}", listed)


def read_room_manifest(folder: Path) -> RoomManifest:
    """The manifest of a results folder.

    Raises
    ------
    UsageError
        The folder is not there, or is no results folder.
    InputError
        An earlier version wrote it.
    DataError
        The manifest is not what the program writes.
    """
    where = Place(file=str(folder / MANIFEST))
    try:
        facts = read_object(folder / MANIFEST)
    except OSError:
        facts = {}
    except ValueError as error:
        raise DataError(f"the manifest was altered: {error}", where=where, fix=AGAIN) from error
    if facts.get("kind") != ROOM:
        what = (
            "there is no such folder" if not folder.is_dir() else "this is no room: it has no manifest of one"
        )
        raise UsageError(f"{folder}: {what}", fix="Give the folder that `firmtrade run` wrote.")
    if facts.get("format") != FORMAT:
        raise InputError("another version of the program wrote this room", where=where, fix=AGAIN)
    try:
        return RoomManifest.model_validate(facts)
    except ValidationError as error:
        place = ".".join(map(str, error.errors()[0]["loc"]))
        raise DataError(
            "the manifest was altered: it is not as the program writes it",
            where=Place(file=str(folder / MANIFEST), key=place),
            fix=AGAIN,
        ) from error
