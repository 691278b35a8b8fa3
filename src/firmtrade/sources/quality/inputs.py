"""What an import made of each raw file, as the report tells it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from firmtrade.messages import DEFAULT_LANGUAGE, Language, Slot, language_of
from firmtrade.sources.quality.words import share_of


@dataclass(frozen=True, slots=True)
class Refusal:
    """How many rows were refused for a reason, and their share of the amounts where their table has some."""

    reason: Slot
    rows: int
    share: float | None


@dataclass(frozen=True, slots=True)
class InputReport:
    """What became of the rows of one raw file in one table.

    ``weight`` is the column of amounts by which refused rows are weighed. ``empty`` are the files without any rows.
    """

    table: str
    raw: str
    files: tuple[str, ...]
    empty: tuple[str, ...]
    read: int
    selected: int
    refused: tuple[Refusal, ...]
    weight: str | None
    set_aside: int
    unmatched: int
    by_rule: dict[str, dict[int, int]]

    @property
    def n_refused(self) -> int:
        return sum(one.rows for one in self.refused)

    def extent(self, refusal: Refusal, language: Language) -> str:
        """How many rows were refused for a reason, and how much of the amounts they hold."""
        rows = language.number(refusal.rows, 0)
        if refusal.share is None or self.weight is None:
            return rows
        return f"{rows} ({share_of(refusal.share, self.weight, language)})"

    def as_dict(self) -> dict[str, Any]:
        """The report as ``quality.json`` holds it, in English."""
        english = language_of(DEFAULT_LANGUAGE)
        named = [(english.render(one.reason), one) for one in self.refused]
        return asdict(self) | {
            "refused": {reason: one.rows for reason, one in named},
            "refused_share": {reason: one.share for reason, one in named if one.share is not None},
            "n_refused": self.n_refused,
        }
