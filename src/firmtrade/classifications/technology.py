"""Technology intensity of manufacturing by the prefix of an activity code; the longest prefix wins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from firmtrade.classifications.activity import digits_of
from firmtrade.classifications.provenance import ListProvenance, provenance, provenances, table
from firmtrade.errors import StudyError, suggest

_LIST = "technology-"


@dataclass(frozen=True)
class Technology:
    """A list of code prefixes (digits only) with their class: high, medium_high, medium_low or low.

    >>> technology("nace-1.1").class_of("24.41"), technology("nace-1.1-three-digit").class_of("24.41")
    ('medium_high', 'high')
    """

    name: str
    by_prefix: Mapping[str, str]
    provenance: ListProvenance

    @property
    def prefix_lengths(self) -> tuple[int, ...]:
        """The lengths of the prefixes, longest first: the order in which to look a code up."""
        return tuple(sorted({len(prefix) for prefix in self.by_prefix}, reverse=True))

    @property
    def divisions(self) -> frozenset[str]:
        """The divisions that have a class, as a whole or in parts; the others have none."""
        return frozenset(prefix[:2] for prefix in self.by_prefix)

    def class_of(self, code: str) -> str | None:
        """The class of an activity code, or None where it has none (mining, construction, services)."""
        digits = digits_of(code)
        prefixes = (digits[:length] for length in self.prefix_lengths if len(digits) >= length)
        return next((self.by_prefix[prefix] for prefix in prefixes if prefix in self.by_prefix), None)


def technologies() -> tuple[str, ...]:
    """The names :func:`technology` knows."""
    return tuple(name.removeprefix(_LIST) for name in provenances() if name.startswith(_LIST))


@lru_cache
def technology(name: str) -> Technology:
    """Technology intensity by the activity scheme ``name`` (``nace-1.1``), or a finer variant of it
    (``nace-1.1-three-digit``).

    Raises
    ------
    StudyError
        If there is none; the message names the nearest.
    """
    if name not in technologies():
        raise StudyError(
            f"There is no list of technology intensity for `{name}`.", fix=suggest(name, technologies())
        )
    by_prefix = {row["prefix"]: row["technology"] for row in table(_LIST + name)}
    return Technology(name, MappingProxyType(by_prefix), provenance(_LIST + name))
