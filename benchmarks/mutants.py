"""Break the formulas on purpose and see whether a test notices: ``make mutants``.

Each mutant is one small change of one expression in a module that a published number depends on: ``<`` for ``<=``,
``+`` for ``-``, a constant one larger, a ``not`` dropped. A mutant runs in a child process in which only that module
is exchanged, in memory; the tests that speak of the module run first, then the other fast tests of statistics and
observatory, until the first failure. Mutants that no test notices are listed: each is a missing test or a change
without effect. With ``--near`` only the tests that speak of the module run: a survivor costs less, and may still be
noticed by the others.

    python benchmarks/mutants.py --sample 100 --seed 1 --out mutants.json
    python benchmarks/mutants.py --near --modules observatory/history.py statistics/spread.py
"""

from __future__ import annotations

import argparse
import ast
import copy
import importlib.abc
import importlib.util
import io
import json
import os
import random
import resource
import shutil
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout, suppress
from dataclasses import asdict, dataclass
from importlib.machinery import ModuleSpec
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType

PROJECT = Path(__file__).resolve().parents[1]
SOURCE = PROJECT / "src"
MODULES = (
    "statistics/formulas.py", "statistics/conditions.py", "statistics/compute.py", "statistics/groups.py",
    "statistics/spread.py",
    "statistics/kinds/mode.py", "statistics/kinds/conditional.py", "statistics/kinds/share.py",
    "statistics/kinds/level.py", "statistics/kinds/growth.py", "statistics/kinds/composition.py",
    "statistics/kinds/series.py", "statistics/kinds/window.py", "statistics/kinds/base.py",
    "statistics/kinds/traders.py", "statistics/kinds/dynamics.py", "statistics/kinds/transition.py",
    "statistics/kinds/distribution.py", "statistics/kinds/concentration.py", "statistics/kinds/trade.py",
    "observatory/attributes.py", "observatory/panel.py", "observatory/window.py", "observatory/flows.py",
    "observatory/aggregate.py", "observatory/history.py", "observatory/trading.py",
)  # fmt: skip
FIRST = "tests/statistics/test_against_naive.py::test_every_cell_and_everyone_behind_it_is_what_the_definitions_say"
TRADERS = "tests/statistics/test_kinds_against_naive.py::test_every_cell_about_traders_and_everyone_behind_it_is_what_the_definitions_say"  # noqa: E501
TESTS = (
    "tests/statistics/test_formulas.py",
    "tests/statistics/test_spread.py",
    "tests/statistics/test_identities.py",
    "tests/statistics/test_identities_of_traders.py",
    f"{FIRST}[declared zones alone, and a handful of firms]",
    f"{FIRST}[membership by month in a yearly register with groups]",
    f"{TRADERS}[a handful of firms]",
    "tests/statistics/kinds",
    "tests/observatory",
)
KINDS, IDENTITIES = "tests/statistics/kinds", "tests/statistics/test_identities_of_traders.py"
HEADS = f"{KINDS}/test_heads_of_traders.py"
NEAR: dict[str, tuple[str, ...]] = {
    "statistics/formulas.py": ("tests/statistics/test_formulas.py",),
    "statistics/spread.py": ("tests/statistics/test_spread.py",),
    "statistics/compute.py": ("tests/observatory/test_contributions.py", "tests/observatory/test_views.py", KINDS),
    "statistics/groups.py": (HEADS, f"{KINDS}/test_trade.py", f"{KINDS}/test_share.py"),
    "statistics/kinds/traders.py": (
        f"{KINDS}/test_dynamics.py", f"{KINDS}/test_concentration.py", f"{KINDS}/test_distribution.py",
    ),
    "statistics/kinds/dynamics.py": (HEADS, f"{KINDS}/test_dynamics.py", IDENTITIES),
    "statistics/kinds/transition.py": (HEADS, f"{KINDS}/test_transition.py", IDENTITIES),
    "statistics/kinds/distribution.py": (HEADS, f"{KINDS}/test_distribution.py", IDENTITIES),
    "statistics/kinds/concentration.py": (HEADS, f"{KINDS}/test_concentration.py", IDENTITIES),
    "statistics/kinds/trade.py": (HEADS, f"{KINDS}/test_trade.py", IDENTITIES),
    "observatory/history.py": ("tests/observatory/test_history.py", f"{KINDS}/test_dynamics.py"),
    "observatory/trading.py": (f"{KINDS}/test_trade.py", f"{KINDS}/test_distribution.py"),
    "observatory/aggregate.py": ("tests/observatory/test_views.py", "tests/observatory/test_contributions.py"),
    "observatory/flows.py": (
        f"{KINDS}/test_mode.py", f"{KINDS}/test_dynamics.py", f"{KINDS}/test_trade.py",
        "tests/observatory/test_views.py", f"{FIRST}[membership by month in a yearly register with groups]",
    ),
}  # fmt: skip
"""The tests that speak of a module: those that notice most of its mutants, soonest."""

