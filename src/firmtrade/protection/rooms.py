"""All rooms of a release protected by one profile: the cells of a study as one system, models and surveys by their own
rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from firmtrade.errors import DataError
from firmtrade.kinds import specify
from firmtrade.outputs import CellKey, Statements
from firmtrade.outputs.manifest import Contents
from firmtrade.outputs.room import Room
from firmtrade.progress import Progress
from firmtrade.protection.editions import Earlier, before
from firmtrade.protection.log import Hidden, Loss, losses
from firmtrade.protection.models import protect_counts, protect_curves, protect_estimates
from firmtrade.protection.notes import veil_notes
from firmtrade.protection.profile import Profile
from firmtrade.protection.protect import ProtectedCells, protect_cells
from firmtrade.studies import parse_study


@dataclass(frozen=True)
class ProtectedRooms:
    """Rooms with hidden values, in their order; what was hidden; and how much of each table that is.

    ``systems`` prove the cells of each study, by the place of its room."""

    rooms: tuple[Room, ...]
    hidden: tuple[Hidden, ...]
    losses: tuple[Loss, ...]
    systems: dict[int, ProtectedCells]

    @property
    def reach(self) -> int:
        """How far true numbers of firms may lie from the printed ones."""
        return max((system.reach for system in self.systems.values()), default=0)


def protect_rooms(
    rooms: Sequence[Room],
    profile: Profile,
    *,
    earlier: Sequence[Earlier] = (),
    exhaustive: bool = False,
    progress: Progress | None = None,
) -> ProtectedRooms:
    """Protect everything that a release will hold, beside the ``earlier`` releases that are out.

    Raises
    ------
    DataError
        Something cannot be protected, or nothing at all would be left.
    """
    after, hidden, systems = list[Room](), list[Hidden](), dict[int, ProtectedCells]()
    for at, room in enumerate(rooms):
        cells = room.statements.cells
        if room.manifest.contents is Contents.TABLES:
            study = parse_study(room.study, f"{room.path.name}/study.toml")
            systems[at] = protect_cells(
                study,
                specify(study),
                cells,
                profile,
                before=before(study, room.manifest.data.fingerprint, earlier),
                exhaustive=exhaustive,
                progress=progress,
            )
            cells, gone = systems[at].cells, systems[at].hidden
        else:
            cells, gone = protect_counts(cells, profile)
        estimates, few = protect_estimates(room.statements.estimates, profile)
        curves, steps = protect_curves(room.statements.curves, profile)
        notes = veil_notes(room, profile)
        after.append(notes.protected(Statements(cells, estimates, curves), profile.name))
        hidden += [*gone, *few, *steps]
    keys = numbered(rooms)
    _something_left(keys, hidden)
    return ProtectedRooms(tuple(after), tuple(hidden), losses(keys, hidden), systems)


def numbered(rooms: Sequence[Room]) -> list[CellKey]:
    """The keys of everything in rooms that is a number or a curve of them."""
    return [each.key for room in rooms for each in room.statements if _has_number(each)]


def _has_number(each: object) -> bool:
    value = getattr(each, "value", getattr(each, "estimate", None))
    return value is not None or hasattr(each, "points")


def _something_left(keys: Sequence[CellKey], hidden: Sequence[Hidden]) -> None:
    if keys and len({each.key for each in hidden}) >= len(set(keys)):
        raise DataError(
            "the profile hides every number: nothing is left to release",
            fix="Ask for coarser tables, or look at the thresholds of the profile.",
        )
