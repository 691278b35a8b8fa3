"""Is anything given away? Small drawn studies, as many as wished, protected and attacked by brute force.

Each is attacked by writing down every population of whole firms that fits what is printed, by the audit and by the
attack from outside; protected a second time and in another order; and released after an earlier release of one of its
tables. Run: ``python benchmarks/protection_proof.py 0 2000 proof.jsonl`` (first seed, last seed, and a file that keeps
what each seed showed, so that a later run goes on from there); exit status 1 where anything is given away."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from firmtrade.errors import DataError
from proof_of_protection import Examined, examine


def main(first: int, last: int, kept: Path | None = None) -> int:
    """Examine the studies of some seeds and print what was counted and what does not hold."""
    examined = read(kept)
    for seed in range(first, last):
        if seed not in examined:
            examined[seed] = counted(seed)
            if kept is not None:
                write(kept, seed, examined[seed])
    found = Examined()
    for seed in range(first, last):
        found.add(examined[seed])
    for name, number in sorted(found.counted.items()):
        print(f"{number:9,d}  {name}")
    for sentence in found.broken:
        print(sentence)
    return 1 if found.broken else 0


def counted(seed: int) -> Examined:
    """What the study of one seed shows; one that cannot be protected at all is refused."""
    try:
        return examine(seed)
    except DataError:
        return Examined(Counter(refused=1))


def read(kept: Path | None) -> dict[int, Examined]:
    """What earlier runs showed, by seed."""
    if kept is None or not kept.exists():
        return {}
    lines = map(json.loads, kept.read_text(encoding="utf-8").splitlines())
    return {line["seed"]: Examined(Counter(line["counted"]), line["broken"]) for line in lines}


def write(kept: Path, seed: int, found: Examined) -> None:
    """Add what one seed showed."""
    line = {"seed": seed, "counted": dict(found.counted), "broken": found.broken}
    with kept.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    raise SystemExit(main(*map(int, sys.argv[1:3]), *map(Path, sys.argv[3:4])))