CPU_SECONDS, WALL_SECONDS = 240, 1800
"""A mutant that uses up either hangs. The limit of the processor holds on a busy machine too."""

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Pow: ast.Mult,
    ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip
TYPES = {"None", "str", "int", "float", "bool", "Decimal", "Number", "tuple", "dict", "list"}


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change: the module, the line, the text before and after, and the number of the change in its module."""

    module: str
    number: int
    line: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a mutant: ``noticed``, ``hangs`` or ``survived``."""

    mutant: Mutant | None
    fate: str
    seconds: float


def expressions(tree: ast.AST) -> Iterator[ast.AST]:
    """Every node that may be changed: no annotations, texts, assertions or decorators."""
    for name, value in ast.iter_fields(tree):
        if name in {"annotation", "returns", "decorator_list"} or isinstance(tree, ast.Assert):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield child
                yield from expressions(child)


def changes(node: ast.AST) -> Iterator[ast.AST]:
    """The changed forms of a node."""
    match node:
        case ast.Compare(ops=[operator]) if type(operator) in COMPARISONS:
            changed = copy.deepcopy(node)
            changed.ops = [COMPARISONS[type(operator)]()]
            yield changed
        case ast.BinOp(op=operator) if type(operator) in ARITHMETIC and not _is_type(node):
            changed = copy.deepcopy(node)
            changed.op = ARITHMETIC[type(operator)]()
            yield changed
        case ast.BoolOp(op=operator):
            changed = copy.deepcopy(node)
            changed.op = ast.Or() if isinstance(operator, ast.And) else ast.And()
            yield changed
        case ast.UnaryOp(op=ast.Not() | ast.Invert() | ast.USub(), operand=operand):
            yield copy.deepcopy(operand)
        case ast.Constant(value=bool() as value):
            yield ast.Constant(not value)
        case ast.Constant(value=int() | float() as value):
            yield ast.Constant(value + 1)


def _is_type(node: ast.BinOp) -> bool:
    """``float | None`` is no calculation."""
    names = {getattr(side, "id", None) or str(getattr(side, "value", "")) for side in (node.left, node.right)}
    return isinstance(node.op, ast.BitOr) and bool(names & TYPES)


def mutants(module: str) -> Iterator[tuple[Mutant, ast.Module]]:
    """All mutants of a module, each with its changed tree."""
    text = (SOURCE / "firmtrade" / module).read_text(encoding="utf-8")
    number = 0
    for position, node in enumerate(expressions(ast.parse(text))):
        for change in changes(node):
            tree = ast.parse(text)
            target = next(found for at, found in enumerate(expressions(tree)) if at == position)
            ast.copy_location(change, target)
            changed = _Exchange(target, change).visit(tree)
            ast.fix_missing_locations(changed)
            line = getattr(node, "lineno", 0)
            yield Mutant(module, number, line, ast.unparse(node), ast.unparse(change)), changed
            number += 1


class _Exchange(ast.NodeTransformer):
    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        return self.new if node is self.old else self.generic_visit(node)


