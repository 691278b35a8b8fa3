"""Is anything given away? Small drawn studies, as many as wished, protected and attacked by brute force.

Each is attacked by writing down every population of whole firms that fits what is printed, by the audit and by the
attack from outside; protected a second time and in another order; and released after an earlier release of one of its
tables. Run: ``python benchmarks/protection_proof.py 0 2000`` (first seed, last seed); exit status 1 where anything is
given away."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from firmtrade.errors import DataError
from proof_of_protection import Examined, examine


def main(first: int, last: int) -> int:
    """Examine the studies of some seeds and print what was counted and what does not hold."""
    found = Examined()
    for seed in range(first, last):
        try:
            found.add(examine(seed))
        except DataError as error:
            found.counted["refused"] += 1
            print(f"{seed}: {error}")
    for name, number in sorted(found.counted.items()):
        print(f"{number:9,d}  {name}")
    for sentence in found.broken:
        print(sentence)
    return 1 if found.broken else 0


if __name__ == "__main__":
    raise SystemExit(main(*map(int, sys.argv[1:3])))
