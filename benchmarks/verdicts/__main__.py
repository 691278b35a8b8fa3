"""How often every sentence of the evidence is said in synthetic economies whose truth is known.

    OMP_NUM_THREADS=1 POLARS_MAX_THREADS=1 PYTHONPATH=src:tests \\
        python benchmarks/verdicts [learning|support|targeting] [draws] [first seed]

For each truth and each question a line: the answers with the share of the draws that give them. A share of 0.05 of 500
draws lies between 0.03 and 0.07 by chance alone, at 95%.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping

from learning import ECONOMIES as LEARNING
from support import ECONOMIES as SUPPORT
from targeting import ECONOMIES as TARGETING

Economy = Callable[[int], Mapping[str, str]]
"""Seed to the answers of one draw, by question."""
BLOCKS: dict[str, Mapping[str, Economy]] = {"learning": LEARNING, "support": SUPPORT, "targeting": TARGETING}


def main(blocks: list[str], draws: int, first: int) -> None:
    for block in blocks:
        for title, economy in BLOCKS[block].items():
            counted: dict[str, Counter[str]] = defaultdict(Counter)
            for seed in range(first, first + draws):
                for question, answer in economy(seed).items():
                    counted[question][answer] += 1
            print(f"\n{block}: {title}, {draws} economies")
            for question, answers in counted.items():
                shares = ", ".join(f"{answer} {n / draws:.3f}" for answer, n in sorted(answers.items()))
                print(f"  {question}: {shares}", flush=True)


if __name__ == "__main__":
    chosen, number, start = [*sys.argv[1:], *[""] * 3][:3]
    main([chosen] if chosen else list(BLOCKS), int(number or 500), int(start or 0))
