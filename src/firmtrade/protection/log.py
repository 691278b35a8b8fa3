"""What the custodian reads: each hidden number with its rules, the interval that a reader can work out, and what hides
it. It stays inside with the rooms and is never part of a release."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from firmtrade.outputs import CellKey

SECONDARY = "secondary"


@dataclass(frozen=True, slots=True)
class DeducedInterval:
    """What a reader can work out of one component, in its unit, and what it truly is."""

    component: str
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Hidden:
    """One hidden number.

    ``rules`` are the names of those that it breaks, empty for one hidden to protect others: these are its
    ``partners``. ``firms`` is what is lost. ``unflagged`` says that a number that breaks rules is printed as one that
    protects others, because its flag would give a number away."""

    key: CellKey
    kind: str
    rules: tuple[str, ...] = ()
    partners: tuple[CellKey, ...] = ()
    intervals: tuple[DeducedInterval, ...] = ()
    firms: int | None = None
    unflagged: bool = False

    @property
    def primary(self) -> bool:
        return bool(self.rules)

    @property
    def flagged(self) -> bool:
        """Whether it is printed as confidential by itself."""
        return self.primary and not self.unflagged


@dataclass(frozen=True, slots=True)
class Loss:
    """How much of one table is hidden."""

    table: str
    numbers: int
    primary: int
    secondary: int

    @property
    def share(self) -> float:
        """Hidden numbers in percent of all."""
        return 100 * (self.primary + self.secondary) / self.numbers if self.numbers else 0.0


def named(table: str) -> str:
    """How a table is called in English, as every file that stays inside.

    >>> named("3"), named("fig18"), named("belgium-traders:3")
    ('Table 3', 'Figure 18', 'Table 3 of belgium-traders')
    """
    study, _, own = table.rpartition(":")
    kind = f"Figure {own.removeprefix('fig')}" if own.startswith("fig") else f"Table {own}"
    return f"{kind} of {study}" if study else kind


def losses(keys: Iterable[CellKey], hidden: Iterable[Hidden]) -> tuple[Loss, ...]:
    """The loss of every table, in the order in which tables come."""
    all_numbers = Counter(key.table for key in keys)
    held = list(hidden)
    first = Counter(each.key.table for each in held if each.primary)
    second = Counter(each.key.table for each in held if not each.primary)
    return tuple(Loss(table, count, first[table], second[table]) for table, count in all_numbers.items())
