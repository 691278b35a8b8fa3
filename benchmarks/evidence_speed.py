"""How long the evidence takes: all blocks on a million firm-years, premia on ten million.

    PYTHONPATH=src:tests python benchmarks/evidence_speed.py [all|premia] [firm-years in millions]

The panel is synthetic, made by a process of its own and read as one piece of memory, sorted by firm and year. Prints
seconds by block (on the clock and of the processor) and the peak memory, that of the panel included.
"""

from __future__ import annotations

import multiprocessing
import resource
import sys
import tempfile
import time
from pathlib import Path

import polars as pl

from evidence.simulator import Truth, simulate
from firmtrade.evidence import BLOCKS, EvidenceOptions, run_evidence

YEARS = 10


def make(file: Path, millions: float) -> None:
    truth = Truth(premium=0.1, selection=0.5, learning=0.01)
    simulate(int(millions * 148_000), YEARS, seed=1, truth=truth).sort("firm_id", "year").write_parquet(file)


def main(blocks: tuple[str, ...], millions: float) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "panel.parquet"
        maker = multiprocessing.get_context("spawn").Process(target=make, args=(file, millions))
        maker.start()
        maker.join()
        frame = pl.read_parquet(file, memory_map=False).rechunk()
    print(f"{frame.height:,} firm-years of {frame['firm_id'].n_unique():,} synthetic firms")
    begun: list[tuple[str, float, float]] = []

    def note(block: str) -> None:
        begun.append((block, time.perf_counter(), time.process_time()))
        if len(begun) > 1:
            (name, start, busy), (_, end, done) = begun[-2:]
            print(f"{name:>10} {end - start:7.1f} s, {done - busy:7.1f} s of processor time", flush=True)

    results = run_evidence(frame, EvidenceOptions(blocks=blocks), progress=note)
    note("end")
    print(f"{'total':>10} {begun[-1][1] - begun[0][1]:7.1f} s, {len(results.estimates)} estimates")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2:.1f} GiB")


if __name__ == "__main__":
    wanted = sys.argv[1] if len(sys.argv) > 1 else "all"
    size = float(sys.argv[2]) if len(sys.argv) > 2 else (1.0 if wanted == "all" else 10.0)
    main(BLOCKS if wanted == "all" else (wanted,), size)
