"""Where the time of a run went: seconds, rows and bytes by stage."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from firmtrade.engines.measured import EngineStep, Measured
from firmtrade.engines.protocol import Engine

WORDS = {"read": "open", "keep": "make and keep", "restore": "take up", "answer": "answer"}


class Timing:
    """Filled by the run that it is given to; printed, a table with a line for each table read or kept."""

    def __init__(self) -> None:
        self.steps: list[EngineStep] = []
        self.seconds = 0.0

    def of(self, engine: Engine) -> Engine:
        """The engine, measured."""
        return Measured(engine, self.steps)

    @contextmanager
    def whole(self) -> Iterator[None]:
        """Count the whole of a run."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds += time.perf_counter() - start

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        yield f"{'stage':<38}{'seconds':>9}{'rows':>15}{'bytes':>18}"
        for step in self.steps:
            if step.what != "answer":
                yield _line(f"{WORDS[step.what]} {step.name}", step.seconds, step.rows, step.bytes)
        answers = [step for step in self.steps if step.what == "answer"]
        yield _line(
            f"{len(answers)} answers",
            sum(step.seconds for step in answers),
            sum(step.rows for step in answers),
            sum(step.bytes for step in answers),
        )
        inside = sum(step.seconds for step in self.steps)
        yield f"{'everything else':<38}{max(self.seconds - inside, 0):>9.2f}"
        yield f"{'in all':<38}{self.seconds:>9.2f}"


def _line(name: str, seconds: float, rows: int, size: int) -> str:
    return f"{name:<38}{seconds:>9.2f}{rows:>15,}{size:>18,}"
