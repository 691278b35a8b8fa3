"""The criteria of internationalization, computed from answers, each the concept that the file names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from firmtrade.concepts import concept
from firmtrade.surveys.levels import FRAME, SCALE, VARIABLE, categories_of
from firmtrade.surveys.plan import ExplainedVariable, LoadedSurvey, Predictor
from firmtrade.surveys.scales import item_values
from firmtrade.surveys.terms import Contrasts

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Answered:
    """Answers with their survey: what every measure is computed from. ``answers`` has one row per firm.

    ``register`` holds the attributes of the same firms in the same order, where they are linked to the register.
    """

    loaded: LoadedSurvey
    answers: pl.DataFrame
    scales: Mapping[str, Array]
    register: pl.DataFrame | None = None

    def number(self, name: str) -> Array:
        """A numeric column, missing where it is absent, empty or a missing code."""
        if name not in self.answers.columns:
            return np.full(len(self.answers), np.nan)
        if name in self.loaded.variables:
            return item_values(self.answers, self.loaded.variables[name], turned=False)
        return self.answers[name].cast(pl.Float64, strict=False).fill_null(float("nan")).to_numpy()

    def categories(self, measure: str) -> pl.Series:
        """The category of each answer as a text, missing where there is none."""
        kind, _, name = measure.partition(":")
        source = self.register if kind == FRAME else self.answers
        if source is None or name not in source.columns:
            return pl.Series([None] * len(self.answers), dtype=pl.String)
        return source[name].cast(pl.String)

    def registered(self, name: str) -> Array:
        """A column of the register as numbers; the place in the order of its categories where it has them."""
        categories = list(self.loaded.plan.frame[name].categories)
        found = self.categories(f"{FRAME}:{name}")
        if categories:
            places = {key: float(place) for place, key in enumerate(categories)}
            found = found.replace_strict(places, default=None, return_dtype=pl.Float64)
        return found.cast(pl.Float64, strict=False).fill_null(float("nan")).to_numpy()

    def column(self, role: str) -> Array:
        """The column that plays a role of `[columns]`; missing throughout where the survey has none."""
        return self.number(getattr(self.loaded.plan.columns, role) or "")

    def repeated(self, role: str) -> list[str]:
        """Names of the repetitions of a column: ``mkt1y``, ``mkt2y``, ..."""
        pattern = getattr(self.loaded.plan.columns, role)
        numbered = (pattern.replace("#", str(number)) for number in range(1, 21)) if pattern else ()
        return [name for name in numbered if name in self.loaded.variables]


def _years(answered: Answered) -> Array:
    """Years since the first foreign sale, at least one."""
    return np.maximum(answered.loaded.plan.survey.year - answered.column("first_export"), 1.0)


def age(answered: Answered) -> Array:
    """Survey year minus founding year; unknown where the firm was founded after the survey."""
    value = answered.loaded.plan.survey.year - answered.column("founded")
    return np.where(value < 0, np.nan, value)


def years_to_first_export(answered: Answered) -> Array:
    """First foreign sale minus founding; unknown where the sale comes first."""
    value = answered.column("first_export") - answered.column("founded")
    return np.where(value < 0, np.nan, value)


def market_breadth_speed(answered: Answered) -> Array:
    """Foreign markets per year since the first foreign sale."""
    return answered.column("countries") / _years(answered)


def resource_commitment_speed(answered: Answered) -> Array:
    """Share of the staff that works on foreign markets, per year since the first foreign sale."""
    staff = answered.column("staff")
    share = np.divide(
        answered.column("foreign_staff"), staff, out=np.full_like(staff, np.nan), where=staff > 0
    )
    return np.where(share > 1, np.nan, share) / _years(answered)


def export_share(answered: Answered) -> Array:
    """Foreign sales over total sales, between 0 and 1."""
    return answered.column("export_share") / 100


def foreign_sales_speed(answered: Answered) -> Array:
    """Export share per year since the first foreign sale."""
    return export_share(answered) / _years(answered)


def countries(answered: Answered) -> Array:
    """Countries served today."""
    return answered.column("countries")


def staff(answered: Answered) -> Array:
    """Employees in full-time equivalents."""
    return answered.column("staff")


def entry_mode(answered: Answered) -> Array:
    """The heaviest mode of any market, as its rank in the answer list."""
    return _highest(
        [answered.number(name) for name in answered.repeated("market_mode")], len(answered.answers)
    )


def _highest(columns: list[Array], n: int) -> Array:
    if not columns:
        return np.full(n, np.nan)
    stacked = np.stack(columns)
    return np.where(
        np.isnan(stacked).all(axis=0), np.nan, np.nanmax(np.nan_to_num(stacked, nan=-np.inf), axis=0)
    )


def _region_codes(answered: Answered) -> dict[str, int]:
    names = answered.repeated("market_country")
    answers = answered.loaded.variables[names[0]].answers if names else None
    groups = sorted({code.group for code in answers.codes if code.group}) if answers else []
    return (
        {str(code.code): groups.index(code.group) for code in answers.codes if code.group} if answers else {}
    )


def regions(answered: Answered, until: Array | None = None) -> Array:
    """Regions of the world among the listed markets; with ``until`` only of those entered by that year."""
    codes = _region_codes(answered)
    count = np.zeros((len(answered.answers), max(codes.values(), default=0) + 1), dtype=bool)
    known = np.zeros(len(answered.answers), dtype=bool)
    years = answered.repeated("market_year")
    for place, name in enumerate(answered.repeated("market_country")):
        if name not in answered.answers.columns:
            continue
        here = (
            answered.answers[name].cast(pl.String).replace_strict(codes, default=None, return_dtype=pl.Int64)
        )
        region = here.fill_null(-1).to_numpy()
        listed = region >= 0
        known |= listed
        if until is not None:
            entered = answered.number(years[place]) if place < len(years) else np.full(len(region), np.nan)
            listed = listed & (entered <= until)
        count[np.flatnonzero(listed), region[listed]] = True
    return np.where(known, count.sum(axis=1), np.nan)


def expansion_rhythm(answered: Answered) -> Array:
    """Kurtosis of the yearly change in the number of markets, from the dated list; unknown for fewer than two
    markets or a history of fewer than four years."""
    years = [answered.number(name) for name in answered.repeated("market_year")]
    n = len(answered.answers)
    if not years:
        return np.full(n, np.nan)
    entries = np.stack(years, axis=1)
    last = answered.loaded.plan.survey.year
    listed = (~np.isnan(entries)).sum(axis=1)
    start = np.where(listed > 0, np.nanmin(np.where(np.isnan(entries), np.inf, entries), axis=1), np.inf)
    span = np.where(np.isfinite(start), last - start + 1, 0)
    longest = int(min(span.max(initial=0), 80))
    if longest < 4:
        return np.full(n, np.nan)
    calendar = last - longest + 1 + np.arange(longest)
    entered = (entries[:, :, None] == calendar).sum(axis=1).astype(float)
    # A year changes the number of countries by those entered in it; years before the first do not count.
    inside = calendar >= start[:, None]
    mean = np.divide((entered * inside).sum(axis=1), span, out=np.zeros(n), where=span > 0)
    centred = np.where(inside, entered - mean[:, None], 0.0)
    second, fourth = (centred**2).sum(axis=1), (centred**4).sum(axis=1)
    usable = (listed >= 2) & (span >= 4) & (span <= longest) & (second > 0)
    return np.where(usable, fourth * span / np.where(second > 0, second, 1) ** 2 - 3, np.nan)


MEASURED: dict[str, Callable[[Answered], Array]] = {
    "age": age,
    "years_to_first_export": years_to_first_export,
    "market_breadth_speed": market_breadth_speed,
    "resource_commitment_speed": resource_commitment_speed,
    "foreign_sales_speed": foreign_sales_speed,
    "expansion_rhythm": expansion_rhythm,
    "export_share": export_share,
    "countries": countries,
    "regions": regions,
    "entry_mode": entry_mode,
    "staff": staff,
}


def _countries_until(answered: Answered, until: Array) -> Array:
    entries = np.stack([answered.number(name) for name in answered.repeated("market_year")], axis=1)
    return np.asarray((entries <= until[:, None]).sum(axis=1, dtype=float))


def measured(answered: Answered, measure: str) -> Array:
    """A measure by name: of this module, ``scale:NAME``, ``variable:NAME`` or ``frame:NAME``."""
    kind, _, name = measure.partition(":")
    if kind == SCALE:
        return np.asarray(answered.scales[name])
    if kind == VARIABLE:
        return answered.number(name)
    if kind == FRAME:
        return answered.registered(name)
    return MEASURED[measure](answered)


def sorted_by_concept(answered: Answered, key: str) -> Array:
    """Whether each firm is what a concept describes: 1, 0, or missing where its measures do not settle it.

    A bound ``within_years`` is held against the state that many years after founding, from the early export
    share and the dated list of markets.
    """
    found = concept(key)
    values: dict[str, pl.Series] = {}
    for measure, bounds in found.criteria:
        years = bounds.within_years
        if years is None:
            value = MEASURED[measure](answered)
        else:
            until = answered.column("founded") + years
            if measure == "export_share":
                value = answered.column("early_export_share") / 100
            elif measure == "regions":
                value = regions(answered, until)
            else:
                value = _countries_until(answered, until)
        values[measure] = pl.Series(value).fill_nan(None)
    verdict = pl.select(found.holds({name: pl.lit(series) for name, series in values.items()}).alias("is"))[
        "is"
    ]
    return verdict.cast(pl.Float64).fill_null(float("nan")).to_numpy()


def criterion_values(answered: Answered, criterion: Predictor) -> Array:
    """A criterion with its transformation."""
    if criterion.measure == "concept":
        assert criterion.concept is not None
        value = sorted_by_concept(answered, criterion.concept)
    else:
        value = measured(answered, criterion.measure)
    if criterion.transform == "log1p":
        return np.log1p(np.where(value < 0, np.nan, value))
    if criterion.transform == "square":
        return value**2
    if criterion.transform == "standardize":
        return np.asarray((value - np.nanmean(value)) / np.nanstd(value))
    return value


def outcome_values(answered: Answered, outcome: ExplainedVariable) -> Array:
    """An outcome; with ``categories`` 1 for answers that are one of them, 0 for other answers that count."""
    if not outcome.categories:
        return measured(answered, outcome.measure)
    loaded = answered.loaded
    known = list(categories_of(outcome.measure, loaded.variables, loaded.plan.frame))
    given = answered.categories(outcome.measure)
    inside = given.is_in([str(code) for code in outcome.categories])
    counted = given.is_in(known).fill_null(False)
    return inside.cast(pl.Float64).set(~counted, None).fill_null(float("nan")).to_numpy()


def predictors(answered: Answered) -> tuple[dict[str, Array], dict[str, Contrasts]]:
    """Every criterion by name, with the columns of its contrasts, and the contrasts of those with categories."""
    loaded = answered.loaded
    values: dict[str, Array] = {}
    contrasts: dict[str, Contrasts] = {}
    for name, declared in loaded.plan.criteria.items():
        if declared.measure != "concept" and declared.base_of(loaded.variables, loaded.plan.frame):
            found = _contrasts(answered, declared)
            contrasts[name] = found
            values |= {name: found.place, **found.columns(name)}
        else:
            values[name] = criterion_values(answered, declared)
    return values, contrasts


def _contrasts(answered: Answered, declared: Predictor) -> Contrasts:
    loaded = answered.loaded
    categories = categories_of(declared.measure, loaded.variables, loaded.plan.frame)
    places = {key: float(place) for place, key in enumerate(categories)}
    given = answered.categories(declared.measure)
    place = given.replace_strict(places, default=None, return_dtype=pl.Float64)
    base = declared.base_of(loaded.variables, loaded.plan.frame)
    assert base is not None
    return Contrasts(declared.label, categories, base, place.fill_null(float("nan")).to_numpy())
