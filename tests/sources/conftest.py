"""An engine and a reader of raw files for the tests of this folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from firmtrade.sources.collect import collect
from firmtrade.sources.engine import engine
from firmtrade.sources.mapping import RawFile
from firmtrade.sources.raw import Raw


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with engine(tmp_path_factory.mktemp("engine")) as opened:
        yield opened


@pytest.fixture
def read(connection: Any, tmp_path: Path) -> Callable[..., Raw]:
    """Read raw files of the test's folder as a mapping would."""
    count = 0

    def reading(**declared: Any) -> Raw:
        nonlocal count
        count += 1
        name = f"{tmp_path.name}{count}"
        return collect(connection, name, RawFile(**declared), tmp_path, tmp_path / "scratch")

    return reading
