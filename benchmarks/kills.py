"""Commands that are killed at every kind of system call by which they change the disk: nothing is lost or left.

A process loads the program once and starts each run as a copy of itself, which strace (its fault injection) kills at
the chosen call. Afterwards the place holds the earlier content or the new one, whole; every fifth time the command is
run to its end, and then neither beside the place nor in the folder for working files is anything left.

    PYTHONPATH=tests python benchmarks/kills.py --kills 500

prints for each command and call how often it was killed there, and leaves with 1 where anything was lost or left.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "POLARS_MAX_THREADS"):
    os.environ[_name] = "1"  # a copy of a process has none of its threads

CALLS = (
    "rename", "renameat", "renameat2", "mkdir", "mkdirat", "rmdir", "unlink", "unlinkat", "link", "linkat", "symlink",
    "chmod", "fchmod", "fchmodat", "openat", "creat", "write", "pwrite64", "writev", "ftruncate", "fallocate", "fsync",
    "fdatasync",
)  # fmt: skip
WHOLE = 5
"""After so many kills the command is run to its end."""
PATIENCE = 300.0
"""Seconds after which a run hangs, on a machine that others use too."""
STUDY = Path(__file__).parents[1] / "tests" / "study" / "sound.toml"
MAPPING = """[stamp]
kind = "real"
title = "books {}"
source = "made up"
[files.books]
path = "books.csv"
[accounts]
file = "books"
[accounts.columns]
firm_id = "firm"
year = "year"
turnover = "turnover"
"""


@dataclass(frozen=True)
class Command:
    """A command with two inputs, so that an earlier content of its place is told from a new one."""

    name: str
    old: tuple[str, ...]
    new: tuple[str, ...]


LINES = {
    "run": "run {0}/{1}.toml --data {0}/data --out {2} --quiet",
    "survey": "survey {0}/{1}-survey.toml --data {0}/answers.csv --out {2} --no-multiverse --quiet",
    "release": "release {0}/room-{1} --out {2} --format csv,html,sdmx --quiet",
    "import": "import {0}/{1}-mapping.toml --out {2} --quiet",
}
"""The commands: what they read, which of two, and where they write."""


def commands(room: Path) -> list[Command]:
    """The commands, each with both of its inputs."""
    return [
        Command(
            name, *(tuple(line.format(room, which, room / "out" / name).split()) for which in ("old", "new"))
        )
        for name, line in LINES.items()
    ]


def prepare(room: Path) -> None:
    """Write what the commands read, all of it made up."""
    import firmtrade as ft
    from cli.economy import write_economy
    from survey.test_small_survey import some_answers, written

    data = write_economy(room / "data", firms=60)
    survey = written(room, some_answers())
    books = "".join(f"F{firm:06d},{1996 + firm % 8},{firm * 1000}\n" for firm in range(2000))
    (room / "books.csv").write_text(f"firm,year,turnover\n{books}", encoding="utf-8")
    for which in ("old", "new"):
        study = STUDY.read_text(encoding="utf-8").replace("A small study", f"The {which} study")
        (room / f"{which}.toml").write_text(study, encoding="utf-8")
        ft.run(room / f"{which}.toml", data).write(room / f"room-{which}")
        asked = survey.read_text(encoding="utf-8").replace("A small survey", f"The {which} survey")
        (room / f"{which}-survey.toml").write_text(asked, encoding="utf-8")
        (room / f"{which}-mapping.toml").write_text(MAPPING.format(which), encoding="utf-8")


def started(arguments: tuple[str, ...], log: Path) -> tuple[int, int]:
    """A copy of this process that runs a command once a byte is written: its number, and where to write."""
    reading, writing = os.pipe()
    number = os.fork()
    if number:
        os.close(reading)
        return number, writing
    status = 1
    try:
        os.close(writing)
        told = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(told, 1)
        os.dup2(told, 2)
        os.read(reading, 1)
        from firmtrade.cli.app import app

        app(list(arguments))
    except SystemExit as left:
        status = left.code if isinstance(left.code, int) else int(left.code is not None)
    finally:
        os._exit(status)


def run(arguments: tuple[str, ...], log: Path, tracing: tuple[str, ...] = ()) -> int:
    """Run a command to its end, or to where strace kills it; gives its exit status, negative for a signal."""
    number, gate = started(arguments, log)
    tracer = None
    if tracing:
        tracer = subprocess.Popen(
            ["strace", "-f", "-qq", "-p", str(number), *tracing], stderr=subprocess.DEVNULL
        )
        while "TracerPid:\t0" in Path(f"/proc/{number}/status").read_text(encoding="ascii"):
            time.sleep(0.005)
    os.write(gate, b"x")
    os.close(gate)
    end = time.monotonic() + PATIENCE
    while not (found := os.waitpid(number, os.WNOHANG))[0]:
        if time.monotonic() > end:
            os.kill(number, 9)
            raise SystemExit(f"{arguments[0]} hangs")
        time.sleep(0.005)
    if tracer is not None:
        tracer.wait()
    return os.waitstatus_to_exitcode(found[1])


def content(place: Path) -> dict[str, str]:
    """The digests of the files in a folder."""
    return {
        path.relative_to(place).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in place.rglob("*")
        if path.is_file()
    }


def probes(path: Path) -> bool:
    """Whether a file is what the standard library writes to see whether a folder can be written: no record."""
    return path.is_file() and path.read_bytes() in (b"", b"blat")


def made(command: Command, room: Path) -> Counter[str]:
    """How often the busiest thread of a run makes each call."""
    trace = room / "trace"
    run(command.new, room / "log", ("-o", str(trace), "-e", f"trace={','.join(CALLS)}"))
    calls = Counter(
        tuple(line.split("(", 1)[0].split()[:2]) for line in trace.read_text().splitlines() if "(" in line
    )
    busiest: Counter[str] = Counter()
    for (_, call), times in calls.items():
        if call in CALLS:
            busiest[call] = max(busiest[call], times)
    return busiest


def spread(times: int) -> Iterator[int]:
    """The numbers from 1 to ``times``, the last first, then those in the middle between numbers that were named."""
    named = {0}
    gaps = [(0, times)]
    while gaps:
        low, high = gaps.pop(0)
        if high not in named:
            named.add(high)
            yield high
        middle = (low + high) // 2
        if low < middle < high:
            gaps += [(low, middle), (middle, high)]
        elif high - low == 1 and low not in named:
            named.add(low)
            yield low


def points(calls: Counter[str], kills: int) -> Iterator[tuple[str, int]]:
    """So many points, one of each call in turn; of a call that is made more often than others, more in the end."""
    turns = {call: spread(times) for call, times in sorted(calls.items())}
    while kills and turns:
        for call in list(turns):
            when = next(turns[call], None)
            if when is None:
                del turns[call]
            elif kills:
                kills -= 1
                yield call, when


def killed(command: Command, room: Path, kills: int) -> tuple[Counter[str], list[str]]:
    """Kill a command at so many points; how often at which call, and what was lost or left."""
    out, log, work = room / "out" / command.name, room / "log", room / "work"
    whole: list[dict[str, str]] = []
    for arguments in (command.new, command.old):
        if status := run(arguments, log):
            raise SystemExit(f"{command.name} ends with {status}: {log.read_text()}")
        whole.append(content(out))
    done: Counter[str] = Counter()
    wrong: list[str] = []
    calls = made(command, room)
    for number, (call, when) in enumerate(points(calls, kills), start=1):
        tracing = (
            "-o",
            str(room / "trace"),
            "-e",
            f"trace={call}",
            "-e",
            f"inject={call}:signal=KILL:when={when}",
        )
        where = f"{command.name} at {call} {when}"
        status = run((command.old, command.new)[number % 2], log, tracing)
        done[call if status == -9 else f"{call}, which it did not come to"] += 1
        if not out.is_dir() or content(out) not in whole:
            wrong.append(f"{where}: what was there is lost")
        if number % WHOLE == 0:
            status = run(command.new, log)
            if status or content(out) != whole[0]:
                wrong.append(f"{where}: the next run ends with {status}")
            left = [*out.parent.iterdir(), *(path for path in work.iterdir() if not probes(path))]
            if left != [out]:
                names = sorted(path.name for path in left if path != out)
                wrong.append(f"{where}: {names} left")
    return done, wrong


def main() -> int:
    """The command of the module's docstring."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--only", nargs="*", choices=list(LINES), default=list(LINES))
    chosen = parser.parse_args()
    import firmtrade.releases
    import firmtrade.report.html
    import firmtrade.sources.importer
    import firmtrade.surveys.run  # noqa: F401

    with tempfile.TemporaryDirectory(prefix="kills-") as folder:
        room = Path(folder)
        (room / "work").mkdir()
        (room / "out").mkdir()
        os.environ["TMPDIR"] = str(room / "work")
        child = os.fork()  # what is made up is made in a copy, so that this process has no threads
        if not child:
            prepare(room)
            os._exit(0)
        os.waitpid(child, 0)
        shutil.rmtree(room / "work")
        (room / "work").mkdir()
        tempfile.tempdir = None
        wrong: list[str] = []
        total = 0
        for command in (each for each in commands(room) if each.name in chosen.only):
            (room / "out").mkdir(exist_ok=True)
            done, found = killed(command, room, chosen.kills // len(chosen.only))
            total += sum(done.values())
            wrong += found
            where = ", ".join(f"{times} at {call}" for call, times in sorted(done.items()))
            print(f"{command.name}: {sum(done.values())} kills, {where}", flush=True)
            shutil.rmtree(room / "out")
    for each in wrong:
        print(each)
    print(f"{total} kills, {len(wrong)} lost or left")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
