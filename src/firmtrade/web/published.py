"""Releases as the observatory reads them: whole, protected, and each with a name of its own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from firmtrade.errors import DataError, InputError, UsageError
from firmtrade.messages import Language, language_of
from firmtrade.outputs import CellKey
from firmtrade.outputs.contents import digest
from firmtrade.outputs.manifest import is_room
from firmtrade.outputs.several import MANIFEST, releases_in
from firmtrade.report import stored
from firmtrade.report.html import places_of
from firmtrade.report.manifest import read_released
from firmtrade.report.model import Document, Figure, Table
from firmtrade.report.names import stem
from firmtrade.report.tidy import dump
from firmtrade.study.keys import plain


@dataclass(frozen=True)
class Published:
    """A release of one study in one language. ``name`` stands for it in addresses."""

    name: str
    folder: Path
    manifest: Mapping[str, Any]
    document: Document

    @property
    def language(self) -> Language:
        """The language of its pages."""
        return language_of(self.document.language)

    @property
    def edition(self) -> tuple[str, str, str]:
        """Its study, with the fingerprints of study and data: releases of the same differ in language alone."""
        about = self.document.provenance
        return about.study, about.study_fingerprint, about.data_fingerprint

    @cached_property
    def items(self) -> Mapping[str, Table | Figure]:
        """Its tables and figures by the name of their files, in print order."""
        return {
            stem(item.table if isinstance(item, Figure) else item): item for item in self.document.items()
        }

    @cached_property
    def tables(self) -> Mapping[str, Table]:
        """Its tables by the name of their files, the data of figures among them."""
        return {name: item.table if isinstance(item, Figure) else item for name, item in self.items.items()}

    @cached_property
    def places(self) -> Mapping[CellKey, tuple[Table, str, str]]:
        """Where each of its cells stands: its table, and the keys of its row and column there."""
        return places_of(self.document)

    @property
    def paths(self) -> tuple[str, ...]:
        """Every file of the release, its manifest first; a signature stays with the release."""
        return (MANIFEST, *self.manifest["files"])

    def holds(self, path: str) -> bool:
        """Whether the release lists a file."""
        return path == MANIFEST or path in self.manifest["files"]

    def content(self, path: str) -> bytes:
        """A file of the release, byte for byte as it was published.

        Raises
        ------
        DataError
            It is not any more what the manifest lists.
        """
        try:
            content = (self.folder / path).read_bytes()
        except OSError:
            content = b""
        sound = (
            content == self._sealed if path == MANIFEST else digest(content) == self.manifest["files"][path]
        )
        if not sound:
            raise DataError(
                f"{path} of the release {self.name} was altered since it was read",
                fix="Put the release back as it was published, and start again.",
            )
        return content

    @cached_property
    def _sealed(self) -> bytes:
        """The manifest as the program writes it."""
        return dump(self.manifest)


def read_releases(folders: Sequence[str | Path]) -> tuple[Published, ...]:
    """Release folders, those that hold several studies as the releases in them; each is verified byte for byte.

    Raises
    ------
    UsageError
        There is no folder, one is a room or no release, or one release is given twice.
    InputError
        A release holds no ``publication.json``.
    DataError
        A release does not verify, or shows real data unprotected.
    """
    if not folders:
        raise UsageError("No release is given.", fix="Give the folders that `firmtrade release` wrote.")
    found = []
    for folder in map(Path, folders):
        if is_room(folder):
            raise UsageError(
                f"{folder} is a room, which never leaves.",
                fix=f"Make a release of it first: `firmtrade release {folder} --out release/`.",
            )
        read_released(folder)
        found += [_read(each) for each in releases_in(folder) or (folder,)]
    seals = Counter(each.manifest["seal"] for each in found)
    twice = next((each for each in found if seals[each.manifest["seal"]] > 1), None)
    if twice is not None:
        raise UsageError(f"The release {twice.folder} is given twice.", fix="Give each release once.")
    return _named(found)


def _read(folder: Path) -> Published:
    manifest = read_released(folder)
    if stored.NAME not in manifest["files"]:
        raise InputError(
            f"The release {folder} holds no {stored.NAME}: another version of the program wrote it.",
            fix="Publish it again.",
        )
    document = stored.read((folder / stored.NAME).read_bytes(), str(folder / stored.NAME))
    return Published("", folder, manifest, document)


def _named(found: Sequence[Published]) -> tuple[Published, ...]:
    """The releases with names: the study; where several are of one study its language, too; else their fingerprints."""
    parts: list[Callable[[Published], str]] = [
        lambda one: one.document.provenance.study or one.document.title,
        lambda one: one.document.language,
        lambda one: one.document.provenance.data_fingerprint[:8],
        lambda one: str(one.manifest["seal"])[:8],
    ]
    names = [""] * len(found)
    for part in parts:
        taken = Counter(names)
        names = [
            name if name and taken[name] == 1 else "-".join(filter(None, (name, _plain(part(one)))))
            for name, one in zip(names, found, strict=True)
        ]
    return tuple(replace(one, name=name) for name, one in zip(names, found, strict=True))


def _plain(text: str) -> str:
    """A text as a part of an address: small plain letters, digits and hyphens.

    >>> _plain("Île-de-France 2008"), _plain("..")
    ('ile-de-france-2008', 'release')
    """
    return re.sub(r"[^a-z0-9]+", "-", plain(text).lower()).strip("-") or "release"
