"""Answers come in from every system, and nothing about them is passed over in silence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pyreadstat
import pytest
import xlsxwriter

from firmtrade.errors import DataError, InputError
from firmtrade.surveys.fieldwork import (
    answer_quality,
    equivalence,
    frame_comparison,
    read_responses,
    representativity,
    response_rates,
    tidy_responses,
    wave_comparison,
)
from firmtrade.surveys.simulator import simulate_field
from firmtrade.surveys.weighting.adjustment import final_weights
from survey.frozen import frozen, sample, vector
from survey.world import drawn, field, frame, loaded

VARIABLES = loaded().variables
SHOWN = ["found", "fsts", "snsuse", "snsimp", "plc1", "plc4", "s1", "s2", "mkt1c", "mrk1"]


def expected() -> pl.DataFrame:
    return field().answers.select("firm_id", *SHOWN).head(60)


def heading(name: str) -> str:
    variable = VARIABLES.get(name)
    return f"{variable.question}[{name}]" if variable and variable.question != name else name


def assert_same(found: pl.DataFrame) -> None:
    for name in SHOWN:
        one, two = found[name].cast(pl.String), expected()[name].cast(pl.String)
        if VARIABLES[name].kind == "number":
            one, two = found[name].cast(pl.Int64).cast(pl.String), two
        assert one.to_list() == two.to_list(), name


def labelled(language: str) -> pl.DataFrame:
    frame = expected()
    for name in SHOWN:
        answers = VARIABLES[name].answers
        if answers is not None:
            words = {str(code.code): code.text.say(language) for code in answers.codes}
            frame = frame.with_columns(
                pl.col(name).cast(pl.String).replace_strict(words, default=None, return_dtype=pl.String)
            )
    return frame


def test_limesurvey_answers_with_codes(tmp_path: Path) -> None:
    table = expected().with_columns(*(pl.col(f"s{k}").replace_strict({1: "Y", 0: None}) for k in (1, 2)))
    table.rename({name: heading(name) for name in SHOWN} | {"firm_id": "token"}).write_csv(tmp_path / "r.csv")
    found = read_responses(tmp_path / "r.csv", loaded())
    assert_same(found.answers)
    assert found.answers["firm_id"].to_list() == expected()["firm_id"].to_list()


@pytest.mark.parametrize("language", ["en", "fr", "nl", "de"])
def test_answers_given_as_words_of_any_language(tmp_path: Path, language: str) -> None:
    labelled(language).write_csv(tmp_path / "r.csv", separator=";")
    assert_same(read_responses(tmp_path / "r.csv", loaded()).answers)


def test_qualtrics_answers_with_three_header_rows(tmp_path: Path) -> None:
    table = labelled("fr").cast(pl.String).rename({"firm_id": "ExternalReference"})
    texts = pl.DataFrame({name: ["What?"] for name in table.columns})
    ids = pl.DataFrame({name: ['{"ImportId":"QID1"}'] for name in table.columns})
    pl.concat([texts, ids, table]).write_csv(tmp_path / "r.csv")
    assert_same(read_responses(tmp_path / "r.csv", loaded()).answers)


@pytest.mark.parametrize("ending", ["sav", "dta"])
def test_answers_of_spss_and_stata(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"r.{ending}"
    write = pyreadstat.write_sav if ending == "sav" else pyreadstat.write_dta
    write(expected().to_pandas(), str(path))
    assert_same(read_responses(path, loaded()).answers)


def test_answers_of_excel(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "r.xlsx")) as book:
        labelled("nl").write_excel(book, "answers")
    assert_same(read_responses(tmp_path / "r.xlsx", loaded()).answers)


def test_boxes_in_one_column_are_taken_apart() -> None:
    found = tidy_responses(pl.DataFrame({"found": ["2000", "2001"], "sites": ["s1 s3", "s2"]}), loaded())
    assert found.answers.select("s1", "s2", "s3").rows() == [(1, 0, 1), (0, 1, 0)]


def test_unknown_items_and_values_out_of_range_are_said_and_the_rest_is_kept() -> None:
    raw = pl.DataFrame(
        {"found": [2000, 2999], "plc1": [3, 8], "plc9": [1, 2], "mkt1c": ["FR", "??"], "plc2": [None, None],
         "snsimp": ["A central place", "Huge"]}
    )  # fmt: skip
    found = tidy_responses(raw, loaded())
    assert found.unknown == ("plc9",)
    assert found.out_of_range == {"found": 1, "plc1": 1, "mkt1c": 1, "snsimp": 1}
    assert found.answers["plc1"].to_list() == [3, None]
    assert found.answers["snsimp"].to_list() == [5, None]
    assert "plc2" in found.empty
    assert "staff" in found.absent
    said = " ".join(map(str, found.problems))
    assert "found (1), mkt1c (1), plc1 (1), snsimp (1); check the coding" in said
    assert "1 column belongs to no question and was not read: plc9" in said
    assert "holds no answer at all: plc2" in said


def test_identifying_columns_and_free_text_are_not_even_read() -> None:
    raw = pl.DataFrame({"found": [2000], "email": ["a@b.example"], "entno": ["0123456789"], "remark": ["x"]})
    found = tidy_responses(raw, loaded())
    assert found.answers.columns == ["found"]
    assert found.withheld == ("email", "entno", "remark")
    assert "a@b.example" not in str(found)


def test_files_that_hold_no_answers_are_refused(tmp_path: Path) -> None:
    (tmp_path / "r.doc").write_text("x")
    with pytest.raises(InputError, match=r"`r.doc` have a format that is not read"):
        read_responses(tmp_path / "r.doc", loaded())
    (tmp_path / "r.sav").write_bytes(b"no spss")
    with pytest.raises(InputError, match=r"`r.sav` cannot be read"):
        read_responses(tmp_path / "r.sav", loaded())
    with pytest.raises(InputError, match="No column of the answers belongs to the questionnaire"):
        tidy_responses(pl.DataFrame({"x": [1]}), loaded())
    with pytest.raises(InputError, match=r"`plc1` and `place\[plc1\]` both hold `plc1`"):
        tidy_responses(pl.DataFrame({"plc1": [1], "place[plc1]": [1]}), loaded())


def test_response_rates_follow_the_formulas_of_aapor() -> None:
    rates = response_rates(
        {
            "complete": 200,
            "partial": 20,
            "refusal": 60,
            "non_contact": 80,
            "other": 10,
            "unknown": 100,
            "ineligible": 30,
        }
    )
    assert rates.eligibility == pytest.approx(370 / 400)
    assert rates.rr1 == pytest.approx(200 / 470)
    assert rates.rr2 == pytest.approx(220 / 470)
    assert rates.rr3 == pytest.approx(200 / (370 + 0.925 * 100))
    assert rates.rr4 == pytest.approx(220 / (370 + 0.925 * 100))
    assert rates.rr5 == pytest.approx(200 / 370)
    assert rates.rr6 == pytest.approx(220 / 370)
    assert rates.coop1 == pytest.approx(200 / 290)
    assert rates.coop4 == pytest.approx(220 / 280)
    assert rates.ref2 == pytest.approx(60 / 462.5)
    assert rates.con3 == pytest.approx(290 / 370)
    with pytest.raises(DataError, match=r"`refused` is no disposition.\n.*`refusal`"):
        response_rates({"refused": 1})
    assert response_rates({}).rr1 is None


def test_careless_respondents_are_found_and_left_out() -> None:
    answers = simulate_field(loaded(), drawn().firms, np.random.default_rng(4), careless=0.2).answers
    quality = answer_quality(loaded(), answers)
    lazy, outside = quality.flags["straight_lining"], quality.flags["screened_out"]
    assert 0.14 < lazy.mean() < 0.26
    assert quality.flags["attention"][lazy].mean() > 0.9
    assert quality.flags["speeding"][lazy].mean() > 0.6
    assert quality.flags["speeding"][~lazy].mean() < 0.02
    assert quality.variability[lazy].mean() < 0.3 < quality.variability[~lazy & ~outside].min()
    assert quality.flow[0] == ("received", len(answers))
    assert quality.flow[-1][1] == quality.kept.sum()
    assert sum(count for _, count in quality.flow[1:-1]) == len(answers) - quality.kept.sum()


def test_a_market_entered_before_the_first_foreign_sale_is_inconsistent() -> None:
    answers = pl.DataFrame(
        {"found": [2000, 2000, 2000], "fyear": [1999, 2005, 2005], "mkt1y": [2005, 2004, 2005]}
    )
    assert answer_quality(loaded(), answers).flags["inconsistent"].tolist() == [True, True, False]


def test_a_year_after_the_survey_is_inconsistent() -> None:
    years = {"found": [2025, 2000, 2000], "fyear": [None, 2031, 2005], "mkt1y": [None, None, 2024]}
    assert answer_quality(loaded(), pl.DataFrame(years)).flags["inconsistent"].tolist() == [True, True, False]


def test_welch_and_equivalence_agree_with_t_test_of_r() -> None:
    data = sample()
    early = data.filter(pl.col("wave") == 1)["place"].to_numpy()
    late = data.filter(pl.col("wave") == 3)["place"].to_numpy()
    pooled = np.sqrt(
        ((len(early) - 1) * early.var(ddof=1) + (len(late) - 1) * late.var(ddof=1))
        / (len(early) + len(late) - 2)
    )
    found = equivalence(early, late, 0.4 / pooled)
    assert found.t == pytest.approx(frozen("welch.t"), abs=1e-9)
    assert found.degrees == pytest.approx(frozen("welch.df"), abs=1e-7)
    assert found.p_value == pytest.approx(frozen("welch.p"), abs=1e-9)
    assert found.equivalent_p == pytest.approx(frozen("tost.p"), abs=1e-9)
    assert [found.low, found.high] == pytest.approx(vector("tost.interval"), abs=1e-9)


def test_small_groups_that_do_not_differ_are_not_shown_to_be_equal() -> None:
    rng = np.random.default_rng(1)
    few = equivalence(rng.standard_normal(12), rng.standard_normal(12), 0.3)
    assert few.p_value > 0.05
    assert few.equivalent_p > 0.05
    many = rng.standard_normal(4000)
    assert equivalence(many[:2000], many[2000:], 0.3).equivalent_p < 0.001
    with pytest.raises(DataError, match="fewer than two answers"):
        equivalence(np.array([1.0]), many, 0.3)
    with pytest.raises(DataError, match="do not vary"):
        equivalence(np.ones(3), np.ones(3), 0.3)


def test_waves_are_compared_first_against_last() -> None:
    wave = np.repeat([1.0, 2, 3], 30)
    values = {"moved": np.repeat([0.0, 5, 9], 30) + np.tile([0, 0.1, 0.2], 30), "constant": np.ones(90)}
    found = wave_comparison(wave, values, 0.3)
    assert list(found) == ["moved"]
    assert found["moved"].difference == pytest.approx(-9)
    assert wave_comparison(np.ones(90), values, 0.3) == {}


def test_respondents_are_set_against_the_frame() -> None:
    people = pl.DataFrame({"region": ["a"] * 30 + ["b"] * 10 + [None] * 10})
    everyone = pl.DataFrame({"region": ["a"] * 500 + ["b"] * 400 + [None] * 100})
    found = frame_comparison(everyone, people, "region")
    assert found.levels == ("a", "b", "unknown")
    assert found.frame == pytest.approx([0.5, 0.4, 0.1])
    assert found.chi_square == pytest.approx(25 / 25 + 100 / 20 + 25 / 5)
    assert found.degrees == 2
    assert found.sample is None


def test_strata_drawn_more_often_are_no_non_response() -> None:
    everyone = pl.DataFrame({"size": ["small"] * 900 + ["large"] * 100})
    asked = pl.DataFrame({"size": ["small"] * 100 + ["large"] * 100})
    half = pl.DataFrame({"size": ["small"] * 50 + ["large"] * 50})
    found = frame_comparison(everyone, half, "size", sample=asked)
    assert found.sample == pytest.approx([0.5, 0.5])
    assert found.chi_square == pytest.approx(0)
    assert frame_comparison(everyone, half, "size").chi_square > 100
    skewed = pl.DataFrame({"size": ["small"] * 60 + ["large"] * 40})
    # Sixty of a hundred against forty of a hundred: the chi-square of the two-by-two table is 8.
    assert frame_comparison(everyone, skewed, "size", sample=asked).chi_square == pytest.approx(8.0)


def test_equal_response_everywhere_is_representative() -> None:
    people = pl.DataFrame({"region": ["a", "b"] * 200})
    indicator, propensity = representativity(people, np.arange(400) % 4 < 2, ("region",))
    assert indicator == pytest.approx(1.0, abs=1e-6)
    assert propensity == pytest.approx(np.full(400, 0.5), abs=1e-6)
    skewed, _ = representativity(people, (np.arange(400) % 2 == 0) & (np.arange(400) % 20 != 0), ("region",))
    assert skewed < 0.2


def test_final_weights_bring_the_answers_back_to_the_register() -> None:
    answers = field().answers
    active = frame().filter(pl.col("mode").is_in(loaded().plan.design.active))
    people = answers.select("firm_id").join(drawn().firms, on="firm_id", how="left", maintain_order="left")
    found = final_weights(active, drawn().firms, people, loaded().plan.weighting)
    assert found.final.sum() == pytest.approx(len(active))
    for attribute in ("region", "size_class"):
        for level in active[attribute].unique():
            there = (people[attribute] == level).to_numpy()
            assert found.final[there].sum() == pytest.approx((active[attribute] == level).sum(), rel=1e-6)
    assert found.diagnostics.design_effect > 1
    assert found.problems == ()
