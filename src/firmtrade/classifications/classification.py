"""A classification: codes with labels in several languages, each code at a level and under a parent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType

from firmtrade.classifications.provenance import ListProvenance, provenance, provenances, table
from firmtrade.errors import StudyError, suggest


@dataclass(frozen=True, slots=True)
class ClassificationItem:
    """One code: its labels by language, its level (``section``, ``division``, ...) and its parent's code."""

    code: str
    labels: Mapping[str, str]
    level: str | None = None
    parent: str | None = None


@dataclass(frozen=True)
class Classification:
    """A list of codes in its official order.

    >>> nace = classification("nace-1.1")
    >>> nace.label("15", "fr"), nace.parent("15"), nace.ancestor("15", "section")
    ('Industries alimentaires', 'DA', 'D')
    """

    name: str
    items: tuple[ClassificationItem, ...]
    languages: tuple[str, ...]
    provenance: ListProvenance
    _by_code: Mapping[str, ClassificationItem] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_code = MappingProxyType({item.code: item for item in self.items})
        object.__setattr__(self, "_by_code", by_code)

    @property
    def codes(self) -> tuple[str, ...]:
        """All codes, in order."""
        return tuple(item.code for item in self.items)

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    def __iter__(self) -> Iterator[ClassificationItem]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def item(self, code: str) -> ClassificationItem:
        """The item of a code. Raises StudyError where the classification does not have it."""
        if code not in self._by_code:
            raise StudyError(
                f"The classification `{self.name}` has no code `{code}`.", fix=suggest(code, self._by_code)
            )
        return self._by_code[code]

    def at_level(self, level: str) -> tuple[str, ...]:
        """The codes of one level, in order. Raises StudyError where there is no such level."""
        levels = {item.level for item in self.items if item.level}
        if level not in levels:
            raise StudyError(
                f"The classification `{self.name}` has no level `{level}`.", fix=suggest(level, levels)
            )
        return tuple(item.code for item in self.items if item.level == level)

    def label(self, code: str, lang: str = "en") -> str:
        """The label of a code in a language, in English where the list has none.

        Raises StudyError for a code or a language that is not there.
        """
        if lang not in self.languages:
            raise StudyError(
                f"The classification `{self.name}` has no labels in the language `{lang}`.",
                fix=suggest(lang, self.languages),
            )
        return self.item(code).labels[lang]

    def parent(self, code: str) -> str | None:
        """The code one level up, or None at the top."""
        return self.item(code).parent

    def ancestor(self, code: str, level: str) -> str | None:
        """The code of ``level`` that holds ``code`` (itself included), or None."""
        item: ClassificationItem | None = self.item(code)
        while item and item.level != level:
            item = self.item(item.parent) if item.parent else None
        return item.code if item else None

    def children(self, code: str) -> tuple[str, ...]:
        """The codes directly below ``code``, in order."""
        parent = self.item(code).code
        return tuple(item.code for item in self.items if item.parent == parent)


def classifications() -> tuple[str, ...]:
    """The names of all classifications: every list of this room that has codes with labels."""
    return tuple(name for name in provenances() if {"code", "en"} <= table(name)[0].keys())


@lru_cache
def classification(name: str) -> Classification:
    """The classification of that name.

    Raises
    ------
    StudyError
        If there is none; the message names the nearest.
    """
    if name not in classifications():
        raise StudyError(f"There is no classification `{name}`.", fix=suggest(name, classifications()))
    rows = table(name)
    from firmtrade.messages import LANGUAGES  # validated texts come with it: they wait until a list is read

    languages = tuple(language for language in LANGUAGES if language in rows[0])
    items = tuple(
        ClassificationItem(
            code=row["code"],
            labels=MappingProxyType({language: row[language] or row["en"] for language in languages}),
            level=row.get("level") or None,
            parent=row.get("parent") or None,
        )
        for row in rows
    )
    return Classification(name, items, languages, provenance(name))
