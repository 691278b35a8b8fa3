"""How often every sentence of the evidence is said in synthetic economies whose truth is known.

    OMP_NUM_THREADS=1 POLARS_MAX_THREADS=1 PYTHONPATH=src:tests \\
        python benchmarks/verdicts ANSWERS.csv DRAWS [learning|support|targeting ...]

Every draw is written to ANSWERS.csv as it is made, and one that stands there is not made again, so a run that was
stopped goes on. At the end there is a line for each truth and question: the answers with the share of the draws that
give them. A share of 0.05 of 500 draws lies between 0.03 and 0.07 by chance alone, at 95%.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from learning import ECONOMIES as LEARNING
from support import ECONOMIES as SUPPORT
from targeting import ECONOMIES as TARGETING

Economy = Callable[[int], Mapping[str, str]]
"""Seed to the answers of one draw, by question."""
BLOCKS: dict[str, Mapping[str, Economy]] = {"learning": LEARNING, "support": SUPPORT, "targeting": TARGETING}
COLUMNS = ("block", "truth", "seed", "question", "answer")


def main(answers: Path, draws: int, blocks: list[str]) -> None:
    made = {tuple(row[:3]) for row in _rows(answers)}
    with answers.open("a", newline="", encoding="utf-8") as file:
        lines = csv.writer(file)
        if not made:
            lines.writerow(COLUMNS)
        for seed in range(draws):
            for block in blocks:
                for truth, economy in BLOCKS[block].items():
                    if (block, truth, str(seed)) not in made:
                        lines.writerows((block, truth, seed, *said) for said in economy(seed).items())
                        file.flush()
    _print_shares(answers)


def _rows(answers: Path) -> Iterator[list[str]]:
    if answers.is_file():
        with answers.open(newline="", encoding="utf-8") as file:
            yield from list(csv.reader(file))[1:]


def _print_shares(answers: Path) -> None:
    counted: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    for block, truth, _, question, answer in _rows(answers):
        counted[block, truth, question][answer] += 1
    for (block, truth, question), said in counted.items():
        shares = ", ".join(f"{answer} {n / said.total():.3f}" for answer, n in sorted(said.items()))
        print(f"{block}: {truth}, {said.total()} economies: {question}: {shares}")


if __name__ == "__main__":
    place, number, *chosen = sys.argv[1:]
    main(Path(place), int(number), chosen or list(BLOCKS))
