"""Solve the population of a bundled study anew and write what comes with the program.

    python benchmarks/prepare_population.py [STUDY]

Writes ``src/firmtrade/studies/STUDY.population.toml``; a test holds it fresh.
"""

from __future__ import annotations

import sys
from pathlib import Path

from firmtrade.linked.population.bundled import solve_bundled
from firmtrade.linked.population.prepared import END, write_prepared
from firmtrade.studies import load_study

STUDIES = Path(__file__).resolve().parent.parent / "src" / "firmtrade" / "studies"


def main(name: str) -> None:
    study = load_study(name)
    (STUDIES / (name + END)).write_text(write_prepared(study, solve_bundled(study)), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "belgium-2008")
