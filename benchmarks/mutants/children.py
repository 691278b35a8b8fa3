"""Work in processes of its own, a few at a time."""

from __future__ import annotations

import json
import os
import resource
import signal
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CPU_SECONDS, WALL_SECONDS = 900, 3600
"""A child that uses up either hangs. The limit of the processor holds on a busy machine too."""

BROKEN = 70
"""What a child leaves with that broke down."""

Work = Callable[[], tuple[int, Any]]
"""Gives the status to leave with, and an answer that JSON can hold."""


@dataclass(frozen=True, slots=True)
class Done:
    """What a child left: its key, status (negative where it was stopped), answer, and seconds."""

    key: Any
    status: int
    answer: Any
    seconds: float


@dataclass(frozen=True, slots=True)
class _Child:
    key: Any
    pid: int
    answer: Path
    start: float

    def gone(self) -> int | None:
        """The status it left with; None while it runs. One over time is stopped."""
        done, status = os.waitpid(self.pid, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() - self.start > WALL_SECONDS:
            os.kill(self.pid, signal.SIGKILL)
        return None


def _fork(key: Any, work: Work, answer: Path) -> _Child:
    answer.unlink(missing_ok=True)
    pid = os.fork()
    if pid == 0:
        status = BROKEN
        try:
            resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
            status, found = work()
            answer.write_text(json.dumps(found), encoding="utf-8")
        except BaseException:
            traceback.print_exc()
        os._exit(status)
    return _Child(key, pid, answer, time.monotonic())


def many(jobs: Iterator[tuple[Any, Work]], workers: int, folder: Path) -> Iterator[Done]:
    """Run jobs, each a key and its work, ``workers`` at a time, and give what they leave as they end."""
    running: dict[int, _Child] = {}
    more = True
    while more or running:
        while more and len(running) < workers:
            slot = next(at for at in range(workers) if at not in running)
            job = next(jobs, None)
            more = job is not None
            if job is not None:
                running[slot] = _fork(*job, folder / f"{slot}.json")
        for slot, child in list(running.items()):
            if (status := child.gone()) is not None:
                del running[slot]
                answer = json.loads(child.answer.read_text("utf-8")) if child.answer.is_file() else None
                yield Done(child.key, status, answer, round(time.monotonic() - child.start, 1))
        time.sleep(0.02)
