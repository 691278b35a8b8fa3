"""Filings of annual accounts: which files are filings, and which list their references."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from firmtrade.sources.registers.plan import Delivered, Plan, delivered, located, unexpected
from firmtrade.sources.registers.register import Register

FILINGS, REFERENCES = "filings", "references"
ENDINGS = (".csv", ".json", ".xbrl")
BESIDE = ("-contact.xbrl", "-vendor.xbrl")
"""Members of a deposit that hold no accounts."""
IS_LIST = re.compile(rb'\s*(\[|\{\s*"(value|references|items)"\s*:)', re.IGNORECASE)
SAYS_WHO = re.compile(rb'"EnterpriseNumber"\s*:', re.IGNORECASE)


def plan(register: Register, paths: Sequence[Path], chosen: Mapping[str, str]) -> Plan:
    """The mapping for these filings, with their references where a list is given.

    Raises
    ------
    UsageError
        A path leads nowhere.
    InputError
        There is no filing, or a filing in JSON says not whose it is and no list of references is given.
    """
    filings: list[Delivered] = []
    lists: list[Delivered] = []
    nameless: list[Delivered] = []
    for one in delivered(register, paths, ENDINGS, BESIDE):
        content = _json(register, one)
        (lists if IS_LIST.match(content) else filings).append(one)
        if content and not IS_LIST.match(content) and not SAYS_WHO.search(content):
            nameless.append(one)
    document = register.mapping()
    references = document.pop(REFERENCES)
    if not filings:
        raise unexpected(register, paths[0], "there is no filing")
    if nameless and not lists:
        what = "this filing says neither whose it is nor of which year: its reference is needed"
        raise unexpected(register, nameless[0].path, what)
    document["files"][FILINGS] |= located(filings)
    if lists:
        document["files"][REFERENCES] = located(lists)
        accounts = document["accounts"]
        for part in ("columns", "extra"):
            accounts[part] |= references.pop(part)
        accounts |= references
    else:
        del document["files"][REFERENCES]
    return Plan(document)


def _json(register: Register, one: Delivered) -> bytes:
    """The content of a JSON file; nothing of another."""
    if one.ending != ".json":
        return b""
    return one.content(register).removeprefix(b"\xef\xbb\xbf")
