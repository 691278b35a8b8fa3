"""Whether the tests notice a mutant: first those that most likely do, until the first failure."""

from __future__ import annotations

import ast
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from changes import Loader, Mutant
from children import BROKEN, Work, many
from reach import Plugin, Reach, run_pytest

STRONG = tuple(
    f"tests/statistics/test_{name}.py::test_every_cell_{which}_is_what_the_definitions_say"
    for name, which in (
        ("against_naive", "and_everyone_behind_it"), ("kinds_against_naive", "about_traders_and_everyone_behind_it"),
    )
)  # fmt: skip
"""Tests that notice more than their time says."""

FAILED, UNREACHED = 1, 5
"""What pytest leaves with where a test fails, and where it ran none."""

Changed = tuple[Mutant, ast.Module]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a mutant: ``noticed`` (and by which test), ``hangs``, ``survived`` or ``unreached``."""

    mutant: Mutant
    fate: str
    by: str
    seconds: float


class Judge:
    """Judges mutants by the tests that go over their lines, and remembers which noticed most."""

    def __init__(self, reach: Reach, workers: int, folder: Path) -> None:
        self.reach, self.workers, self.folder = reach, workers, folder
        self.kills: dict[str, Counter[str]] = {}

    def remember(self, verdict: Verdict) -> None:
        """A test that noticed a mutant of a module is asked sooner about the others."""
        if verdict.by in self.reach.seconds:
            self.kills.setdefault(verdict.mutant.module, Counter())[verdict.by] += 1

    def judged(self, chosen: Sequence[Changed], seconds: float | None) -> Iterator[Verdict]:
        """Each in a child of its own, by tests of so many ``seconds`` together, or by all where None is given."""
        jobs = ((mutant, self._work(mutant, tree, seconds)) for mutant, tree in chosen)
        for done in many(jobs, self.workers, self.folder):
            if done.status == BROKEN:
                sys.exit(f"the process that judged {done.key} broke down: what it wrote stands above")
            fate = {0: "survived", UNREACHED: "unreached"}.get(done.status, "noticed")
            verdict = Verdict(done.key, "hangs" if done.status < 0 else fate, done.answer or "", done.seconds)
            self.remember(verdict)
            yield verdict

    def _work(self, mutant: Mutant, tree: ast.Module, seconds: float | None) -> Work:
        names = self.tests(mutant, seconds)

        def work() -> tuple[int, str]:
            if not names:
                return UNREACHED, ""
            sys.meta_path.insert(0, Loader(mutant, tree))
            plugin = _Chosen(names)
            try:
                status = run_pytest(list(dict.fromkeys(map(_file, names))), plugin)
            except Exception:  # what the tests left behind could not be put away
                status = FAILED
            return status, plugin.failed

        return work

    def tests(self, mutant: Mutant, seconds: float | None) -> list[str]:
        """Those that noticed most per second first, then the quickest, with a bonus for strong ones and for those of
        the module's own folder. Without a limit, the quickest first, and at the end the others of their files.
        """
        cost, kills = self.reach.seconds, self.kills.get(mutant.module, Counter())
        module, direct = Path(mutant.module), self.reach.of(mutant)
        near = (f"tests/{module.parent}/", f"tests/{module.parent}/test_{module.stem}.py")
        dear = {one: cost[one] / (1 + 3 * sum(map(one.startswith, (*near, *STRONG)))) for one in direct}
        names = sorted(direct, key=lambda one: (-kills[one] / (cost[one] + 0.1), dear[one], one))
        if seconds is None:
            files = set(map(_file, direct))
            names.sort(key=lambda one: (dear[one], one))
            return names + sorted(one for one in set(cost) - direct if _file(one) in files)
        within: list[str] = []
        for name in names:  # one that takes all the time does not keep out the quick ones behind it
            if cost[name] <= seconds:
                within.append(name)
                seconds -= cost[name]
        return within or names[:1]


def _file(name: str) -> str:
    return name.partition("::")[0]


class _Chosen(Plugin):
    """Under pytest, runs the named tests in their order and writes down the first that fails."""

    def __init__(self, names: Sequence[str]) -> None:
        self.place = {name: at for at, name in enumerate(names)}
        self.failed = ""

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        items[:] = sorted(
            (item for item in items if item.nodeid in self.place), key=lambda item: self.place[item.nodeid]
        )

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.failed and not self.failed:
            self.failed = report.nodeid
