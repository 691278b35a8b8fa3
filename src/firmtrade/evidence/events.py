"""Events in the life of firms, and outcomes around them against comparison firms that are clean.

The step shared by the local projections and by ATT(g,t): for each distance from the event, the change of an
outcome since the year before, of firms with the event against firms of the same division and year without
it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from firmtrade.evidence.grid import PanelGrid, shifted
from firmtrade.inference.arrays import Flags, Floats, Integers
from firmtrade.inference.cell_difference import cell_difference, covariance_of
from firmtrade.inference.fits import Effect, effect_of, wald_test
from firmtrade.inference.parallel_trends import EventPath
from firmtrade.outputs import Contribution


@dataclass(frozen=True, slots=True)
class EventPoint:
    """The difference at one distance from the event, with every firm's influence on it.

    ``comparisons`` is the median number of comparison firms in the cell of an event; ``shortfall`` is variance that the
    influences do not show, of a share that nearly all firms with the event have, or none.
    """

    distance: int
    estimate: float
    influence: Floats
    n_treated: int
    n_firms: int
    n_obs: int
    unmatched: int
    contributions: tuple[Contribution, ...]
    degrees_of_freedom: float
    comparisons: float
    shortfall: float = 0.0


@dataclass(frozen=True, slots=True)
class DifferencePath:
    """Differences at several distances, with their joint covariance (firms are the clusters)."""

    points: tuple[EventPoint, ...]
    covariance: Floats

    def effect(self, place: int, level: float) -> Effect:
        """The difference at one place of the path."""
        return self.mean((place,), level)

    def mean(self, places: Sequence[int], level: float) -> Effect:
        """The plain mean of several differences; its t distribution has the fewest degrees of freedom of any."""
        weights = self.weights(places)
        error = float(np.sqrt(weights @ self.covariance @ weights))
        return effect_of(float(weights @ self.estimates), error, self.freedom(places), level)

    def test(self, places: Sequence[int]) -> tuple[float, int, float]:
        """Joint test that several differences are zero: Wald statistic, restrictions, p-value by Hotelling's F."""
        index = list(places)
        covariance = self.covariance[np.ix_(index, index)]
        return wald_test(self.estimates[index], covariance, self.freedom(places))

    @property
    def estimates(self) -> Floats:
        """The differences (k,)."""
        return np.array([point.estimate for point in self.points])

    def weights(self, places: Sequence[int]) -> Floats:
        """Those of the plain mean of some differences (k,)."""
        weights = np.zeros(len(self.points))
        weights[list(places)] = 1 / len(places)
        return weights

    def freedom(self, places: Sequence[int]) -> float:
        """The fewest degrees of freedom of some differences."""
        return min(self.points[place].degrees_of_freedom for place in places)

    def trend(self) -> EventPath:
        """The path as the assumption of parallel trends reads it."""
        distances = np.array([point.distance for point in self.points])
        return EventPath(distances, self.estimates, self.covariance, self.freedom(range(len(self.points))))

    @property
    def before(self) -> tuple[int, ...]:
        """Places of the distances before the event."""
        return tuple(place for place, point in enumerate(self.points) if point.distance < 0)

    @property
    def after(self) -> tuple[int, ...]:
        """Places of the year of the event and the years after it."""
        return tuple(place for place, point in enumerate(self.points) if point.distance >= 0)


@dataclass(frozen=True)
class Event:
    """Who has the event and who may be compared, as functions of the distance (matrices firms x years).

    What is found of a distance is kept: every outcome asks it again.
    """

    status: Floats
    member: Flags
    clean_years: int
    _kept: dict[tuple[str, int], Flags] = field(default_factory=dict, repr=False)

    def treated(self, distance: int) -> Flags:
        """The event: on in this year, off in the clean years before; whatever comes later."""
        key = ("treated", max(self.clean_years, -distance))
        if key not in self._kept:
            self._kept[key] = np.asarray((self.status == 1) & self._clean(key[1]))
        return self._kept[key]

    def comparison(self, distance: int) -> Flags:
        """Off in the clean years before, in this year, and until the distance."""
        key = ("comparison", distance)
        if key not in self._kept:
            if distance > 0:
                flags = self.comparison(distance - 1) & (shifted(self.status, distance) == 0)
            else:
                flags = (self.status == 0) & self._clean(max(self.clean_years, -distance))
            self._kept[key] = np.asarray(flags)
        return self._kept[key]

    def _clean(self, years: int) -> Flags:
        """Off in so many years before; before the event as far back as the outcome is read."""
        key = ("clean", years)
        if key not in self._kept:
            before = self._clean(years - 1) if years > 1 else self.member
            self._kept[key] = np.asarray(before & (shifted(self.status, -years) == 0))
        return self._kept[key]


