"""Independent work at the same time: a call that waits for a library, or for the disk, leaves the processor to others.

What is worked out this way must not depend on which call ends first. No call may change what another reads.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from types import TracebackType

AT_ONCE = 2
"""Calls at the same time, beside that of the caller."""


class Workers(ThreadPoolExecutor):
    """A few threads for the length of a block. Where the block ends by an error or a signal, calls that have not begun
    are dropped, and those that have are waited for: nothing works on behind the caller's back."""

    def __init__(self) -> None:
        super().__init__(AT_ONCE)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.shutdown(wait=True, cancel_futures=error is not None)
