"""Terms of a model: what their names say, and the columns that they become.

``age`` is a criterion, ``age^2`` its square about its mean, ``sector=3`` the contrast of a category with the base, and
``a:b`` an interaction: the product of two terms, numbers taken about their means, so that each main effect is that at
the mean of the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from firmtrade.messages import Message, Slot, message

Array = NDArray[np.float64]
Rows = NDArray[np.bool_]

SQUARE, OF, BY = "^2", "=", ":"


@dataclass(frozen=True, slots=True)
class Contrasts:
    """A measure whose categories are compared with one of them.

    ``categories`` are its keys in order with their words, ``base`` the one that the others are compared with;
    ``place`` (n,) is the position of each answer's category, NaN where there is none.
    """

    label: Slot
    categories: Mapping[str, Slot]
    base: str
    place: Array

    def columns(self, name: str) -> dict[str, Array]:
        """A column of zeros and ones (n,) for each category, missing where the answer is."""
        return {
            f"{name}{OF}{key}": np.where(np.isnan(self.place), np.nan, (self.place == at).astype(float))
            for at, key in enumerate(self.categories)
        }


def parts_of(term: str) -> tuple[str, ...]:
    """The factors of a term.

    >>> parts_of("sector=2:age"), parts_of("age")
    (('sector=2', 'age'), ('age',))
    """
    return tuple(term.split(BY))


def criterion_of(part: str) -> str:
    """The criterion behind a part of a term.

    >>> [criterion_of(part) for part in ("age", "age^2", "sector=2")]
    ['age', 'age', 'sector']
    """
    return part.removesuffix(SQUARE).partition(OF)[0]


def criteria_in(term: str) -> tuple[str, ...]:
    """The criteria of a term.

    >>> criteria_in("sector=2:age^2")
    ('sector', 'age')
    """
    return tuple(criterion_of(part) for part in parts_of(term))


def columns_of(term: str, categories: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """The columns that a term becomes, where criteria have these ``categories`` besides their base.

    >>> columns_of("sector:age", {"sector": ["2", "3"]})
    ('sector=2:age', 'sector=3:age')
    """
    choices = [
        tuple(f"{part}{OF}{key}" for key in categories[part]) if part in categories else (part,)
        for part in parts_of(term)
    ]
    return tuple(BY.join(one) for one in product(*choices))


def complete_rows(outcome: Array, values: Mapping[str, Array], terms: Iterable[str]) -> Rows:
    """Rows where outcome and all terms are known."""
    rows = ~np.isnan(outcome)
    for term in terms:
        for criterion in criteria_in(term):
            rows &= ~np.isnan(values[criterion])
    return np.asarray(rows)


def compared(
    terms: tuple[str, ...], contrasts: Mapping[str, Contrasts], rows: Rows
) -> tuple[tuple[str, ...], dict[str, str], tuple[Message, ...]]:
    """The columns of terms on these rows, the base of each criterion with categories, and what had to be said.

    A category that nobody has there has no column; where the base is such a one, the first that somebody has takes
    its place.
    """
    bases: dict[str, str] = {}
    others: dict[str, list[str]] = {}
    remarks: list[Message] = []
    for name in dict.fromkeys(name for term in terms for name in criteria_in(term)):
        if name not in contrasts:
            continue
        found = contrasts[name]
        known = found.place[rows]
        present = [key for at, key in enumerate(found.categories) if (known == at).any()]
        base = found.base if found.base in present or not present else present[0]
        if base != found.base:
            remarks.append(
                message(
                    "problems.base_empty",
                    base=found.categories[found.base],
                    term=found.label,
                    used=found.categories[base],
                )
            )
        remarks += [
            message("problems.category_empty", category=found.categories[key], term=found.label)
            for key in found.categories
            if key not in present and key != found.base
        ]
        bases[name] = base
        others[name] = [key for key in present if key != base]
    return tuple(column for term in terms for column in columns_of(term, others)), bases, tuple(remarks)


def design_matrix(values: Mapping[str, Array], terms: tuple[str, ...], rows: Rows) -> Array:
    """Intercept and columns of ``terms`` over the rows, shape (rows, 1 + terms)."""
    return np.stack([np.ones(int(rows.sum())), *(_column(values, term, rows) for term in terms)], axis=1)


def centre(values: Mapping[str, Array], part: str, rows: Rows) -> float:
    """Where a part of an interaction is taken as zero: the mean of a number, the base of a contrast."""
    return 0.0 if OF in part else float(_part(values, part, rows).mean())


def _column(values: Mapping[str, Array], term: str, rows: Rows) -> Array:
    parts = parts_of(term)
    if len(parts) == 1:
        return _part(values, term, rows)
    column: Array = np.ones(int(rows.sum()))
    for part in parts:
        column = column * (_part(values, part, rows) - centre(values, part, rows))
    return column


def _part(values: Mapping[str, Array], part: str, rows: Rows) -> Array:
    base = values[part.removesuffix(SQUARE)][rows]
    return np.asarray((base - base.mean()) ** 2 if part.endswith(SQUARE) else base)
