"""Extracts of the Crossroads Bank for Enterprises: full ones, updates, and the state that they give for each year.

An extract says in its ``meta.csv`` what it is. A full one stands for itself; an update applies to the state before
it. The state of a year is that after its last snapshot.
"""

from __future__ import annotations

import copy
import csv
import glob
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import Any

from firmtrade.errors import InputError, Place, counted
from firmtrade.sources.files import is_clutter
from firmtrade.sources.quality.remarks import EXTRACTS_MISSING, Remark
from firmtrade.sources.registers.plan import ARCHIVE, Plan, archive, checked, given_files, unexpected
from firmtrade.sources.registers.register import Register

META = "meta.csv"
FILES = {
    "enterprises": "enterprise",
    "establishments": "establishment",
    "activities": "activity",
    "addresses": "address",
}
"""The files of an extract that are read, by their names in the mapping."""
PARTS = ("", "_delete", "_insert")
"""What follows these names: nothing in a full extract; in an update what goes is listed, then what comes."""
MOST_OF_META = 1 << 16


@dataclass(frozen=True, slots=True)
class Extract:
    """One extract: an archive or a folder, the day of its snapshot, its number, and whether it is a full one.

    ``members`` are its CSV files by their names in small letters: names in the archive, or paths.
    """

    path: Path
    snapshot: date
    number: int
    full: bool
    members: dict[str, str]

    def files(self, name: str) -> list[str]:
        """The members of one file of the cookbook, in the order in which they apply."""
        return [self.members[f"{name}{part}.csv"] for part in PARTS if f"{name}{part}.csv" in self.members]


def plan(register: Register, paths: Sequence[Path], chosen: Mapping[str, str]) -> Plan:
    """The mapping for these extracts: yearly states where their snapshots lie in several years, else one state.

    Raises
    ------
    UsageError
        A path leads nowhere.
    InputError
        A file is no extract, an extract lacks a file, or an update has no full extract before it.
    """
    extracts = sorted(_extracts(register, paths), key=lambda one: (one.snapshot, one.number))
    states = _states(register, extracts)
    document = register.mapping()
    document["firms"]["join"][0]["where"]["NaceVersion"] = chosen["nace"]
    days = ", ".join(state[-1].snapshot.isoformat() for state in states.values())
    document["stamp"]["source"] += f", snapshot of {days}; active entities only"
    template = document["firms"]
    kinds = document.pop("files")
    document["files"], document["firms"] = {}, []
    for year, state in states.items():
        ending = f"-{year}" if len(states) > 1 else ""
        document["files"] |= {f"{name}{ending}": kinds[name] | _where(state, name) for name in FILES}
        document["firms"].append(_feed(template, ending, year if len(states) > 1 else None))
    missing = sum(
        later.number - earlier.number - 1
        for state in states.values()
        for earlier, later in pairwise(state)
        if later.number > earlier.number
    )
    return Plan(document, (Remark("firms", EXTRACTS_MISSING.id, missing),))


def _feed(template: dict[str, Any], ending: str, year: int | None) -> dict[str, Any]:
    """The feed of one state, whose raw files have an ending of their own."""
    feed = copy.deepcopy(template)
    for part in (feed, *feed["join"]):
        part["file"] += ending
        if "lookup" in part:
            part["lookup"]["file"] += ending
        if year is not None:
            part["columns"]["year"] = {"constant": str(year)}
    return feed


def _where(state: list[Extract], name: str) -> dict[str, Any]:
    """Path and members of one file in all extracts of a state."""
    paths: list[str] = []
    inside: dict[str, None] = {}
    for extract in state:
        members = extract.files(FILES[name])
        if extract.path.is_dir():
            paths += members
        elif members:
            paths.append(str(extract.path))
            inside |= dict.fromkeys(glob.escape(member) for member in members)
    return {"path": paths, "inside": list(inside)}


def _states(register: Register, extracts: list[Extract]) -> dict[int, list[Extract]]:
    """The extracts whose rows make the state of each year."""
    states: dict[int, list[Extract]] = {}
    state: list[Extract] = []
    for earlier, later in pairwise(extracts):
        if (earlier.number, earlier.full) == (later.number, later.full):
            raise unexpected(register, later.path, f"the extract {later.number} is given twice")
    for extract in extracts:
        if not extract.full and not state:
            raise unexpected(
                register, extract.path, f"the update {extract.number} has no full extract before it"
            )
        state = [extract] if extract.full else [*state, extract]
        states[extract.snapshot.year] = state
    return states


def _extracts(register: Register, paths: Sequence[Path]) -> Iterator[Extract]:
    folders: dict[Path, list[Path]] = {}
    for path in given_files(register, paths):
        if path.suffix.lower() == ARCHIVE:
            yield _archive(register, checked(path))
        elif path.suffix.lower() == ".csv":
            folders.setdefault(path.resolve().parent, []).append(checked(path))
        elif path in paths:
            raise unexpected(register, path, "this is no extract of KBO")
    for folder, files in folders.items():
        members = {file.name.lower(): str(file) for file in files}
        if META not in members:
            raise unexpected(register, folder, f"there is no `{META}` beside these files")
        yield _extract(register, folder, members, Path(members[META]).read_bytes()[:MOST_OF_META])


def _archive(register: Register, path: Path) -> Extract:
    with archive(register, path) as opened:
        members = {
            PurePosixPath(name).name.lower(): name for name in opened.namelist() if not is_clutter(name)
        }
        if META not in members:
            raise unexpected(register, path, f"this archive holds no `{META}`")
        with opened.open(members[META]) as meta:
            said = meta.read(MOST_OF_META)
    return _extract(register, path, members, said)


def _extract(register: Register, path: Path, members: dict[str, str], meta: bytes) -> Extract:
    said = _said(path, meta)
    try:
        snapshot = datetime.strptime(said["SnapshotDate"], "%d-%m-%Y").date()
        number, kind = int(said["ExtractNumber"]), said["ExtractType"].lower()
    except (KeyError, ValueError) as error:
        raise InputError(
            f"`{META}` does not say `SnapshotDate` (dd-mm-yyyy), `ExtractNumber` and `ExtractType`",
            where=Place(file=path.name),
            fix=f"`{register.name}` expects {register.expects}.",
        ) from error
    if kind not in ("full", "update"):
        raise unexpected(register, path, f"the extract {number} is neither `full` nor `update`")
    extract = Extract(path, snapshot, number, kind == "full", members)
    lacking = [f"{name}.csv" for name in FILES.values() if f"{name}.csv" not in members]
    if extract.full and lacking:
        raise unexpected(
            register, path, f"the extract lacks {counted(len(lacking), 'file')}: {', '.join(lacking)}"
        )
    return extract


def _said(path: Path, meta: bytes) -> dict[str, str]:
    """The variables of ``meta.csv``."""
    try:
        rows = list(csv.reader(io.StringIO(meta.decode("utf-8-sig"))))
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(
            f"`{META}` is no text in UTF-8", where=Place(file=path.name), fix="Unpack the extract again."
        ) from error
    return {row[0].strip(): row[1].strip() for row in rows if len(row) == 2}
