"""Two studies of the same firms read as one, so that what the tables of both say can be put together.

They are of the same firms where they agree on country, dates, union, activity scheme, measures and thresholds, and a
name that both use means the same in both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from firmtrade.errors import UsageError
from firmtrade.study import Study

WORDS = frozenset({"name", "title", "edition", "definition", "source", "label"})
"""What says nothing of which firms are meant."""


def same_dates(one: Study, other: Study) -> bool:
    """Whether two studies look at the same country, dates and measures: only then are their firms the same."""
    return bool(_meaning(one.head) == _meaning(other.head))


def joint_study(one: Study, other: Study) -> Study:
    """The first study with the populations, attributes and subtotals of both; its tables are its own.

    Raises
    ------
    UsageError
        A name means one thing in the first study and another in the second.
    """
    parts = {}
    for part in ("populations", "attributes", "subtotals"):
        first, second = getattr(one, part), getattr(other, part)
        _agree(one, other, part, first, second)
        parts[part] = {**second, **first}
    return one.model_copy(update=parts)


def _agree(one: Study, other: Study, part: str, first: Mapping[str, Any], second: Mapping[str, Any]) -> None:
    for name in sorted(first.keys() & second.keys()):
        if _meaning(first[name]) != _meaning(second[name]):
            raise UsageError(
                f"{part}.{name} means one thing in the study {one.name} and another in {other.name}",
                fix=f"Rename it in {one.name}: what both say of the same firms cannot be put together otherwise.",
            )


def _meaning(declared: Any) -> Any:
    """What is declared, without words: of a class its key and limits."""
    if hasattr(declared, "model_dump"):
        return _meaning(declared.model_dump())
    if isinstance(declared, dict):
        return {key: _meaning(value) for key, value in declared.items() if key not in WORDS}
    if isinstance(declared, list | tuple):
        return [_meaning(each) for each in declared]
    return declared
