"""Which tests go over which lines of the program as it is, and how long they take."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from changes import Mutant
from children import Work, many

ROOMS = ("query", "kinds", "engines", "statistics", "observatory")
TESTS = ("tests/query", "tests/kinds", "tests/engines", "tests/statistics", "tests/observatory")

PASSED = (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)
"""How a file of tests ends on the program as it is: one with long proofs alone has none to run."""


@dataclass(slots=True)
class Reach:
    """Seconds by test; tests by module and line."""

    seconds: dict[str, float] = field(default_factory=dict)
    tests: dict[str, dict[int, set[str]]] = field(default_factory=dict)

    def of(self, mutant: Mutant) -> set[str]:
        """The tests that go over a line of the statement that the mutant changes."""
        lines = self.tests.get(mutant.module, {})
        return set().union(*(lines.get(line, ()) for line in mutant.lines))

    def write(self) -> dict[str, Any]:
        """As it stands in a file: tests by number, since each is named at many lines."""
        names = sorted(self.seconds)
        number = {name: at for at, name in enumerate(names)}
        lines = {
            module: {line: sorted(number[name] for name in tests) for line, tests in found.items()}
            for module, found in self.tests.items()
        }
        return {"tests": names, "seconds": [self.seconds[name] for name in names], "lines": lines}

    @classmethod
    def read(cls, known: dict[str, Any]) -> Reach:
        """What ``write`` wrote."""
        names = known["tests"]
        tests = {
            module: {int(line): {names[at] for at in numbers} for line, numbers in found.items()}
            for module, found in known["lines"].items()
        }
        return cls(dict(zip(names, known["seconds"], strict=True)), tests)


class Plugin:
    """What every run has in common: where a random test fails, that is enough; nobody looks for a smaller example."""

    def pytest_configure(self) -> None:
        from hypothesis import Phase, settings

        settings.register_profile("mutants", phases=[Phase.explicit, Phase.generate])
        settings.load_profile("mutants")


class _Recorder(Plugin):
    """Under pytest, writes down the lines that each test goes over, and how long it takes.

    What a file does while it is read, and for fixtures that several tests share, counts for all of its tests.
    """

    def __init__(self, package: Path) -> None:
        import coverage

        os.environ["COVERAGE_CORE"] = "ctrace"  # the only one that tells tests apart
        self.package = package
        self.measure = coverage.Coverage(data_file=None, include=["*/src/firmtrade/*"])
        self.measure.start()
        self.seconds: dict[str, float] = {}

    def pytest_runtest_setup(self, item: Any) -> None:
        self.measure.switch_context("")

    def pytest_runtest_call(self, item: Any) -> None:
        self.measure.switch_context(item.nodeid)

    def pytest_runtest_logreport(self, report: Any) -> None:
        self.seconds[report.nodeid] = round(self.seconds.get(report.nodeid, 0) + report.duration, 3)

    def found(self) -> dict[str, Any]:
        self.measure.stop()
        data = self.measure.get_data()
        lines = {}
        for name in data.measured_files():
            module = Path(name).resolve().relative_to(self.package).as_posix()
            lines[module] = {
                line: sorted(set(tests)) for line, tests in data.contexts_by_lineno(name).items()
            }
        return {"seconds": self.seconds, "lines": lines}


def run_pytest(arguments: Sequence[str], plugin: object) -> int:
    """Run pytest in silence."""
    with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere):
        return int(pytest.main(["-x", "-q", "-p", "no:cacheprovider", *arguments], plugins=[plugin]))


def survey(workers: int, folder: Path, kept: Path) -> Reach:
    """Run every test once, each file in a process of its own, and learn what it goes over.

    What was learnt of the very same program and tests before is taken from the file ``kept``.
    """
    program = _fingerprint()
    if kept.is_file() and (known := json.loads(kept.read_text("utf-8")))["program"] == program:
        return Reach.read(known)
    package = Path("src/firmtrade").resolve()
    files = sorted((path for part in TESTS for path in Path(part).rglob("test_*.py")), key=_last_first)
    reach = Reach()

    def looks(name: str) -> Work:
        def work() -> tuple[int, Any]:
            recorder = _Recorder(package)
            return run_pytest([name], recorder), recorder.found()

        return work

    jobs = ((str(file), looks(str(file))) for file in files)
    for number, done in enumerate(many(jobs, workers, folder), start=1):
        if done.status not in PASSED:
            sys.exit(f"{done.key} fails on the program as it is: mend it first")
        print(f"{number}/{len(files)} {done.seconds:6.1f} s {done.key}", flush=True)
        everyone = set(done.answer["seconds"])
        reach.seconds |= done.answer["seconds"]
        for module, lines in done.answer["lines"].items():
            known_lines = reach.tests.setdefault(module, {})
            for line, tests in lines.items():
                known_lines.setdefault(int(line), set()).update(everyone if "" in tests else tests)
    beside = kept.with_suffix(".part")
    beside.write_text(json.dumps({"program": program, **reach.write()}) + "\n", "utf-8")
    beside.replace(kept)
    return reach


def _last_first(path: Path) -> tuple[bool, str]:
    """The longest file first, so that it does not end alone."""
    return path.name != "test_kinds_against_naive.py", str(path)


def _fingerprint() -> str:
    """Of the rooms that are changed and of their tests."""
    digest = hashlib.sha256()
    folders = [*(Path("src/firmtrade") / room for room in ROOMS), *map(Path, TESTS)]
    files = {path for folder in folders for path in folder.rglob("*.py")} | set(Path("tests").glob("*.py"))
    for path in sorted(files):
        digest.update(str(path).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
