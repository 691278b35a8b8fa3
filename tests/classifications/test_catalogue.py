"""The reference page says what the data say."""

from __future__ import annotations

from pathlib import Path

from firmtrade.classifications.catalogue import page
from firmtrade.classifications.provenance import provenances

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "classifications.md"


def test_the_committed_page_is_fresh() -> None:
    made_by = "python -m firmtrade.classifications.catalogue > docs/reference/classifications.md"
    assert PAGE.read_text(encoding="utf-8") == page(), f"make it again: {made_by}"


def test_every_list_is_on_the_page_with_its_source() -> None:
    text = page()
    for entry in provenances().values():
        assert f"`{entry.name}`" in text
        assert entry.source in text
