"""Names of a study's attributes, which become columns beside those that tables have of their own."""

from __future__ import annotations

from collections.abc import Iterator

from firmtrade.query.dimensions import population_columns
from firmtrade.query.registry import reserved
from firmtrade.study import Study
from firmtrade.study.tables import Problem


def problems(study: Study) -> Iterator[Problem]:
    """Attributes whose name is that of another column. Engines do not tell columns apart by capitals."""
    own = reserved() | {name.casefold() for name in population_columns(study).values()}
    earlier: dict[str, str] = {}
    for name in study.attributes:
        folded = name.casefold()
        if folded in own:
            yield (
                ("attributes", name),
                f"the panel has a column {name!r} of its own",
                f"Give the attribute another name, such as `{name}_class`.",
            )
        elif folded in earlier:
            yield (
                ("attributes", name),
                f"the attribute {earlier[folded]!r} differs in nothing but capitals",
                "Columns are not told apart by capitals: give one of the two another name.",
            )
        earlier.setdefault(folded, name)
