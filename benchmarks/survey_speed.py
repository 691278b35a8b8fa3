"""How long does a survey take? The whole report without the multiverse, and ten thousand specifications.

    PYTHONPATH=src python benchmarks/survey_speed.py

Budgets: 30 s for the report of about 359 answers to 80 items, 120 s for 10,000 specifications. Exits with 1
where one is broken.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from firmtrade.surveys import run_survey

BUDGETS = {"report": 30.0, "specifications": 120.0}


def main() -> int:
    """Time both parts and print a line for each."""
    with tempfile.TemporaryDirectory() as folder:
        started = time.process_time()
        results = run_survey("sns-belgium", Path(folder) / "room", multiverse=False)
        report = time.process_time() - started
    started = time.process_time()
    curve = run_survey("sns-belgium").analysis.multiverse
    assert curve is not None
    both = time.process_time() - started
    taken = {"report": report, "specifications": both}
    items = sum(variable.kind == "scale" for variable in results.analysis.loaded.variables.values())
    print(f"report: {len(results.analysis.answers)} answers, {items} items: {report:.1f} s")
    print(f"report and {len(curve.table)} specifications: {both:.1f} s")
    return int(any(taken[name] > limit for name, limit in BUDGETS.items()))


if __name__ == "__main__":
    sys.exit(main())
