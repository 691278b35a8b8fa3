"""What a person at a terminal sees: stages while they wait, tables, and errors without a traceback."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from traceback import extract_tb
from typing import TextIO

import typer

from firmtrade.cli.refusals import refusal
from firmtrade.cli.stopping import check_working_folder, listening
from firmtrade.errors import FirmtradeError
from firmtrade.progress import Progress

WAIT = 1.0
"""Seconds before anything is shown: quick commands stay silent."""

TRACEBACK = "FIRMTRADE_TRACEBACK"
"""Environment variable: show the traceback of a fault of the program."""

READER_HAS_GONE = 141
"""Exit status by convention where the reader of standard output has closed it (128 + SIGPIPE)."""


@contextmanager
def progress(*, quiet: bool) -> Iterator[Progress]:
    """Show the stage of long work on a terminal; yields the function that names the stage."""
    if quiet or sys.stderr is None or not sys.stderr.isatty():
        yield lambda _: None
        return
    done, stage, start = Event(), ["starting"], time.monotonic()

    def show() -> None:
        if done.wait(WAIT):
            return
        from rich.console import Console
        from rich.text import Text

        with Console(stderr=True).status(Text(stage[0])) as status:
            while not done.wait(0.1):
                status.update(Text(f"{stage[0]} … {time.monotonic() - start:.0f} s"))

    shower = Thread(target=show, daemon=True)
    shower.start()
    try:
        yield lambda text: stage.__setitem__(0, text)
    finally:
        done.set()
        shower.join()


@contextmanager
def errors() -> Iterator[None]:
    """Turn an error of the family into its message and exit status, and a signal to stop into its own.

    ``typer.Exit`` is a command's own answer and passes. Anything else is a fault of the program. Its text may
    quote data, so only its kind and the line of the program are shown; ``FIRMTRADE_TRACEBACK=1`` shows all, for use
    inside the room.
    """
    with listening() as stop:
        try:
            check_working_folder()
            yield
        except typer.Exit:
            raise
        except FirmtradeError as error:
            _complain(str(error))
            sys.exit(error.exit_status)
        except SystemExit:
            raise
        except BaseException as fault:  # a panic of a native library is no Exception
            # An engine that is interrupted may raise an error of its own in place of the interruption.
            if stop.signal is not None or isinstance(fault, KeyboardInterrupt):
                say("stopped")
                sys.exit(stop.status)
            if os.environ.get(TRACEBACK):
                raise
            if refused := refusal(fault):
                _complain(refused)
                sys.exit(2)
            _complain(_fault(fault))
            sys.exit(1)


def _fault(fault: BaseException) -> str:
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
    """A line about what was done, on standard error. Where that cannot be written any more, work goes on."""
    if not quiet and sys.stderr is not None:
        try:
            print(_encoded(text, sys.stderr), file=sys.stderr, flush=True)
        except OSError:
            _discard(sys.stderr)


def show(text: str, *, end: str = "\n") -> None:
    """A result, on standard output. A reader that has closed it (``| head``) has seen enough: leave without a word.

    A result that cannot be written is lost, and said so.
    """
    if sys.stdout is None:
        _complain("standard output is closed: the result is lost\n  Leave it open, or send it to a file.")
        sys.exit(2)
    try:
        print(_encoded(text, sys.stdout), end=end, flush=True)
    except BrokenPipeError:
        _discard(sys.stdout)
        sys.exit(READER_HAS_GONE)
    except OSError as error:
        _discard(sys.stdout)
        _complain(
            f"the result cannot be written: {error.strerror or 'standard output refused it'}\n  Make room."
        )
        sys.exit(2)


def _encoded(text: str, stream: TextIO) -> str:
    """Text that a stream can take: signs that its encoding does not have are shown as question marks."""
    encoding = stream.encoding or "utf-8"
    return text.encode(encoding, "replace").decode(encoding)


def _discard(stream: TextIO) -> None:
    """Send what is still to be written nowhere, so that nothing breaks when the program ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def _complain(text: str) -> None:
    if sys.stderr is None:
        return
    from rich.console import Console
    from rich.text import Text

    line = Text.assemble(("firmtrade:", "bold red"), " ", _encoded(text, sys.stderr))
    try:
        Console(stderr=True, highlight=False).print(line, soft_wrap=True)
    except OSError:
        _discard(sys.stderr)
