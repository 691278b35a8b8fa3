"""A site: the releases that it shows, and which of their tables may be set side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from firmtrade.messages import Language, language_of
from firmtrade.report.model import Table
from firmtrade.web.answer import NotThereError
from firmtrade.web.published import Published

ALIKE = 0.5
"""The part of the smaller table's cells that two tables have in common, so that they are one table of two releases."""


@dataclass(frozen=True)
class Site:
    """Releases in the order in which they are shown; ``code`` is the language of the pages that are of none of them."""

    releases: tuple[Published, ...]
    code: str
    base: str = ""
    """The address of its root, with a slash at its end, where it is known."""

    @property
    def language(self) -> Language:
        """The language of the front page, of the search and of comparisons."""
        return language_of(self.code)

    @cached_property
    def by_name(self) -> Mapping[str, Published]:
        """Each release by its name."""
        return {release.name: release for release in self.releases}

    def release(self, name: str) -> Published:
        """The release of a name.

        Raises
        ------
        NotThereError
            There is none.
        """
        if name not in self.by_name:
            raise NotThereError
        return self.by_name[name]

    def table(self, release: str, name: str) -> tuple[Published, Table]:
        """A table of a release, or the data of a figure, by the name of its files.

        Raises
        ------
        NotThereError
            There is none.
        """
        found = self.release(release)
        if name not in found.tables:
            raise NotThereError
        return found, found.tables[name]

    def translations(self, release: Published) -> tuple[Published, ...]:
        """The same study on the same data in other languages."""
        return tuple(one for one in self.releases if one.edition == release.edition and one is not release)

    @cached_property
    def comparable(self) -> Mapping[str, tuple[Published, ...]]:
        """The releases that have a table in common, by the name of its files; of translations, one.

        Tables are the same where they have one name, and at least half of the cells of the smaller one are also in the
        other, with the same unit.
        """
        one_each: dict[tuple[str, str, str], Published] = {}
        for release in sorted(self.releases, key=lambda each: each.document.language != self.code):
            one_each.setdefault(release.edition, release)
        chosen = [release for release in self.releases if one_each[release.edition] is release]
        found: dict[str, tuple[Published, ...]] = {}
        for at, first in enumerate(chosen):
            for name, table in first.tables.items():
                if name in found or not table.computed:
                    continue
                alike = [other for other in chosen[at + 1 :] if _alike(table, other.tables.get(name))]
                if alike:
                    found[name] = (first, *alike)
        return found


def _alike(one: Table, other: Table | None) -> bool:
    if other is None or not other.computed:
        return False
    units = [{place: cell.unit for place, cell in table.cells.items()}.items() for table in (one, other)]
    return len(units[0] & units[1]) >= ALIKE * max(1, min(map(len, units)))
