"""One outcome by one method: differences between supported and comparison firms before and after the support."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from firmtrade.evidence.events import DifferencePath, EventPoint, difference_of, path_of
from firmtrade.evidence.grid import PanelGrid
from firmtrade.evidence.impact.outcomes import MeasuredOutcome
from firmtrade.evidence.impact.treatment import Treatment
from firmtrade.inference.arrays import Flags, Floats, Integers
from firmtrade.inference.fits import Effect
from firmtrade.inference.parallel_trends import EventPath, breakdown, detectable_slope


@dataclass(frozen=True, slots=True)
class PreparedOutcome:
    """An outcome ready to be compared: its matrix, cells, and who is asked (matrices firms x years).

    ``among`` are the events that count: all of them, or those of a group of supported firms.
    """

    grid: PanelGrid
    events: Treatment
    outcome: MeasuredOutcome
    level: Floats
    cells: Integers
    asked: Flags
    among: Flags

    def flags(self, distance: int) -> tuple[Flags, Flags]:
        """Supported and comparison firms over a distance."""
        treated = self.events.treated & self.asked & self.among
        compared = self.events.comparison(distance, later=self.outcome.of_life)
        return treated, compared & self.asked

    def change(self, distance: int) -> Floats:
        """The change of the outcome from the base year to a distance."""
        return self.outcome.change(self.level, distance, self.events.base)

    def at(self, distance: int) -> EventPoint | None:
        """The difference at one distance from the year of support."""
        treated, compared = self.flags(distance)
        change, base = self.change(distance), self.events.base
        share = self.outcome.until_end
        return difference_of(
            self.grid, change, self.base_cells, treated, compared, distance, base, share=share
        )

    @property
    def base_cells(self) -> Integers:
        """The cell of the base year, at the year of the event."""
        found = np.full(self.cells.shape, -1, dtype=np.int64)
        found[:, -self.events.base :] = self.cells[:, : self.events.base]
        return found


@dataclass(frozen=True, slots=True)
class Found:
    """The path of an outcome around the support: what it is judged by, and what its years before say.

    ``headline`` are the places of the path that the verdict is about: the end of the horizon, or all years after.
    """

    comparison: PreparedOutcome
    path: DifferencePath
    headline: tuple[int, ...]

    def effect(self, level: float) -> Effect:
        """What the verdict is about."""
        return self.path.mean(self.headline, level)

    def varies(self) -> bool:
        """Whether the firms compared differ in what the verdict is about: else nothing tells its error."""
        weights = self.path.weights(self.headline)
        return bool(weights @ self.path.covariance @ weights > 0)

    @property
    def before(self) -> tuple[int, ...]:
        """Places of the years before the base year."""
        base = self.comparison.events.base
        return tuple(place for place, point in enumerate(self.path.points) if point.distance < base)

    def trend(self) -> tuple[EventPath, Floats] | None:
        """The path as parallel trends read it, the years of anticipation left out, and the weights of the headline."""
        if not self.before:
            return None
        base = self.comparison.events.base
        used = [
            place
            for place, point in enumerate(self.path.points)
            if point.distance < base or point.distance >= 0
        ]
        distances = np.array([self.path.points[place].distance for place in used]) - base - 1
        covariance = self.path.covariance[np.ix_(used, used)]
        path = EventPath(distances, self.path.estimates[used], covariance, self.path.freedom(used))
        return (path, self.path.weights(self.headline)[used]) if path.measured else None

    def slope(self, level: float, power: float) -> float | None:
        """The steady trend that the test of the years before would have found."""
        trend = self.trend()
        return None if trend is None else detectable_slope(trend[0], level, power)

    def breakdown(self, level: float) -> float | None:
        """The bend of a trend at which the headline is no longer told from zero; None without years before."""
        trend = self.trend()
        return None if trend is None else breakdown(*trend, level)


def difference(comparison: PreparedOutcome) -> Found | None:
    """The path of an outcome; None where too few supported or comparison firms can be followed to the horizon."""
    design, outcome = comparison.events.design, comparison.outcome
    base, horizon = design.base, design.design.horizon
    before = [] if outcome.until_end else [base - years for years in range(design.design.pre_years, 0, -1)]
    anticipated = [] if outcome.until_end else list(range(base + 1, 0))
    minimum = design.design.minimum_firms
    points = [
        point
        for distance in (*before, *anticipated, *range(horizon + 1))
        if (point := comparison.at(distance)) is not None
        and min(part.n_firms for part in point.contributions) >= minimum
    ]
    after = [place for place, point in enumerate(points) if point.distance >= 0]
    if len(after) < horizon + 1:
        return None
    return Found(comparison, path_of(points), (after[-1],) if outcome.until_end else tuple(after))
