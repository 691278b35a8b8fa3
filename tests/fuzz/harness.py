"""Crafted and damaged input for every reader: each is read, or refused by an error of the family, and nothing else.

Real files of every format are mutated by a seeded generator (bits, bytes, pieces cut, doubled, moved, exchanged with
those of other files, and tokens that readers stumble over). Each batch runs in a process of its own, so that a native
abort or a reader that hangs is found, with the input that caused it.

    PYTHONPATH=tests python -m fuzz.harness --inputs 50000

prints for each reader how many inputs were read, refused, or ended in a fault, an abort or a hang, and leaves with 1
where any did.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from firmtrade.errors import FirmtradeError

BATCH = 250
PATIENCE, WAIT = 120, 3_600
"""Seconds of work after which a reader hangs, and seconds after which one that does not work does."""
LARGEST = 1 << 18
TOKENS = [
    b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xff", b"\r", b"\n", b"\t", b'"', b"'", b"\\", b"=", b"[", b"]]",
    b"{", b"}",
    b"nan", b"inf", b"-1e400", b"1e999999", b"9" * 400, b"-0", b"0x1F", b"1_000", b"null", b"true", b"[" * 500,
    b"{" * 500,
    "\uffff".encode(), "\u202e".encode(), "\u0663".encode(), "é".encode("latin-1"), b"../../", b"/dev/zero", b"%s%n",
    b"\\u0000", b"\\uffff", b"''''", b'"""', b",,,,,", b";", b"1000000000", b"2147483648", b"18446744073709551616",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reader:
    """A reader: seeds of its format, the ending of its files, and the call that reads one."""

    seeds: Callable[[], list[bytes]]
    ending: str
    read: Callable[[Path], object]
    weight: float = 1.0
    """How many of the inputs it gets, beside others."""


def mutated(draw: random.Random, seeds: list[bytes]) -> bytes:
    """One of the seeds with up to eight mutations; one in fifty stays as it is."""
    content = bytearray(draw.choice(seeds))
    for _ in range(draw.choice((0, 1, 1, 1, 2, 2, 3, 5, 8)) if draw.random() > 0.02 else 0):
        size = len(content)
        at = draw.randrange(size + 1)
        to = min(size, at + draw.choice((1, 1, 2, 4, 16, 64, 512)))
        match draw.randrange(9):
            case 0 if size:
                content[min(at, size - 1)] ^= 1 << draw.randrange(8)
            case 1 if size:
                content[min(at, size - 1)] = draw.choice((0, 1, 9, 10, 13, 32, 34, 127, 128, 255))
            case 2:
                del content[at:to]
            case 3:
                content[at:at] = content[at:to] * draw.choice((1, 2, 50))
            case 4:
                content[at:at] = draw.choice(TOKENS)
            case 5:
                content[at:to] = draw.choice(TOKENS)
            case 6:
                del content[at:]
            case 7:
                other = draw.choice(seeds)
                start = draw.randrange(len(other) + 1)
                content[at:to] = other[start : start + draw.choice((4, 32, 256, 4096))]
            case _:
                content[at:to] = draw.randbytes(to - at)
        del content[LARGEST:]
    return bytes(content)


def outcome(reader: Reader, content: bytes, folder: Path) -> tuple[str, str]:
    """What reading an input came to (``read``, ``refused``, ``fault``), and the fault."""
    file = folder / f"input{reader.ending}"
    file.write_bytes(content)
    try:
        reader.read(file)
    except FirmtradeError as error:
        said = str(error)
        return ("refused", "") if "Traceback" not in said else ("fault", said)
    except BaseException as fault:  # a panic of a native library is no Exception
        if isinstance(fault, KeyboardInterrupt):
            raise
        last = traceback.extract_tb(fault.__traceback__)[-1]
        inside = [one for one in traceback.extract_tb(fault.__traceback__) if "firmtrade" in one.filename]
        place = inside[-1] if inside else last
        return "fault", f"{type(fault).__name__} in {Path(place.filename).name}, line {place.lineno}"
    return "read", ""


def batch(name: str, seed: int, count: int, told: Callable[[str], None] = lambda _: None) -> Counter[str]:
    """Read ``count`` inputs of a reader in this process; ``told`` hears of each before it is read."""
    from fuzz.readers import READERS

    reader = READERS[name]
    seeds = reader.seeds()
    found: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="fuzz-") as room:
        for number in range(count):
            content = mutated(random.Random(f"{name}/{seed}/{number}"), seeds)
            told(f"{seed}/{number}")
            what, why = outcome(reader, content, Path(room))
            found[what if what != "fault" else f"fault: {why}"] += 1
    return found


class Hang(BaseException):
    """A reader that does not come back."""


def _hang(_: int, frame: FrameType | None) -> None:
    raise Hang


def worker(name: str, seed: int, count: int) -> None:
    """Run a batch and print what it found as JSON; the input that is being read stands on standard error."""
    signal.signal(signal.SIGALRM, _hang)
    signal.signal(signal.SIGPROF, _hang)

    def told(which: str) -> None:
        signal.setitimer(signal.ITIMER_PROF, PATIENCE)
        signal.alarm(WAIT)
        print(which, file=sys.stderr, flush=True)

    found = batch(name, seed, count, told)
    signal.setitimer(signal.ITIMER_PROF, 0)
    signal.alarm(0)
    print(json.dumps(found))


def apart(name: str, seed: int, count: int) -> Counter[str]:
    """A batch in a process of its own; an abort counts as one, with the input that caused it."""
    done = subprocess.run(
        [sys.executable, "-m", "fuzz.harness", "--worker", name, "--seed", str(seed), "--inputs", str(count)],
        capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
    )  # fmt: skip
    if done.returncode == 0:
        return Counter(json.loads(done.stdout.splitlines()[-1]))
    lines = done.stderr.split()
    last = next((line for line in reversed(lines) if line.startswith(f"{seed}/")), "?")
    return Counter({f"abort: status {done.returncode} at input {last}": 1})


def main() -> int:
    """The command of the module's docstring."""
    from fuzz.readers import READERS

    parser = argparse.ArgumentParser()
    parser.add_argument("--inputs", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="*", default=list(READERS))
    parser.add_argument("--worker")
    chosen = parser.parse_args()
    if chosen.worker:
        worker(chosen.worker, chosen.seed, chosen.inputs)
        return 0
    weights = {name: READERS[name].weight for name in chosen.only}
    wrong = 0
    for name, weight in weights.items():
        share = max(1, round(chosen.inputs * weight / sum(weights.values())))
        found: Counter[str] = Counter()
        for number, start in enumerate(range(0, share, BATCH)):
            found += apart(name, chosen.seed * 10_000 + number, min(BATCH, share - start))
        faults = {what: count for what, count in found.items() if what not in ("read", "refused")}
        wrong += sum(faults.values())
        print(f"{name:<20}{share:>8,} inputs {found['read']:>8,} read {found['refused']:>8,} refused", *(
            f"\n    {count:,} x {what}" for what, count in sorted(faults.items())), flush=True)  # fmt: skip
    print(f"{wrong:,} faults")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
