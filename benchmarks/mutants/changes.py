"""Small changes of the program, one at a time: which there are, and how one takes the place of its module."""

from __future__ import annotations

import ast
import copy
import importlib.abc
import importlib.util
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "firmtrade"

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Pow: ast.Mult,
    ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip
CALLS = {
    "min": "max",
    "max": "min",
    "any": "all",
    "all": "any",
    "is_null": "is_not_null",
    "is_not_null": "is_null",
}
TYPES = {"None", "str", "int", "float", "bool", "Decimal", "Number", "tuple", "dict", "list"}


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change: the module, the function (``Class.method``; of functions inside one another the outermost), the
    lines of the statement, and the text before and after.

    ``number`` tells changes of one function with the same text apart, in the order of the file.
    """

    module: str
    function: str
    lines: tuple[int, ...]
    before: str
    after: str
    number: int

    @property
    def key(self) -> tuple[str, str, str, str, int]:
        """What stays the same when lines move."""
        return self.module, self.function, self.before, self.after, self.number


@dataclass(frozen=True, slots=True)
class _Place:
    """A node, the statement and the function that it stands in."""

    node: ast.AST
    statement: ast.stmt
    function: str


def mutants(module: str) -> Iterator[tuple[Mutant, ast.Module]]:
    """All mutants of a module below ``src/firmtrade``, each with its changed tree."""
    text = (PACKAGE / module).read_text(encoding="utf-8")
    seen: dict[tuple[str, str, str], int] = {}
    for position, place in enumerate(_places(ast.parse(text))):
        for change in changes(place.node):
            tree = ast.parse(text)
            target = next(one.node for at, one in enumerate(_places(tree)) if at == position)
            ast.copy_location(change, target)
            _Exchange(target, change).visit(tree)
            ast.fix_missing_locations(tree)
            before, after = ast.unparse(place.node), ast.unparse(change)
            what = (place.function, before, after)
            seen[what] = seen.get(what, -1) + 1
            yield Mutant(module, place.function, _lines(place.statement), before, after, seen[what]), tree


def changes(node: ast.AST) -> Iterator[ast.AST]:
    """The changed forms of a node."""
    match node:
        case ast.Compare(ops=[operator]) if type(operator) in COMPARISONS:
            yield _with(node, ops=[COMPARISONS[type(operator)]()])
        case ast.BinOp(op=operator) if type(operator) in ARITHMETIC and not _is_type(node):
            yield _with(node, op=ARITHMETIC[type(operator)]())
        case ast.BoolOp(op=operator):
            yield _with(node, op=ast.Or() if isinstance(operator, ast.And) else ast.And())
        case ast.UnaryOp(op=ast.Not() | ast.Invert() | ast.USub(), operand=operand):
            yield copy.deepcopy(operand)
        case ast.Call(func=ast.Name(id=name)) if name in CALLS:
            yield _with(node, func=ast.Name(CALLS[name], ast.Load()))
        case ast.Call(func=ast.Attribute(attr=name) as method) if name in CALLS:
            yield _with(node, func=_with(method, attr=CALLS[name]))
        case ast.Constant(value=bool() as value):
            yield ast.Constant(not value)
        case ast.Constant(value=int() | float() as value):
            yield ast.Constant(value + 1)


def _with(node: ast.AST, **parts: object) -> ast.AST:
    """A copy of a node with other parts."""
    changed = copy.deepcopy(node)
    for name, part in parts.items():
        setattr(changed, name, part)
    return changed


def _is_type(node: ast.BinOp) -> bool:
    """``float | None`` is no calculation."""
    names = {getattr(side, "id", None) or str(getattr(side, "value", "")) for side in (node.left, node.right)}
    return isinstance(node.op, ast.BitOr) and bool(names & TYPES)


def _places(tree: ast.Module) -> Iterator[_Place]:
    """Every node that may be changed, in the order of the file: no annotations, texts, assertions or decorators."""
    for statement in tree.body:
        yield from _inside(statement, statement, "")


def _inside(node: ast.AST, statement: ast.stmt, function: str, inner: bool = False) -> Iterator[_Place]:
    if isinstance(node, ast.stmt):
        statement = node
    if isinstance(node, ast.FunctionDef | ast.ClassDef) and not inner:
        function = f"{function}.{node.name}".lstrip(".")
    inner |= isinstance(node, ast.FunctionDef)
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns", "decorator_list"} or isinstance(node, ast.Assert):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                if not isinstance(child, ast.stmt):
                    yield _Place(child, statement, function)
                yield from _inside(child, statement, function, inner)


def _lines(statement: ast.stmt) -> tuple[int, ...]:
    """The lines of a statement, of one with a body those of its head."""
    body = getattr(statement, "body", None)
    last = body[0].lineno - 1 if body else statement.end_lineno or statement.lineno
    return tuple(range(statement.lineno, max(last, statement.lineno) + 1))


class _Exchange(ast.NodeTransformer):
    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        return self.new if node is self.old else self.generic_visit(node)


class Loader(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Hands out the changed module in place of the one on disk."""

    def __init__(self, mutant: Mutant, tree: ast.Module) -> None:
        self.name = "firmtrade." + mutant.module.removesuffix(".py").replace("/", ".")
        self.tree = tree

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        return importlib.util.spec_from_loader(fullname, self) if fullname == self.name else None

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self.tree, self.name, "exec"), module.__dict__)
