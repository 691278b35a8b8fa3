"""The survey file: design, fieldwork, scales, criteria, models and hypotheses, strictly validated."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from firmtrade.errors import UsageError, suggest
from firmtrade.messages import Text
from firmtrade.study.declaration import Declaration, parse
from firmtrade.study.text_file import text_of
from firmtrade.surveys.editions import PublishedNumber, read_edition
from firmtrade.surveys.instrument import Questionnaire, parse_questionnaire
from firmtrade.surveys.instrument.placement import Variable
from firmtrade.surveys.levels import FRAME, FrameAttribute, categories_of, is_number
from firmtrade.surveys.plan_checks import check_plan
from firmtrade.surveys.simulated import Simulation
from firmtrade.surveys.values import Key, Positive, Share

BUNDLED = "firmtrade.studies"


class Survey(Declaration):
    """What the survey is."""

    name: str
    title: Text
    country: str
    year: int
    languages: tuple[Literal["en", "fr", "nl", "de"], ...] = Field(min_length=1)
    questionnaire: str
    definition: Text
    source: Text


class Columns(Declaration):
    """Which variables of the questionnaire, or columns beside it, hold what the criteria need.

    Only what some measure needs has to be named. ``weight``, ``stratum``, ``cluster`` (the primary unit) and
    ``population`` (its number in the stratum) describe a sample that others drew and weighted.
    """

    founded: str | None = None
    staff: str | None = None
    first_export: str | None = None
    export_share: str | None = None
    countries: str | None = None
    early_export_share: str | None = None
    foreign_staff: str | None = None
    market_country: str | None = None
    market_year: str | None = None
    market_mode: str | None = None
    language: str = "language"
    duration: str = "duration"
    wave: str = "wave"
    firm: str = "firm_id"
    weight: str | None = None
    stratum: str | None = None
    cluster: str | None = None
    population: str | None = None


class Aims(Declaration):
    """What the sample should be able to show, for the table of sizes and power."""

    margin: Share = 0.05
    correlation: Share = 0.15
    difference: Positive = 0.3
    predictors: int = Field(default=10, ge=1)


class SurveyDesign(Declaration):
    """Frame, strata, allocation and draw."""

    population: Text
    strata: tuple[Key, ...] = Field(min_length=1)
    size: int = Field(ge=2)
    seed: int
    allocation: Literal["proportional", "neyman", "power"] = "proportional"
    active: tuple[str, ...] = ()
    power: Share = 0.5
    neyman_of: Key | None = None
    minimum: int = Field(default=2, ge=0)
    response_rate: Share = 1.0
    aims: Aims = Aims()


class Attention(Declaration):
    """An item whose right answer is known."""

    item: str
    code: int


class Fieldwork(Declaration):
    """When an answer counts, and what speaks against it.

    ``link`` is the address of the form for a firm, with ``{token}`` where its token belongs.
    """

    complete: Share = 0.8
    partial: Share = 0.5
    speeding: Share = 0.4
    straight_lining: Share = 0.5
    attention: Attention | None = None
    eligibility: Literal["proportional", "none"] = "proportional"
    equivalence_bound: Positive = 0.35
    exclude: tuple[Literal["attention", "speeding", "straight_lining", "inconsistent"], ...] = ()
    link: Annotated[str, StringConstraints(pattern=r"\{token\}")] | None = None


class Weighting(Declaration):
    """How answers are brought back to the population of the register.

    Models are always shown unweighted and weighted; hypotheses are judged by the ``primary`` ones. ``models`` says what
    the weighted ones are about: the process that made the firms (``superpopulation``), or the coefficients that a
    census of the register would give (``finite_population``), which a large sample knows more exactly.
    """

    margins: tuple[Key, ...] = Field(min_length=1)
    method: Literal["raking", "linear", "logit"] = "raking"
    minimum: int = Field(default=5, ge=1)
    bounds: tuple[float, float] = (0.2, 5.0)
    trim: Positive = 5.0
    primary: Literal["unweighted", "weighted"] = "unweighted"
    models: Literal["superpopulation", "finite_population"] = "superpopulation"


class Scale(Declaration):
    """A scale: the items of the questionnaire that measure it, averaged."""

    label: Text
    concept: str | None = None
    average_over_repetitions: bool = False
    least_answered: Share = 0.5


class Measurement(Declaration):
    """How the scales are tested."""

    factors: tuple[Key, ...] = ()
    marker: Key | None = None
    extraction: Literal["minres", "ml"] = "minres"
    rotation: Literal["oblimin", "promax", "varimax"] = "oblimin"
    parallel_draws: int = Field(default=100, ge=10)
    bootstrap: int = Field(default=0, ge=0)
    seed: int = 0


class Predictor(Declaration):
    """A predictor: how it is measured, transformed, and which concept of the literature it is.

    ``measure`` is a measure of ``criteria.py``, ``scale:NAME``, ``variable:NAME``, ``frame:NAME``, or ``concept``
    for one that sorts firms by its own criteria. A nominal measure becomes one contrast for each category with the
    ``base``, the first where none is named; naming a base asks for contrasts of an ordinal measure too.
    """

    label: Text
    measure: str
    concept: str | None = None
    transform: Literal["none", "log1p", "square", "standardize"] = "none"
    base: int | str | None = None

    def base_of(
        self, variables: Mapping[str, Variable], register: Mapping[str, FrameAttribute]
    ) -> str | None:
        """The category that the others are compared with; None for a criterion that is a number."""
        if self.base is not None:
            return str(self.base)
        if is_number(self.measure, variables, register):
            return None
        return next(iter(categories_of(self.measure, variables, register)), None)


class ExplainedVariable(Declaration):
    """What is explained: a measure, or with ``categories`` whether the answer is one of these (1) or not (0)."""

    label: Text
    measure: str
    categories: tuple[int | str, ...] = ()


class PlannedModel(Declaration):
    """One regression; ``term^2`` is the square of a criterion about its mean, ``a:b`` an interaction."""

    outcome: Key
    estimator: Literal["linear", "logit", "fractional", "ordered_logit"]
    terms: tuple[str, ...] = Field(min_length=1)
    controls: tuple[str, ...] = ()


class HypothesisFamily(Declaration):
    """Hypotheses that are corrected together."""

    label: Text
    correction: Literal["holm", "benjamini_hochberg", "none"] = "holm"
    level: Share = 0.05


class Hypothesis(Declaration):
    """One expectation, declared before the data is seen."""

    id: str
    family: Key
    model: Key
    term: str
    sign: Literal["+", "-", "either"]
    text: Text
    source: Text


class Multiverse(Declaration):
    """Every defensible analysis of one hypothesis."""

    hypothesis: str
    outcomes: tuple[Key, ...] = Field(min_length=1)
    focal: tuple[Key, ...] = Field(min_length=1)
    controls: tuple[Key, ...] = ()
    definitions: tuple[Key, ...] = ()
    samples: tuple[Literal["all", "attentive"], ...] = ("all",)
    weights: tuple[bool, ...] = (False,)
    limit: int = Field(default=10000, ge=1)
    seed: int = 0


class Beside(Declaration):
    """A number that firms give, and the column of the register that holds the same."""

    question: str
    frame: str


class ReportPlan(Declaration):
    """What the report begins with, and the classes by which it tells firms apart.

    ``first`` are questions; ``groups`` measures with categories, ``frame:NAME`` or ``variable:NAME``, the strata of
    the frame where none are named. ``edition`` is a file of published shares and means to set beside them;
    ``beside`` sets numbers of the register beside those that firms give.
    """

    first: tuple[str, ...] = ()
    groups: tuple[str, ...] | None = None
    edition: str | None = None
    beside: tuple[Beside, ...] = ()


class SurveyPlan(Declaration):
    """A whole survey file."""

    survey: Survey
    columns: Columns = Columns()
    design: SurveyDesign
    fieldwork: Fieldwork = Fieldwork()
    weighting: Weighting
    scales: dict[Key, Scale] = Field(default_factory=dict)
    measurement: Measurement = Measurement()
    frame: dict[str, FrameAttribute] = Field(default_factory=dict)
    criteria: dict[Key, Predictor] = Field(default_factory=dict)
    outcomes: dict[Key, ExplainedVariable] = Field(default_factory=dict)
    models: dict[Key, PlannedModel] = Field(default_factory=dict)
    families: dict[Key, HypothesisFamily] = Field(default_factory=dict)
    hypotheses: tuple[Hypothesis, ...] = ()
    multiverse: Multiverse | None = None
    report: ReportPlan = ReportPlan()
    simulation: Simulation | None = None

    @property
    def group_measures(self) -> tuple[str, ...]:
        """The measures by whose categories the report tells firms apart."""
        if self.report.groups is not None:
            return self.report.groups
        return tuple(f"{FRAME}:{name}" for name in self.design.strata)


class LoadedSurvey:
    """A survey file with its questionnaire, and the published numbers that it names.

    >>> loaded = load_survey("sns-belgium")
    >>> loaded.plan.survey.country, len(loaded.items("informational_use"))
    ('BE', 6)
    """

    def __init__(
        self,
        plan: SurveyPlan,
        questionnaire: Questionnaire,
        fingerprint: str,
        text: str = "",
        form: str = "",
        edition: tuple[PublishedNumber, ...] = (),
    ) -> None:
        self.plan = plan
        self.edition = edition
        self.text = text
        self.form = form
        self.questionnaire = questionnaire
        self.fingerprint = fingerprint
        self.variables: dict[str, Variable] = questionnaire.variables()

    def items(self, scale: str) -> tuple[Variable, ...]:
        """Items of a scale, all repetitions, without the attention check."""
        attention = self.plan.fieldwork.attention
        return tuple(
            variable
            for variable in self.variables.values()
            if variable.construct == scale and not (attention and variable.name == attention.item)
        )

    def item_columns(self, scale: str) -> tuple[tuple[str, ...], ...]:
        """Names of the items of a scale, one tuple per line: repetitions of a line stand together."""
        lines: dict[str, list[str]] = {}
        for variable in self.items(scale):
            prefix = "".join(letter for letter in variable.name if not letter.isdigit())
            key = prefix if self.plan.scales[scale].average_over_repetitions else variable.name
            lines.setdefault(key, []).append(variable.name)
        return tuple(tuple(names) for names in lines.values())


def bundled_surveys() -> tuple[str, ...]:
    """Names of the surveys that come with the program.

    >>> bundled_surveys()
    ('barriers-belgium', 'sns-belgium')
    """
    return tuple(
        sorted(
            entry.name.removesuffix(".toml")
            for entry in files(BUNDLED).iterdir()
            if entry.name.endswith(".toml") and "[survey]" in entry.read_text(encoding="utf-8")
        )
    )


def load_survey(name_or_path: str | Path) -> LoadedSurvey:
    """Load and validate a survey file and its questionnaire.

    Raises
    ------
    UsageError
        The file cannot be found or read.
    StudyError
        It says something that cannot be; the message names file, line, key and the nearest valid name.
    """
    path = Path(name_or_path)
    if path.suffix == ".toml" or path.is_file():
        folder: Path | None = path.parent
        text = text_of(path, "the survey")
        file = path.name
    else:
        name = str(name_or_path)
        if name not in bundled_surveys():
            raise UsageError(
                f"there is no survey `{name}`",
                fix=f"Give the path of a TOML file, or a bundled name. {suggest(name, bundled_surveys())}",
            )
        folder, file = None, f"{name}.toml"
        text = files(BUNDLED).joinpath(file).read_text(encoding="utf-8")
    plan = parse(SurveyPlan, text, file)
    asked = plan.survey.questionnaire
    form = text_of(folder / asked, "the questionnaire") if folder else _bundled(asked)
    questionnaire = parse_questionnaire(form, asked, plan.survey.languages, plan.survey.year)
    check_plan(plan, questionnaire, text, file)
    edition: tuple[PublishedNumber, ...] = ()
    if plan.report.edition:
        numbers = (
            text_of(folder / plan.report.edition, "the edition") if folder else _bundled(plan.report.edition)
        )
        edition = read_edition(numbers, plan.report.edition, questionnaire.variables())
    digest = hashlib.sha256((text + form).encode()).hexdigest()
    return LoadedSurvey(plan, questionnaire, digest, text, form, edition)


def _bundled(name: str) -> str:
    return files(BUNDLED).joinpath(name).read_text(encoding="utf-8")
