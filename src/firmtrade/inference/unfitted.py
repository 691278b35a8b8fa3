"""What a model says that cannot be fitted."""

from __future__ import annotations

from firmtrade.messages import Slot, message


class UnfittedError(ValueError):
    """A model has no estimate on these rows; ``reason`` says why, as a message."""

    def __init__(self, fault: str, /, **slots: Slot) -> None:
        self.reason = message(f"evidence.faults.{fault}", **slots)
        super().__init__(str(self.reason))
