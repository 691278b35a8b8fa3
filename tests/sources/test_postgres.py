"""A table of a PostgreSQL server is read as it stands, in pieces, by a server that this test starts."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from firmtrade.errors import InputError
from firmtrade.sources.collect import collect
from firmtrade.sources.engine import engine
from firmtrade.sources.mapping import RawFile
from firmtrade.sources.readers import ROW, database

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


def _as_user(*command: str | Path) -> list[str]:
    """PostgreSQL refuses to run as root."""
    words = [str(word) for word in command]
    return ["runuser", "-u", "postgres", "--", *words] if os.geteuid() == 0 else words


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The URL of a server with one schema of trade declarations."""
    pytest.importorskip("psycopg", reason="the extra `postgres` is not installed")
    if not BINARIES:
        pytest.skip("no PostgreSQL server is installed")
    if os.geteuid() == 0 and not shutil.which("runuser"):
        pytest.skip("PostgreSQL does not run as root, and `runuser` is not there")
    # Straight below the system's temporary folder: pytest's own folders are closed to the server's user.
    home = Path(tempfile.mkdtemp(prefix="postgres-"))
    if os.geteuid() == 0:
        shutil.chown(home, "postgres")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data, binaries = home / "data", BINARIES[-1]
    options = f"-p {port} -k {home} -c listen_addresses=127.0.0.1 -c fsync=off"
    quiet: dict[str, Any] = {"check": True, "stdout": subprocess.DEVNULL, "cwd": home}
    subprocess.run(_as_user(binaries / "initdb", "-D", data, "-A", "trust", "-U", "clerk"), **quiet)
    start = (binaries / "pg_ctl", "-D", data, "-w", "-l", home / "log", "-o", options, "start")
    subprocess.run(_as_user(*start), **quiet)
    try:
        script = """
            CREATE SCHEMA customs;
            CREATE TABLE customs.declarations (
                firm text, period date, flow integer, partner char(2), value numeric,
                weight double precision, checked boolean);
            INSERT INTO customs.declarations VALUES
                ('0200065765', '2002-03-31', 1, 'NA', 1234567.891, 0.1, true),
                (' 07', '2002-12-31', 2, NULL, 12, 18, NULL);
            CREATE TABLE customs.many AS
                SELECT n::text AS firm, n AS value FROM generate_series(1, 2500) AS n;
            CREATE FUNCTION customs.emptied() RETURNS integer LANGUAGE plpgsql AS
                'BEGIN DELETE FROM customs.many; RETURN 1; END';
        """
        connect = (binaries / "psql", "-h", "127.0.0.1", "-p", str(port), "-U", "clerk", "-d", "postgres")
        subprocess.run(_as_user(*connect, "-q", "-v", "ON_ERROR_STOP=1", "-c", script), **quiet)
        yield f"postgresql://clerk@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run(_as_user(binaries / "pg_ctl", "-D", data, "-m", "immediate", "stop"), **quiet)
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with engine(tmp_path_factory.mktemp("engine")) as opened:
        yield opened


def test_a_table_keeps_every_digit(server: str, connection: Any, tmp_path: Path) -> None:
    declared = RawFile(url=server, table="customs.declarations")
    raw = collect(connection, "declarations", declared, tmp_path, tmp_path)
    rows = connection.to_pyarrow(raw.rows(raw.columns).order_by(ROW)).to_pylist()
    assert [tuple(row[name] for name in raw.columns) for row in rows] == [
        ("0200065765", "2002-03-31", "1", "NA", "1234567.891", "0.1", "true"),
        ("07", "2002-12-31", "2", None, "12", "18", None),
    ]


def test_a_query_is_fetched_in_pieces(
    server: str, connection: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "PIECE", 1000)
    declared = RawFile(url=server, query="SELECT firm, value FROM customs.many WHERE value > 100")
    raw = collect(connection, "many", declared, tmp_path, tmp_path)
    rows = connection.to_pyarrow(raw.rows(["value"]))
    assert sorted(int(text) for text in rows["value"].to_pylist()) == list(range(101, 2501))


def test_a_missing_table_is_answered_with_the_nearest(server: str, connection: Any, tmp_path: Path) -> None:
    declared = RawFile(url=server, table="customs.declaration")
    with pytest.raises(InputError, match=r"no table `customs\.declaration`\n  Did you mean `declarations`\?"):
        collect(connection, "missing", declared, tmp_path, tmp_path)


def test_a_refused_query_is_answered_without_user_or_password(
    server: str, connection: Any, tmp_path: Path
) -> None:
    declared = RawFile(
        url=server.replace("clerk@", "clerk:secret@"), query="SELECT nothing FROM customs.many"
    )
    with pytest.raises(InputError, match=r"does not accept the query: there is no `nothing`") as told:
        collect(connection, "refused", declared, tmp_path, tmp_path)
    assert "secret" not in str(told.value)
    assert "clerk" not in str(told.value)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT customs.emptied() AS firm",
        "WITH gone AS (DELETE FROM customs.many RETURNING firm) SELECT firm FROM gone",
    ],
)
def test_a_query_changes_nothing_on_a_server(
    server: str, connection: Any, tmp_path: Path, query: str
) -> None:
    with pytest.raises(InputError):
        collect(connection, "written", RawFile(url=server, query=query), tmp_path, tmp_path)
    counted = RawFile(url=server, query="SELECT count(*)::integer AS n FROM customs.many")
    raw = collect(connection, "counted", counted, tmp_path, tmp_path)
    assert connection.to_pyarrow(raw.rows(["n"]))["n"].to_pylist() == ["2500"]
