"""What an import made of each raw file, as the report tells it."""

from __future__ import annotations

from dataclasses import dataclass

from firmtrade.messages import Language
from firmtrade.sources.quality.words import share_of


@dataclass(frozen=True, slots=True)
class InputReport:
    """What became of the rows of one raw file in one table.

    ``refused_share`` is the share of refused rows in the amounts of the selected ones, by reason, where the table
    has amounts. ``empty`` are the files without any rows.
    """

    table: str
    raw: str
    files: tuple[str, ...]
    empty: tuple[str, ...]
    read: int
    selected: int
    refused: dict[str, int]
    refused_share: dict[str, float]
    weight: str | None
    aside: int
    unmatched: int
    by_rule: dict[str, dict[int, int]]

    @property
    def n_refused(self) -> int:
        return sum(self.refused.values())

    def extent(self, reason: str, language: Language) -> str:
        """How many rows were refused for a reason, and how much of the amounts they hold."""
        rows, share = language.number(self.refused[reason], 0), self.refused_share.get(reason)
        return (
            rows
            if share is None or self.weight is None
            else f"{rows} ({share_of(share, self.weight, language)})"
        )
