"""All rooms of a release protected by one profile: the cells of its studies as one system, models and surveys by their
own rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from firmtrade.errors import DataError
from firmtrade.outputs import CellKey, Statements
from firmtrade.outputs.manifest import Contents
from firmtrade.outputs.room import Room
from firmtrade.progress import Progress
from firmtrade.protection.editions import Earlier, before
from firmtrade.protection.log import Hidden, Loss, losses
from firmtrade.protection.models import protect_counts, protect_curves, protect_estimates
from firmtrade.protection.names import check_names
from firmtrade.protection.notes import veil_notes
from firmtrade.protection.profile import Profile
from firmtrade.protection.protect import ProtectedCells, protect_cells
from firmtrade.protection.together import cells_of, key_of, together
from firmtrade.studies.joint import own_table


@dataclass(frozen=True)
class ProtectedRooms:
    """Rooms with hidden values, in their order; what was hidden; and how much of each table that is.

    ``names`` are, by the place of a room, what its tables and blocks are called after in ``hidden`` and ``losses``:
    nothing in those of the first study and in surveys. The ``system`` proves the cells of all studies."""

    rooms: tuple[Room, ...]
    names: tuple[str, ...]
    hidden: tuple[Hidden, ...]
    losses: tuple[Loss, ...]
    system: ProtectedCells | None

    @property
    def reach(self) -> int:
        """How far true numbers of firms may lie from the printed ones."""
        return self.system.reach if self.system else 0

    def name_of(self, room: Room) -> str:
        """What the tables and blocks of a room are called after."""
        return self.names[self.rooms.index(room)]

    def of_study(self, name: str) -> tuple[tuple[Hidden, ...], tuple[Loss, ...]]:
        """What was hidden of one of several studies, under the names of its own tables, and how much of each."""
        own = ((own_table(name, each.key.table), each) for each in self.hidden)
        hidden = (
            replace(each, key=each.key._replace(table=table)) for table, each in own if table is not None
        )
        lost = ((own_table(name, each.table), each) for each in self.losses)
        return tuple(hidden), tuple(replace(each, table=table) for table, each in lost if table is not None)


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
    names = names_of(rooms)
    tables = [
        (name, room)
        for name, room in zip(names, rooms, strict=True)
        if room.manifest.contents is Contents.TABLES
    ]
    system = _system(tables, profile, earlier, exhaustive=exhaustive, progress=progress) if tables else None
    after, hidden = list[Room](), list(system.hidden if system else ())
    for name, room in zip(names, rooms, strict=True):
        few: Sequence[Hidden] = ()
        if system and room.manifest.contents is Contents.TABLES:
            cells = cells_of(name, system.cells)
        else:
            cells, few = protect_counts(room.statements.cells, profile)
        estimates, models = protect_estimates(room.statements.estimates, profile)
        curves, steps = protect_curves(room.statements.curves, profile)
        notes = veil_notes(room, profile)
        after.append(notes.protected(Statements(cells, estimates, curves), profile.name))
        hidden += [replace(each, key=key_of(name, each.key)) for each in (*few, *models, *steps)]
    keys = numbered(rooms)
    _something_left(keys, hidden, profile)
    return ProtectedRooms(tuple(after), names, tuple(hidden), losses(keys, hidden), system)


def _system(
    rooms: Sequence[tuple[str, Room]],
    profile: Profile,
    earlier: Sequence[Earlier],
    *,
    exhaustive: bool,
    progress: Progress | None,
) -> ProtectedCells:
    found = together(rooms)
    check_names(profile, found.tables)
    _, first = rooms[0]
    return protect_cells(
        found.study,
        found.tables,
        found.cells,
        profile,
        before=before(found.study, found.tables, first.manifest.data.fingerprint, earlier),
        exhaustive=exhaustive,
        progress=progress,
    )


def names_of(rooms: Sequence[Room]) -> tuple[str, ...]:
    """What tables and blocks are called after, by the place of a room: those of a second and further study after it."""
    studies = [room.manifest.study.name for room in rooms if room.manifest.contents is not Contents.SURVEY]
    return tuple(
        "" if room.manifest.contents is Contents.SURVEY or name == studies[0] else name
        for room in rooms
        for name in (room.manifest.study.name,)
    )


def numbered(rooms: Sequence[Room]) -> list[CellKey]:
    """The keys of everything in rooms that is a number or a curve of them."""
    return [
        key_of(name, each.key)
        for name, room in zip(names_of(rooms), rooms, strict=True)
        for each in room.statements
        if _has_number(each)
    ]


def _has_number(each: object) -> bool:
    value = getattr(each, "value", getattr(each, "estimate", None))
    return value is not None or hasattr(each, "points")


def _something_left(keys: Sequence[CellKey], hidden: Sequence[Hidden], profile: Profile) -> None:
    """Refuse a profile that leaves nothing, by the rule that hides most."""
    if keys and len({each.key for each in hidden}) >= len(set(keys)):
        rules = Counter(rule for each in hidden for rule in each.rules)
        most = [rule for rule, _ in rules.most_common(1)]
        raise DataError(
            "the profile hides every number: nothing is left to release",
            where=profile.where("rules", *most),
            fix="Ask for coarser tables, or look at the thresholds of the profile.",
        )
