"""The golden file: every cell of the chapter on 300 drawn firms. ``python tests/statistics/golden/make.py`` renews it.

The firms are drawn without regard to plausibility; the numbers mean nothing but that they do not change unseen.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

if __name__ == "__main__":
    project = Path(__file__).resolve().parents[3]
    sys.path[:0] = [str(project / "src"), str(project / "tests")]

from canonical_data import World, world, write
from firmtrade import api
from firmtrade.sources.stamp import Stamp, write_stamp
from firmtrade.studies import load_study

HERE = Path(__file__).resolve().parent
GOLDEN = HERE / "cells.csv"


def data(folder: Path) -> Path:
    """The canonical tables, stamped synthetic."""
    about = World(firms=300, groups=True, headcount=True, yearly_register=True, zones=True)
    write(folder, world(load_study("belgium-2008"), 2008, about))
    write_stamp(folder / "stamp.json", Stamp("synthetic", "Drawn firms", "tests"))
    return folder


def room(folder: Path) -> Path:
    """The room of the chapter on the canonical tables."""
    return api.run("belgium-2008", data(folder / "data")).write(folder / "room")


def main() -> None:
    with TemporaryDirectory() as folder:
        shutil.copyfile(room(Path(folder)) / "cells.csv", GOLDEN)


if __name__ == "__main__":
    main()
