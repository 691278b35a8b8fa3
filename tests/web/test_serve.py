"""The server as a program: it says where it is, stops well, and says in words why it cannot begin."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest

from firmtrade.web.serve import take_port
from firmtrade.web.site import Site

SOURCE = Path(__file__).parents[2] / "src"
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(SOURCE)}
COMMAND = (sys.executable, "-m", "firmtrade", "serve")


@contextmanager
def serving(*options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server and its address."""
    started = subprocess.Popen([*COMMAND, *options], env=ENVIRONMENT, stderr=subprocess.PIPE, text=True)
    try:
        assert started.stderr is not None
        line = started.stderr.readline()
        found = re.search(r"http://\S+/", line)
        assert found, line + started.stderr.read()
        yield started, found.group()
    finally:
        if started.poll() is None:
            started.kill()
        started.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_server_says_where_it_is_and_stops_well(releases: Path, number: signal.Signals) -> None:
    with serving(str(releases / "fr"), "--port", "0") as (started, address):
        with urlopen(address) as answer:
            assert answer.status == 200
            assert b"<html" in answer.read()
        started.send_signal(number)
        _, said = started.communicate(timeout=60)
        assert (started.returncode, said) == (0, "")


def run(*options: str, code: str = "") -> tuple[int, str]:
    """Status and message of a server that cannot begin."""
    command = [sys.executable, "-c", code, *options] if code else [*COMMAND, *options]
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, timeout=120)
    return done.returncode, done.stderr


def test_a_port_that_is_taken_is_one_message(releases: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        status, said = run(str(releases / "fr"), "--port", str(taken.getsockname()[1]))
    assert status == 2
    assert "taken by another program" in said
    assert "--port" in said


@pytest.mark.parametrize(
    ("options", "said"),
    [(("--port", "70000"), "is no port"), (("--host", "no.such.host.invalid"), "There is no address")]
)  # fmt: skip
def test_an_address_that_cannot_be_is_said_in_words(
    releases: Path, options: tuple[str, ...], said: str
) -> None:
    status, text = run(str(releases / "fr"), *options)
    assert status == 2
    assert said in text


def test_no_answer_waits_until_the_reader_has_acknowledged_its_head(site: Site) -> None:
    with (
        take_port(site, "127.0.0.1", 0) as served,
        socket.create_connection(served.taken.getsockname()),
        served.taken.accept()[0] as connection,
    ):
        assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_without_the_extra_it_is_named(releases: Path) -> None:
    code = (
        "import sys; sys.modules['starlette'] = None; sys.modules['uvicorn'] = None; "
        "sys.argv[0] = 'firmtrade'; from firmtrade.cli import main; main()"
    )
    status, said = run("serve", str(releases / "fr"), code=code)
    assert status == 2
    assert "pip install 'firmtrade[web]'" in said


def test_files_need_no_extra(releases: Path, tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['starlette'] = None; sys.modules['uvicorn'] = None; "
        "from firmtrade.cli import main; main()"
    )
    status, said = run("export-site", str(releases / "fr"), "--out", str(tmp_path / "site"), code=code)
    assert (status, (tmp_path / "site" / "index.html").is_file()) == (0, True)
    assert "open" in said
