"""Steps of an analysis, each of which may fail without stopping the others."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import numpy as np

from firmtrade.errors import FirmtradeError
from firmtrade.messages import Message, Slot, message
from firmtrade.surveys.faults import reason_of

Result = TypeVar("Result")


def attempt(what: Message, step: Callable[[], Result], problems: list[Message]) -> Result | None:
    """The result of a step, or None with a sentence that says why it was not possible: the others go on."""
    try:
        return step()
    except FirmtradeError as error:
        problems.append(in_step(what, reason_of(error)))
    except np.linalg.LinAlgError:
        problems.append(in_step(what, message("problems.not_invertible")))
    return None


def in_step(what: Message, reason: Slot) -> Message:
    """A sentence about a step of the analysis."""
    return message("problems.step", step=what, reason=reason)
