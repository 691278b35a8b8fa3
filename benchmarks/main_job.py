"""The main job against the least that any program could do: one statement that sums the declarations.

    python benchmarks/main_job.py --declarations 10000000 100000000

For each size a synthetic population is written once (into --data, kept for the next run). Then, in turns
and each in a process of its own, the whole job from canonical tables to all cells, and one hand-written
DuckDB statement that sums the same decimals to firm, year, flow and zone. Printed: seconds per stage, peak
memory, and the ratio of the two, from the best of the rounds. Machines are noisy: read the ratio, not the
seconds.

More than 100 million declarations are those of a smaller population several times over, as links to its files:
as many rows to read and to sum."""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

STUDY = "belgium-2008"
MOST = 100_000_000
"""Declarations of the largest population that is drawn."""
EU15 = ("AT", "BE", "DE", "DK", "EL", "ES", "FI", "FR", "GB", "GR", "IE", "IT", "LU", "NL", "PT", "SE", "UK")

STATEMENT = """
CREATE TEMP TABLE sums AS
SELECT firm_id, year, flow, CASE WHEN partner IN {union} THEN 'intra' ELSE 'extra' END AS zone, SUM(value) AS value
FROM read_parquet({files}) WHERE partner <> 'BE' GROUP BY ALL
"""


def least(data: Path) -> dict[str, float]:
    """The one statement, on as many threads and with the same setting as the job."""
    import duckdb

    files = [str(path) for path in sorted((data / "trade").glob("**/*.parquet"))] or [
        str(data / "trade.parquet")
    ]
    start = time.perf_counter()
    connection = duckdb.connect(config={"preserve_insertion_order": False})
    connection.execute(STATEMENT.format(union=EU15, files=files))
    return {"whole": time.perf_counter() - start}


def job(data: Path) -> dict[str, float]:
    """Canonical tables to all cells, stage by stage."""
    from firmtrade.engines import connect
    from firmtrade.observatory.study_data import StudyData
    from firmtrade.sources.folder import CanonicalFolder
    from firmtrade.statistics import compute
    from firmtrade.studies import load_study

    stages: dict[str, float] = {}
    begin = last = time.perf_counter()

    def done(stage: str) -> None:
        nonlocal last
        now = time.perf_counter()
        stages[stage], last = now - last, now

    study = load_study(STUDY)
    observed = StudyData(CanonicalFolder(data), study, connect())
    done("open and check keys")
    _ = observed.derived.flows
    done("one pass over declarations")
    _ = observed.derived.window
    done("panel and window")
    chapter = compute(study, observed)
    done("all tables and figures")
    stages["whole"] = time.perf_counter() - begin
    stages["cells"] = len(chapter.cells)
    return stages


def measure(what: str, data: Path) -> dict[str, float]:
    """Run one of the two in a process of its own; seconds, and peak memory in GiB."""
    command = [sys.executable, __file__, "--one", what, "--data", str(data)]
    answer = subprocess.run(command, check=True, capture_output=True, text=True)
    return dict(json.loads(answer.stdout.splitlines()[-1]))


def draw(declarations: int, data: Path) -> None:
    """A population with so many declarations, if it is not there yet."""
    if data.exists():
        return
    if declarations <= MOST:
        import firmtrade as ft

        start = time.perf_counter()
        ft.synth(STUDY, data, declarations=declarations)
        print(f"synthetic population with {declarations:,} declarations: {time.perf_counter() - start:.0f} s")
        return
    times = -(-declarations // MOST)
    once = data.with_name(str(declarations // times))
    draw(declarations // times, once)
    (data / "trade").mkdir(parents=True)
    for table in once.glob("*.parquet"):
        os.link(table, data / table.name)
    for file in sorted((once / "trade").rglob("*.parquet")):
        for copy in range(times):
            os.link(file, data / "trade" / f"{file.stem}-{copy}.parquet")


def compare(declarations: int, data: Path, rounds: int) -> None:
    """Print one size."""
    draw(declarations, data)
    jobs, statements = [], []
    for _ in range(rounds):
        statements.append(measure("least", data))
        jobs.append(measure("job", data))
    best, least_time = min(jobs, key=lambda one: one["whole"]), min(one["whole"] for one in statements)
    print(f"\n{declarations:,} declarations, {best['cells']:.0f} cells")
    for stage, seconds in best.items():
        if stage not in {"cells", "memory", "whole"}:
            print(f"  {stage:<28}{seconds:8.2f} s")
    print(f"  {'whole job':<28}{best['whole']:8.2f} s, peak {best['memory']:.2f} GiB")
    print(
        f"  {'one statement':<28}{least_time:8.2f} s, peak {min(one['memory'] for one in statements):.2f} GiB"
    )
    print(f"  {'ratio':<28}{best['whole'] / least_time:8.2f}")


def main() -> None:
    """Parse and run."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--declarations", type=int, nargs="+", default=[10_000_000])
    parser.add_argument("--data", type=Path, default=Path("out/benchmark"))
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--one", choices=("job", "least"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        result = {"job": job, "least": least}[asked.one](asked.data)
        result["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
        print(json.dumps(result))
        return
    for number in asked.declarations:
        compare(number, asked.data / str(number), asked.rounds)


if __name__ == "__main__":
    main()
