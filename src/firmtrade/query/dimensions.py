"""Names of the dimensions about traders, which kinds of tables ask for and the observatory answers.

What a firm does in other years: ``export_1_before`` asks whether it exports in the year before, ``present_1_after``
whether it has accounts or trade in the next, ``export_earlier`` whether it exported before the year before. Whether a
measure of it is known: ``known_value_growth``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from firmtrade.study import Study

UNKNOWN = "unknown"
NONE = "none"
"""The class of a firm that an attribute does not apply to (mining has no technology class): known, not shown."""


def population_columns(study: Study) -> dict[str, str]:
    """The flag of each population among the columns of the panel: ``in_manufacturing``.

    Engines do not tell columns apart by capitals: a name that differs from an earlier one in nothing else is numbered.
    """
    found: dict[str, str] = {}
    taken: set[str] = set()
    for key in study.populations:
        names = (f"in_{key}", *(f"in_{key}_{number}" for number in range(2, len(study.populations) + 2)))
        found[key] = next(name for name in names if name.casefold() not in taken)
        taken.add(found[key].casefold())
    return found


_MOMENT = re.compile(r"(export|import|present)_(?:(\d+)_(before|after)|earlier)")


def traded(flow: str, distance: int) -> str:
    """The dimension that asks about the year at a distance.

    >>> traded("export", -1), traded("present", 3)
    ('export_1_before', 'present_3_after')
    """
    return f"{flow}_{abs(distance)}_{'before' if distance < 0 else 'after'}"


def traded_earlier(flow: str) -> str:
    """The dimension that asks about all years before the year before."""
    return f"{flow}_earlier"


def is_history(dimension: str) -> bool:
    """Whether a dimension asks about another year."""
    return _MOMENT.fullmatch(dimension) is not None


def subject(dimension: str) -> str:
    """``export``, ``import`` or ``present``: what a dimension of history asks about."""
    return dimension.partition("_")[0]


def distance_of(dimension: str) -> int | None:
    """How many years from the one looked at a dimension of history asks about; None: all before the year before."""
    found = _MOMENT.fullmatch(dimension)
    assert found is not None, dimension
    return None if found[2] is None else int(found[2]) * (-1 if found[3] == "before" else 1)


def years_asked(dimension: str, year: int, record: Sequence[int]) -> tuple[int, ...]:
    """The years that a dimension of history needs for a firm looked at in ``year``.

    >>> years_asked("export_2_after", 2000, range(1996, 2004))
    (2002,)
    >>> years_asked("export_earlier", 2000, range(1996, 2004))
    (1996, 1997, 1998)
    """
    distance = distance_of(dimension)
    if distance is None:
        return tuple(range(min([*record, year - 2]), year - 1))
    return (year + distance,)


NUMBER_OF_PARTNERS = "number_of_partners"
PARTNER_CLASSES: Mapping[str, tuple[int, int | None]] = {
    "partners_1": (1, 1), "partners_2": (2, 2), "partners_3_5": (3, 5), "partners_6_9": (6, 9),
    "partners_10_14": (10, 14), "partners_15_19": (15, 19), "partners_ge20": (20, None),
}  # fmt: skip
"""Classes of the number of partner countries, first and last: those of Eurostat's tables of trading enterprises."""


def known(measure: str) -> str:
    """The dimension that says whether a firm has a number of a measure.

    >>> known("value_growth")
    'known_value_growth'
    """
    return f"known_{measure}"


def measure_of(dimension: str) -> str | None:
    """The measure whose knowledge a dimension asks about; None for any other dimension."""
    return dimension.removeprefix("known_") if dimension.startswith("known_") else None
