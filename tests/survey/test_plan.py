"""The bundled survey file holds together, and a wrong one says where and what is nearest."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from firmtrade.concepts import concept
from firmtrade.errors import StudyError, UsageError
from firmtrade.surveys.criteria import MEASURED
from firmtrade.surveys.plan import bundled_surveys, load_survey
from firmtrade.surveys.plan_checks import MEASURES
from survey.world import loaded

STUDIES = files("firmtrade.studies")
TEXT = (STUDIES / "sns-belgium.toml").read_text(encoding="utf-8")


def copied(folder: Path, text: str) -> Path:
    (folder / "sns-belgium").mkdir()
    form = (STUDIES / "sns-belgium" / "questionnaire.toml").read_text(encoding="utf-8")
    (folder / "sns-belgium" / "questionnaire.toml").write_text(form, encoding="utf-8")
    (folder / "mine.toml").write_text(text, encoding="utf-8")
    return folder / "mine.toml"


def test_the_bundled_survey_is_found_and_read() -> None:
    assert "sns-belgium" in bundled_surveys()
    plan = loaded().plan
    assert plan.survey.languages == ("en", "fr", "nl", "de")
    assert [hypothesis.id for hypothesis in plan.hypotheses] == [f"H{number}" for number in range(1, 11)]


def test_a_copied_survey_is_the_same_survey(tmp_path: Path) -> None:
    assert load_survey(copied(tmp_path, TEXT)).fingerprint == loaded().fingerprint


def test_every_measure_that_a_file_may_name_can_be_computed() -> None:
    assert set(MEASURES) == set(MEASURED)


def test_every_criterion_of_internationalization_carries_a_citation() -> None:
    for name, criterion in loaded().plan.criteria.items():
        if name not in ("ties", "staff"):
            assert criterion.concept is not None, name
            assert concept(criterion.concept).source


def test_three_speeds_and_the_time_to_internationalization_are_kept_apart() -> None:
    keys = {
        loaded().plan.criteria[name].concept for name in ("market_speed", "resource_speed", "sales_speed")
    }
    assert keys == {"market_breadth_speed", "resource_commitment_speed", "foreign_sales_speed"}
    for key in keys:
        assert key
        assert set(concept(key).distinct_from) == keys - {key}


def test_the_attention_check_is_no_item_of_the_marker_scale() -> None:
    assert [item.name for item in loaded().items("marker")] == ["mrk1", "mrk2", "mrk3"]


def test_lines_of_a_scale_asked_per_market_stand_together() -> None:
    assert loaded().item_columns("perceived_distance")[0] == ("d1a", "d2a", "d3a")
    assert loaded().item_columns("sns_place") == (("plc1",), ("plc2",), ("plc3",), ("plc4",), ("plc5",))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('allocation = "power"', 'alocation = "power"', r"line \d+, .*`alocation` here\n.*`allocation`"),
        ('founded = "found"', 'founded = "fund"', r"columns.founded: .*question or item `fund`\n.*`found`"),
        ("[scales.sns_place]", "[scales.sns_plce]", r"no question .* measures `sns_plce`\n.*`sns_place`"),
        ('concept = "export_share"', 'concept = "export_shares"', r"`export_shares`\n.*`export_share`"),
        ('measure = "regions"', 'measure = "region"', r"there is no measure `region`\n.*`regions`"),
        ('measure = "scale:network_ties"', 'measure = "scale:ties"', r"there is no scale `ties`"),
        ('measure = "variable:snsimp"', 'measure = "variable:snsim"', r"item `snsim`\n.*`snsimp`"),
        ('foreign_staff = "fstaff"\n', "", r"the measure `resource_commitment_speed` needs `foreign_staff`"),
        ('outcome = "importance"', 'outcome = "importanc"', r"no outcome `importanc`\n.*`importance`"),
        ('"market_speed^2"', '"market_sped^2"', r"there is no criterion `market_sped`\n.*`market_speed`"),
        ('id = "H2"', 'id = "H1"', r"key hypotheses.2.id: the hypothesis `H1` stands twice"),
        ('term = "time_to_first_export"', 'term = "rhythm"', r"no term in model place `rhythm`"),
        ('model = "place"', 'model = "plaice"', r"there is no model `plaice`\n.*`place`"),
        ('hypothesis = "H1"', 'hypothesis = "H99"', r"there is no hypothesis `H99`"),
        ('item = "att1"', 'item = "at1"', r"there is no item `at1`\n.*`att1`"),
        ('concept = "born_global_rennie_1993"', 'concept = "market_entropy"', r"names none that sorts firms"),
        ("[simulation.effects.sns_place]", "[simulation.effects.place]", r"there is no scale `place`"),
        ('marker = "marker"', 'marker = "markr"', r"there is no scale `markr`\n.*`marker`"),
        ("size = 1600", "size = 'many'", r"line \d+, key design.size"),
    ],
)  # fmt: skip
def test_a_wrong_file_says_where_and_what_is_nearest(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    assert old in TEXT
    with pytest.raises(StudyError, match=message):
        load_survey(copied(tmp_path, TEXT.replace(old, new, 1)))


def test_a_survey_that_is_not_there_is_a_wrong_call(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"there is no survey `sns-belgum`\n.*`sns-belgium`"):
        load_survey("sns-belgum")
    with pytest.raises(UsageError, match="cannot be read"):
        load_survey(tmp_path / "absent.toml")
    (tmp_path / "mine.toml").write_text(TEXT, encoding="utf-8")
    with pytest.raises(UsageError, match=r"questionnaire.toml cannot be read"):
        load_survey(tmp_path / "mine.toml")
