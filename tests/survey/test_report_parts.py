"""What stands in the report beside coefficients: correlations, checks, limits, and words in the place of keys."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from firmtrade.messages import LANGUAGES, language_of
from firmtrade.report.from_sections import sections_from
from firmtrade.report.intervals import intervals
from firmtrade.report.model import Figure, Section, Table, with_distinct_labels
from firmtrade.report.words import cell_text
from firmtrade.surveys.instrument import parse_questionnaire
from firmtrade.surveys.models.specification import FittedModel
from firmtrade.surveys.plan import LoadedSurvey
from firmtrade.surveys.room.correlations import correlated
from firmtrade.surveys.room.selection import selected_by, selection_words
from survey.world import results


def made(language: str) -> tuple[Section, ...]:
    found = results()
    return tuple(sections_from(found.sections, found.statements, lang=language, prefix="survey", mark="S"))


def printed(language: str) -> dict[str, Table]:
    keys = [table.key for section in results().sections for table in section.tables()]
    items = [item for section in made(language) for item in section.items]
    return {
        key: item.table if isinstance(item, Figure) else item for key, item in zip(keys, items, strict=True)
    }


def test_every_pair_is_correlated_over_the_answers_that_have_both() -> None:
    values = correlated(results().analysis)
    assert "outcome place" in values
    assert "distance" in values
    found = next(
        one
        for one in results().estimates
        if one.block == "survey.correlations" and (one.outcome, one.term) == ("distance", "outcome place")
    )
    x, y = values["distance"][1], values["outcome place"][1]
    both = ~np.isnan(x) & ~np.isnan(y)
    assert found.estimate == pytest.approx(np.corrcoef(x[both], y[both])[0, 1])
    assert found.n_obs == both.sum()


def test_the_table_of_correlations_has_a_mean_and_its_lower_half() -> None:
    table = results().table("correlations")
    assert len(table) == len(correlated(results().analysis))
    last = table.row(-1)
    assert sum(value is None for value in last) == 1, (
        "who is asked of benefits uses the sites: that does not vary"
    )
    assert table.row(0)[3:] == (None,) * (len(table) - 1)


def test_a_model_says_its_answers_and_its_checks() -> None:
    notes = " ".join(printed("en")["model_place"].notes)
    model = results().analysis.models["place"]
    assert isinstance(model, FittedModel)
    assert f"{model.n} of the {len(results().analysis.answers)} answers analysed are complete" in notes
    assert "Largest variance inflation" in notes
    assert "RESET" in notes


def test_classes_stand_in_their_order_and_not_by_their_letters() -> None:
    tables = printed("en")
    assert [row.label for row in tables["strata"].rows][:4] == [
        "Flanders, <10", "Flanders, 10–49", "Flanders, 50–99", "Flanders, 100–249",
    ]  # fmt: skip
    technology = [row.label for row in tables["comparison"].rows][-5:]
    assert technology == ["Low", "Medium-low", "Medium-high", "High", "No technology class"]
    compared = results().table("comparison")
    for column in compared.columns[2:5]:
        shares = [float(str(value)) for value in compared[column].drop_nulls()]
        assert sum(shares) == pytest.approx(300)


def test_what_a_scale_and_a_criterion_hold_alike_is_compared_between_waves_once() -> None:
    labels = [row.label for row in printed("en")["waves"].rows]
    assert len(labels) == len(set(labels))
    assert "Perceived distance" in labels


def test_the_mean_of_years_is_printed_as_a_year() -> None:
    table = printed("fr")["numbers"]
    first = table.cell(table.rows[0], table.columns[0])
    assert first is not None
    assert re.fullmatch(r"(19|20)\d\d,\d", cell_text(first, language_of("fr")))


def test_a_chart_names_the_weighting_of_a_coefficient_once() -> None:
    language = language_of("en")
    figures = [item for section in made("en") for item in section.items if isinstance(item, Figure)]
    figure = next(each for each in figures if each.table.title.startswith("Model 1"))
    drawn = replace(figure, table=with_distinct_labels(figure.table))
    points = intervals(drawn, language, narrow=False)["data"]["values"]
    labels = [point["label"].replace("\n", " ") for point in points]
    assert any("(weighted)" in label for label in labels)
    assert all(label.count("weighted") == 1 for label in labels)


def test_modification_indices_and_limits_of_ratios_are_printed_and_never_applied() -> None:
    tables = printed("en")
    found = results().analysis.scales.confirmatory
    assert found is not None
    assert len(tables["modification"].rows) == len(found.modifications) > 0
    assert any("never applied" in note for note in tables["modification"].notes)
    factors = len(results().analysis.scales.factors)
    assert len(tables["htmt_limits"].rows) == factors * (factors - 1) // 2


def test_a_model_says_by_which_answers_its_firms_were_chosen() -> None:
    loaded = results().analysis.loaded
    chosen = {name: selected_by(loaded, model) for name, model in loaded.plan.models.items()}
    assert {name for name, conditions in chosen.items() if conditions} == {"informational", "relational"}
    assert [(each.question, each.equals) for each in chosen["informational"]] == [("snsuse", (1,))]
    said = " ".join(printed("fr")["model_informational"].notes)
    assert "est Oui\u00a0: les effets valent parmi elles" in said
    assert "valent parmi elles" not in " ".join(printed("fr")["model_place"].notes)


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        pytest.param('{ question = "staff", equals = [20] }', " is 20: effects", id="a number"),
        pytest.param('{ question = "s2", answered = true }', " is Facebook: effects", id="a box"),
    ],
)
def test_a_model_says_so_where_a_number_or_a_box_leads_to_its_questions(condition: str, said: str) -> None:
    loaded = results().analysis.loaded
    declared = 'when = { question = "snsuse", equals = [1] }'
    before, first, after = loaded.form.partition(declared)
    form = before + first + after.replace(declared, f"when = {condition}")
    other = LoadedSurvey(loaded.plan, parse_questionnaire(form, "form.toml", year=2024), "")
    (sentence,) = selection_words(other, loaded.plan.models["informational"])
    assert said in str(sentence)


KEY = re.compile(
    r"\b(?!firm_id\b)[a-z0-9]+(_[a-z0-9]+)+\b|\b(plc|inf|rel|prf|bar|net|mrk)\d\b|\bd[1-3][a-h]\b"
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_key_stands_where_a_reader_looks_for_words(language: str) -> None:
    for key, table in printed(language).items():
        if key == "codebook":
            continue
        assert not [said for said in words_of(table) if KEY.search(said)], key


def words_of(table: Table) -> list[str]:
    """Everything that a table says."""
    words = [table.title, table.stub, *table.texts.values(), *table.notes]
    words += [part for row in table.rows for part in (row.label, row.group)]
    return words + [part for column in table.columns for part in (column.label, column.spanner)]


@pytest.mark.parametrize("language", ["fr", "nl", "de"])
def test_no_english_word_is_left_in_another_language(language: str) -> None:
    """A word in small letters that is alike in English and here is the name of a coefficient."""
    english = {said for table in printed("en").values() for said in words_of(table)}
    here = {said for key, table in printed(language).items() if key != "codebook" for said in words_of(table)}
    assert {said for said in here & english if re.fullmatch(r"[a-z ]{3,}", said)} <= {"alpha", "omega"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_table_names_its_rows_in_the_head(language: str) -> None:
    assert not [key for key, table in printed(language).items() if not table.stub]
