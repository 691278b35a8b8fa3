"""All tests of the scales of a survey, each of which may fail without stopping the others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from firmtrade.messages import Code, Count, Firms, Message, Number, Text, message
from firmtrade.surveys.attempts import attempt, in_step
from firmtrade.surveys.measurement import (
    Alpha,
    Bartlett,
    Confirmatory,
    Exploratory,
    FullCollinearity,
    Harman,
    Htmt,
    Kmo,
    MarkerAdjustment,
    MeasurementModel,
    MinimumAveragePartial,
    Omega,
    Parallel,
    alpha,
    average_variance_extracted,
    bartlett,
    composite_reliability,
    confirmatory,
    exploratory,
    full_collinearity,
    harman,
    htmt,
    kmo,
    map_test,
    marker_adjustment,
    omega,
    parallel_analysis,
    pearson,
)
from firmtrade.surveys.plan import LoadedSurvey
from firmtrade.surveys.scales import scale_lines

Array = NDArray[np.float64]
Result = TypeVar("Result")
AGAINST = 1.96
"""Standard errors, 1 over the root of n, by which an item's correlation lies below zero before the item is said to run
against its scale."""


@dataclass(frozen=True, slots=True)
class Reliability:
    """One scale: alpha, omega, and from the confirmatory model composite reliability and variance
    extracted."""

    alpha: Alpha
    omega: Omega | None
    composite: float | None
    extracted: float | None
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScaleTests:
    """Results of `[measurement]`; None where a step was not possible, which `problems` then explain.

    ``items`` and ``factors`` name the rows and columns of the factor solutions.
    """

    items: tuple[str, ...]
    factors: tuple[str, ...]
    n: int
    kmo: Kmo | None = None
    bartlett: Bartlett | None = None
    parallel: Parallel | None = None
    map_test: MinimumAveragePartial | None = None
    exploratory: Exploratory | None = None
    confirmatory: Confirmatory | None = None
    htmt: Htmt | None = None
    harman: Harman | None = None
    marker: MarkerAdjustment | None = None
    collinearity: FullCollinearity | None = None
    reliability: dict[str, Reliability] = field(default_factory=dict)
    problems: tuple[Message, ...] = ()


def line_names(loaded: LoadedSurvey, scale: str) -> tuple[str, ...]:
    """One name per line of a scale: the item, or for lines asked per market the first item."""
    return tuple(names[0] for names in loaded.item_columns(scale))


def scale_tests(loaded: LoadedSurvey, answers: pl.DataFrame, scores: dict[str, Array]) -> ScaleTests:
    """Test the scales of ``[measurement]`` on complete answers.

    Lines that nobody answered, or everybody alike, are left out and named; a scale with fewer than two lines
    left is not tested.
    """
    rules = loaded.plan.measurement
    problems: list[Message] = []
    lines: dict[str, Array] = {}
    blocks: dict[str, tuple[str, ...]] = {}
    for scale in dict.fromkeys((*rules.factors, *loaded.plan.scales)):
        names, values = line_names(loaded, scale), scale_lines(loaded, answers, scale)
        usable = [place for place in range(len(names)) if _varies(values[:, place])]
        problems += [
            message("problems.flat_item", item=Code(name), scale=_label(loaded, scale))
            for place, name in enumerate(names)
            if place not in usable
        ]
        if len(usable) < 2:
            problems.append(message("problems.short_scale", scale=_label(loaded, scale)))
            continue
        blocks[scale] = tuple(names[place] for place in usable)
        lines |= {names[place]: values[:, place] for place in usable}
    reliability = _reliability(loaded, blocks, lines, problems)
    factors = tuple(name for name in rules.factors if name in blocks)
    items = tuple(item for name in factors for item in blocks[name])
    if not factors:
        return ScaleTests((), (), 0, reliability=reliability, problems=tuple(problems))
    data = np.stack([lines[item] for item in items], axis=1)
    data = data[~np.isnan(data).any(axis=1)]
    tests = _Steps(loaded, data, items, {name: blocks[name] for name in factors}, problems)
    fitted = tests.confirmatory()
    return ScaleTests(
        items=items,
        factors=factors,
        n=len(data),
        kmo=tests.kmo(),
        bartlett=tests.bartlett(),
        parallel=tests.parallel(),
        map_test=tests.map_test(),
        exploratory=tests.exploratory(),
        confirmatory=fitted,
        htmt=tests.htmt(),
        harman=tests.harman(),
        marker=_marker(loaded, scores, problems),
        collinearity=_collinearity(loaded, scores, problems),
        reliability=_with_model(reliability, fitted),
        problems=tuple(dict.fromkeys(problems)),
    )


def _varies(values: Array) -> bool:
    known = values[~np.isnan(values)]
    return bool(known.size > 1 and known.min() < known.max())


def _label(loaded: LoadedSurvey, scale: str) -> Text:
    return loaded.plan.scales[scale].label


def _reliability(
    loaded: LoadedSurvey, blocks: dict[str, tuple[str, ...]], lines: dict[str, Array], problems: list[Message]
) -> dict[str, Reliability]:
    found = {}
    for scale, items in blocks.items():
        data = np.stack([lines[item] for item in items], axis=1)
        data = data[~np.isnan(data).any(axis=1)]
        label = _label(loaded, scale)
        step = message("problems.steps.reliability", scale=label)
        tested = attempt(step, partial(_reliability_of, data, items), problems)
        if tested is None:
            continue
        found[scale] = tested
        if tested.alpha.raw < 0:
            problems.append(message("problems.negative_alpha", scale=label, key=Code("reverse")))
        problems += [
            message(
                "problems.item_against",
                item=Code(items[place]),
                scale=label,
                rest=Number(float(rest), 2),
                key=Code("reverse = true"),
            )
            for place, rest in enumerate(rest_correlations(data))
            if rest < -AGAINST / np.sqrt(len(data))
        ]
    return found


def _reliability_of(data: Array, items: tuple[str, ...]) -> Reliability:
    whole = omega(pearson(data), len(data), factors=1) if len(items) > 2 else None
    return Reliability(alpha(data), whole, None, None, items)


def rest_correlations(data: Array) -> Array:
    """Correlation of each item with the sum of the others, shape (items,), from complete answers (n, items).

    Clearly below zero for an item that was not turned over (Churchill 1979, Journal of Marketing Research 16, 64-73).
    """
    rest = data.sum(axis=1, keepdims=True) - data
    centred, others = data - data.mean(axis=0), rest - rest.mean(axis=0)
    spread = np.sqrt((centred**2).sum(axis=0) * (others**2).sum(axis=0))
    return np.asarray(
        np.divide((centred * others).sum(axis=0), spread, out=np.zeros(data.shape[1]), where=spread > 0)
    )


def _with_model(found: dict[str, Reliability], model: Confirmatory | None) -> dict[str, Reliability]:
    if model is None or not model.converged:
        return found
    filled = dict(found)
    for column, scale in enumerate(model.model.factors):
        if scale in found:
            loadings = model.standardized[:, column]
            loadings = loadings[loadings != 0]
            old = found[scale]
            filled[scale] = Reliability(
                old.alpha,
                old.omega,
                composite_reliability(loadings),
                average_variance_extracted(loadings),
                old.items,
            )
    return filled


class _Steps:
    """The steps on one table of complete answers; each returns None and leaves a sentence where it is not possible."""

    def __init__(
        self, loaded: LoadedSurvey, data: Array, items: tuple[str, ...], blocks: dict[str, tuple[str, ...]],
        problems: list[Message],
    ) -> None:  # fmt: skip
        self.rules = loaded.plan.measurement
        self.data, self.items, self.blocks, self.problems = data, items, blocks, problems
        self.correlation: Array | None = None
        if len(data) <= len(items):
            problems.append(message("problems.not_factored", n=Firms(len(data)), items=Count(len(items))))
            return
        self.correlation = attempt(message("problems.steps.scales"), lambda: pearson(data), problems)

    def _on(self, what: str, step: Callable[[Array], Result]) -> Result | None:
        """A step on the correlations, where there are any."""
        correlation = self.correlation
        if correlation is None:
            return None
        return attempt(message(f"problems.steps.{what}"), lambda: step(correlation), self.problems)

    def _tell(self, what: str, messages: tuple[Message, ...]) -> None:
        self.problems += [in_step(message(f"problems.steps.{what}"), one) for one in messages]

    def kmo(self) -> Kmo | None:
        return self._on("adequacy", kmo)

    def bartlett(self) -> Bartlett | None:
        return self._on("sphericity", lambda correlation: bartlett(correlation, len(self.data)))

    def parallel(self) -> Parallel | None:
        draws, seed = self.rules.parallel_draws, self.rules.seed
        return self._on(
            "parallel",
            lambda _: parallel_analysis(self.data, kind="components", draws=draws, seed=seed),
        )

    def map_test(self) -> MinimumAveragePartial | None:
        return self._on("map", map_test)

    def exploratory(self) -> Exploratory | None:
        found = self._on(
            "exploratory",
            lambda correlation: exploratory(
                correlation, len(self.data), len(self.blocks), method=self.rules.extraction,
                rotation=self.rules.rotation,
            ),
        )  # fmt: skip
        if found is not None:
            self._tell("exploratory", found.problems)
        return found

    def confirmatory(self) -> Confirmatory | None:
        found = self._on("confirmatory", lambda _: confirmatory(MeasurementModel(self.blocks), self.data))
        if found is not None:
            self._tell("confirmatory", found.problems)
        return found

    def htmt(self) -> Htmt | None:
        if len(self.blocks) < 2:
            return None
        place = {item: number for number, item in enumerate(self.items)}
        columns = [[place[item] for item in items] for items in self.blocks.values()]
        return self._on(
            "discriminant",
            lambda _: htmt(self.data, columns, draws=self.rules.bootstrap, seed=self.rules.seed),
        )

    def harman(self) -> Harman | None:
        return self._on("single_factor", lambda correlation: harman(correlation, len(self.data)))


def _scale_correlations(
    loaded: LoadedSurvey, scores: dict[str, Array], names: tuple[str, ...]
) -> tuple[Array, int] | None:
    data = np.stack([scores[name] for name in names], axis=1)
    data = data[~np.isnan(data).any(axis=1)]
    if len(data) <= len(names) + 3 or np.any(data.std(axis=0) == 0):
        return None
    return pearson(data), len(data)


def _marker(
    loaded: LoadedSurvey, scores: dict[str, Array], problems: list[Message]
) -> MarkerAdjustment | None:
    rules = loaded.plan.measurement
    if rules.marker is None:
        return None
    found = _scale_correlations(loaded, scores, (*rules.factors, rules.marker))
    if found is None:
        problems.append(message("problems.marker_needs"))
        return None
    correlation, n = found
    return attempt(
        message("problems.steps.marker"),
        lambda: marker_adjustment(correlation[:-1, :-1], correlation[:-1, -1], n),
        problems,
    )


def _collinearity(
    loaded: LoadedSurvey, scores: dict[str, Array], problems: list[Message]
) -> FullCollinearity | None:
    found = _scale_correlations(loaded, scores, loaded.plan.measurement.factors)
    if found is None:
        problems.append(message("problems.collinearity_needs"))
        return None
    correlation = found[0]
    return attempt(message("problems.steps.collinearity"), lambda: full_collinearity(correlation), problems)
