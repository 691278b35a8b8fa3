"""Declarations of trade: which files are Intrastat reports, and which extracts of customs declarations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from firmtrade.sources.registers.plan import Plan, delivered, located, unexpected
from firmtrade.sources.registers.register import Register

FILES = {"reports": ".xml", "declarations": ".csv"}
"""The endings of files, by their names in the mapping."""


def plan(register: Register, paths: Sequence[Path], chosen: Mapping[str, str]) -> Plan:
    """The mapping for these declarations; files of a kind that is not there feed nothing.

    Raises
    ------
    UsageError
        A path leads nowhere.
    InputError
        A file is none of declarations, or there is none.
    """
    found = list(delivered(register, paths, tuple(FILES.values())))
    if not found:
        raise unexpected(register, paths[0], "there are no declarations")
    document = register.mapping()
    for name, ending in FILES.items():
        if mine := [one for one in found if one.ending == ending]:
            document["files"][name] |= located(mine)
        else:
            del document["files"][name]
    for table in ("trade", "coverage"):
        document[table] = [feed for feed in document[table] if feed["file"] in document["files"]]
    return Plan(document)
