"""Break the formulas on purpose and see whether a test notices: ``make mutants``.

Each mutant is one small change of one expression in ``query/``, ``kinds/``, ``engines/``, ``statistics/`` or
``observatory/``: ``<`` for ``<=``, ``+`` for ``-``, ``min`` for ``max``, a constant one larger, a ``not`` dropped.
First every test runs once on the program as it is, and the lines that it goes over are written down. Then each mutant
runs in a process of its own in which only its module is exchanged, in memory, against the tests that go over its
lines: first those that noticed most of the module's mutants so far, then the quickest, until the first failure. One
that outlives the seconds given to it, and has no reason yet, is judged at the end against all tests that go over its
lines, and all others of their files.

What survives is a missing test or a change without effect: ``survivors.toml`` gives the reasons of those that are
known. One without a reason ends the command with status 1.

    python benchmarks/mutants                                    # all of them, on two processes: about two hours
    python benchmarks/mutants --modules statistics/spread.py
    python benchmarks/mutants --sample 100 --seed 1 --out mutants.json

A run that was stopped goes on where it was when it is started again with the same ``--out``.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import random
import shutil
import sys
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from changes import PACKAGE, mutants
from judge import Changed, Judge, Verdict
from reach import ROOMS, survey

PROJECT = PACKAGE.parents[1]
REASONS = Path(__file__).parent / "survivors.toml"

Key = tuple[str, str, str, str, int]


@dataclass(slots=True)
class Book:
    """What has become of the mutants so far, here and in the file ``out``."""

    out: Path
    mutants: int
    verdicts: list[Verdict] = field(default_factory=list)

    def enter(self, verdict: Verdict) -> None:
        """Keep a verdict: written beside and then moved, so that a stopped run loses none."""
        self.verdicts.append(verdict)
        beside = self.out.with_suffix(".part")
        found = {"mutants": self.mutants, "judged": [asdict(one) for one in self.verdicts]}
        beside.write_text(json.dumps(found) + "\n", "utf-8")
        beside.replace(self.out)


def main() -> int:
    """Judge all mutants, or a sample, write what became of them, and say who survived without a reason."""
    options = _options()
    everything = [one for module in options.modules or _modules() for one in mutants(module)]
    chosen = list(everything)
    random.Random(options.seed).shuffle(chosen)
    chosen = chosen[: options.sample or None]
    known = reasons()
    book = Book(options.out.resolve(), len(everything))
    before = _before(book.out)
    with TemporaryDirectory() as temporary:  # a copy, so that work may go on beside it
        folder = Path(temporary)
        _move_to_copy(folder)
        reach = survey(options.workers, folder, book.out.with_suffix(".reach.json"))
        judge = Judge(reach, options.workers, folder)
        for mutant, _ in chosen:
            if mutant.key in before:
                judge.remember(verdict := Verdict(mutant, "noticed", before[mutant.key], 0))
                book.verdicts.append(verdict)
        rest = [(mutant, tree) for mutant, tree in chosen if mutant.key not in before]
        print(f"{len(rest)} mutants", flush=True)
        _two_rounds(rest, judge.judged, options.seconds, known, book)
    return _summary(book, known)


def _two_rounds(
    asked: Sequence[Changed],
    ask: Callable[[Sequence[Changed], float | None], Iterator[Verdict]],
    quick: float,
    known: dict[Key, str],
    book: Book,
) -> None:
    """By tests of some seconds; then those that survive without a reason by all tests."""
    for seconds in (quick, None):
        again = set()
        for number, verdict in enumerate(ask(asked, seconds), start=1):
            passed = verdict.fate == "survived" and seconds is not None and verdict.mutant.key not in known
            print(f"{number}/{len(asked)} {_line(verdict)}{' so far' if passed else ''}", flush=True)
            if passed:
                again.add(verdict.mutant.key)
            else:
                book.enter(verdict)
        asked = [(mutant, tree) for mutant, tree in asked if mutant.key in again]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--modules", nargs="*", help="modules below src/firmtrade; all of both rooms if none is named"
    )
    parser.add_argument("--sample", type=int, default=0, help="judge so many, drawn at random; 0 for all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--seconds", type=float, default=30, help="of tests before a mutant is put aside for the end"
    )
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--out", type=Path, default=Path("mutants.json"))
    return parser.parse_args()


def _modules() -> Iterator[str]:
    for room in ROOMS:
        for path in sorted((PACKAGE / room).rglob("*.py")):
            yield path.relative_to(PACKAGE).as_posix()


def _before(out: Path) -> dict[Key, str]:
    """The mutants that an earlier run noticed, and the tests that did."""
    if not out.is_file():
        return {}
    return {
        (one["module"], one["function"], one["before"], one["after"], one["number"]): verdict["by"]
        for verdict in json.loads(out.read_text("utf-8"))["judged"]
        if verdict["fate"] in {"noticed", "hangs"}
        for one in [verdict["mutant"]]
    }


def reasons() -> dict[Key, str]:
    """Why a mutant that survives is without effect, by the key of the mutant."""
    return {
        (one["module"], one["function"], one["before"], one["after"], one.get("number", 0)): one["why"]
        for one in tomllib.loads(REASONS.read_text("utf-8"))["survivor"]
    }


def _move_to_copy(folder: Path) -> None:
    """Copy the project, go there, and load the libraries that every child needs."""
    for part in ("src", "tests"):
        shutil.copytree(PROJECT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copyfile(PROJECT / "pyproject.toml", folder / "pyproject.toml")
    os.chdir(folder)
    sys.path[:0] = [str(folder / part) for part in ("src", "tests")]
    for library in ("ibis.backends.duckdb", "sqlglot.dialects.duckdb", "polars", "pydantic", "pytest"):
        importlib.import_module(library)


def _line(verdict: Verdict) -> str:
    one = verdict.mutant
    where = f"{one.module}:{one.lines[0]} {one.function}"
    return f"{verdict.fate:9} {verdict.seconds:6.1f} s {where}  {one.before}  ->  {one.after}"


def _summary(book: Book, known: dict[Key, str]) -> int:
    """Print the counts by module and the survivors; 1 where one of them has no reason."""
    verdicts = book.verdicts
    fates = Counter((one.mutant.module, one.fate) for one in verdicts)
    print("\n| Module | Judged | Noticed | Hang | Survived |\n|---|---|---|---|---|")
    for module in sorted({one.mutant.module for one in verdicts}):
        survived = fates[module, "survived"] + fates[module, "unreached"]
        noticed, hang = fates[module, "noticed"], fates[module, "hangs"]
        print(f"| `{module}` | {noticed + hang + survived} | {noticed} | {hang} | {survived} |")
    unknown = 0
    for one in verdicts:
        if one.fate in {"survived", "unreached"}:
            why = known.get(one.mutant.key, "")
            unknown += not why
            print(f"{_line(one)}\n    {why or 'NO REASON YET'}")
    print(f"{len(verdicts)} of {book.mutants} mutants judged, {unknown} survived without a reason")
    return int(unknown > 0)


if __name__ == "__main__":
    sys.exit(main())
