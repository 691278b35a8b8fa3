"""What is worked out at the same time ends with the block that asked for it, well or badly."""

from __future__ import annotations

import time
from concurrent.futures import Future
from threading import Event

import pytest

from firmtrade import workers
from firmtrade.workers import Workers

PATIENCE = 60.0
"""Seconds after which a test gives up, on the busiest machine."""


def test_two_calls_go_on_at_the_same_time() -> None:
    """Each waits for the other: one after the other they would wait for ever."""
    first, second = Event(), Event()

    def meet(mine: Event, other: Event) -> bool:
        mine.set()
        return other.wait(PATIENCE)

    with Workers() as beside:
        met = [beside.submit(meet, first, second), beside.submit(meet, second, first)]
        assert all(each.result() for each in met)


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_an_error_drops_what_has_not_begun_and_waits_for_what_has(
    monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    monkeypatch.setattr(workers, "AT_ONCE", 1)
    begun, done = Event(), []
    later: list[Future[None]] = []

    def work() -> None:
        begun.set()
        end = time.monotonic() + PATIENCE
        while not (later and later[0].cancelled()) and time.monotonic() < end:
            time.sleep(0.01)
        done.append("first")

    def end_badly() -> None:
        with Workers() as beside:
            beside.submit(work)
            assert begun.wait(PATIENCE)
            later.append(beside.submit(done.append, "second"))
            raise error

    with pytest.raises(error):
        end_badly()
    assert (done, later[0].cancelled()) == (["first"], True)


def test_the_error_of_a_call_is_that_of_the_block() -> None:
    def refuse() -> None:
        raise OSError("the disk is full")

    def work() -> None:
        with Workers() as beside:
            beside.submit(refuse).result()

    with pytest.raises(OSError, match="the disk is full"):
        work()
