"""A server on a port of this machine, until the program is asked to stop."""

from __future__ import annotations

import errno
import socket
from dataclasses import dataclass
from importlib.util import find_spec
from types import TracebackType

from firmtrade.errors import UsageError
from firmtrade.web.site import Site

NEEDED = ("starlette", "uvicorn")
WAIT = 3
"""Seconds that open connections are given when the server stops; no answer depends on it."""
WHY = {
    errno.EADDRINUSE: "it is taken by another program",
    errno.EACCES: "ports below 1024 need rights that are missing",
    errno.EADDRNOTAVAIL: "this machine has no such address",
}


def check_installed() -> None:
    """Refuse before any work where the libraries of a server are not installed.

    Raises
    ------
    UsageError
        One is missing.
    """
    if not all(find_spec(name) for name in NEEDED):
        raise UsageError(
            "`serve` needs libraries that are not installed",
            fix="Install them: `pip install 'firmtrade[web]'`. `firmtrade export-site` needs none.",
        )


@dataclass(frozen=True)
class Serving:
    """A site and the port that it has taken; as a context it gives the port back."""

    site: Site
    taken: socket.socket
    host: str

    @property
    def address(self) -> str:
        """Where its front page is."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.taken.getsockname()[1]}/"

    def run(self) -> None:
        """Answer until the program is asked to stop (Ctrl-C), which ends it well."""
        import uvicorn

        from firmtrade.web.server import application

        settings = uvicorn.Config(
            application(self.site),
            log_level="error",
            access_log=False,
            server_header=False,
            lifespan="off",
            timeout_graceful_shutdown=WAIT,
        )
        try:
            uvicorn.Server(settings).run(sockets=[self.taken])
        except KeyboardInterrupt:  # the server has closed its connections and passes the signal on
            return

    def __enter__(self) -> Serving:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.taken.close()


def take_port(site: Site, host: str, port: int) -> Serving:
    """A port of an address of this machine, so that nobody else takes it; 0 is any that is free.

    Raises
    ------
    UsageError
        The port is taken or no port, or the address is not of this machine.
    """
    where = f"The port {port} of {host} cannot be used"
    if not 0 <= port <= 65_535:
        raise UsageError(f"{port} is no port.", fix="Give a number from 0 to 65535; 0 is any that is free.")
    try:
        family, *_, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        taken = socket.create_server(place[:2], family=family)
        # Connections inherit it. Without it the last part of each answer waits 40 ms for the reader's system.
        taken.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return Serving(site, taken, host)
    except (socket.gaierror, UnicodeError) as error:
        raise UsageError(
            f"There is no address `{host}`.", fix="Give one of this machine, such as 127.0.0.1."
        ) from error
    except OSError as error:
        why = WHY.get(error.errno or 0, error.strerror or "the system refused it")
        raise UsageError(
            f"{where}: {why}.", fix="Give another with `--port`; 0 is any that is free."
        ) from error
