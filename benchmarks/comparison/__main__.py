"""One chapter, computed by firmtrade and as a user would write it by hand, each version written well.

    python benchmarks/comparison --declarations 1000000 10000000

The same canonical tables go in (for R, which has no Parquet reader of its own, the same tables as CSV), and every cell
must be the same before a time is printed. Each program runs in a process of its own, in turns; printed are seconds on
the clock, seconds of processor time and peak memory of its best round, and the lines that a user writes."""

from __future__ import annotations

import argparse
import csv
import math
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
TABLES = ("firms", "accounts", "trade")
CLOSE = 1e-9
"""Relative difference of two cells that are the same: floating-point sums depend on their order."""

Cells = dict[tuple[str, str, str, str], float]


@dataclass(frozen=True)
class Way:
    """A way to compute the chapter: the program that runs it, and the files whose lines a user writes."""

    name: str
    program: str
    written: tuple[str, ...]

    def command(self, data: Path, out: Path) -> list[str]:
        runner = ["Rscript", "--vanilla"] if self.program.endswith(".R") else [sys.executable]
        return [*runner, str(HERE / self.program), str(data), str(out)]


WAYS = (
    Way("firmtrade", "with_firmtrade.py", ("with_firmtrade.py", "chapter.toml")),
    Way("DuckDB, SQL by hand", "with_duckdb.py", ("with_duckdb.py", "with_duckdb.sql")),
    Way("Polars", "with_polars.py", ("with_polars.py",)),
    Way("R data.table", "with_data_table.R", ("with_data_table.R",)),
    Way("pandas", "with_pandas.py", ("with_pandas.py",)),
)


@dataclass(frozen=True)
class Measured:
    """Seconds on the clock and of processor time, and peak memory in GiB, of a program and all it started."""

    wall: float
    cpu: float
    memory: float


def run(way: Way, data: Path, out: Path) -> Measured:
    """One round of one program."""
    if out.is_dir():
        shutil.rmtree(out)
    start = time.perf_counter()
    process = subprocess.Popen(way.command(data, out), stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    if status:
        raise SystemExit(f"{way.name} failed")
    return Measured(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024**2)


def cells(out: Path) -> Cells:
    """What a program wrote: a file of cells, or a room with one."""
    with (out / "cells.csv" if out.is_dir() else out).open(encoding="utf-8", newline="") as lines:
        return {
            (row["table"], row["population"], row["row"], row["column"]): float(row["value"])
            for row in csv.DictReader(lines)
        }


def differences(expected: Cells, found: Cells) -> list[str]:
    """Cells that only one of two programs has, or that are not the same."""
    alone = [f"{'/'.join(key)} is in one alone" for key in sorted({*expected} ^ {*found})]
    other = [
        f"{'/'.join(key)}: {expected[key]!r} and {found[key]!r}"
        for key in sorted({*expected} & {*found})
        if not math.isclose(expected[key], found[key], rel_tol=CLOSE, abs_tol=CLOSE)
    ]
    return alone + other


def lines(way: Way) -> int:
    """Lines that a user writes: without blank ones and comments."""
    texts = [(HERE / name).read_text(encoding="utf-8").splitlines() for name in way.written]
    return sum(
        bool(line.strip()) and not line.strip().startswith(("#", "--")) for text in texts for line in text
    )


def prepare(declarations: int, data: Path) -> None:
    """Draw the population once, and write its tables as CSV beside."""
    import polars as pl

    import firmtrade as ft

    if not (data / "stamp.json").exists():
        ft.synth("belgium-2008", data, declarations=declarations)
    for name in TABLES:
        as_csv = data.with_name(f"{data.name}-csv") / f"{name}.csv"
        if not as_csv.exists():
            as_csv.parent.mkdir(exist_ok=True)
            root = data / name
            pl.scan_parquet(root / "*.parquet" if root.is_dir() else f"{root}.parquet").sink_csv(as_csv)


def compare(declarations: int, data: Path, rounds: int) -> None:
    """Run every way, check its cells against those of firmtrade, and print a table."""
    prepare(declarations, data)
    measured: dict[str, list[Measured]] = {way.name: [] for way in WAYS}
    expected: Cells = {}
    for _ in range(rounds):
        for way in WAYS:
            out = data.with_name(f"{data.name}-{Path(way.program).stem}")
            source = data.with_name(f"{data.name}-csv") if way.program.endswith(".R") else data
            measured[way.name].append(run(way, source, out))
            expected = expected or cells(out)
            if wrong := differences(expected, cells(out)):
                raise SystemExit(f"{way.name}: {len(wrong)} cells differ, the first {wrong[0]}")
    print(f"\n{declarations:,} declarations, {len(expected)} equal cells, best of {rounds}")
    print("\n| | seconds | processor seconds | peak memory, GiB | lines |\n|---|---:|---:|---:|---:|")
    for way in WAYS:
        best = min(measured[way.name], key=lambda one: one.cpu)
        print(f"| {way.name} | {best.wall:.1f} | {best.cpu:.1f} | {best.memory:.1f} | {lines(way)} |")


def main() -> None:
    """Parse and run."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--declarations", type=int, nargs="+", default=[1_000_000, 10_000_000])
    parser.add_argument("--data", type=Path, default=Path("out/comparison"))
    parser.add_argument("--rounds", type=int, default=2)
    asked = parser.parse_args()
    for number in asked.declarations:
        compare(number, asked.data / str(number), asked.rounds)


if __name__ == "__main__":
    main()
