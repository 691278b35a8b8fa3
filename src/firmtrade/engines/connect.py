"""An engine by its address."""

from __future__ import annotations

from firmtrade.engines.duck import IN_PROCESS, DuckDB
from firmtrade.engines.protocol import Engine
from firmtrade.engines.spark.address import FORMS, is_spark
from firmtrade.errors import UsageError, address


def connect(url: str | None = None) -> Engine:
    """The engine at an address.

    ``duckdb://`` (in the process) where none is given, ``local[*]`` (Spark in the process), ``spark://HOST`` (a
    cluster) or ``sc://HOST`` (Spark Connect).

    Raises
    ------
    UsageError
        There is no such engine, or it is not to be had: nobody answers there, or Spark or Java is absent.
    """
    if url in (None, IN_PROCESS):
        return DuckDB()
    if is_spark(url):
        from firmtrade.engines.spark.engine import Spark  # it loads much that no other engine needs

        return Spark(url)
    raise UsageError(
        f"the engine `{address(url or '')}` is not available",
        fix=f"Use `{IN_PROCESS}` or leave the option out; for a Spark, {FORMS}.",
    )
