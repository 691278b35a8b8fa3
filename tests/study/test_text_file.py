"""The text of what users write is read as editors of any system save it, or refused with what to do."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from firmtrade.errors import UsageError
from firmtrade.study.text_file import text_of


def test_a_byte_order_mark_and_other_line_ends_are_no_part_of_the_text(tmp_path: Path) -> None:
    file = tmp_path / "study.toml"
    file.write_bytes(codecs.BOM_UTF8 + "a = 1\r\nb = 'é'\r\n".encode())
    assert text_of(file, "the study file") == "a = 1\nb = 'é'\n"


def test_each_reason_not_to_read_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "study.toml"
    with pytest.raises(
        UsageError, match=r"the study file .*study\.toml cannot be read: there is no such file"
    ):
        text_of(file, "the study file")
    with pytest.raises(UsageError, match=r"cannot be read: it is a folder\n  Give a file in it"):
        text_of(tmp_path, "the study file")
    file.write_bytes("é".encode("latin-1"))
    with pytest.raises(UsageError, match=r"cannot be read as text\n  Save it as plain text in UTF-8"):
        text_of(file, "the study file")

    def closed(*given: object, **named: object) -> str:
        raise PermissionError

    monkeypatch.setattr(Path, "read_text", closed)
    with pytest.raises(UsageError, match=r"the right to do so is missing\n  Ask its owner"):
        text_of(file, "the study file")
