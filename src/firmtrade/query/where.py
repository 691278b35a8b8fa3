"""Which firms: a small algebra of conditions on the dimensions of a view.

A condition is a value. It can be read (``str``), asked which dimensions it needs (``dimensions``), and turned
into a polars expression (``expression``) over any frame that has these dimensions as columns: an aggregated
view, or the list of all base cells that a linear system is built on. Every dimension of a view is known: a
missing attribute is the class ``unknown``, so a condition is true or false, never null.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl


class Where(ABC):
    """A condition on firms. Combine with ``&``, ``|`` and ``~``."""

    @property
    @abstractmethod
    def dimensions(self) -> frozenset[str]:
        """Dimensions that the condition asks about."""

    @abstractmethod
    def expression(self) -> pl.Expr:
        """The condition as a boolean polars expression."""

    @property
    def years(self) -> tuple[int, ...]:
        """Years that the condition names: those in which it looks at firms."""
        return ()

    @property
    def fixed(self) -> frozenset[str]:
        """Dimensions of which the condition lets one class through."""
        return frozenset()

    def __and__(self, other: Where) -> Where:
        if isinstance(self, All) and not self.parts:
            return other
        return self if isinstance(other, All) and not other.parts else All((self, other))

    def __or__(self, other: Where) -> Where:
        return AnyOf((self, other))

    def __invert__(self) -> Where:
        return Not(self)


@dataclass(frozen=True, slots=True)
class Is(Where):
    """A class dimension is one of some classes.

    >>> str(Is("size_class", ("size_lt10",)))
    'size_class is size_lt10'
    """

    dimension: str
    classes: tuple[str, ...]

    @property
    def dimensions(self) -> frozenset[str]:
        return frozenset({self.dimension})

    @property
    def fixed(self) -> frozenset[str]:
        return frozenset({self.dimension} if len(self.classes) == 1 else ())

    @property
    def years(self) -> tuple[int, ...]:
        return tuple(map(int, self.classes)) if self.dimension == "year" else ()

    def expression(self) -> pl.Expr:
        import polars as pl

        return pl.col(self.dimension).is_in(self.classes)

    def __str__(self) -> str:
        if len(self.classes) == 1:
            return f"{self.dimension} is {self.classes[0]}"
        return f"{self.dimension} is one of {', '.join(self.classes)}"


@dataclass(frozen=True, slots=True)
class Flag(Where):
    """A yes-or-no dimension is true.

    >>> str(~Flag("exporter"))
    'not exporter'
    """

    dimension: str

    @property
    def dimensions(self) -> frozenset[str]:
        return frozenset({self.dimension})

    def expression(self) -> pl.Expr:
        import polars as pl

        return pl.col(self.dimension)

    def __str__(self) -> str:
        return self.dimension


@dataclass(frozen=True, slots=True)
class All(Where):
    """Every part holds; without parts: every firm."""

    parts: tuple[Where, ...] = ()

    @property
    def dimensions(self) -> frozenset[str]:
        return frozenset().union(*(part.dimensions for part in self.parts))

    @property
    def fixed(self) -> frozenset[str]:
        return frozenset().union(*(part.fixed for part in self.parts))

    @property
    def years(self) -> tuple[int, ...]:
        return tuple(year for part in self.parts for year in part.years)

    def expression(self) -> pl.Expr:
        import polars as pl

        return reduce(and_, (part.expression() for part in self.parts), pl.lit(True))

    def __str__(self) -> str:
        return " and ".join(_bracket(part, AnyOf) for part in self.parts) or "all firms"


@dataclass(frozen=True, slots=True)
class AnyOf(Where):
    """At least one part holds."""

    parts: tuple[Where, ...]

    @property
    def dimensions(self) -> frozenset[str]:
        return frozenset().union(*(part.dimensions for part in self.parts))

    def expression(self) -> pl.Expr:
        return reduce(or_, (part.expression() for part in self.parts))

    def __str__(self) -> str:
        return " or ".join(_bracket(part, All) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Not(Where):
    """The part does not hold."""

    part: Where

    @property
    def dimensions(self) -> frozenset[str]:
        return self.part.dimensions

    def expression(self) -> pl.Expr:
        return ~self.part.expression()

    def __str__(self) -> str:
        return f"not {_bracket(self.part, (All, AnyOf))}"


EVERYONE: Where = All()
REST = "(rest)"
"""The class of all that no condition names."""


def questions(where: Where) -> Iterator[Is | Flag]:
    """The single questions that a condition is made of.

    >>> [str(one) for one in questions(Flag("exporter") & ~Is("region", ("flanders",)))]
    ['exporter', 'region is flanders']
    """
    match where:
        case All(parts) | AnyOf(parts):
            for part in parts:
                yield from questions(part)
        case Not(part):
            yield from questions(part)
        case Is() | Flag():
            yield where


def renamed(where: Where, name: Callable[[str], str]) -> Where:
    """A condition with other names of its dimensions.

    >>> str(renamed(Flag("exporter") & ~Is("region", ("flanders",)), str.upper))
    'EXPORTER and not REGION is flanders'
    """
    match where:
        case All(parts):
            return All(tuple(renamed(part, name) for part in parts))
        case AnyOf(parts):
            return AnyOf(tuple(renamed(part, name) for part in parts))
        case Not(part):
            return Not(renamed(part, name))
        case Is(dimension, classes):
            return Is(name(dimension), classes)
        case Flag(dimension):
            return Flag(name(dimension))
    raise TypeError(where)


def named_classes(conditions: Iterable[Where], but: Collection[str]) -> dict[str, list[bool] | list[str]]:
    """The classes that conditions name of each dimension, in their order, ``but`` for some dimensions; both of a flag.

    >>> named_classes([Flag("exporter") & ~Is("region", ("flanders",)), Is("size", ("small",))], {"size"})
    {'exporter': [False, True], 'region': ['flanders']}
    """
    classes: dict[str, dict[str, None]] = {}
    flags: dict[str, list[bool]] = {}
    for question in (one for where in conditions for one in questions(where) if one.dimension not in but):
        if isinstance(question, Flag):
            flags[question.dimension] = [False, True]
        else:
            classes.setdefault(question.dimension, {}).update(dict.fromkeys(question.classes))
    return {**flags, **{name: list(named) for name, named in classes.items()}}


def either(part: Where) -> Where:
    """All firms, of a table that asks which of them ``part`` holds for: where that cannot be told, nor can this.

    >>> str(either(Flag("exporter")))
    'exporter or not exporter'
    """
    return part | ~part


def _bracket(part: Where, kinds: type[Where] | tuple[type[Where], ...]) -> str:
    return f"({part})" if isinstance(part, kinds) else str(part)
