"""Where a Spark is: ``local[*]``, ``spark://HOST:PORT`` or ``sc://HOST:PORT``, with settings of Spark after a ``?``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl

from firmtrade.errors import UsageError, address

LOCAL = re.compile(r"local(\[(\*|[1-9][0-9]*)\])?")
REMOTE = re.compile(
    r"(?P<scheme>spark|sc)://(?P<host>\[[0-9a-fA-F:.]+\]|[^/:?#\[\]]+)(:(?P<port>[0-9]+))?(?P<rest>/.*)?"
)
PORTS = {"spark": 7077, "sc": 15002}
"""Where a master, and a Spark Connect server, listen unless they are told otherwise."""
FORMS = "`local[*]`, `local[4]`, `spark://HOST:7077` or `sc://HOST:15002`"
WORK = "work"
"""The one setting of our own: a folder that every worker reaches, where kept tables are written."""


@dataclass(frozen=True, slots=True)
class Address:
    """A Spark and how it is set up.

    ``host`` and ``port`` are None where Spark runs in the process. ``settings`` are Spark's own; ``work`` is a folder
    that every worker reaches, in which tables are kept between two steps: without one they are kept by the workers.
    """

    url: str
    host: str | None = None
    port: int | None = None
    settings: tuple[tuple[str, str], ...] = ()
    work: str | None = None

    @property
    def shown(self) -> str:
        """The address in messages: without what may be secret."""
        return shown(self.url)

    @property
    def is_local(self) -> bool:
        return self.host is None

    @property
    def is_connect(self) -> bool:
        return self.url.startswith("sc://")


def is_spark(url: str) -> bool:
    """Whether an engine's address means a Spark.

    >>> is_spark("local[2]"), is_spark("sc://host"), is_spark("duckdb://")
    (True, True, False)
    """
    return url.startswith(("local", "spark://", "sc://"))


def is_cluster(url: str) -> bool:
    """Whether an engine's address means a Spark whose workers may be on other machines.

    >>> is_cluster("spark://host"), is_cluster("local[2]")
    (True, False)
    """
    return is_spark(url) and not url.startswith("local")


def shown(url: str) -> str:
    """An address in a message: of another machine without user, password and what stands behind the host.

    >>> shown("local[2]"), shown("sc://ann:s3cret@host:15002/;token=x")
    ('local[2]', 'sc://host:15002/')
    """
    return url if re.fullmatch(r"local[\w\[\],*]*", url) else address(url)


def read_address(text: str) -> Address:
    """An address as people write it.

    >>> read_address("spark://master?spark.executor.memory=8g&work=/shared/tmp")
    Address(url='spark://master:7077', host='master', port=7077, settings=(('spark.executor.memory', '8g'),), work='/shared/tmp')

    Raises
    ------
    UsageError
        It is none, or what stands behind the question mark is no setting of Spark.
    """  # noqa: E501
    url, _, query = text.partition("?")
    settings = dict(parse_qsl(query, keep_blank_values=True))
    work = settings.pop(WORK, None)
    for name, value in settings.items():
        if not name.startswith("spark.") or not value:
            raise UsageError(
                f"`{name}` is no setting of Spark",
                fix="Write settings as `?spark.executor.memory=8g&spark.cores.max=16`; "
                f"`{WORK}=FOLDER` names a folder that every worker reaches.",
            )
    given = tuple(settings.items())
    if LOCAL.fullmatch(url):
        return Address(url, settings=given, work=work)
    found = REMOTE.fullmatch(url)
    if found is None or (found["rest"] and found["scheme"] == "spark"):
        raise UsageError(f"'{shown(url)}' is no address of a Spark", fix=f"Write {FORMS}.")
    port = int(found["port"] or PORTS[found["scheme"]])
    return Address(
        f"{found['scheme']}://{found['host']}:{port}{found['rest'] or ''}",
        found["host"].strip("[]"),
        port,
        given,
        work,
    )
