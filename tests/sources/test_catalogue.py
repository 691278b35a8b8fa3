"""The reference page of mappings says what the code says, and every key has a meaning."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import BaseModel

from firmtrade.sources.catalogue import SECTIONS, page

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "mapping.md"


def test_the_page_is_fresh() -> None:
    made_by = "python -m firmtrade.sources.catalogue > docs/reference/mapping.md"
    assert PAGE.read_text(encoding="utf-8") == page(), f"out of date: {made_by}"


@pytest.mark.parametrize(
    "declared", [declared for _, declared in SECTIONS], ids=lambda declared: declared.__name__
)
def test_every_key_has_a_meaning(declared: type[BaseModel]) -> None:
    assert declared.__doc__
    assert [name for name, field in declared.model_fields.items() if not field.description] == []
