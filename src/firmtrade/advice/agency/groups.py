"""Groups of firms that may be shown: small ones are joined until nothing in them can be told of one firm.

Every group is parted (firms that trade and firms that do not, clients and others). A part of fewer units than the
profile asks for would show what single firms do, so its group is joined with the others of that kind; where all of
them together are still too few, the smallest of the rest join them. So no small part can be told by subtraction either.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce

OTHER = "other_classes"
"""The key of the groups that were joined."""


@dataclass(frozen=True, slots=True)
class FirmsAndUnits:
    """Firms, and the units (enterprise groups, or firms without one) that they belong to."""

    firms: int
    units: int

    def __add__(self, other: FirmsAndUnits) -> FirmsAndUnits:
        """Both together; units are added as if none stood in both."""
        return FirmsAndUnits(self.firms + other.firms, self.units + other.units)


@dataclass(frozen=True, slots=True)
class FirmGroup:
    """A class of firms and its parts by name."""

    key: str
    parts: Mapping[str, FirmsAndUnits]

    @property
    def firms(self) -> int:
        """All firms of the class."""
        return sum(part.firms for part in self.parts.values())

    def share(self, part: str) -> float:
        """The share of a part, percent."""
        return 100 * self.parts[part].firms / self.firms

    def thin(self, units: int) -> bool:
        """Whether a part has fewer units than asked for; a part without any firm shows what all the others do."""
        return any(part.units < units for part in self.parts.values())


@dataclass(frozen=True, slots=True)
class Parted:
    """The classes of one classification that may be shown, and how many stand together as other classes."""

    by: str
    groups: tuple[FirmGroup, ...]
    joined: int

    @property
    def firms(self) -> int:
        """All firms that are shown."""
        return sum(group.firms for group in self.groups)


def guarded(by: str, groups: Iterable[FirmGroup], units: int) -> Parted:
    """The groups of a classification with every part of at least ``units`` units; none where all together have fewer.

    >>> def group(key, yes, no): return FirmGroup(key, {"yes": FirmsAndUnits(yes, yes), "no": FirmsAndUnits(no, no)})
    >>> found = guarded("size", [group("small", 9, 90), group("large", 1, 5), group("medium", 4, 20)], 3)
    >>> [(each.key, each.firms) for each in found.groups], found.joined
    ([('small', 99), ('other_classes', 30)], 2)
    """
    every = list(groups)
    joined = [group for group in every if group.thin(units)]
    shown = [group for group in every if not group.thin(units)]
    while joined and shown and (len(joined) == 1 or _joined(joined).thin(units)):
        smallest = min(shown, key=lambda group: (group.firms, group.key))
        shown.remove(smallest)
        joined.append(smallest)
    if joined and not _joined(joined).thin(units):
        shown.append(_joined(joined))
    return Parted(by, tuple(shown), len(joined))


def _joined(groups: list[FirmGroup]) -> FirmGroup:
    names = groups[0].parts
    return FirmGroup(
        OTHER,
        {name: reduce(FirmsAndUnits.__add__, (group.parts[name] for group in groups)) for name in names},
    )
