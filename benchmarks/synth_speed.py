"""Times of `firmtrade synth`: the population without many declarations, and rows of declarations a second.

    python benchmarks/synth_speed.py [DECLARATIONS]

Prints seconds, rows a second and the largest memory of the process.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

from firmtrade.linked.population import synthesize

GIB = 1 << 20
"""Kibibytes: the unit in which Linux tells the largest memory."""


def main(declarations: int) -> None:
    marks: list[tuple[str, float, float]] = []
    with tempfile.TemporaryDirectory() as folder:
        report = synthesize(
            "belgium-2008",
            Path(folder) / "synthetic",
            declarations=declarations,
            progress=lambda step: marks.append((step, time.perf_counter(), time.process_time())),
        )
    marks.append(("done", time.perf_counter(), time.process_time()))
    for (step, wall, busy), (_, next_wall, next_busy) in pairwise(marks):
        print(f"{step:24} {next_wall - wall:8.1f} s {next_busy - busy:8.1f} s of processor")
    seconds = marks[-1][1] - next(wall for step, wall, _ in marks if step == "declarations")
    print(f"{report.rows['trade']:,} declarations, {report.rows['trade'] / seconds:,.0f} a second")
    print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / GIB:.2f} GiB at most")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000)
