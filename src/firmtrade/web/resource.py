"""An address of the site: what answers there, and the files that it is where the site is written out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from firmtrade.web.answer import Place, Query, SiteAnswer
from firmtrade.web.site import Site

NAMED = re.compile(r"\{(\w+)(?::path)?\}")


@dataclass(frozen=True, slots=True)
class Resource:
    """One kind of address. ``path`` begins with a slash and has names in braces (``{name:path}`` takes slashes, too).

    ``places`` are those of a site that are written as files; ``query`` the parameters that are taken beside the path.
    """

    path: str
    media: str
    answer: Callable[[Site, Place, Query], SiteAnswer]
    places: Callable[[Site], Iterable[Place]]
    query: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names in braces, in order."""
        return tuple(NAMED.findall(self.path))

    @property
    def what(self) -> str:
        """What it answers, in a sentence."""
        return (self.answer.__doc__ or "").strip()

    def files(self, site: Site) -> Iterator[tuple[str, bytes]]:
        """The files that it is, by path from the root of the site."""
        for place in self.places(site):
            yield self._filled(place), self.answer(site, place, {}).body

    def paths(self, site: Site) -> Iterator[str]:
        """The paths of these files."""
        return map(self._filled, self.places(site))

    def _filled(self, place: Place) -> str:
        return NAMED.sub(lambda found: place[found[1]], self.path).removeprefix("/")


def once(_: Site) -> Iterable[Place]:
    """One file."""
    return ({},)


def never(_: Site) -> Iterable[Place]:
    """No file: what a server alone can answer."""
    return ()
