"""Names of dimensions that are made of parts: other years, what is known of a firm, membership of a population."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from firmtrade.study import Study

UNKNOWN = "unknown"
NONE = "none"
"""The class of a firm that an attribute does not apply to (mining has no technology class): known, not shown."""

SUBJECTS = ("export", "import", "present")
REORGANIZED = "reorganized"
"""Takes part in a merger or split: in the year of the change or the next, when its declarations begin or end."""
FURTHEST = 300
"""Years between a firm's year and another that is asked about, at most: more than a study can span."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What a firm does in another year: whether it exports, imports, has accounts or trade (``present``), or takes part
    in a merger or split (``reorganized``).

    ``distance`` is in years from the one looked at; None asks about all years of the record before the year before.
    """

    subject: str
    distance: int | None

    @property
    def name(self) -> str:
        """The dimension.

        >>> Moment("export", -1).name, Moment("present", 3).name, Moment("import", None).name
        ('export_1_before', 'present_3_after', 'import_earlier')
        """
        if self.distance is None:
            return f"{self.subject}_earlier"
        if self.distance == 0:
            return f"{self.subject}_now"
        return f"{self.subject}_{abs(self.distance)}_{'before' if self.distance < 0 else 'after'}"

    def years(self, year: int, record: Sequence[int]) -> tuple[int, ...]:
        """The years that are asked about for a firm looked at in ``year``.

        >>> Moment("export", 2).years(2000, range(1996, 2004))
        (2002,)
        >>> Moment("export", None).years(2000, range(1996, 2004))
        (1996, 1997, 1998)
        """
        if self.distance is None:
            return tuple(range(min([*record, year - 2]), year - 1))
        return (year + self.distance,)


@cache
def moments() -> Mapping[str, Moment]:
    """Every dimension about another year, by name."""
    distances = [None, *(distance for distance in range(-FURTHEST, FURTHEST + 1) if distance)]
    found = [Moment(subject, distance) for subject in SUBJECTS for distance in distances]
    found += [Moment(REORGANIZED, distance) for distance in range(-FURTHEST, FURTHEST + 1)]
    return {moment.name: moment for moment in found}


def traded(flow: str, distance: int) -> str:
    """The dimension that asks about the year at a distance.

    >>> traded("export", -1)
    'export_1_before'
    """
    return Moment(flow, distance).name


def traded_earlier(flow: str) -> str:
    """The dimension that asks about all years before the year before."""
    return Moment(flow, None).name


def reorganized(distance: int) -> str:
    """The dimension that asks about mergers and splits in the year at a distance.

    >>> reorganized(0), reorganized(1)
    ('reorganized_now', 'reorganized_1_after')
    """
    return Moment(REORGANIZED, distance).name


def known(measure: str) -> str:
    """The dimension that says whether a firm has a number of a measure.

    >>> known("value_growth")
    'known_value_growth'
    """
    return f"known_{measure}"


def is_of_flow(dimension: str) -> bool:
    """Whether a dimension of traders speaks of the flow that they are looked at for: a firm that exports to one country
    may import from many.

    >>> is_of_flow("number_of_partners"), is_of_flow("known_value_growth"), is_of_flow("size_class")
    (True, True, False)
    """
    return dimension == NUMBER_OF_PARTNERS or dimension.startswith(known(""))


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


NUMBER_OF_PARTNERS = "number_of_partners"
PARTNER, PARTNER_REGION = "partner", "partner_region"
"""The country of a flow, and the union or continent that it lies in."""
PARTNER_CLASSES: Mapping[str, tuple[int, int | None]] = {
    "partners_1": (1, 1), "partners_2": (2, 2), "partners_3_5": (3, 5), "partners_6_9": (6, 9),
    "partners_10_14": (10, 14), "partners_15_19": (15, 19), "partners_ge20": (20, None),
}  # fmt: skip
"""Classes of the number of partner countries, first and last: those of Eurostat's tables of trading enterprises."""
