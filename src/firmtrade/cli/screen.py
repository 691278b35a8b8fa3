"""What a person at a terminal sees: stages while they wait, tables, and errors without a traceback."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from traceback import extract_tb

import typer

from firmtrade.errors import FirmtradeError

WAIT = 1.0
"""Seconds before anything is shown: quick commands stay silent."""

TRACEBACK = "FIRMTRADE_TRACEBACK"
"""Environment variable: show the traceback of a fault of the program."""


@contextmanager
def progress(*, quiet: bool) -> Iterator[Callable[[str], None]]:
    """Show the stage of long work on a terminal; yields the function that names the stage."""
    if quiet or not sys.stderr.isatty():
        yield lambda _: None
        return
    done, stage, start = Event(), ["starting"], time.monotonic()

    def show() -> None:
        if done.wait(WAIT):
            return
        from rich.console import Console

        with Console(stderr=True).status(stage[0]) as status:
            while not done.wait(0.1):
                status.update(f"{stage[0]} … {time.monotonic() - start:.0f} s")

    shower = Thread(target=show, daemon=True)
    shower.start()
    try:
        yield lambda text: stage.__setitem__(0, text)
    finally:
        done.set()
        shower.join()


@contextmanager
def errors() -> Iterator[None]:
    """Turn an error of the family into its message and exit status.

    ``typer.Exit`` is a command's own answer and passes. Anything else is a fault of the program. Its text may
    quote data, so only its kind and the line of the program are shown; ``FIRMTRADE_TRACEBACK=1`` shows all, for use
    inside the room.
    """
    try:
        yield
    except typer.Exit:
        raise
    except FirmtradeError as error:
        _complain(str(error))
        sys.exit(error.exit_status)
    except KeyboardInterrupt:
        say("stopped")
        sys.exit(130)
    except Exception as fault:
        if os.environ.get(TRACEBACK):
            raise
        _complain(_fault(fault))
        sys.exit(1)


def _fault(fault: Exception) -> str:
    """Kind and place of a fault, without its text."""
    frames = [frame for frame in extract_tb(fault.__traceback__) if "firmtrade" in Path(frame.filename).parts]
    inside = frames[-1] if frames else None
    parts = Path(inside.filename).parts if inside else ()
    place = "/".join(parts[len(parts) - parts[::-1].index("firmtrade") :]) if inside else ""
    where = f" in {place}, line {inside.lineno}" if inside else ""
    return (
        f"a fault of the program ({type(fault).__name__}{where})\n"
        f"  Please report this line. `{TRACEBACK}=1` shows everything; look at it inside the room, it may quote data."
    )


def say(text: str, *, quiet: bool = False) -> None:
    """A line about what was done, on standard error."""
    if not quiet:
        print(text, file=sys.stderr)


def show(text: str) -> None:
    """A result, on standard output."""
    print(text)


def _complain(text: str) -> None:
    from rich.console import Console
    from rich.text import Text

    line = Text.assemble(("firmtrade:", "bold red"), " ", text)
    Console(stderr=True, highlight=False).print(line, soft_wrap=True)
