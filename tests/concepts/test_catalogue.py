"""The reference page says what the data say."""

from __future__ import annotations

from pathlib import Path

from firmtrade.concepts import concepts
from firmtrade.concepts.catalogue import page

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "concepts.md"


def test_the_committed_page_is_fresh() -> None:
    made_by = "python -m firmtrade.concepts.catalogue > docs/reference/concepts.md"
    assert PAGE.read_text(encoding="utf-8") == page(), f"make it again: {made_by}"


def test_every_concept_is_on_the_page_with_its_definition_and_source() -> None:
    text = page()
    for concept in concepts().values():
        assert f"`{concept.key}` · {concept.label.fr}" in text
        assert concept.definition in text
        assert concept.source in text
