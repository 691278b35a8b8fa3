"""Categories are compared with a base, numbers are numbers, and a number of a nominal answer is refused."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from firmtrade.errors import StudyError
from firmtrade.inference.firth import firth_logit
from firmtrade.messages import Text
from firmtrade.surveys.criteria import Answered, outcome_values, predictors
from firmtrade.surveys.models import linear, logit, marginal_effects, ordered_logit
from firmtrade.surveys.models.joint import joint_test
from firmtrade.surveys.models.specification import FittedModel, fit_model
from firmtrade.surveys.plan import PlannedModel, load_survey
from firmtrade.surveys.run import run_survey
from firmtrade.surveys.terms import Contrasts, compared, design_matrix
from firmtrade.surveys.weighting import SampleDesign
from survey.frozen import REFERENCE, sample
from survey.test_small_survey import QUESTIONNAIRE, SURVEY, some_answers

DATA = sample()
EVERY = np.ones(len(DATA), dtype=bool)
NUMBERS = {name: DATA[name].to_numpy().astype(float) for name in ("performance", "distance")}


@cache
def frozen(file: str = "contrasts.csv") -> dict[str, float]:
    with (REFERENCE / file).open(encoding="utf-8") as opened:
        return {row["key"]: float(row["value"]) for row in csv.DictReader(opened)}


def vector(key: str) -> list[float]:
    return [value for name, value in frozen().items() if name.startswith(f"{key}[")]


def contrasts(column: str, *order: str) -> Contrasts:
    keys = order or tuple(sorted(DATA[column].unique()))
    place = np.array([float(keys.index(value)) for value in DATA[column]])
    return Contrasts(column, {key: key for key in keys}, keys[0], place)


STRATA, REGIONS = contrasts("stratum"), contrasts("region", "flanders", "brussels", "wallonia")
VALUES = {
    **NUMBERS, "stratum": STRATA.place, **STRATA.columns("stratum"), "region": REGIONS.place,
    **REGIONS.columns("region"),
}  # fmt: skip
COMPARED = {"stratum": STRATA, "region": REGIONS}


def fitted(outcome: str, estimator: str, *terms: str) -> FittedModel:
    declared = PlannedModel(outcome=outcome, estimator=estimator, terms=terms)  # type: ignore[arg-type]
    found = fit_model("m", declared, DATA[outcome].to_numpy().astype(float), VALUES, None, COMPARED)
    assert isinstance(found, FittedModel)
    return found


def test_a_category_has_a_contrast_with_the_base_as_in_r() -> None:
    model = fitted("place", "linear", "stratum", "performance")
    keys = list(STRATA.categories)
    assert model.terms == ("intercept", *(f"stratum={key}" for key in keys[1:]), "performance")
    assert model.bases == {"stratum": keys[0]}
    assert model.unweighted.coefficients == pytest.approx(vector("ols.b"), abs=1e-9)
    assert model.unweighted.std_errors == pytest.approx(vector("ols.se"), abs=1e-9)
    test = model.joint["stratum"]
    assert [test.statistic, test.p_value] == pytest.approx([frozen()["ols.F"], frozen()["ols.F.p"]], rel=1e-8)
    assert test.contrasts == 5


def test_an_ordered_logit_has_as_many_slopes_of_a_nominal_predictor_as_polr() -> None:
    model = fitted("importance", "ordered_logit", "stratum", "performance").unweighted
    assert len(model.coefficients) == 6
    both = np.concatenate([model.coefficients, model.thresholds])
    assert both == pytest.approx(vector("polr.b"), abs=1e-4)


def test_an_interaction_is_centred_and_its_simple_slopes_agree_with_r() -> None:
    model = fitted("place", "linear", "performance", "distance", "performance:distance")
    assert model.unweighted.coefficients == pytest.approx(vector("both.b"), abs=1e-9)
    assert model.unweighted.std_errors == pytest.approx(vector("both.se"), abs=1e-9)
    assert [slope.at for slope in model.slopes] == ["low", "mean", "high"]
    for number, slope in enumerate(model.slopes, 1):
        assert [slope.slope, slope.std_error, slope.p_value] == pytest.approx(
            vector(f"slope{number}"), abs=1e-9
        )
    assert model.slopes[1].slope == pytest.approx(model.unweighted.coefficients[1])


def test_an_interaction_with_categories_has_a_slope_in_each() -> None:
    model = fitted("adopted", "logit", "region", "performance", "region:performance")
    assert model.unweighted.coefficients == pytest.approx(vector("logit.b"), abs=1e-7)
    assert model.unweighted.std_errors == pytest.approx(vector("logit.se"), rel=2e-5)
    base, brussels, wallonia = model.slopes
    assert (base.at, brussels.at, wallonia.at) == ("", "brussels", "wallonia")
    assert base.slope == pytest.approx(vector("logit.b")[3], abs=1e-7)
    for slope, key in ((brussels, "logit.slope1"), (wallonia, "logit.slope2")):
        assert [slope.slope, slope.std_error] == pytest.approx(vector(key), rel=2e-5)


def test_a_weighted_model_with_an_interaction_agrees_with_svyglm() -> None:
    terms = compared(("region", "performance", "region:performance"), COMPARED, EVERY)[0]
    strata = np.unique(DATA["stratum"].to_numpy(), return_inverse=True)[1]
    design = SampleDesign(
        strata, DATA["weight"].to_numpy(), np.array([1400, 620, 900, 260, 310, 75], dtype=float)
    )
    matrix, place = design_matrix(VALUES, terms, EVERY), DATA["place"].to_numpy()
    model = linear(matrix, place, variance="design", sample=design)
    assert model.coefficients == pytest.approx(vector("svy.b"), abs=1e-8)
    assert model.std_errors == pytest.approx(vector("svy.se"), rel=2e-5)


def test_a_category_that_nobody_has_there_has_no_contrast_and_an_empty_base_is_replaced() -> None:
    rows = np.asarray(DATA["region"] != "flanders")
    terms, bases, said = compared(("region", "performance"), COMPARED, rows)
    assert terms == ("region=wallonia", "performance")
    assert bases == {"region": "brussels"}
    assert "nobody gave flanders, the base of region" in str(said[0])
    rows = np.asarray(DATA["region"] != "brussels")
    terms, _, said = compared(("region",), COMPARED, rows)
    assert terms == ("region=wallonia",)
    assert "nobody gave brussels of region" in str(said[0])


def test_a_test_of_contrasts_needs_all_of_them() -> None:
    terms = ("region=brussels", "region=wallonia")
    matrix = np.column_stack([VALUES[term] for term in terms])
    model = ordered_logit(matrix, DATA["importance"].to_numpy().astype(float))
    found = joint_test(model, terms, "region")
    assert found is not None
    assert found.degrees is None
    assert joint_test(model, terms, "stratum") is None


def test_firths_logit_agrees_with_its_definition_maximized_in_r() -> None:
    design = np.column_stack([np.ones(20), [0] * 12 + [1] * 8, np.round(np.sin(np.arange(1, 21)), 3)])
    outcome = np.array([1, 0, 0, 1, 1, 0, 1, 0, 1, 1, 0, 0, *[1] * 8], dtype=float)
    fit, r = firth_logit(design, outcome, ("a", "b", "c")), frozen("firth.csv")
    assert fit.coefficients == pytest.approx([r["b0"], r["b1"], r["b2"]], abs=1e-6)
    assert np.sqrt(np.diag(fit.covariance)) == pytest.approx([r["se0"], r["se1"], r["se2"]], rel=1e-6)
    effect = fit.effect("b")
    assert [effect.conf_low, effect.conf_high, effect.p_value] == pytest.approx(
        [r["low"], r["high"], r["p"]], rel=1e-6
    )


NOMINAL = (
    QUESTIONNAIRE
    + """
