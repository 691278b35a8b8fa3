"""The engines that draw Vega-Lite specs as SVG: one in this process, and a second in a process of its own.

An engine draws one picture at a time, and takes half a second to start. What a picture looks like does not depend on
which of them drew it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

from firmtrade.report.charts import SCHEMA
from firmtrade.report.palette import font_folder

VEGA_LITE = "6.4"
PROGRAM = Path(__file__).with_name("drawing_process.py")
FIRST = json.dumps({"$schema": SCHEMA, "data": {"values": [{}]}, "mark": "point"})
"""What an engine draws to start."""
WORTH = 6
"""Figures from which on a second engine takes less time than it takes to start."""
SCALE = 2.0
"""Pixels of a PNG for one of its SVG, along each side."""


class SecondEngine:
    """A process that draws."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-I", str(PROGRAM), str(font_folder()), VEGA_LITE, FIRST],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
        )
        self.busy = Lock()
        """Held while it draws."""

    def drawn(self, spec: str) -> str | None:
        """The spec, on one line, as SVG; None while the process draws another, and where it has ended."""
        if not self.busy.acquire(blocking=False):
            return None
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            print(spec, file=self._process.stdin, flush=True)
            answer = self._process.stdout.readline()
        except (OSError, ValueError):  # a pipe that is broken, or closed
            return None
        finally:
            self.busy.release()
        return str(json.loads(answer)) if answer.endswith("\n") else None

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        with suppress(OSError), self._process:
            pass


class _Beside:
    """The second engine, while there is one."""

    engine: SecondEngine | None = None


@contextmanager
def second_engine(figures: int) -> Iterator[SecondEngine | None]:
    """Have a second engine for the length of the block where it pays for so many figures, and has a processor.

    Inside of such a block another changes nothing.
    """
    engine = None
    if _Beside.engine is None and figures >= WORTH and _processors() > 1:
        with suppress(OSError):  # without it the other draws all
            engine = _Beside.engine = SecondEngine()
    try:
        yield engine
    finally:
        if engine is not None:
            _Beside.engine = None
            engine.close()


def drawn(spec: str) -> str:
    """A spec on one line as SVG, by an engine that is free, or by that of this process as soon as it is."""
    beside = _Beside.engine
    found = beside.drawn(spec) if beside is not None else None
    if found is not None:
        return found
    return str(_here().vegalite_to_svg(spec, vl_version=VEGA_LITE, allowed_base_urls=[]))


def start_drawing() -> None:
    """Start the engine of this process: a picture that is drawn later need not wait for it."""
    _here()


def png(svg: str) -> bytes:
    """An SVG as PNG."""
    return bytes(_here().svg_to_png(svg, scale=SCALE))


@cache
def _here() -> Any:
    import vl_convert

    vl_convert.register_font_directory(str(font_folder()))
    vl_convert.vegalite_to_svg(FIRST, vl_version=VEGA_LITE, allowed_base_urls=[])
    return vl_convert


def _processors() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
