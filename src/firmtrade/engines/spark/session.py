"""A session with a Spark: what must be there is checked first, for what Spark says itself comes late and is long."""

from __future__ import annotations

import logging
import os
import re
import shutil
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

from firmtrade.engines.spark.address import Address
from firmtrade.errors import UsageError

OLDEST = (4, 3)
"""The oldest Spark that has all that is asked of it."""
JAVA = 17
"""The oldest version of Java that it runs on."""
JAVA_OPTIONS = "spark.driver.extraJavaOptions"
HADOOP = "spark.hadoop."
"""How Spark names a setting of Hadoop."""
REACHED, REGISTERED = 10.0, 120.0
"""Seconds until a host must have answered, and until a worker must have given a place to compute."""

NO_LOG = """
appender.none.type = Null
appender.none.name = none
rootLogger.level = off
rootLogger.appenderRef.none.ref = none
"""
SAME_EVERYWHERE = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",  # what does not fit its type is refused, as DuckDB refuses it
    "spark.sql.caseSensitive": "true",
    "spark.sql.decimalOperations.allowPrecisionLoss": "true",
}
"""Settings of every session: results depend on them, or files could not be opened."""


def started(address: Address, spill: Path) -> tuple[Any, bool]:
    """A session of one's own, and whether the Spark behind it was started for it (and must be stopped with it).

    Raises
    ------
    UsageError
        Spark or Java is absent or too old, nobody answers at the address, no worker has a place, or the Spark there is
        of another version.
    """
    _quiet()
    try:
        import pyspark
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException
    except ImportError as error:
        raise UsageError(
            "Spark is not installed", fix="Install it with `pip install 'firmtrade[spark]'`."
        ) from error
    _check_spark("the Spark that is installed here", pyspark.__version__)
    if not address.is_local:
        _reach(address)
    if not address.is_connect:
        _check_java()
    try:
        if address.is_connect:
            return _connected(address), True
        session, new = _classic(address, spill)
    except (PySparkException, Py4JError, RuntimeError, OSError) as error:
        raise _refused(address) from error
    for name, value in (*SAME_EVERYWHERE.items(), *_of_session(address)):
        session.conf.set(name, value)
    return session, new


def _classic(address: Address, spill: Path) -> tuple[Any, bool]:
    """A session beside others of the same Spark, or the first one of a new one."""
    from pyspark import SparkConf, SparkContext, java_gateway
    from pyspark.sql import SparkSession

    running = SparkContext._active_spark_context
    if running is not None and running.master == address.url:
        return SparkSession(running).newSession(), False
    if running is not None:
        raise UsageError(
            f"this process works with the Spark at {running.master}, and there can be but one",
            fix="Close what uses it first.",
        )
    conf = SparkConf()
    for name, value in _settings(address, spill).items():
        conf.set(name, value)
    for name, value in address.settings:
        conf.set(name, f"{conf.get(name)} {value}" if name == JAVA_OPTIONS else value)
    launch: Any = java_gateway.launch_gateway
    with (spill / "spark.log").open("wb") as log:
        gateway: Any = launch(conf, popen_kwargs={"stderr": log})
    session = SparkSession(SparkContext(master=address.url, appName="firmtrade", conf=conf, gateway=gateway))
    if not address.is_local:
        _await_worker(session, address)
    session.sparkContext.setLogLevel("OFF")
    return session, True


def _connected(address: Address) -> Any:
    from pyspark.sql import SparkSession

    session = SparkSession.builder.remote(address.url).create()
    try:
        _check_spark(f"the Spark Connect server at {address.shown}", session.version)
    except UsageError:
        session.stop()
        raise
    for name, value in (*SAME_EVERYWHERE.items(), *address.settings):
        session.conf.set(name, value)
    return session


def _settings(address: Address, spill: Path) -> dict[str, str]:
    """How a Spark is started. Its log is off, for it quotes values of the data; workers are asked to follow."""
    quiet = spill / "log4j2.properties"
    quiet.write_text(NO_LOG)
    settings = {
        **SAME_EVERYWHERE,
        "spark.log.level": "OFF",
        "spark.executor.syncLogLevel.enabled": "true",
        JAVA_OPTIONS: f"-Dlog4j2.configurationFile={quiet.as_uri()}",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.catalogImplementation": "in-memory",
        "spark.sql.warehouse.dir": (spill / "warehouse").as_uri(),
    }
    if address.is_local:
        settings |= {
            "spark.local.dir": str(spill),
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.driver.memory": "4g",
            "spark.sql.shuffle.partitions": str(2 * (os.cpu_count() or 1)),
        }
    return settings


def _of_session(address: Address) -> list[tuple[str, str]]:
    """Settings that each session has for itself: of its statements, and of Hadoop, through which it reaches files."""
    return [
        (name.removeprefix(HADOOP), value)
        for name, value in address.settings
        if name.startswith(("spark.sql.", HADOOP))
    ]


def _quiet() -> None:
    """Keep pyspark from printing messages and statements, which quote values of the data."""
    logging.getLogger("SQLQueryContextLogger").disabled = True
    logging.getLogger("DataFrameQueryContextLogger").disabled = True


def _check_spark(which: str, version: str) -> None:
    if tuple(map(int, version.split(".")[:2])) < OLDEST:
        raise UsageError(
            f"{which} is Spark {version}", fix=f"Spark {'.'.join(map(str, OLDEST))} or later is needed."
        )


def _check_java() -> None:
    home = os.environ.get("JAVA_HOME")
    program = str(Path(home) / "bin" / "java") if home else shutil.which("java")
    fix = f"Install Java {JAVA} or later (Debian: apt-get install openjdk-{JAVA}-jre-headless), or set JAVA_HOME."
    if program is None or shutil.which(program) is None:
        raise UsageError("Spark needs Java, and there is none", fix=fix)
    printed = subprocess.run([program, "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(?:1\.)?([0-9]+)', printed)
    if found is None or int(found[1]) < JAVA:
        raise UsageError(
            f"Spark needs Java {JAVA} or later, and this is {f'Java {found[1]}' if found else 'no Java'}: {program}",
            fix=fix,
        )


def _reach(address: Address) -> None:
    """Whether anybody listens at the address."""
    assert address.host is not None
    try:
        socket.create_connection((address.host, address.port or 0), timeout=REACHED).close()
    except OSError as error:
        what = "no Spark Connect server" if address.is_connect else "no Spark master"
        raise UsageError(
            f"{what} answers at {address.shown}",
            fix="Check the host and the port, whether it is running, and whether a firewall is between.",
        ) from error


def _await_worker(session: Any, address: Address) -> None:
    """Wait for the first worker: without one, Spark would wait without end and say nothing."""
    members = session.sparkContext._jsc.sc().getExecutorMemoryStatus
    end = time.monotonic() + REGISTERED
    while members().size() < 2:  # the driver is one of them
        if time.monotonic() > end:
            session.stop()
            raise UsageError(
                f"no worker of the Spark at {address.shown} has taken up work",
                fix="Its workers may lack free cores or memory: ask for less with "
                "`?spark.executor.memory=1g&spark.cores.max=4`, or wait until others have ended.",
            )
        time.sleep(0.2)


def _refused(address: Address) -> UsageError:
    import pyspark

    return UsageError(
        f"the Spark at {address.shown} does not take up work",
        fix=f"Its version must be this program's, {pyspark.__version__}, and its settings valid.",
    )
