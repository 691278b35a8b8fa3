"""The words every study shares: flows, statuses, modes, measures, kinds and units, each defined and sourced.

The content is ``vocabulary.toml``; this file only reads it.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict

from firmtrade.messages import Text


class VocabularyEntry(BaseModel):
    """One word: its label, what it means, the grain of its rows, its unit and where the definition is from."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    label: Text
    label_export: Text | None = None
    """What it is called in a table about exporters, where that is another word."""
    label_import: Text | None = None
    definition: Text
    unit: str
    source: str
    grain: str = "firm-year"

    def called(self, flow: str = "") -> Text:
        """Its label in a table about the traders of a flow (``export``, ``import``); without one, of both."""
        return {"export": self.label_export, "import": self.label_import}.get(flow) or self.label


class Vocabulary(BaseModel):
    """All words, by family and key; the order of a family is its print order."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    flags: dict[str, dict[str, VocabularyEntry]]
    """Sets of yes-or-no attributes (``trade_flow``, ``trade_share``, ...): set -> key -> entry."""
    status: dict[str, dict[str, VocabularyEntry]]
    mode: dict[str, VocabularyEntry]
    scope: dict[str, VocabularyEntry]
    column: dict[str, VocabularyEntry]
    dynamics: dict[str, VocabularyEntry]
    """Rows of a table of dynamics, whose unit is that of the row."""
    trader: dict[str, VocabularyEntry]
    """Types of trader by what they did before and do after."""
    trade: dict[str, dict[str, VocabularyEntry]]
    """Classes of traders that are no attribute of a study: ``type_of_trader``, ``number_of_partners``,
    ``partner_region``; and ``partner_apart``, what a continent is called that has members of the union."""
    kind: dict[str, VocabularyEntry]
    unit: dict[str, VocabularyEntry]
    other: dict[str, VocabularyEntry]


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """The shared vocabulary."""
    text = files("firmtrade.study").joinpath("vocabulary.toml").read_text(encoding="utf-8")
    return Vocabulary.model_validate(tomllib.loads(text))
