"""The engines that draw Vega-Lite specs as SVG, and SVG as PNG: in processes of their own while a release is made.

An engine draws one picture at a time, and in this process nothing else is computed meanwhile: the library that draws
keeps the interpreter to itself. What a picture looks like does not depend on the engine that drew it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from firmtrade.report.charts import SCHEMA
from firmtrade.report.palette import font_folder
from firmtrade.workers import AT_ONCE

VEGA_LITE = "6.4"
PROGRAM = Path(__file__).with_name("drawing_process.py")
FIRST = json.dumps({"$schema": SCHEMA, "data": {"values": [{}]}, "mark": "point"})
"""What an engine draws to start, which takes it half a second."""
WORTH = 6
"""Figures from which on engines in processes of their own take less time than they take to start."""
SCALE = 2.0
"""Pixels of a PNG for one of its SVG, along each side."""


class DrawingEngine:
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

    def answer(self, question: dict[str, Any]) -> str | None:
        """What the process draws; None where it has ended, as it does where it cannot draw."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            print(json.dumps(question), file=self._process.stdin, flush=True)
            line = self._process.stdout.readline()
        except (OSError, ValueError):  # a pipe that is broken, or closed
            return None
        return str(json.loads(line)) if line.endswith("\n") else None

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        with suppress(OSError), self._process:
            pass


class _Pool:
    """The engines in processes of their own, while there are any."""

    free: SimpleQueue[DrawingEngine] | None = None


@contextmanager
def drawing_engines(figures: int) -> Iterator[list[DrawingEngine]]:
    """Have engines in processes of their own for the length of the block, where they pay for so many figures and have a
    processor. Inside of such a block another changes nothing."""
    engines: list[DrawingEngine] = []
    if _Pool.free is None and figures >= WORTH and _processors() > 1:
        with suppress(OSError):  # where no process can be started, this one draws
            engines += (DrawingEngine() for _ in range(AT_ONCE))
    if engines:
        _Pool.free = SimpleQueue()
        for engine in engines:
            _Pool.free.put(engine)
    try:
        yield engines
    finally:
        if engines:
            _Pool.free = None
        for engine in engines:
            engine.close()


def svg(spec: str) -> str:
    """A Vega-Lite spec as SVG."""
    found = _answer({"svg": spec})
    if found is not None:
        return found
    return str(_here().vegalite_to_svg(spec, vl_version=VEGA_LITE, allowed_base_urls=[]))


def png(drawn: str) -> bytes:
    """An SVG as PNG."""
    found = _answer({"png": drawn, "scale": SCALE})
    return bytes(_here().svg_to_png(drawn, scale=SCALE)) if found is None else b64decode(found)


def _answer(question: dict[str, Any]) -> str | None:
    """What an engine in a process of its own draws, as soon as one is free; None where there is none."""
    free = _Pool.free
    if free is None:
        return None
    engine = free.get()
    try:
        return engine.answer(question)
    finally:
        free.put(engine)


@cache
def _here() -> Any:
    import vl_convert

    vl_convert.register_font_directory(str(font_folder()))
    return vl_convert


def _processors() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
