"""The publication as one file: read again it makes the same pages, and it holds nothing that is not printed."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from firmtrade.errors import DataError
from firmtrade.messages import LANGUAGES
from firmtrade.outputs import Confidentiality, ObsStatus
from firmtrade.report import html, stored
from firmtrade.report.model import Document, Section
from report.sample import cell, document, size_table


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_publication_that_is_read_again_makes_the_same_pages(language: str) -> None:
    made = document(language)
    again = stored.read(stored.files(made)[stored.NAME])
    assert html.pages(again, {}) == html.pages(made, {})
    assert stored.files(again) == stored.files(made)


def of_one_cell(**rest: object) -> Document:
    table = size_table()
    only = cell("4", "intra_eu_import", "size_lt10", 18.0432, numerator=612345, denominator=3393762, **rest)
    cells = {("intra_eu_import", "size_lt10"): only}
    return replace(
        document(), sections=(Section("only", "Only", (), (replace(table, cells=cells),)),), findings=()
    )


def test_a_number_stands_as_it_is_printed_without_what_it_was_computed_from() -> None:
    text = stored.files(of_one_cell())[stored.NAME].decode("utf-8")
    assert '"value":"18.0"' in text
    assert not [digits for digits in ("18.04", "612345", "3393762") if digits in text]


def test_a_number_that_is_hidden_is_not_there() -> None:
    text = stored.files(of_one_cell(status=ObsStatus.SUPPRESSED))[stored.NAME].decode("utf-8")
    assert '"value":null' in text
    assert "18.0" not in text


def test_what_is_not_for_release_is_never_written_for_programs() -> None:
    assert stored.files(of_one_cell(confidentiality=Confidentiality.INTERNAL)) == {}


@pytest.mark.parametrize(
    ("key", "value"),
    [("format", "another"), ("sections", [{"id": 1}]), ("language", "xx"), ("title", None), ("new", 1)],
)
def test_a_publication_that_the_program_did_not_write_is_refused_in_words(key: str, value: object) -> None:
    facts = json.loads(stored.files(document())[stored.NAME]) | {key: value}
    with pytest.raises(
        DataError, match=r"publication\.json: the publication is not as the program writes it"
    ):
        stored.read(json.dumps(facts).encode())


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff", b"{}", b"[" * 100_000])
def test_what_is_no_publication_at_all_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(DataError, match="not as the program writes it"):
        stored.read(content)
