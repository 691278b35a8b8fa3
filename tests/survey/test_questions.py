"""Every question is a table: weighted share or mean with error, limits and answers, for everyone and by group."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from firmtrade.errors import StudyError
from firmtrade.outputs import Estimate
from firmtrade.surveys.plan import load_survey
from firmtrade.surveys.weighting import SampleDesign, domain_mean, simple_design
from survey.frozen import sample
from survey.test_levels import frozen
from survey.test_plan import TEXT, copied
from survey.world import results

DATA = sample()
STRATA = np.unique(DATA["stratum"].to_numpy(), return_inverse=True)[1]
DESIGNS = {
    "strata": SampleDesign(
        STRATA, DATA["weight"].to_numpy(), np.array([1400, 620, 900, 260, 310, 75], dtype=float)
    ),
    "simple": simple_design(len(DATA)),
}


def r(key: str) -> list[float]:
    return [value for name, value in frozen("domains.csv").items() if name.startswith(f"{key}[")]


@pytest.mark.parametrize("region", ["brussels", "flanders", "wallonia"])
@pytest.mark.parametrize("tag", ["strata", "simple"])
def test_means_and_shares_of_a_group_agree_with_the_survey_package(tag: str, region: str) -> None:
    inside = (DATA["region"] == region).to_numpy()
    place = domain_mean(DATA["place"].to_numpy()[:, None], inside, DESIGNS[tag])
    found = [place.estimate[0], place.std_error[0], place.low[0], place.high[0]]
    assert found == pytest.approx(r(f"{tag}.{region}.mean"), rel=1e-8)
    adopted = DATA["adopted"].to_numpy().astype(float)[:, None]
    share = domain_mean(adopted, inside, DESIGNS[tag], shares=True)
    found = [share.estimate[0], share.std_error[0], share.low[0], share.high[0]]
    assert found == pytest.approx(r(f"{tag}.{region}.share"), rel=1e-6)


def test_a_share_of_none_or_all_has_the_exact_limits_and_an_empty_group_has_no_number() -> None:
    everyone = np.ones(20, dtype=bool)
    none = domain_mean(np.zeros((20, 1)), everyone, simple_design(20), shares=True)
    assert [none.low[0], none.high[0]] == pytest.approx([0, 1 - 0.025 ** (1 / 20)])
    every = domain_mean(np.ones((20, 1)), everyone, simple_design(20), shares=True)
    assert [every.low[0], every.high[0]] == pytest.approx([0.025 ** (1 / 20), 1])
    empty = domain_mean(np.ones((20, 1)), ~everyone, simple_design(20))
    assert empty.n == 0
    assert np.isnan(empty.estimate[0])


def of(question: str, group: str = "all") -> dict[str, Estimate]:
    return {
        one.term: one
        for one in results().estimates
        if (one.block, one.specification, one.outcome) == ("survey.questions", group, question)
    }


def test_the_report_begins_with_what_readers_came_for() -> None:
    keys = [section.key for section in results().sections]
    assert keys[:4] == ["headline", "sample", "representativeness", "answers"]
    assert keys.index("scales") < keys.index("hypotheses") < keys.index("models")
    first = results().sections[0]
    assert [table.key for table in first.tables()] == [
        "question_snsuse", "question_sites", "question_snsfrq", "question_snsimp",
    ]  # fmt: skip
    assert len(first.paragraphs) == 1, "a yes or no is said in a sentence"


def test_every_question_that_may_leave_is_a_table_with_its_error_limits_and_answers() -> None:
    loaded = results().analysis.loaded
    asked = {variable.question for variable in loaded.variables.values() if variable.leaves}
    found = {one.outcome for one in results().estimates if one.block == "survey.questions"}
    assert found == asked
    shares = of("snsuse")
    assert sum(one.estimate or 0 for one in shares.values()) == pytest.approx(100)
    yes = shares["1"]
    assert yes.conf_low is not None
    assert yes.conf_high is not None
    assert 0 < yes.conf_low < (yes.estimate or 0) < yes.conf_high < 100
    assert yes.n_obs == len(results().analysis.answers)
    assert [part.component for part in yes.contributions] == ["count", "base"]


def test_a_weighted_share_by_group_is_the_weighted_share_of_its_answers() -> None:
    analysis = results().analysis
    assert analysis.weights is not None
    assert analysis.register is not None
    inside = (analysis.register["region"] == "wallonia").to_numpy()
    weights = analysis.weights.final[inside]
    used = (analysis.answers["snsuse"] == 1).to_numpy()[inside]
    assert of("snsuse", "region=wallonia")["1"].estimate == pytest.approx(
        100 * weights @ used / weights.sum()
    )
    assert of("found", "region=wallonia")["mean"].n_obs == inside.sum()


def test_questions_on_use_count_the_users_alone() -> None:
    users = int((results().analysis.answers["snsuse"] == 1).sum())
    assert of("snsfrq")["1"].n_obs == users
    assert all((one.n_obs or 0) <= users for one in of("purinf").values())
    assert all(one.n_obs == users for one in of("sites").values())


def test_a_long_list_is_not_told_apart_by_group() -> None:
    assert of("mkt1c")
    assert not of("mkt1c", "region=flanders")


def test_a_table_prints_the_words_of_its_groups_and_no_key() -> None:
    frame = results().table("question_snsuse", "fr")
    assert frame["rows"].to_list()[:2] == ["Oui", "Non"]
    table = next(t for s in results().sections for t in s.tables() if t.key == "question_snsuse")
    assert "10–49" in [str(column.label) for column in table.columns]
    assert "Employees" in {str(column.spanner) for column in table.columns}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('first = ["snsuse"', 'first = ["snsue"', r"there is no question `snsue`\n.*`snsuse`"),
        ('"snsfrq", "snsimp"]', '"snsfrq"]\ngroups = ["frame:regio"]', r"no measure `frame:regio`.*\n.*`frame:region`"),
        ('"snsfrq", "snsimp"]', '"snsfrq"]\ngroups = ["variable:found"]', r"`variable:found` has no categories"),
    ],
)  # fmt: skip
def test_a_report_by_what_is_not_there_is_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(StudyError, match=message):
        load_survey(copied(tmp_path, TEXT.replace(old, new, 1)))
