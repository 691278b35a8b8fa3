"""What answers do not allow: an error that says it as a message, in the language of the page."""

from __future__ import annotations

from firmtrade.errors import DataError, FirmtradeError
from firmtrade.messages import Slot, message


class ImpossibleError(DataError):
    """A step that the answers do not allow; ``reason`` says why and what to do, as a message of ``problems``."""

    def __init__(self, problem: str, /, **slots: Slot) -> None:
        self.reason = message(f"problems.{problem}", **slots)
        super().__init__(str(self.reason))


def reason_of(error: FirmtradeError) -> Slot:
    """Why a step failed: the message of an :class:`ImpossibleError`, the English words of any other error."""
    return error.reason if isinstance(error, ImpossibleError) else f"{error.what} {error.fix or ''}".strip()
