"""The tables of several studies of the same firms as those of one: a number that two of them print is decided once, and
what one prints is known where the other is judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from firmtrade.errors import UsageError
from firmtrade.kinds import specify
from firmtrade.outputs import Cell, CellKey
from firmtrade.outputs.room import Room
from firmtrade.query.cells import TableSpec
from firmtrade.studies import parse_study
from firmtrade.studies.joint import dated, joint_study, own_table, same_firms, table_of
from firmtrade.study import Study


@dataclass(frozen=True)
class TablesTogether:
    """A joint study, the tables of all studies and their cells; tables of the second and further studies are called
    after them (:func:`firmtrade.studies.joint.table_of`)."""

    study: Study
    tables: tuple[TableSpec, ...]
    cells: tuple[Cell, ...]


def together(rooms: Sequence[tuple[str, Room]]) -> TablesTogether:
    """The tables of rooms, each with what its tables are called after.

    Raises
    ------
    UsageError
        Two studies are of other measures or another country, or a name means one thing in one and another in another.
    """
    studies = [parse_study(room.study, f"{room.path.name}/study.toml") for _, room in rooms]
    joint = studies[0]
    for other in studies[1:]:
        if not same_firms(joint, other):
            raise UsageError(
                f"the studies {joint.name} and {other.name} are of other measures, thresholds or another country: "
                "they cannot be protected as one",
                fix="Publish one after the other, with a register of releases.",
            )
        joint = joint_study(joint, other)
    tables, cells = list[TableSpec](), list[Cell]()
    for (name, room), study in zip(rooms, studies, strict=True):
        tables += [table.named(table_of(name, table.id)) for table in dated(specify(study), study, joint)]
        cells += [replace(cell, key=key_of(name, cell.key)) for cell in room.statements.cells]
    return TablesTogether(joint, tuple(tables), tuple(cells))


def cells_of(name: str, cells: Sequence[Cell]) -> tuple[Cell, ...]:
    """The cells of one of several studies, as it calls them itself."""
    own = ((own_table(name, cell.key.table), cell) for cell in cells)
    return tuple(
        replace(cell, key=cell.key._replace(table=table)) for table, cell in own if table is not None
    )


def key_of(name: str, key: CellKey) -> CellKey:
    """A key of the study ``name`` among those of several."""
    return key._replace(table=table_of(name, key.table))
