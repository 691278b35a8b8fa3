"""An engine by its address."""

from __future__ import annotations

from firmtrade.engines.duck import IN_PROCESS, DuckDB
from firmtrade.engines.protocol import Engine
from firmtrade.errors import UsageError, address


def connect(url: str | None = None) -> Engine:
    """The engine at an address: ``duckdb://`` (in process) where none is given.

    Raises
    ------
    UsageError
        There is no such engine.
    """
    if url in (None, IN_PROCESS):
        return DuckDB()
    raise UsageError(
        f"the engine `{address(url or '')}` is not available",
        fix=f"Use `{IN_PROCESS}`, or leave the option out.",
    )
