"""A folder for what a run has finished, so that the next need not do it again: its owner's alone, one run at a time."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from firmtrade.errors import UsageError
from firmtrade.outputs.place import OWN_FOLDER, name_beside, refused, resolved

STAGE = re.compile(r"[0-9a-f]{64}(\.[a-z]+)?")
"""Names of finished stages: a digest, with an ending while one is written."""


def beside(out: Path) -> Path:
    """The folder for what a run that writes to ``out`` has finished."""
    target = resolved(out)
    return target.parent / name_beside(target, "stages")


@contextmanager
def holding(folder: Path, *, fresh: bool = False, lasting: bool = False) -> Iterator[Path]:
    """Hold a folder of finished stages against other runs.

    ``fresh`` empties it first. It is removed when the block ends well, unless it is ``lasting``, and wherever it is
    empty. What a run leaves that was stopped or killed, the next one that holds the folder finds.

    Raises
    ------
    UsageError
        Another run holds it, it holds files of others, or the disk refuses.
    """
    try:
        held = _held(folder)
    except OSError as error:
        raise refused(folder, error) from error
    done = False
    try:
        if strange := [path for path in folder.iterdir() if not STAGE.fullmatch(path.name)]:
            raise UsageError(
                f"{folder} holds {len(strange)} file(s) that are no finished stages of a run.",
                fix="Give a new folder.",
            )
        if fresh:
            for stage in folder.iterdir():
                shutil.rmtree(stage)
        yield folder
        done = True
    finally:
        if (done and not lasting) or not any(folder.iterdir()):
            shutil.rmtree(folder)
        os.close(held)


def _held(folder: Path) -> int:
    """A folder, made where it is not there and locked, as an open file: closing it lets the folder go."""
    while True:
        folder.mkdir(mode=OWN_FOLDER, parents=True, exist_ok=True)
        try:
            held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        except FileNotFoundError:  # who held it has removed it
            continue
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(held)
            raise UsageError(
                f"another run works with {folder}.",
                fix="Wait until it has ended, or give another folder.",
            ) from None
        if folder.exists() and folder.stat().st_ino == os.fstat(held).st_ino:
            return held
        os.close(held)
