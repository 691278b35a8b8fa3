"""The engine that tests run on: DuckDB, or a small Spark in the process with ``FIRMTRADE_TEST_ENGINE=spark``."""

from __future__ import annotations

import atexit
import os
import shutil
from functools import cache
from importlib.util import find_spec

import pytest

from firmtrade.engines import Engine, connect
from firmtrade.engines.duck import DuckDB

SETTINGS = {
    "spark.driver.memory": "1g",
    # Small data: one partition, no code written and compiled for each statement, no planning anew between its stages.
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1",
}
URL = "local[2]?" + "&".join(f"{name}={value}" for name, value in SETTINGS.items())


@cache
def _first() -> Engine:
    """Kept for the session: the Spark that later engines are sessions of."""
    engine = connect(URL)
    atexit.register(engine.close)
    return engine


def spark(*settings: str) -> Engine:
    """An engine on the session's Spark, with ``settings`` (``name=value``) of its own.

    Where Java must be there, its absence is a failure and not a skip.
    """
    if not os.environ.get("FIRMTRADE_REQUIRE_JAVA"):
        if find_spec("pyspark") is None:
            pytest.skip("no pyspark here: it is the extra `spark`")
        if shutil.which("java") is None and not os.environ.get("JAVA_HOME"):
            pytest.skip("no Java on this machine")
    _first()
    return connect("&".join((URL, *settings)))


def an_engine() -> Engine:
    """The engine of all tests that are about no engine in particular."""
    return spark() if os.environ.get("FIRMTRADE_TEST_ENGINE") == "spark" else DuckDB()
