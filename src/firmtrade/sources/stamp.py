"""The stamp of a canonical folder: whether the data is real or synthetic, and where it came from."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from firmtrade.classifications import country_advice, currency_advice
from firmtrade.errors import InputError, Place, suggest
from firmtrade.messages.text import MOST_SIGNS, UNPRINTABLE
from firmtrade.outputs.contents import digests
from firmtrade.outputs.json_file import read_object
from firmtrade.outputs.place import FolderKind
from firmtrade.sources.canonical import STAMP
from firmtrade.storage import answering

KINDS = ("real", "synthetic")
MOST_QUOTED = 20


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the data is. A folder without a stamp is taken as real: that is the careful reading.

    ``currency`` is the currency of every money column (ISO 4217), ``country`` that of the firms (ISO 3166
    alpha-2); empty where nobody said it.
    """

    kind: str = "real"
    title: str = ""
    source: str = ""
    currency: str = ""
    country: str = ""

    @property
    def synthetic(self) -> bool:
        return self.kind == "synthetic"

    def problems(self) -> Iterator[tuple[str, str, str]]:
        """Codes that are none, and texts that no page can show: key, what is wrong, and what to write instead."""
        for key, text in (("title", self.title), ("source", self.source)):
            if UNPRINTABLE.search(text) or len(text) > MOST_SIGNS:
                yield (
                    key,
                    f"the {key} has signs that no page can show, or too many",
                    "Write it in plain signs.",
                )
        if self.country and (advice := country_advice(self.country)):
            yield "country", f"there is no country `{self.country}`", advice
        if self.currency and (advice := currency_advice(self.currency)):
            yield "currency", f"there is no currency `{self.currency}`", advice


def read_stamp(path: Path) -> Stamp:
    """Read ``stamp.json``; without the file the data is real. Keys it does not know are left alone.

    Raises
    ------
    InputError
        The file is not JSON, or names a kind that is neither real nor synthetic, or a country or currency that is none.
    """
    if not path.exists():
        return Stamp()
    try:
        with answering(path):
            content = read_object(path)
    except OSError as error:
        raise InputError(
            "the stamp may not be read" if isinstance(error, PermissionError) else "the stamp cannot be read",
            where=Place(file=str(path)),
            fix="Ask its owner for the right to read it: without it, nobody knows whether the data is real.",
        ) from error
    except ValueError as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else None
        raise InputError(
            "the stamp is not readable JSON",
            where=Place(file=str(path), line=line),
            fix='Write it like {"kind": "real", "title": "...", "source": "..."}, or remove it.',
        ) from error
    if content.get("kind") not in KINDS:
        kind = str(content.get("kind", ""))[:MOST_QUOTED]
        raise InputError(
            f"the stamp's `kind` is `{kind}`",
            where=Place(file=str(path), key="kind"),
            fix=suggest(kind, KINDS),
        )
    stamp = Stamp(
        *(str(content.get(key) or "") for key in ("kind", "title", "source", "currency", "country"))
    )
    for key, what, advice in stamp.problems():
        raise InputError(what, where=Place(file=str(path), key=key), fix=advice)
    return stamp


def stamped_files(path: Path) -> dict[str, str] | None:
    """The digests that a stamp lists, by path in its folder; None without a stamp or where it lists none."""
    try:
        with answering(path):
            files = read_object(path).get("files")
    except (OSError, ValueError):
        return None
    return {str(name): str(digest) for name, digest in files.items()} if isinstance(files, dict) else None


def stamped_by(accept: Callable[[Stamp], bool], what: str) -> FolderKind:
    """Canonical folders, as places that a new one may take: only files that their stamp lists are replaced."""

    def listed(folder: Path) -> Collection[str] | None:
        try:
            stamp = read_stamp(folder / STAMP)
        except InputError:
            return None
        files = stamped_files(folder / STAMP)
        return None if files is None or not accept(stamp) else {STAMP, *files}

    return FolderKind(what, listed)


def write_stamp(path: Path, stamp: Stamp) -> None:
    """Write ``stamp.json`` with the digest of every file beside it, the same bytes for the same folder.

    It is written last: a file that comes or changes afterwards is none of those that the stamp speaks of.
    """
    content = {key: value for key, value in asdict(stamp).items() if value}
    content["files"] = digests(path.parent, but=(path.name,))
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
