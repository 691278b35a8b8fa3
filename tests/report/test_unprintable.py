"""Signs that no page can show are refused where they are read, and never reach the libraries that draw."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from firmtrade.errors import DataError, InputError, StudyError
from firmtrade.messages import Text
from firmtrade.report.pictures import svg
from firmtrade.sources.stamp import read_stamp
from firmtrade.studies import parse_study

SIGNS = ["\uffff", "\ufffe", "\x01", "\x0b", "\x1b", "\x00", "\x7f"]
SOUND = (Path(__file__).parents[1] / "study" / "sound.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("sign", SIGNS)
def test_a_text_of_a_study_has_no_such_sign(sign: str) -> None:
    with pytest.raises(ValidationError, match=f"U\\+{ord(sign):04X}"):
        Text.model_validate({"en": "Size", "fr": f"Tai{sign}lle"})
    spoiled = SOUND.replace('label = "small"', f'label = "sm\\u{ord(sign):04x}all"')
    with pytest.raises(StudyError, match=r"has the sign U\+[0-9A-F]{4}, which no page can show"):
        parse_study(spoiled)


@pytest.mark.parametrize("sign", SIGNS)
def test_a_stamp_has_no_such_sign(tmp_path: Path, sign: str) -> None:
    (tmp_path / "stamp.json").write_text(json.dumps({"kind": "real", "title": f"a{sign}", "source": "b"}))
    with pytest.raises(InputError, match="signs that no page can show"):
        read_stamp(tmp_path / "stamp.json")


@pytest.mark.parametrize("sign", SIGNS)
def test_a_drawing_is_refused_and_does_not_end_the_program(sign: str) -> None:
    with pytest.raises(DataError, match="a sign that no page can show"):
        svg({"data": {"values": [{"a": f"x{sign}"}]}, "mark": "bar"})
    with pytest.raises(DataError, match="a sign that no page can show"):
        svg({"data": {"values": ({f"x{sign}": 1},)}, "mark": "bar"})


def test_a_text_is_not_a_book() -> None:
    with pytest.raises(ValidationError, match="longer than 10,000 signs"):
        Text.model_validate("x" * 10_001)
