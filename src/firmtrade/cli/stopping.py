"""Asked to stop, the program leaves as with Ctrl-C: what it wrote to work with may hold records, and goes with it."""

from __future__ import annotations

import os
import signal
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from firmtrade.errors import UsageError

SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
PLACES = ("TMPDIR", "TEMP", "TMP")
"""Environment variables that choose where working files lie; the first that is set decides."""


class Stop:
    """Which signal asked the program to stop; None while none has."""

    def __init__(self) -> None:
        self.signal: int | None = None

    @property
    def status(self) -> int:
        """Exit status by convention: 130 after Ctrl-C, 143 after ``kill``, 129 where the terminal has gone."""
        return 128 + (self.signal or signal.SIGINT)

    def __call__(self, number: int, _: object) -> None:
        for one in SIGNALS:  # a second one must not interrupt the cleaning that the first has begun
            signal.signal(one, signal.SIG_IGN)
        self.signal = number
        raise KeyboardInterrupt


@contextmanager
def listening() -> Iterator[Stop]:
    """Turn the signals that ask a program to stop into an exception. What ``nohup`` set to be ignored stays so."""
    stop = Stop()
    main = threading.current_thread() is threading.main_thread()
    heard = [one for one in SIGNALS if main and signal.getsignal(one) is not signal.SIG_IGN]
    before = {one: signal.signal(one, stop) for one in heard}
    try:
        yield stop
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def check_working_folder() -> None:
    """Refuse a folder for working files that cannot be used: another in its stead may lie outside the secure room.

    Raises
    ------
    UsageError
        The folder that ``TMPDIR`` names is not there, or cannot be written.
    """
    name = next((name for name in PLACES if os.environ.get(name)), None)
    if name is not None and tempfile.gettempdir() != os.path.abspath(os.environ[name]):
        raise UsageError(
            f"the folder for working files, `{os.environ[name]}`, is not there or cannot be written",
            fix=f"Set the environment variable {name} to a folder that can be written, or unset it.",
        )
