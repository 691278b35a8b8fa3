"""Releases of the sample publication in two languages and of two years, and their site, as files and served."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Thread

import httpx
import pytest
import uvicorn

from firmtrade.outputs import Cell
from firmtrade.report import publish
from firmtrade.report.model import Document, Figure, Table
from firmtrade.web.export import export
from firmtrade.web.read import read_site
from firmtrade.web.serve import take_port
from firmtrade.web.server import application
from firmtrade.web.site import Site
from once import once
from report.sample import document


def a_year_later(made: Document) -> Document:
    """The publication of the next year: its numbers are a tenth higher, its years one more."""

    def cell(old: Cell) -> Cell:
        year = "-".join(str(int(part) + 1) for part in old.year.split("-"))
        return replace(old, year=year, value=None if old.value is None else old.value * 1.1)

    def table(old: Table) -> Table:
        return replace(old, cells={place: cell(each) for place, each in old.cells.items()})

    def item(old: Table | Figure) -> Table | Figure:
        return replace(old, table=table(old.table)) if isinstance(old, Figure) else table(old)

    return replace(
        made,
        provenance=replace(made.provenance, data_fingerprint="90c2aa10b7f4"),
        sections=tuple(replace(section, items=tuple(map(item, section.items))) for section in made.sections),
    )


@pytest.fixture(scope="session")
def releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folders `en`, `fr` (pages and CSV alone) and `later`."""

    def make(folder: Path) -> None:
        publish(document("en", rows=4), folder / "en")
        publish(document("fr", rows=4), folder / "fr", formats=("html", "csv"))
        publish(a_year_later(document("en", rows=4)), folder / "later", formats=("html", "csv"))

    return once(tmp_path_factory, "releases of a site", make)


@pytest.fixture(scope="session")
def site(releases: Path) -> Site:
    """The site of all of them."""
    return read_site([releases / name for name in ("en", "fr", "later")])


@pytest.fixture(scope="session")
def exported(releases: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site as files."""

    def make(folder: Path) -> None:
        export(read_site([releases / name for name in ("en", "fr", "later")]), folder / "site")

    return once(tmp_path_factory, "site of releases", make) / "site"


@contextmanager
def asked(site: Site) -> Iterator[httpx.Client]:
    """A client of the site, which a server in the process answers over HTTP."""
    with take_port(site, "127.0.0.1", 0) as served:
        server = uvicorn.Server(uvicorn.Config(application(site), log_config=None, lifespan="off"))
        running = Thread(target=server.run, kwargs={"sockets": [served.taken]})
        running.start()
        try:
            with httpx.Client(base_url=served.address, timeout=60, trust_env=False) as client:
                yield client
        finally:
            server.should_exit = True
            running.join()


@pytest.fixture(scope="session")
def client(site: Site) -> Iterator[httpx.Client]:
    """A client of the whole site."""
    with asked(site) as found:
        yield found