[answers.sector]
label = "Sector"
codes = [
  { code = 1, text = "Industry" }, { code = 2, text = "Trade" }, { code = 3, text = "Services" },
  { code = 9, text = "Don't know", missing = "unknown" },
]
[[groups]]
id = "s"
title = "S"
[[groups.questions]]
id = "sector"
kind = "choice"
answers = "sector"
text = "Sector?"
[[groups.questions]]
id = "nace"
kind = "number"
level = "nominal"
text = "Code of activity?"
[[groups.questions]]
id = "more"
kind = "text"
text = "More?"
"""
)
SECTOR = '[criteria.sector]\nlabel = "Sector"\nmeasure = "variable:sector"\n'


def survey_in(folder: Path, survey: str, form: str = NOMINAL) -> Path:
    (folder / "survey.toml").write_text(survey, encoding="utf-8")
    (folder / "questionnaire.toml").write_text(form, encoding="utf-8")
    return folder / "survey.toml"


def with_sector(n: int = 60) -> pl.DataFrame:
    drawn = np.random.default_rng(8).choice([1, 2, 3, 9], n, p=[0.4, 0.3, 0.2, 0.1])
    return some_answers(n).with_columns(sector=pl.Series(drawn))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (SURVEY + '[outcomes.s]\nlabel = "S"\nmeasure = "variable:sector"\n[models.two]\noutcome = "s"\n'
         'estimator = "ordered_logit"\nterms = ["age"]\n',
         r"line \d+, key models.two.outcome: the outcome `variable:sector` is nominal.*\n.*`categories = "),
        (SURVEY + SECTOR + 'transform = "log1p"\n', r"names have no log1p"),
        (SURVEY + SECTOR + "base = 7\n", r"the base `7` is no category of `variable:sector`\n.*Known: 1, 2, 3"),
        (SURVEY + SECTOR + "base = 9\n", r"the base `9` is no category"),
        (SURVEY.replace('founded = "found"', 'founded = "sector"'), r"columns.founded: `sector` is nominal"),
        (SURVEY + '[criteria.n]\nlabel = "N"\nmeasure = "variable:nace"\n', r"`nace` is nominal and has no list"),
        (SURVEY + '[criteria.n]\nlabel = "N"\nmeasure = "variable:more"\n', r"`more` is free text"),
        (SURVEY.replace('terms = ["age"]', 'terms = ["sector^2"]') + SECTOR, r"`sector` is compared by category"),
        (SURVEY.replace('terms = ["age"]', 'terms = ["age:sector", "age"]') + SECTOR, r"main effect `sector`"),
        (SURVEY.replace('terms = ["age"]', 'terms = ["sector=2"]') + SECTOR, r"is one contrast of `sector`"),
        (SURVEY + '[frame.size]\nlabel = "Size"\nlevel = "ordinal"\n', r"ordinal column needs `categories`"),
        (SURVEY + '[criteria.n]\nlabel = "N"\nmeasure = "frame:siz"\n', r"column in \[frame\] `siz`"),
    ],
)  # fmt: skip
def test_a_number_of_names_is_refused_before_any_answer_is_read(
    tmp_path: Path, text: str, message: str
) -> None:
    with pytest.raises(StudyError, match=message):
        load_survey(survey_in(tmp_path, text))


@pytest.mark.parametrize(
    ("form", "message"),
    [
        (NOMINAL.replace('kind = "scale"\nanswers = "five"', 'kind = "scale"\nlevel = "nominal"\nanswers = "five"'),
         "a scale cannot take the mean"),
        (NOMINAL.replace('kind = "text"\n', 'kind = "text"\nlevel = "scale"\n'), "free text has no order"),
        (NOMINAL.replace('id = "sector"\nkind', 'id = "sector"\nscreens_out = [5]\nkind'), "is no answer to `sector`"),
    ],
)  # fmt: skip
def test_a_level_that_cannot_be_is_refused(tmp_path: Path, form: str, message: str) -> None:
    with pytest.raises(StudyError, match=message):
        load_survey(survey_in(tmp_path, SURVEY, form))


def test_a_nominal_answer_enters_a_whole_run_as_contrasts(tmp_path: Path) -> None:
    text = SURVEY.replace('terms = ["age"]', 'terms = ["age", "sector"]') + SECTOR + "base = 2\n"
    text += '[families.f]\nlabel = "F"\n[[hypotheses]]\nid = "H1"\nfamily = "f"\nmodel = "one"\n'
    text += 'term = "sector=3"\nsign = "either"\ntext = "t"\nsource = "s"\n'
    with_sector().write_csv(tmp_path / "answers.csv")
    results = run_survey(survey_in(tmp_path, text), tmp_path / "room", data=tmp_path / "answers.csv")
    model = results.analysis.models["one"]
    assert isinstance(model, FittedModel)
    assert model.terms == ("intercept", "age", "sector=1", "sector=3")
    assert results.analysis.verdicts[0].n == model.n < 60
    estimates = {(one.specification, one.term) for one in results.estimates if one.block == "survey.models"}
    assert ("one, unweighted", "sector=3") in estimates
    assert ("one, unweighted", "sector") in estimates, "the joint test of its contrasts"
    table = results.table("model_one")
    assert any("Services" in label for label in table["rows"])
    assert not any("sector=" in label for label in table["rows"])


def test_an_outcome_may_be_one_of_the_categories(tmp_path: Path) -> None:
    text = SURVEY + '[outcomes.trade]\nlabel = "Trade"\nmeasure = "variable:sector"\ncategories = [2, 3]\n'
    loaded = load_survey(survey_in(tmp_path, text))
    found = outcome_values(
        Answered(loaded, pl.DataFrame({"sector": [1, 2, 3, 9, None]}), {}), loaded.plan.outcomes["trade"]
    )
    assert found.tolist()[:3] == [0.0, 1.0, 1.0]
    assert np.isnan(found[3:]).all(), "a don't know is no answer"


def test_columns_of_the_register_are_predictors_by_their_declared_level(tmp_path: Path) -> None:
    text = SURVEY + (
        '[frame.size]\nlabel = "Size"\nlevel = "ordinal"\n[frame.size.categories]\nlt10 = "small"\nge10 = "large"\n'
        '[frame.exports]\nlabel = "Exports"\nlevel = "scale"\n'
        '[criteria.size]\nlabel = "Size"\nmeasure = "frame:size"\n'
        '[criteria.class]\nlabel = "Class"\nmeasure = "frame:size"\nbase = "ge10"\n'
        '[criteria.exports]\nlabel = "Exports"\nmeasure = "frame:exports"\n'
    )
    loaded = load_survey(survey_in(tmp_path, text))
    firms = pl.DataFrame({"size": ["lt10", "ge10", None], "exports": [0.5, None, 3.0]})
    answers = pl.DataFrame({"found": [1990, 2000, 2010]})
    values, compared_ = predictors(Answered(loaded, answers, {}, firms))
    assert values["size"][:2].tolist() == [0.0, 1.0]
    assert values["class=lt10"][:2].tolist() == [1.0, 0.0]
    assert np.isnan(values["size"][2])
    assert values["exports"][[0, 2]].tolist() == [0.5, 3.0]
    assert compared_["class"].base == "ge10"
    assert compared_["class"].label == Text("Class")


def test_the_marginal_effect_of_a_category_is_the_difference_with_the_base_as_in_r() -> None:
    r = frozen("margins.csv")
    terms = ("region", "performance")
    columns = compared(terms, COMPARED, EVERY)[0]
    matrix = design_matrix(VALUES, columns, EVERY)
    model = logit(matrix, DATA["adopted"].to_numpy().astype(float), variance="classical")
    found = marginal_effects(model, matrix, contrasts=[[1, 2]])
    for place, key in ((1, "brussels"), (2, "wallonia")):
        assert found.effects[place, 0] == pytest.approx(r[f"logit.{key}[0]"], abs=1e-8)
        assert found.std_errors[place, 0] == pytest.approx(r[f"logit.{key}[1]"], rel=2e-5)
    ordered = fitted("importance", "ordered_logit", *terms)
    assert ordered.marginal is not None
    effects = ordered.marginal.effects[ordered.terms.index("region=wallonia")]
    assert effects == pytest.approx(
        [r[f"ordered.wallonia.{j}[0]"] for j in range(1, len(effects) + 1)], abs=1e-5
    )
    assert effects.sum() == pytest.approx(0, abs=1e-12), "what one answer gains the others lose"


def test_a_number_that_is_a_name_is_no_outcome(tmp_path: Path) -> None:
    form = QUESTIONNAIRE.replace('kind = "number"', 'kind = "number"\nlevel = "nominal"')
    head, _, rest = SURVEY.replace('founded = "found"', "").partition("[outcomes.trust]")
    head = head.replace('measure = "age"', 'measure = "scale:trust"')
    text = f"{head}[outcomes.trust]{rest.replace('scale:trust', 'variable:found')}"
    (tmp_path / "questionnaire.toml").write_text(form, encoding="utf-8")
    (tmp_path / "survey.toml").write_text(text, encoding="utf-8")
    with pytest.raises(
        StudyError, match=r"its codes are names, not numbers\n  Ask it as a choice with `answers`"
    ):
        load_survey(tmp_path / "survey.toml")
