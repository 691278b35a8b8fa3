"""Every address of the site. A server routes by this list, `export-site` writes it out, OpenAPI describes it."""

from __future__ import annotations

from collections.abc import Iterator

from firmtrade.web import api, openapi, pages
from firmtrade.web.answer import (
    CSV,
    HTML,
    JSON,
    UNKNOWN_MEDIA,
    XML,
    NotThereError,
    Place,
    Query,
    SiteAnswer,
    json_answer,
    media_of,
)
from firmtrade.web.chosen import COLUMN, ROW
from firmtrade.web.resource import Resource, never, once
from firmtrade.web.site import Site
from firmtrade.web.sitemap import sitemap


def _releases(site: Site) -> Iterator[Place]:
    return ({"release": release.name} for release in site.releases)


def _tables(site: Site) -> Iterator[Place]:
    return ({"release": release.name, "table": key} for release in site.releases for key in release.tables)


def _computed(site: Site) -> Iterator[Place]:
    return (place for place in _tables(site) if site.table(place["release"], place["table"])[1].computed)


def _exchanged(site: Site) -> Iterator[Place]:
    return (place for place in _computed(site) if site.release(place["release"]).holds(api.SDMX))


def _explained(site: Site) -> Iterator[Place]:
    return (
        place for place in _tables(site) if pages.has_numbers(*site.table(place["release"], place["table"]))
    )


def _compared(site: Site) -> Iterator[Place]:
    return ({"table": key} for key in site.comparable)


def _files(site: Site) -> Iterator[Place]:
    return ({"release": release.name, "path": path} for release in site.releases for path in release.paths)


def _assets(_: Site) -> Iterator[Place]:
    return ({"name": name} for name in pages.assets())


def file(site: Site, place: Place, _: Query) -> SiteAnswer:
    """A file of a release, byte for byte."""
    release, path = site.release(place["release"]), place["path"]
    if not release.holds(path):
        raise NotThereError
    return SiteAnswer(release.content(path), media_of(path))


def describe(_: Site, __: Place, ___: Query) -> SiteAnswer:
    """This description."""
    return json_answer(openapi.description(API))


def site_map(site: Site, _: Place, __: Query) -> SiteAnswer:
    """Every page, for search engines."""
    return SiteAnswer(sitemap(site, [path for page in PAGES for path in page.paths(site)]), XML)


PAGES = (
    Resource("/index.html", HTML, pages.front, once),
    Resource("/search.html", HTML, pages.search_page, once, (pages.CHOSEN,)),
    Resource("/compare/index.html", HTML, pages.comparisons_page, once),
    Resource("/compare/{table}.html", HTML, pages.comparison_page, _compared, (pages.RELEASE, ROW, COLUMN)),
    Resource("/releases/{release}/index.html", HTML, pages.release_page, _releases),
    Resource("/releases/{release}/numbers/{table}.html", HTML, pages.numbers_page, _explained),
    Resource("/releases/{release}/{table}.html", HTML, pages.table_page, _tables, (ROW, COLUMN)),
)
"""What people read."""
FILES = (
    Resource("/releases/{release}/files/{path:path}", UNKNOWN_MEDIA, file, _files),
    Resource("/assets/{name}", UNKNOWN_MEDIA, pages.asset, _assets),
    Resource("/sitemap.xml", XML, site_map, once),
)
"""What pages are made of, and the releases themselves."""
TABLE = "/api/releases/{release}/tables/{table}"
API = (
    Resource("/api/openapi.json", JSON, describe, once),
    Resource("/api/releases.json", JSON, api.releases, once, api.PART),
    Resource("/api/search.json", JSON, api.searched, once, (api.ASKED, *api.PART)),
    Resource("/api/releases/{release}.json", JSON, api.release, _releases),
    Resource("/api/releases/{release}/cell.json", JSON, api.cell, never, (api.KEY,)),
    Resource(f"{TABLE}.cells.json", JSON, api.table_cells, _computed, api.PART),
    Resource(f"{TABLE}.json", JSON, api.table_json, _computed),
    Resource(f"{TABLE}.sdmx.csv", CSV, api.table_sdmx, _exchanged),
    Resource(f"{TABLE}.csv", CSV, api.table_csv, _computed),
)
"""What programs read."""
RESOURCES = (*PAGES, *FILES, *API)
"""All of it: an address is of the first that it fits."""
