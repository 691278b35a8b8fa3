"""How long work says what it is doing: a call with the name of each stage."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

Progress: TypeAlias = Callable[[str], None]
"""Called with the name of each stage, in the words of a user."""


def silent(_: str) -> None:
    """Say nothing."""