class _Loader(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Hands out the changed module in place of the one on disk."""

    def __init__(self, module: str, tree: ast.Module) -> None:
        self.name = "firmtrade." + module.removesuffix(".py").replace("/", ".")
        self.tree = tree

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        return importlib.util.spec_from_loader(fullname, self) if fullname == self.name else None

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self.tree, self.name, "exec"), module.__dict__)


def tests_of(module: str, *, near: bool) -> tuple[str, ...]:
    """The tests for the mutants of a module, in the order in which they run."""
    first = NEAR.get(module, ())
    return first if near and first else tuple(dict.fromkeys((*first, *TESTS)))


def judge(mutant: Mutant | None, tree: ast.Module | None = None, tests: Sequence[str] = TESTS) -> Verdict:
    """Run the tests against a mutant, or the program as it is, in a child process."""
    start = time.monotonic()
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
        os._exit(_run_tests(_Loader(mutant.module, tree) if mutant and tree else None, tests))
    fate = "hangs"
    while time.monotonic() - start < WALL_SECONDS:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            left_with = os.waitstatus_to_exitcode(status)
            fate = "survived" if left_with == 0 else "hangs" if left_with < 0 else "noticed"
            break
        time.sleep(0.05)
    else:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return Verdict(mutant, fate, round(time.monotonic() - start, 1))


def _run_tests(loader: _Loader | None, tests: Sequence[str]) -> int:
    import pytest

    if loader is not None:
        sys.meta_path.insert(0, loader)
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        try:
            return int(pytest.main(["-x", "-q", "-p", "no:cacheprovider", "-m", "not long", *tests]))
        except BaseException:
            return 1


def main() -> None:
    """Judge all mutants, or a sample, and write what became of them."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--modules", nargs="*", default=MODULES, help="modules below src/firmtrade")
    parser.add_argument("--sample", type=int, default=0, help="judge so many, drawn at random; 0 for all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--near", action="store_true", help="run only the tests that speak of the module")
    parser.add_argument("--minutes", type=float, default=0, help="stop after so many minutes; 0 for never")
    parser.add_argument("--out", type=Path, default=Path("mutants.json"))
    options = parser.parse_args()
    out = options.out.resolve()
    everything = [one for module in options.modules for one in mutants(module)]
    chosen = list(everything)
    random.Random(options.seed).shuffle(chosen)
    chosen = chosen[: options.sample or None]
    for library in ("ibis", "duckdb", "polars", "pydantic", "numpy", "pyarrow.parquet", "pytest"):
        with suppress(ImportError):
            importlib.import_module(library)
    with TemporaryDirectory() as folder:  # a copy, so that work may go on beside it
        for part in ("src", "tests"):
            shutil.copytree(PROJECT / part, Path(folder) / part, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copyfile(PROJECT / "pyproject.toml", Path(folder) / "pyproject.toml")
        os.chdir(folder)
        sys.path[:0] = [str(Path(folder) / part) for part in ("src", "tests")]
        every = dict.fromkeys(
            test for module in options.modules for test in tests_of(module, near=options.near)
        )
        if judge(None, tests=tuple(every)).fate != "survived":
            sys.exit("the tests fail on the program as it is: mend them first")
        start, verdicts = time.monotonic(), []
        for number, (mutant, tree) in enumerate(chosen, start=1):
            verdict = judge(mutant, tree, tests_of(mutant.module, near=options.near))
            verdicts.append(verdict)
            print(f"{number}/{len(chosen)} {verdict.fate:8} {verdict.seconds:5.1f} s {mutant.module}:{mutant.line}  "
                  f"{mutant.before}  ->  {mutant.after}", flush=True)  # fmt: skip
            found = {"mutants": len(everything), "judged": [asdict(one) for one in verdicts]}
            out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
            if options.minutes and time.monotonic() - start > 60 * options.minutes:
                break
        survivors = sum(one.fate == "survived" for one in verdicts)
        print(f"{len(verdicts)} of {len(everything)} mutants judged, {survivors} survived")


if __name__ == "__main__":
    main()
