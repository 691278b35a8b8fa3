"""Two premia of exporters by this program, by pyfixest and by R, on the same synthetic rows: seconds and ratios.

    OMP_NUM_THREADS=1 PYTHONPATH=src:tests python benchmarks/evidence_beside.py [firm-years in thousands] [R]

The pooled model has division x year effects and size controls, the other firm effects too; errors are clustered by
firm. Each is fitted alone, from a frame in memory, in seconds of processor time. R (`lm` with dummies and `vcovCL`;
`plm` within firms with dummies of division x year and `vcovHC`) is run where the second word is given; its packages
are `sandwich` and `plm`.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path

import polars as pl
import pyfixest

from evidence.simulator import Truth, simulate
from firmtrade.evidence import prepare
from firmtrade.inference.fixed_effects import fit_fixed_effects

SIZE = ("log_employment", "log_employment_squared")
OUTCOME = "log_labor_productivity"
SCRIPT = Path(__file__).with_suffix(".R")


def seconds(what: Callable[[], float]) -> tuple[float, float]:
    """Processor time of a call, and what it gives."""
    begun = time.process_time()
    found = what()
    return time.process_time() - begun, found


def ours(rows: pl.DataFrame, *, firm_effects: bool) -> float:
    [fit] = fit_fixed_effects(
        rows, [(OUTCOME, ["exporter", *SIZE])], groups="cell", clusters="firm", within_clusters=firm_effects,
        compress_above=0,
    )  # fmt: skip
    return fit.effect("exporter").std_error


def theirs(rows: pl.DataFrame, *, firm_effects: bool) -> float:
    effects = "firm + cell" if firm_effects else "cell"
    formula = f"{OUTCOME} ~ exporter + {' + '.join(SIZE)} | {effects}"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # singletons that it leaves out
        return float(pyfixest.feols(formula, data=rows, vcov={"CRV1": "firm"}).se()["exporter"])


def main(thousands: int, *, with_r: bool) -> None:
    frame = simulate(thousands * 148, 10, seed=1, truth=Truth(premium=0.1, selection=0.5))
    rows = prepare(frame).rows.select("firm", "cell", pl.col("exporter").cast(pl.Float64), *SIZE, OUTCOME)
    print(f"{rows.height:,} firm-years of {rows['firm'].n_unique():,} synthetic firms")
    theirs(rows.head(1000), firm_effects=False)  # pyfixest compiles on its first call
    by_r = in_r(rows) if with_r else {}
    for name, firm_effects in (("pooled", False), ("firm effects", True)):
        own, error = seconds(partial(ours, rows, firm_effects=firm_effects))
        other, again = seconds(partial(theirs, rows, firm_effects=firm_effects))
        line = f"{name:>13} {own:7.3f} s, pyfixest {other:7.3f} s = {other / own:.1f} times"
        line += f", errors apart by {abs(error / again - 1):.0e}"
        if name in by_r:
            line += f", R {by_r[name]:7.3f} s = {by_r[name] / own:.1f} times"
        print(line, flush=True)


def in_r(rows: pl.DataFrame) -> dict[str, float]:
    """Processor time of R for both models, reading the rows not counted."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rows.csv"
        rows.write_csv(file)
        done = subprocess.run(["Rscript", str(SCRIPT), str(file)], check=True, capture_output=True, text=True)
    return {name: float(value) for name, value in (line.split("\t") for line in done.stdout.splitlines())}


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100, with_r=len(sys.argv) > 2)
