"""Table 33 as data is Table 33 as printed."""

from __future__ import annotations

import re

import pytest

from firmtrade.advice.table33 import PrintedLine, line_of, printed_lines
from shared import shared

NBSP = "\u00a0"
SEED = "internationalization-of-smes-belgium-chapters-5-7.txt"


def table() -> str:
    """The table as printed, up to its source."""
    folder = shared()
    if folder is None or not (folder / "seeds" / SEED).is_file():
        pytest.skip("the founding study is not here")
    text = (folder / "seeds" / SEED).read_text(encoding="utf-8")
    return text[text.rindex("Table 33 ") :].partition("Source:")[0]


@pytest.fixture(scope="module")
def printed() -> list[str]:
    """The printed lines with a cross, in their order."""
    return [line for line in table().split("\n") if re.search(r"\bX\b", line)]


def marker(line: str) -> str:
    before, _, after = line.rpartition("X")
    return "before" if NBSP in before else "after" if NBSP in after else "none"


def test_every_printed_line_stands_in_the_data_in_its_order(printed: list[str]) -> None:
    assert len(printed) == len(printed_lines()) == 28
    for text, line in zip(printed, printed_lines(), strict=True):
        assert text.rpartition("X")[0].replace(NBSP, "").rstrip().endswith(line.option), line


def test_every_line_ends_in_the_very_characters_that_are_printed(printed: list[str]) -> None:
    ends = {"after": f" X {NBSP}", "before": f" {NBSP} X", "none": " X"}
    for text, line in zip(printed, printed_lines(), strict=True):
        assert text.endswith(f"{line.option}{ends[line.marker]}"), (text, line)


def test_every_line_stands_under_the_heading_of_its_block() -> None:
    heads = {
        "Global  strategic variables": "strategic",
        "Environmental variables": "environmental",
        "Transaction-specific Variables": "transaction",
    }
    blocks, block = [], ""
    for text in table().split("\n"):
        block = heads.get(text.strip(), block)
        if re.search(r"\bX\b", text):
            blocks.append(block)
    assert blocks == [line.block for line in printed_lines()]


def test_an_empty_cell_of_the_printed_table_decides_the_column(printed: list[str]) -> None:
    for text, line in zip(printed, printed_lines(), strict=True):
        assert marker(text) == line.marker, line
        assert line.column == {"after": "high", "before": "low"}.get(marker(text), line.column), line
    assert sum(line.marker != "none" for line in printed_lines()) == 12


def test_each_variable_has_one_option_in_each_column() -> None:
    pairs: dict[tuple[str, int], list[PrintedLine]] = {}
    for line in printed_lines():
        pairs.setdefault((line.variable, line.printing), []).append(line)
    assert len(pairs) == 14
    for lines in pairs.values():
        assert sorted(line.column for line in lines) == ["high", "low"]


def test_a_variable_printed_twice_says_the_same_and_counts_once() -> None:
    second = [line for line in printed_lines() if line.printing == 2]
    assert {(line.option, line.column) for line in second} == {("High", "high"), ("Low", "low")}
    assert line_of("global_concentration", "high").printing == 1


def test_every_line_has_a_source_and_confidences() -> None:
    for line in printed_lines():
        assert line.source
        assert 0.9 < line.alignment < 1
        assert line.alignment == 0.99 or line.marker == "none"
