"""A study that says something that cannot be is refused with file, line, key and the nearest valid name."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from firmtrade.errors import StudyError, UsageError
from firmtrade.studies import bundled_studies, load_study, parse_study

HERE = Path(__file__).parent
SOUND = (HERE / "sound.toml").read_text(encoding="utf-8")
CASES = {
    case["name"]: case for case in tomllib.loads((HERE / "errors.toml").read_text(encoding="utf-8"))["case"]
}


def test_the_study_that_the_cases_spoil_is_sound() -> None:
    study = parse_study(SOUND)
    assert [table.id for table in study.outputs] == ["1", "2"]
    assert study.years == (1998, 2002, 2003)


@pytest.mark.parametrize("name", CASES)
def test_what_is_wrong_is_said_where_it_stands(name: str) -> None:
    case = CASES[name]
    text = spoiled(case)
    with pytest.raises(StudyError) as error:
        parse_study(text, "small.toml")
    where = error.value.where
    assert where is not None
    assert case["says"] in error.value.what
    assert (where.file, where.key) == ("small.toml", case["key"])
    assert where.line is not None
    assert case["line_has"] in text.splitlines()[where.line - 1]
    assert case.get("advice", "") in (error.value.fix or "")


def spoiled(case: dict[str, Any]) -> str:
    """The sound study with one piece replaced."""
    assert case["replace"] in SOUND, "the case spoils something that is there"
    before, after = SOUND.rsplit(case["replace"], 1) if case.get("last") else SOUND.split(case["replace"], 1)
    return before + case["by"] + after


def test_a_text_that_is_no_toml_is_said_with_its_line() -> None:
    with pytest.raises(StudyError, match=r"small\.toml: this is not valid TOML: .*line 2") as error:
        parse_study("[study]\nname = \n", "small.toml")
    assert error.value.exit_status == 2


def test_a_bundled_name_that_does_not_exist_leads_to_the_nearest() -> None:
    with pytest.raises(UsageError, match=r"no study 'belgium-2009'\n.*Did you mean `belgium-2008`\?"):
        load_study("belgium-2009")


def test_a_file_that_is_not_there_or_is_no_text_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(
        UsageError, match=r"missing\.toml cannot be read: there is no such file\n  Check the path"
    ):
        load_study(tmp_path / "missing.toml")
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="cannot be read"):
        load_study(tmp_path / "binary.toml")


def test_a_mark_of_byte_order_before_a_study_is_no_part_of_it(tmp_path: Path) -> None:
    (tmp_path / "small.toml").write_text(SOUND, encoding="utf-8-sig")
    assert load_study(tmp_path / "small.toml").text == SOUND


@pytest.mark.parametrize("name", bundled_studies())
def test_every_bundled_study_is_sound_and_remembers_its_text(name: str) -> None:
    study = load_study(name)
    assert study.name == name
    assert parse_study(study.text) == study
