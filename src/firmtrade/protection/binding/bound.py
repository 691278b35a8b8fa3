"""A study as a system: which cell makes which statement, and what it breaks itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from firmtrade.outputs import Cell
from firmtrade.protection.binding.judge import JudgedComponent
from firmtrade.protection.binding.parts import ContributedTotal
from firmtrade.protection.problem import Problem
from firmtrade.query.cells import CellSpec, Term


@dataclass(frozen=True)
class BoundCell:
    """A cell, the statements that it makes, and the rules that it breaks itself. ``flag`` is the statement that its
    flag makes where it is hidden by a rule, -1 where the flag says nothing."""

    spec: CellSpec
    cell: Cell
    statements: tuple[int, ...]
    breaches: tuple[JudgedComponent, ...]
    flag: int = -1


@dataclass(frozen=True)
class BoundStudy:
    """The system of a study, and which cell makes which statement. ``parts`` are the totals behind its quantities,
    ``numbers`` says which quantity a term is."""

    problem: Problem
    cells: tuple[BoundCell, ...]
    parts: Mapping[int, ContributedTotal]
    numbers: Mapping[Term, int]
