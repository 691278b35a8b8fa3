"""Profiles: strict files whose concentration parameters stay secret."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from firmtrade.errors import DataError, FirmtradeError, Place, StudyError, UsageError
from firmtrade.kinds import specify
from firmtrade.protection.draft import draft
from firmtrade.protection.names import check_names
from firmtrade.protection.profile import BUNDLED, Profile, bundled_profiles, load_profile
from firmtrade.protection.rooms import protect_rooms
from firmtrade.study.declaration import parse
from protection.test_together import LATE, made, of

PUBLICATION = files(BUNDLED).joinpath("publication.toml").read_text(encoding="utf-8")


def changed(old: str, new: str) -> str:
    assert old in PUBLICATION
    return PUBLICATION.replace(old, new, 1)


def test_the_bundled_profiles_ask_for_three_units_and_for_ten() -> None:
    assert bundled_profiles() == ("publication", "research-output")
    assert load_profile("publication").rules.minimum_units.units == 3
    research = load_profile("research-output").rules
    assert research.minimum_units.units == 10
    assert research.models is not None
    assert research.models.degrees_of_freedom == 10


@pytest.mark.parametrize(
    ("old", "new", "line", "key"),
    [
        ("units = 3\nrange", "units = -3\nrange", 15, "rules.minimum_units.units"),
        ("units = 3\nrange", 'units = "3"\nrange', 15, "rules.minimum_units.units"),
        ("p = 10", "p = -1", 19, "rules.p_percent.p"),
        ("p = 10", "p = true", 19, "rules.p_percent.p"),
        ("p = 10", "percent = 10", 19, "rules.p_percent.percent"),
        ('negative = "absolute"', 'negative = "squared"', 9, "rules.negative"),
        ("[rules.p_percent]", "[rules.p_procent]", 18, "rules.p_procent"),
        ("revisions = true", "revisions = 1", 12, "rules.revisions"),
        (
            "units = 3\n\n[rules.concentration]",
            "units = 0\n\n[rules.concentration]",
            24,
            "rules.order_statistics.units",
        ),
        ("degrees_of_freedom = 10", "degrees_of_freedom = 0.5", 33, "rules.models.degrees_of_freedom"),
    ],
)
def test_a_bad_profile_is_named_with_line_and_key(old: str, new: str, line: int, key: str) -> None:
    with pytest.raises(StudyError) as caught:
        parse(Profile, changed(old, new), "office.toml")
    assert caught.value.where is not None
    assert (caught.value.where.file, caught.value.where.line, caught.value.where.key) == (
        "office.toml",
        line,
        key,
    )


def test_an_unknown_method_of_protection_is_named_with_those_there_are() -> None:
    with pytest.raises(StudyError, match="should be 'suppression'"):
        parse(Profile, PUBLICATION + '\n[secondary]\nmethod = "swapping"\n', "office.toml")


def test_a_noise_that_no_table_of_probabilities_has_is_refused_with_the_profile() -> None:
    """Noise of up to 3 firms in either direction has a variance of 9 at most."""
    noise = 'noise = 3\nvariance = {}\nsecret = "of sixteen letters"\n'
    section = '\n[secondary]\nmethod = "perturbation"\n[secondary.perturbation]\n'
    assert parse(Profile, PUBLICATION + section + noise.format(9), "office.toml").secondary.alternative
    with pytest.raises(StudyError, match="at most the square") as caught:
        parse(Profile, PUBLICATION + section + noise.format(9.5), "office.toml")
    assert caught.value.where is not None
    assert caught.value.where.key == "secondary.perturbation"
    assert "9.5" not in str(caught.value)


def test_a_rule_that_hides_every_number_is_named_with_line_and_key(tmp_path: Path) -> None:
    room, _ = made(tmp_path, 3)
    office = tmp_path / "office.toml"
    office.write_text(changed("units = 3\nrange", "units = 1000\nrange"), encoding="utf-8")
    with pytest.raises(DataError, match="hides every number") as caught:
        protect_rooms([room], load_profile(office))
    assert caught.value.where == Place(file="office.toml", line=14, key="rules.minimum_units")


def test_a_misspelt_rule_leads_to_the_right_one() -> None:
    with pytest.raises(StudyError, match="Did you mean `p_percent`"):
        parse(Profile, changed("[rules.p_percent]", "[rules.p_procent]"), "office.toml")


def test_a_table_cannot_be_wanted_less_than_nothing() -> None:
    with pytest.raises(StudyError, match="greater than 0") as caught:
        parse(Profile, PUBLICATION + '\n[secondary.weights]\n"3" = -1\n', "office.toml")
    assert caught.value.where is not None
    assert caught.value.where.key == "secondary.weights.3"


REQUEST = '[rules.request]\ntables = ["11"]\ncells = ["{}"]\n'
WAIVER = '[[waivers]]\ncell = "{}"\nreason = "in writing"\nby = "the custodian"\n'


@pytest.mark.parametrize(
    ("written", "line", "key", "nearest"),
    [
        ('[secondary.weights]\n"1" = 2\n"11" = 2\n', 3, "secondary.weights.11", "1`"),
        (WAIVER.format("1/manufacturing/extra_export/n"), 2, "waivers.1.cell", "1/manufacturing/"),
        (WAIVER.format("11/manufacturing/n/n"), 2, "waivers.1.cell", "1`"),
        (REQUEST.format("1/manufacturing/n/n"), 2, "rules.request.tables.1", "1`"),
        (
            REQUEST.format("1/manufacture/n/n").replace("11", "1"),
            3,
            "rules.request.cells.1",
            "1/manufacturing/",
        ),
    ],
)
def test_what_a_profile_names_and_the_release_has_not_is_said(
    tmp_path: Path, written: str, line: int, key: str, nearest: str
) -> None:
    office = tmp_path / "office.toml"
    office.write_text(PUBLICATION + "\n" + written, encoding="utf-8")
    with pytest.raises(StudyError, match="the release has no") as caught:
        check_names(load_profile(office), specify(of(LATE)))
    above = PUBLICATION.count("\n") + 1
    assert caught.value.where == Place(file="office.toml", line=above + line, key=key)
    assert f"`{nearest}" in str(caught.value)


def test_a_name_that_the_release_has_is_taken(tmp_path: Path) -> None:
    cell = next(cell for table in specify(of(LATE)) for cell in table.cells)
    good = WAIVER.format(cell.key)
    office = tmp_path / "office.toml"
    office.write_text(f'{PUBLICATION}\n[secondary.weights]\n"1" = 2\n{good}', encoding="utf-8")
    check_names(load_profile(office), specify(of(LATE)))


def test_draft_and_release_hold_a_profile_to_their_tables(tmp_path: Path) -> None:
    room, _ = made(tmp_path, 3)
    office = tmp_path / "office.toml"
    office.write_text(PUBLICATION + '\n[secondary.weights]\n"none" = 2\n', encoding="utf-8")
    for ask in (protect_rooms, draft):
        with pytest.raises(StudyError, match="the release has no table 'none'"):
            ask([room], load_profile(office))


def test_no_representation_or_message_holds_a_parameter_of_concentration() -> None:
    profile = parse(Profile, changed("p = 10", "p = 17.25"), "office.toml")
    assert "17.25" not in repr(profile) + str(profile)
    with pytest.raises(FirmtradeError) as caught:
        parse(Profile, changed("p = 10", "p = -17.25"), "office.toml")
    assert "17.25" not in str(caught.value)


def test_a_profile_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="publication"):
        load_profile("publicaton")
    with pytest.raises(UsageError, match="cannot be read"):
        load_profile(tmp_path / "absent.toml")
    mine = tmp_path / "mine.toml"
    mine.write_text(changed("units = 3\nrange", "units = 5\nrange"), encoding="utf-8")
    assert load_profile(mine).rules.minimum_units.units == 5
