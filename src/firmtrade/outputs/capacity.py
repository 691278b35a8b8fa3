"""Whether the machine has room for what is asked, said before the work or in its middle, with the way out."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Protocol

from firmtrade.errors import UsageError

RESERVE = 1 << 26
"""Bytes of a disk that are left free."""
PIECE = 1 << 24
MEGABYTE, GIGABYTE = 10**6, 10**9


class Readable(Protocol):
    """A stream of bytes."""

    def read(self, size: int, /) -> bytes:
        """The next bytes, none at the end."""


def free_disk(place: Path) -> int:
    """Bytes that may be written on the disk of a place, which need not be there yet."""
    above = place.absolute()
    while not above.exists():
        above = above.parent
    return max(0, shutil.disk_usage(above).free - RESERVE)


def free_memory() -> int:
    """Bytes of memory that the machine has left, as far as it says so; all that it has elsewhere."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:"))
    except (OSError, StopIteration, ValueError):
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def in_units(size: int) -> str:
    """A number of bytes as people say it.

    >>> in_units(2_500_000), in_units(12_340_000_000)
    ('2.5 MB', '12.3 GB')
    """
    return f"{size / GIGABYTE:,.1f} GB" if size >= GIGABYTE else f"{size / MEGABYTE:,.1f} MB"


def check_capacity(what: str, needed: int, free: int, where: str, fix: str) -> None:
    """Refuse what does not fit: ``where`` is ``on the disk`` or ``of memory``.

    Raises
    ------
    UsageError
        Says how much is needed and how much there is.
    """
    if needed > free:
        raise UsageError(
            f"{what} would take about {in_units(needed)} {where}, and {in_units(free)} are free",
            fix=fix,
        )


def copy(source: Readable, target: Path) -> None:
    """Write a stream whose length nobody knows, and stop before the disk is full.

    Raises
    ------
    UsageError
        The disk has no room for the rest.
    """
    with target.open("wb") as written:
        while piece := source.read(PIECE):
            check_capacity(
                "unpacked, the rest of an archive", len(piece), free_disk(target), "on the disk",
                "Make room beside the folder of `--out`, or unpack the archive by hand and look at it first.",
            )  # fmt: skip
            written.write(piece)
