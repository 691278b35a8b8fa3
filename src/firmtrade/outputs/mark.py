"""What every file says of its numbers: whether real firms stand behind them, and whether they may leave."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from firmtrade.outputs.status import Confidentiality

if TYPE_CHECKING:
    from firmtrade.outputs.statements import Statement

MARK = "data"
"""The last column of every file of numbers."""


class Mark(StrEnum):
    """The mark of a number."""

    SYNTHETIC = "synthetic"
    """No real firm stands behind it."""
    UNRELEASED = "unreleased"
    """Of real firms and unprotected: not for release."""
    RELEASED = "released"
    """Of real firms, protected."""


def mark_of(statement: Statement) -> Mark:
    """The mark of a statement: what is for internal use only has not been released."""
    if statement.synthetic:
        return Mark.SYNTHETIC
    return Mark.UNRELEASED if statement.confidentiality is Confidentiality.INTERNAL else Mark.RELEASED
