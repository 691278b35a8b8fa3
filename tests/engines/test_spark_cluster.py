"""A real standalone cluster on this machine, a master and two workers; and a Spark Connect server."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from random import Random
from threading import Thread
from typing import Any

import pytest

from canonical_data import world, write
from drawn_studies import drawn_study, drawn_world
from firmtrade.engines import Engine, connect
from firmtrade.engines.duck import DuckDB
from firmtrade.observatory.study_data import StudyData
from firmtrade.sources.folder import CanonicalFolder
from firmtrade.statistics import compute
from firmtrade.study import Study

pytestmark = pytest.mark.long
SETTINGS = "&".join((
    "spark.executor.memory=512m", "spark.driver.memory=512m", "spark.sql.shuffle.partitions=2",
    "spark.sql.codegen.wholeStage=false",
))  # fmt: skip
KINDS = ("composition",)
PATIENCE = 180
"""Seconds until a program of Spark is ready, on a machine that others use too."""


@contextmanager
def java(
    folder: Path, name: str, main: str, *words: str, says: str
) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """A Java program of Spark as a process group of its own, and what it said when it was ready."""
    home = Path(pytest.importorskip("pyspark").__file__).parent
    log = folder / f"{name}.log"
    environment = os.environ | {
        "SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_SCALA_VERSION": "2.13",
        "SPARK_LOCAL_DIRS": str(folder / name), "SPARK_DAEMON_MEMORY": "640m",
    }  # fmt: skip
    command = [f"{home}/bin/spark-class", main, *words]
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, env=environment, start_new_session=True)
    try:
        yield process, awaited(process, log, says)
    finally:
        for sign in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(process.pid, sign)
                process.wait(10)
            except (ProcessLookupError, subprocess.TimeoutExpired):
                continue
        process.wait()


def awaited(process: subprocess.Popen[bytes], log: Path, says: str) -> str:
    """What a program says when it is ready; a program that ends, or says nothing for long, fails the test."""
    end = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < end:
        if found := re.search(says, log.read_text(errors="replace")):
            return found[0]
        time.sleep(0.2)
    raise AssertionError(f"{log.name} did not say {says!r}: {log.read_text(errors='replace')[-2000:]}")


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> tuple[Study, Path, Any]:
    """A study, its data, and the cells that DuckDB computes."""
    rng = Random(6)
    study = drawn_study(rng, KINDS)
    folder = write(tmp_path_factory.mktemp("data"), world(study, 6, drawn_world(rng, study, 10)))
    with DuckDB() as engine:
        return study, folder, computed(study, folder, engine)


def computed(study: Study, folder: Path, engine: Engine) -> Any:
    return compute(study, StudyData(CanonicalFolder(folder), study, engine)).cells


def test_a_worker_killed_in_the_middle_changes_no_cell(case: tuple[Study, Path, Any], tmp_path: Path) -> None:
    study, folder, expected = case
    deploy = "org.apache.spark.deploy"
    with ExitStack() as running:
        place = ("--host", "127.0.0.1", "--port", "0", "--webui-port", "0")
        _, url = running.enter_context(
            java(tmp_path, "master", f"{deploy}.master.Master", *place, says=r"spark://127\.0\.0\.1:[0-9]+")
        )
        workers = [
            running.enter_context(
                java(
                    tmp_path, name, f"{deploy}.worker.Worker", *place, "--cores", "1", "--memory", "1g",
                    "--work-dir", str(tmp_path / f"{name}-work"), url, says="Successfully registered with master",
                )
            )[0]
            for name in ("first", "second")
        ]  # fmt: skip
        with connect(f"{url}?{SETTINGS}") as engine:
            kept: list[str] = []
            make = engine.materialize

            def materialize(name: str, expression: Any) -> Any:
                """Kill a worker while the panel is made, of which half a step may be done."""
                kept.append(name)
                if name == "panel":
                    Thread(
                        target=lambda: (time.sleep(0.5), os.killpg(workers[0].pid, signal.SIGKILL))
                    ).start()
                return make(name, expression)

            engine.materialize = materialize  # type: ignore[method-assign]
            assert computed(study, folder, engine) == expected
        assert "panel" in kept
        assert workers[0].poll() is not None
    said = "".join(one.read_text(errors="replace") for one in tmp_path.glob("*-work/*/*/std*"))
    assert "firm 1" not in said


def test_a_spark_connect_server_computes_the_same_cells(
    case: tuple[Study, Path, Any], tmp_path: Path
) -> None:
    study, folder, expected = case
    submit = [
        "--master", "local[2]", "--class", "org.apache.spark.sql.connect.service.SparkConnectServer",
        "--conf", "spark.connect.grpc.binding.port=0", "--conf", "spark.ui.enabled=false",
        "--conf", f"spark.sql.warehouse.dir={tmp_path / 'warehouse'}", "spark-internal",
    ]  # fmt: skip
    server = java(tmp_path, "connect", "org.apache.spark.deploy.SparkSubmit", *submit, says="started at: .+")
    with server as (_, said):
        port = re.findall(r":([0-9]+)", said)[-1]
        with connect(f"sc://127.0.0.1:{port}?spark.sql.shuffle.partitions=2") as engine:
            assert computed(study, folder, engine) == expected