@dataclass(frozen=True)
class Levels:
    """An outcome as a matrix (firms, years), and its changes since the year before; what is made of them is kept."""

    matrix: Floats
    _changes: dict[int, Floats] = field(default_factory=dict, repr=False)

    def change(self, distance: int) -> Floats:
        """The change from the year before to a distance, at every year (matrix)."""
        if distance not in self._changes:
            self._changes[distance] = shifted(self.matrix, distance) - shifted(self.matrix, -1)
        return self._changes[distance]

    def followed(self, distances: Sequence[int]) -> Flags:
        """Entries whose outcome is known the year before and at every one of the distances."""
        return np.asarray(
            np.logical_and.reduce([np.isfinite(self.change(distance)) for distance in distances])
        )


def difference_of(
    grid: PanelGrid,
    change: Floats,
    cells: Integers,
    treated: Flags,
    comparison: Flags,
    distance: int,
    base: int = -1,
    offset: int = 0,
    share: bool = False,
) -> EventPoint | None:
    """The difference in a change at one distance; None where no event has a comparison.

    Parameters
    ----------
    change, cells
        Matrices (firms, years) at the year of the event: the change of the outcome (NaN where unknown), and the cell
        (division x year, say) of the base year.
    treated, comparison
        Matrices of flags at the year of the event.
    base
        Distance of the base year, in which every firm used has a row.
    offset
        The year of the grid in the first column of the matrices, where they hold some of its years alone.
    share
        Whether the outcome is had or not, so that the spread of the firms with the event may vanish by chance.
    """
    entries = np.flatnonzero((treated | comparison) & np.isfinite(change))
    firm, year = np.divmod(entries, change.shape[1])
    is_treated = treated.reshape(-1)[entries]
    found = cell_difference(change.reshape(-1)[entries], is_treated, cells.reshape(-1)[entries], firm)
    if not found.n_treated:
        return None
    used = found.used
    rows = grid.rows_of(firm, year + offset + base)
    behind = (
        grid.owners.contribution(rows[used & is_treated], "event"),
        grid.owners.contribution(rows[used & ~is_treated], "comparison"),
    )
    influence = np.bincount(firm, weights=found.influence, minlength=grid.n_firms).astype(np.float64)
    return EventPoint(
        distance,
        found.estimate,
        influence,
        n_treated=behind[0].n_firms,
        n_firms=int(np.count_nonzero(np.bincount(firm[used]))),
        n_obs=int(used.sum()),
        unmatched=found.unmatched,
        contributions=behind,
        degrees_of_freedom=found.degrees_of_freedom,
        comparisons=float(np.median(found.comparisons)),
        shortfall=found.shortfall if share else 0.0,
    )


def path_of(points: Sequence[EventPoint]) -> DifferencePath:
    """Points with their joint covariance."""
    influence = np.column_stack([point.influence for point in points])
    unseen = np.diag([point.shortfall for point in points])
    return DifferencePath(tuple(points), covariance_of(influence) + unseen)


def cells_before(grid: PanelGrid) -> Integers:
    """Division x year of the year before, as integers (firms, years); -1 where the firm had no row."""
    cells = grid.labels("cell")
    before = np.full(cells.shape, -1, dtype=np.int64)
    before[:, 1:] = cells[:, :-1]
    return before


def members_before(grid: PanelGrid) -> Flags:
    """Whether the firm was in the population in the year before."""
    return np.asarray(shifted(grid.values("in_population"), -1) == 1)
