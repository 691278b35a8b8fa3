"""How long a publication takes: all formats of 31 tables and 12 figures, from outputs to a release folder.

    python benchmarks/report_speed.py

Budget: 10 s and 1 GiB, in a fresh process (imports, fonts and the chart engine included). The numbers
published are made up; what is measured is the making of the formats. Exit status 1 where the budget is not
kept.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

SECONDS = 10.0
MEBIBYTES = 1024


def main() -> int:
    """Publish once and print the time of each format."""
    started, spent = time.perf_counter(), time.process_time()
    from firmtrade.kinds import specify
    from firmtrade.outputs import Cell, Confidentiality
    from firmtrade.report import Provenance, publish, verify
    from firmtrade.report.from_study import assemble
    from firmtrade.studies import load_study

    study = load_study("belgium-2008")
    specs = [cell for spec in specify(study) for cell in spec.cells if not cell.optional or cell.code]
    cells = [
        Cell(
            spec.key,
            float(spec.code or place % 89 + 1),
            spec.unit,
            spec.year,
            spec.decimals,
            confidentiality=Confidentiality.FREE,
        )
        for place, spec in enumerate(specs)
    ]
    provenance = Provenance("belgium-2008", "synthetic", "made-up", program_version="benchmark")
    marks: list[tuple[str, float]] = []
    with tempfile.TemporaryDirectory() as folder:
        document = assemble(study, cells, provenance)
        out = publish(
            document,
            Path(folder) / "release",
            progress=lambda stage: marks.append((stage, time.perf_counter())),
        )
        finished = time.perf_counter()
        problems = verify(out)
        size = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
    marks.append(("written", finished))
    print(f"{'start, study, document':<24}{marks[0][1] - started:6.2f} s")
    for (stage, begin), (_, end) in pairwise(marks):
        print(f"{stage:<24}{end - begin:6.2f} s")
    wall, memory = finished - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figures = sum(1 for _ in document.figures())
    tables = sum(1 for _ in document.tables()) - figures
    print(
        f"{tables} tables, {figures} figures, {len(cells)} cells: {wall:.1f} s wall, "
        f"{time.process_time() - spent:.1f} s of processor, {memory:.0f} MiB at most, "
        f"{size / 1e6:.1f} MB written"
    )
    for problem in problems:
        print(problem)
    return int(bool(problems) or wall > SECONDS or memory > MEBIBYTES)


if __name__ == "__main__":
    sys.exit(main())
