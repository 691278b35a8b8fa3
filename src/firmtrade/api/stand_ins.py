"""A population that stands in for confidential records: drawn from the numbers that a release of them would show.

Researchers write their code against it outside the secure room. Nothing goes in but what may leave: the room is
released first, protected and attacked as every release is, and its shown cells are the edition that is fitted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from firmtrade.errors import UsageError
from firmtrade.outputs.manifest import Contents
from firmtrade.outputs.room import read_room
from firmtrade.outputs.working import WorkingFolder
from firmtrade.progress import Progress
from firmtrade.studies import parse_study

if TYPE_CHECKING:
    from firmtrade.linked.population import SynthReport
    from firmtrade.protection.profile import Profile


def stand_in(
    room: Path,
    out: Path,
    *,
    profile: Profile | str | Path | None = None,
    scale: int = 1,
    declarations: int | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> SynthReport:
    """Draw a population that has the numbers which a release of a room shows.

    Parameters
    ----------
    room
        A room of tables, as ``firmtrade run`` writes it.
    profile
        What protects the numbers before they are used; as in a release.

    Raises
    ------
    UsageError
        The folder is no room of tables, or one of the places is taken.
    DataError
        A number cannot be protected, or too many of the shown numbers contradict one another.
    """
    from firmtrade.linked.population import synthesize
    from firmtrade.releases import release

    held = read_room(room)
    if held.manifest.contents is not Contents.TABLES:
        raise UsageError(
            f"{room} holds no tables to draw a population from: it is a room of {held.manifest.contents.value}",
            fix="Give the folder that `firmtrade run` wrote.",
        )
    study = parse_study(held.study, f"{room.name}/study.toml")
    made = release([held], profile=profile, progress=progress)
    with WorkingFolder() as folder:
        shown = made.publish(folder / "release", formats=["csv"])
        return synthesize(
            study,
            out,
            edition=shown / "cells.csv",
            scale=scale,
            declarations=declarations,
            seed=seed,
            progress=progress,
        )
