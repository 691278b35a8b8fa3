"""A synthetic world in which the effects are known: firms, answers, refusals. Synthetic wherever it shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import expit

from firmtrade.errors import StudyError
from firmtrade.surveys.criteria import Answered, criterion_values
from firmtrade.surveys.fieldwork.headings import SYNTHETIC
from firmtrade.surveys.fieldwork.routing import routed
from firmtrade.surveys.instrument.placement import Variable
from firmtrade.surveys.plan import LoadedSurvey
from firmtrade.surveys.simulated import Simulation

Array = NDArray[np.float64]

REGIONS = {"flanders": 0.62, "wallonia": 0.27, "brussels": 0.11}
SIZES = {"size_lt10": 0.52, "size_10_49": 0.33, "size_50_99": 0.09, "size_100_250": 0.06}
SECTORS = {"construction": 0.24, "trade": 0.34, "services": 0.42}
"""Of the firms without a technology class; the others are manufacturing."""

TECHNOLOGIES = {"high": 0.06, "medium_high": 0.12, "medium_low": 0.14, "low": 0.18, None: 0.50}
MODES = {"none": 0.25, "import_only": 0.30, "export_only": 0.10, "import_and_export": 0.35}
STAFF = {"size_lt10": (1, 10), "size_10_49": (10, 50), "size_50_99": (50, 100), "size_100_250": (100, 250)}
LOADINGS = (0.82, 0.76, 0.70, 0.78, 0.66, 0.74, 0.72)
"""Loadings of the lines of every scale, in their order."""

USE_ON_PLACE = {"informational_use": 0.55, "relational_use": 0.60}
BENEFIT_ON_USE = {"informational_benefits": "informational_use", "relational_benefits": "relational_use"}


def synthetic_frame(firms: int, seed: int, year: int) -> pl.DataFrame:
    """A synthetic register: one row per firm with the attributes of the frame. No firm of it exists."""
    generator = np.random.default_rng(seed)

    def pick(shares: dict[str, float] | dict[str | None, float]) -> list[str | None]:
        keys = list(shares)
        return [keys[place] for place in generator.choice(len(keys), firms, p=list(shares.values()))]

    frame = pl.DataFrame(
        {
            "firm_id": [f"SYN{number:07d}" for number in range(1, firms + 1)],
            "region": pick(dict(REGIONS)),
            "size_class": pick(dict(SIZES)),
            "technology_class": pl.Series(pick(dict(TECHNOLOGIES)), dtype=pl.String),
            "mode": pick(dict(MODES)),
            "founded": (year - np.minimum(np.round(generator.gamma(2.2, 10, firms)) + 1, 120)).astype(
                np.int64
            ),
        }
    )
    others = pl.Series(pick(dict(SECTORS)), dtype=pl.String)
    made = pl.when(pl.col("technology_class").is_not_null()).then(pl.lit("manufacturing")).otherwise(others)
    return frame.with_columns(made.alias("sector"))


@dataclass(frozen=True, slots=True)
class SimulatedSurvey:
    """What the field brought in: answers with paradata, and one disposition per drawn firm."""

    answers: pl.DataFrame
    dispositions: pl.DataFrame


def _simulation(loaded: LoadedSurvey) -> Simulation:
    if loaded.plan.simulation is None:
        raise StudyError(
            "the survey file has no [simulation], so no answers can be simulated",
            fix="Add [simulation] with the effects to draw, or pass the answers with --data.",
        )
    return loaded.plan.simulation


def _history(frame: pl.DataFrame, year: int, generator: np.random.Generator) -> dict[str, Array]:
    """Founding, first export, countries, shares: the facts of each firm."""
    n = len(frame)
    founded = frame["founded"].cast(pl.Float64).fill_null(float(year - 20)).to_numpy()
    delay = np.where(generator.random(n) < 0.25, 0, np.round(generator.exponential(6, n)))
    first = np.minimum(founded + delay, year - 1)
    active = np.maximum(year - first, 1)
    countries = np.minimum(
        1 + generator.poisson(1.2 + 0.9 * np.sqrt(active) * generator.gamma(2, 0.5, n)), 60
    )
    size = frame["size_class"]
    low = size.replace_strict({key: float(low) for key, (low, _) in STAFF.items()}, default=5.0).to_numpy()
    high = size.replace_strict(
        {key: float(high) for key, (_, high) in STAFF.items()}, default=10.0
    ).to_numpy()
    staff = np.floor(low + generator.random(n) ** 1.5 * (high - low))
    share = np.clip(np.round(100 * generator.beta(1.2, 2.4, n)), 1, 100)
    early = np.where(first - founded <= 3, np.round(share * generator.uniform(0.3, 1.1, n)), 0)
    return {
        "founded": founded,
        "first_export": first,
        "countries": countries,
        "staff": np.maximum(staff, 1),
        "export_share": share,
        "early_export_share": np.clip(early, 0, 100),
        "foreign_staff": np.floor(np.maximum(staff, 1) * generator.beta(1.2, 8, n)),
    }


def _markets(
    loaded: LoadedSurvey, facts: dict[str, Array], generator: np.random.Generator
) -> dict[str, pl.Series]:
    """The dated list of markets, the first of them entered in the year of the first foreign sale."""
    columns, year = loaded.plan.columns, loaded.plan.survey.year
    found: dict[str, pl.Series] = {}
    if not (columns.market_country and columns.market_year and columns.market_mode):
        return found
    n = len(facts["founded"])
    first_name = columns.market_country.replace("#", "1")
    answers = loaded.variables[first_name].answers
    assert answers is not None
    codes = np.array([str(code.code) for code in answers.codes])
    chance = 1 / (1 + np.arange(len(codes))) ** 0.6
    # The smallest of weighted exponential times is a draw without replacement, for all firms at once.
    order = np.argsort(generator.exponential(1, (n, len(codes))) / chance, axis=1)
    for number in range(1, 21):
        names = [
            pattern.replace("#", str(number))
            for pattern in (columns.market_country, columns.market_year, columns.market_mode)
        ]
        if names[0] not in loaded.variables:
            break
        listed = facts["countries"] >= number
        span = year - facts["first_export"]
        entered = facts["first_export"] + (0 if number == 1 else np.floor(generator.random(n) * (span + 1)))
        mode = 1 + generator.choice(6, n, p=[0.15, 0.40, 0.25, 0.05, 0.11, 0.04])
        country = pl.Series(codes[order[:, number - 1]])
        found[names[0]] = pl.select(pl.when(pl.Series(listed)).then(country)).to_series()
        found[names[1]] = pl.Series(np.where(listed, entered, np.nan)).fill_nan(None).cast(pl.Int64)
        found[names[2]] = pl.Series(np.where(listed, mode, np.nan)).fill_nan(None).cast(pl.Int64)
    return found


def _standard(values: Array) -> Array:
    filled = np.where(np.isnan(values), np.nanmean(values), values)
    return np.asarray((filled - filled.mean()) / filled.std())


def _latents(loaded: LoadedSurvey, known: Answered, generator: np.random.Generator) -> dict[str, Array]:
    """The standing of each firm on every scale, drawn from the declared effects.

    Scales that predict others are drawn independently of the facts, so that the error with which they are
    measured cannot leak into the effect of a fact. Uses follow the place; a benefit shares with its use only
    what no fact explains, so that its declared effects stay what they are.
    """
    simulation = _simulation(loaded)
    n = len(known.answers)
    latent: dict[str, Array] = {}
    unexplained: dict[str, Array] = {}
    explained = [name for name in loaded.plan.scales if name in simulation.effects or name in USE_ON_PLACE]
    explained.sort(key=lambda name: (name in BENEFIT_ON_USE, name in USE_ON_PLACE))
    for name in loaded.plan.scales:
        if name not in explained:
            latent[name] = generator.standard_normal(n)
    for name in explained:
        noise = simulation.noise * generator.standard_normal(n)
        if BENEFIT_ON_USE.get(name) in unexplained:
            noise = 0.5 * unexplained[BENEFIT_ON_USE[name]] + np.sqrt(0.75) * noise
        unexplained[name] = noise
        value = noise + USE_ON_PLACE.get(name, 0.0) * latent.get("sns_place", np.zeros(n))
        for criterion, effect in simulation.effects.get(name, {}).items():
            declared = loaded.plan.criteria[criterion]
            kind, _, scale = declared.measure.partition(":")
            cause = latent[scale] if kind == "scale" else _standard(criterion_values(known, declared))
            value = value + effect * cause
        latent[name] = value
    return latent


def _likert(
    latent: Array, loading: float, points: int, generator: np.random.Generator, shift: float = 0.0
) -> Array:
    """Ordered answers of a line: loading, unique part, equally wide steps from -1.6 to 1.6, shifted."""
    line = loading * latent + np.sqrt(1 - loading**2) * generator.standard_normal(len(latent))
    cuts = np.linspace(-1.6, 1.6, points - 1) + shift
    return np.asarray(1.0 + np.searchsorted(cuts, line))


def simulate_population(
    loaded: LoadedSurvey, frame: pl.DataFrame, generator: np.random.Generator
) -> pl.DataFrame:
    """What every firm of ``frame`` would answer, attentively and to all that it would be asked: one row per firm.

    Raises
    ------
    StudyError
        The survey file declares no simulation.
    """
    _simulation(loaded)
    columns = loaded.plan.columns
    facts = _history(frame, loaded.plan.survey.year, generator)
    answers: dict[str, pl.Series] = {columns.firm: frame["firm_id"]}
    for role, values in facts.items():
        name = getattr(columns, role)
        if name is not None:
            answers[name] = pl.Series(values).cast(pl.Int64)
    answers |= _markets(loaded, facts, generator)
    latent = _latents(loaded, Answered(loaded, pl.DataFrame(answers), {}), generator)
    for scale in loaded.plan.scales:
        for place, names in enumerate(loaded.item_columns(scale)):
            for name in names:
                answers[name] = _item(loaded.variables[name], latent[scale], place, generator)
    place_of_sns = latent.get("sns_place", np.zeros(len(frame)))
    shares = _simulation(loaded).shares
    for name, variable in loaded.variables.items():
        if name in shares:
            answers[name] = _by_shares(variable, shares[name], len(frame), generator)
        elif name not in answers:
            answers[name] = _other(variable, place_of_sns, generator)
    for name, given in _from_frame(loaded, frame, generator).items():
        answers[name] = pl.select(pl.coalesce(given, answers[name])).to_series()
    ordered = [columns.firm, *loaded.variables]
    return routed(loaded.questionnaire, pl.DataFrame({name: answers[name] for name in ordered}))


def _by_shares(
    variable: Variable, shares: Mapping[str, float], n: int, generator: np.random.Generator
) -> pl.Series:
    """Answers drawn by the shares of their codes; what these leave is a box that is not ticked, or no answer."""
    codes = [*shares, "0" if variable.kind == "flag" else None]
    chance = np.array([*shares.values(), max(0.0, 1 - sum(shares.values()))])
    drawn = [codes[place] for place in generator.choice(len(codes), n, p=chance / chance.sum())]
    whole = variable.answers is None or variable.answers.whole
    return pl.Series(drawn, dtype=pl.String).cast(pl.Int64 if whole else pl.String)


def _from_frame(
    loaded: LoadedSurvey, frame: pl.DataFrame, generator: np.random.Generator
) -> dict[str, pl.Series]:
    """Questions that are answered as the frame says; firms that have left the population are screened out."""
    simulation = _simulation(loaded)
    lapsed = generator.random(len(frame)) < simulation.lapsed
    found = {}
    questions = {q.id: q.declared for group in loaded.questionnaire.placed() for q in group.questions}
    for name, rule in simulation.answers.items():
        if rule.column not in frame.columns:
            continue
        keys = {key: str(code) for key, code in rule.codes.items()}
        given = frame[rule.column].cast(pl.String).replace_strict(keys, default=None, return_dtype=pl.String)
        out = questions[name].screens_out
        if out:
            given = pl.select(pl.when(pl.lit(lapsed)).then(pl.lit(str(out[0]))).otherwise(given)).to_series()
        answers = loaded.variables[name].answers
        found[name] = given.cast(pl.Int64) if answers is None or answers.whole else given
    return found


def _item(variable: Variable, latent: Array, place: int, generator: np.random.Generator) -> pl.Series:
    assert variable.answers is not None
    points = len(variable.answers.valid)
    shift = 0.12 * (place % 3 - 1)
    value = _likert(latent, LOADINGS[place % len(LOADINGS)], points, generator, shift)
    return pl.Series(points + 1 - value if variable.reverse else value).cast(pl.Int64)


def _other(variable: Variable, place: Array, generator: np.random.Generator) -> pl.Series:
    """Every other question: routed by the place of the sites where it speaks of them, plausible otherwise."""
    n = len(place)
    if variable.kind == "text":
        return pl.Series([None] * n, dtype=pl.String)
    if variable.name == "snsuse":
        return pl.Series((place + generator.logistic(0, 0.6, n) > -1.2).astype(np.int64))
    if variable.kind == "flag":
        return pl.Series((place + generator.logistic(0, 1.0, n) > 0.4).astype(np.int64))
    if variable.kind == "number":
        low, high = variable.minimum or 0.0, variable.maximum or 100.0
        low = max(low, 2005.0) if high > 1900 else low
        high = high if high > 1900 else min(high, 40.0) if high <= 70 else high
        return pl.Series(np.round(low + (high - low) * generator.beta(1.4, 1.8, n))).cast(pl.Int64)
    assert variable.answers is not None
    codes = variable.answers.valid
    if variable.answers.ordered and variable.name.startswith("sns"):
        return pl.Series(_likert(place, 0.8, len(codes), generator)).cast(pl.Int64)
    drawn = generator.integers(0, len(codes), n)
    if all(isinstance(code.code, int) for code in codes):
        return pl.Series(np.array([code.code for code in codes], dtype=np.int64)[drawn])
    return pl.Series(np.array([str(code.code) for code in codes])[drawn])


def simulate_field(
    loaded: LoadedSurvey, sample: pl.DataFrame, generator: np.random.Generator, *, careless: float = 0.04
) -> SimulatedSurvey:
    """Send the questionnaire to a drawn sample: who answers, when, how carefully, and what is left out.

    Parameters
    ----------
    sample
        Drawn firms with the attributes of the frame.
    careless
        Share of respondents who tick the same answer in every line and miss the attention check.

    Returns
    -------
    Answers of complete and partial interviews, and the disposition of every drawn firm (``complete``,
    ``partial``, ``refusal``, ``non_contact``, ``other``, ``unknown``, ``ineligible``).
    """
    simulation = _simulation(loaded)
    n = len(sample)
    line = np.full(n, simulation.response.intercept)
    for attribute in ("region", "size_class"):
        shifts: dict[str, float] = getattr(simulation.response, attribute)
        if shifts and attribute in sample.columns:
            line += sample[attribute].replace_strict(shifts, default=0.0, return_dtype=pl.Float64).to_numpy()
    answered = generator.random(n) < expit(line)
    ineligible = generator.random(n) < 0.03
    partial = answered & (generator.random(n) < 0.06)
    rest = np.array(["refusal", "non_contact", "other", "unknown"])[
        generator.choice(4, n, p=[0.22, 0.30, 0.03, 0.45])
    ]
    disposition = np.where(answered, np.where(partial, "partial", "complete"), rest)
    disposition = np.where(ineligible, "ineligible", disposition)
    columns = loaded.plan.columns
    dispositions = pl.DataFrame({columns.firm: sample["firm_id"], "disposition": disposition})
    reached = np.isin(disposition, ("complete", "partial"))
    people = sample.filter(pl.Series(reached))
    answers = simulate_population(loaded, people, generator)
    answers = _with_gaps(loaded, answers, partial[reached], generator, careless)
    wave = 1 + generator.choice(3, len(people), p=[0.5, 0.3, 0.2])
    languages = np.array(loaded.plan.survey.languages)
    language = languages[generator.choice(len(languages), len(people))]
    return SimulatedSurvey(
        answers.with_columns(
            pl.Series(columns.wave, wave),
            pl.Series(columns.language, language),
            pl.lit(True).alias(SYNTHETIC),
        ),
        dispositions,
    )


def _with_gaps(
    loaded: LoadedSurvey,
    answers: pl.DataFrame,
    partial: NDArray[np.bool_],
    generator: np.random.Generator,
    careless: float,
) -> pl.DataFrame:
    """Careless respondents, don't-knows, skipped lines, interviews that broke off; durations in seconds."""
    n = len(answers)
    lazy = generator.random(n) < careless
    same = generator.integers(3, 6, n)
    changed: list[pl.Series] = []
    lines = [variable for variable in loaded.variables.values() if variable.kind == "scale"]
    attention = loaded.plan.fieldwork.attention
    stop = np.where(partial, generator.integers(len(lines) // 3, len(lines), n), len(lines))
    for place, variable in enumerate(lines):
        value = answers[variable.name].cast(pl.Float64).to_numpy().copy()
        if attention and variable.name == attention.item:
            value = np.where(generator.random(n) < 0.98, attention.code, value)
        points = len(variable.answers.valid) if variable.answers else 1
        value = np.where(lazy, np.minimum(same, points), value)
        unknown = (
            next((c.code for c in variable.answers.codes if c.missing), None) if variable.answers else None
        )
        chance = generator.random(n)
        if unknown is not None and not (attention and variable.name == attention.item):
            value = np.where(chance < 0.004, float(unknown), value)
        value = np.where((chance > 0.994) | (stop <= place), np.nan, value)
        changed.append(pl.Series(variable.name, value).fill_nan(None).cast(pl.Int64))
    duration = np.round(np.exp(generator.normal(6.55, 0.25, n)) * np.where(lazy, 0.3, 1.0))
    given = answers.with_columns(*changed, pl.Series(loaded.plan.columns.duration, duration))
    return routed(loaded.questionnaire, given)
