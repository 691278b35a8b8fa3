"""Files of statistical packages (Stata, SPSS, SAS), read in a process of its own: see ``package_process.py``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from firmtrade.outputs.working import WorkingFolder
from firmtrade.sources.apart import answer_apart

READERS = {
    ".dta": "read_dta", ".sav": "read_sav", ".zsav": "read_sav", ".por": "read_por", ".sas7bdat": "read_sas7bdat",
    ".xpt": "read_xport",
}  # fmt: skip
"""The function of `pyreadstat` that reads a file, by its ending."""
PIECE = 100_000


class UnreadableError(Exception):
    """The file is none of its package's, is damaged, or has texts in another encoding."""


@dataclass(frozen=True, slots=True)
class PackageFile:
    """Rows and variables of a file.

    ``stored`` are the types of variables, ``written`` their formats, as the file gives them; ``labels`` and
    ``value_labels`` name variables and their codes, ``missing`` are ranges of codes declared as missing.
    """

    folder: Path
    n_pieces: int
    stored: dict[str, str]
    written: dict[str, str]
    labels: dict[str, str | None]
    value_labels: dict[str, dict[Any, str]]
    missing: dict[str, tuple[tuple[Any, Any], ...]]

    def pieces(self) -> Iterator[pl.DataFrame]:
        """The rows, in frames of at most :data:`PIECE` rows; one without rows where there are none."""
        for number in range(self.n_pieces):
            yield pl.read_ipc((self.folder / f"{number}.arrow").read_bytes())


@contextmanager
def package_file(path: Path, ending: str, **how: Any) -> Iterator[PackageFile]:
    """A file as its package reads it, while the context lasts; ``how`` are options of `pyreadstat`.

    Raises
    ------
    UnreadableError
        It cannot be read.
    """
    with WorkingFolder() as folder:
        found = answer_apart(
            "package_process.py",
            {"path": str(path), "reader": READERS[ending], "folder": str(folder), "rows": PIECE, "how": how},
        )
        if "fault" in found:
            raise UnreadableError
        yield PackageFile(
            folder,
            found["pieces"],
            found["stored"],
            found["written"],
            found["labels"],
            {name: dict(map(tuple, pairs)) for name, pairs in found["value_labels"].items()},
            {name: tuple(map(tuple, ranges)) for name, ranges in found["missing"].items()},
        )
