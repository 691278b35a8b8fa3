"""The pages: front page, release, table, numbers, comparison and search. Live and as files they are made here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from firmtrade.messages import Language
from firmtrade.outputs import CellKey
from firmtrade.report import pictures
from firmtrade.report.grid import GridEntry, grid, unit_of
from firmtrade.report.headlines import headlines
from firmtrade.report.html import assets as shared_assets
from firmtrade.report.html import explained, inline, marked_names
from firmtrade.report.model import Figure, Finding, Table
from firmtrade.report.names import cell_anchor, label, slug, stem
from firmtrade.report.provenance import about, banner, kicker, produced, years_of
from firmtrade.version import __version__
from firmtrade.web import search
from firmtrade.web.answer import CSS, HTML, SCRIPT, NotThereError, Place, Query, SiteAnswer, media_of
from firmtrade.web.chosen import COLUMN, ROW, choices, chosen
from firmtrade.web.compared import BETWEEN, charted, editions, over_time, parted, side_by_side
from firmtrade.web.drawing import drawing
from firmtrade.web.published import Published
from firmtrade.web.site import Site

OWN = {"site.css": CSS, "site.js": SCRIPT}
WHOLE = ("index.html", "report.pdf", "annex.pdf", "tables.xlsx", "cells.csv", "sdmx/cells.csv", "estimates.csv",
         "curves.csv", "publication.json", "dcat.jsonld", "study.toml", "manifest.json")  # fmt: skip
"""Files of a release that its page offers, where it holds them."""
RELEASE, CHOSEN = "release", "q"


def front(site: Site, _: Place, __: Query) -> SiteAnswer:
    """What is here: every release with its headlines, and the tables that several have in common."""
    shown = [
        {
            "release": release,
            "kicker": _edition(release),
            "headlines": [each.finding for each in headlines(release.document, release.language)],
        }
        for release in site.releases
    ]
    return _page(site, "front.html.j2", "index.html", shown=shown, comparable=_comparable(site))


def release_page(site: Site, place: Place, _: Query) -> SiteAnswer:
    """One release: headlines, findings, every table by section, texts and terms, files."""
    release = site.release(place["release"])
    document, language = release.document, release.language
    tables = {table.id: table for table in document.tables()}

    def told(finding: Finding, number: str = "") -> dict[str, str]:
        table = tables[finding.table]
        words = {"about": finding.about, "text": finding.text, "number": number}
        return {**words, "href": f"{stem(table)}.html", "label": label(table, language)}

    front = headlines(document, language)
    first = {id(each.finding) for each in front}
    sections = [
        {
            "anchor": f"section-{slug(section.id)}",
            "section": section,
            "items": [(_named(item, language), f"{stem(_table(item))}.html") for item in section.items],
        }
        for section in document.sections
    ]
    return _page(
        site,
        "release.html.j2",
        f"releases/{release.name}/index.html",
        release,
        kicker=kicker(document.provenance, language),
        produced=produced(document.provenance, language),
        headlines=[told(each.finding, each.number) for each in front],
        findings=[told(each) for each in document.findings if id(each) not in first],
        sections=sections,
        about=about(document, language),
        whole=[path for path in WHOLE if release.holds(path)],
        others={one.name: f"../{one.name}/index.html" for one in site.translations(release)},
    )


def table_page(site: Site, place: Place, query: Query) -> SiteAnswer:
    """One table as the release prints it, or the rows and columns that are asked for; a figure with its chart."""
    key = place["table"]
    release, table = site.table(place["release"], key)
    language, shown = release.language, chosen(table, query)
    places = {cell.key: cell_anchor(row.key, column.key) for row, column, cell in table.ordered_cells()}
    order = [*release.tables]
    at = order.index(key)
    around = [order[at - 1] if at else "", order[at + 1] if at + 1 < len(order) else ""]
    unit = unit_of(table, language)
    return _page(
        site,
        "table.page.html.j2",
        f"releases/{release.name}/{key}.html",
        release,
        table=table,
        label=label(table, language),
        about=" · ".join(filter(None, (table.about, unit))),
        grid=grid(shown, language) if table.computed else None,
        drawing=_drawn(release, key),
        explain=lambda entry: _explained(release, places, f"numbers/{key}.html", entry),
        boxes=choices(table, shown, language) if table.computed else {},
        sides=([{ROW: row.key} for row in shown.rows], [{COLUMN: column.key} for column in shown.columns]),
        numbers=f"numbers/{key}.html" if has_numbers(release, table) else "",
        downloads=_downloads(release, key, table),
        compared=f"../../compare/{key}.html" if release in site.comparable.get(key, ()) else "",
        around=[(label(release.tables[one], language), f"{one}.html") if one else None for one in around],
        others={
            one.name: f"../{one.name}/{key}.html" for one in site.translations(release) if key in one.tables
        },
    )


def numbers_page(site: Site, place: Place, _: Query) -> SiteAnswer:
    """How each number of a table came about."""
    key = place["table"]
    release, table = site.table(place["release"], key)
    if not has_numbers(release, table):
        raise NotThereError
    shared, cells = explained(release.document, table, release.language, release.places)
    return _page(
        site,
        "numbers.page.html.j2",
        f"releases/{release.name}/numbers/{key}.html",
        release,
        label=label(table, release.language),
        table=table,
        back=f"../{key}.html",
        shared=shared,
        cells=cells,
    )


def comparisons_page(site: Site, _: Place, __: Query) -> SiteAnswer:
    """Every table that several releases have in common."""
    return _page(site, "comparisons.html.j2", "compare/index.html", comparable=_comparable(site))


def comparison_page(site: Site, place: Place, query: Query) -> SiteAnswer:
    """One table of several releases side by side, and along the years where they are of different ones."""
    key = place["table"]
    if key not in site.comparable:
        raise NotThereError
    held = editions(site.comparable[key], key)
    asked = [each for each in held if each.release.name in query.get(RELEASE, ())]
    compared = [
        replace(each, table=chosen(each.table, query)) for each in (asked if len(asked) > 1 else held)
    ]
    side, along = side_by_side(compared), over_time(compared)
    chart = charted(along, site.language) if along else None
    marked = _banner(site, tuple(each.release for each in compared))
    places = {
        (
            each.release.name,
            cell.key,
        ): f"../releases/{each.release.name}/numbers/{key}.html#{cell_anchor(row.key, column.key)}"
        for each in held
        for row, column, cell in each.table.ordered_cells()
        if cell.key in each.release.document.explanations
    }
    ticked = {each.release.name for each in compared}
    return _page(
        site,
        "comparison.html.j2",
        f"compare/{key}.html",
        key=key,
        table=held[0].table,
        label=label(held[0].table, site.language),
        held=held,
        releases=[(each.release.name, each.name, each.release.name in ticked) for each in held],
        side=side,
        grid=grid(side, site.language),
        along=grid(along, site.language) if along else None,
        charted=chart.table.title if chart else "",
        chart=_line_chart(site, chart, marked) if chart else Markup(),
        explain=lambda entry: places.get(parted(entry.key), "") if entry.key else "",
        sides=(
            [{ROW: row.key} for row in side.rows],
            [dict(zip((COLUMN, RELEASE), column.key.split(BETWEEN), strict=True)) for column in side.columns],
        ),
        along_sides=(
            [dict(zip((COLUMN, ROW), row.key.split(BETWEEN), strict=True)) for row in along.rows],
            [{RELEASE: column.key} for column in along.columns],
        )
        if along
        else ((), ()),
        boxes=choices(held[0].table, compared[0].table, held[0].release.language),
        banner=marked,
    )


def search_page(site: Site, _: Place, query: Query) -> SiteAnswer:
    """What has every word that is asked for; everything where nothing is asked."""
    asked = " ".join(query.get(CHOSEN, ())).strip()
    return _page(site, "search.html.j2", "search.html", asked=asked, entries=search.found(site, asked))


def missing_page(site: Site, path: str) -> SiteAnswer:
    """What stands where nothing is."""
    return _page(site, "missing.html.j2", path)


def asset(_: Site, place: Place, __: Query) -> SiteAnswer:
    """Style, script and type."""
    name, held = place["name"], assets()
    if name not in held:
        raise NotThereError
    return SiteAnswer(held[name], media_of(name))


@cache
def assets() -> Mapping[str, bytes]:
    """Style, script and type by name."""
    own = {name: (files("firmtrade.web") / "templates" / name).read_bytes() for name in OWN}
    return {path.removeprefix("assets/"): content for path, content in shared_assets().items()} | own


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=ChoiceLoader(
            [PackageLoader("firmtrade.web", "templates"), PackageLoader("firmtrade.report", "templates")]
        ),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["names"] = marked_names
    return environment


def _page(site: Site, template: str, path: str, release: Published | None = None, **facts: Any) -> SiteAnswer:
    """A page at a path, in the language of its release or of the site; the banner is that of what it shows."""
    language = release.language if release else site.language
    given = {
        "site": site,
        "release": release,
        "document": release.document if release else None,
        "language": language.code,
        "say": language.say,
        "number": language.number,
        "semicolon": language.listing(("", ""), "semicolon"),
        "root": "../" * path.count("/"),
        "version": __version__,
        "banner": release.document.banner if release else _banner(site, site.releases),
        "others": {},
        **facts,
    }
    return SiteAnswer(_environment().get_template(template).render(given).encode("utf-8"), HTML)


def _banner(site: Site, releases: tuple[Published, ...]) -> str:
    """What is said of the numbers of several releases; which of them are synthetic, where not all are."""
    marked = [each for each in releases if each.document.banner]
    if not marked:
        return ""
    if len(marked) < len(releases):
        names = list(dict.fromkeys(each.document.title for each in marked))
        return site.language.say("web.words.partly_synthetic", releases=site.language.listing(names))
    return banner(site.language, unreleased=False, synthetic=True)


def _comparable(site: Site) -> list[tuple[str, str, int]]:
    return [
        (
            f"{label(releases[0].tables[key], site.language)} {releases[0].tables[key].title}",
            f"compare/{key}.html",
            len(releases),
        )
        for key, releases in site.comparable.items()
    ]


def _edition(release: Published) -> str:
    """What tells a release from others of its title: study and kind of data, years, language."""
    years = "–".join(dict.fromkeys(filter(None, years_of(release.document))))
    parts = (kicker(release.document.provenance, release.language), years)
    return " · ".join((*filter(None, parts), release.language.say("report.words.language")))


def _table(item: Table | Figure) -> Table:
    return item.table if isinstance(item, Figure) else item


def _named(item: Table | Figure, language: Language) -> tuple[str, str]:
    return label(item, language), _table(item).title


def _drawn(release: Published, key: str) -> Markup:
    item, path = release.items[key], f"figures/{key}.svg"
    if not isinstance(item, Figure) or not release.holds(path):
        return Markup()
    return drawing(release.content(path), item.alternative, key)


def _line_chart(site: Site, figure: Figure, marked: str) -> Markup:
    return inline(pictures.drawing(figure, site.language, marked), figure.alternative, "wide", "time")


def has_numbers(release: Published, table: Table) -> bool:
    """Whether a release says how numbers of a table came about."""
    return any(cell.key in release.document.explanations for cell in table.cells.values())


def _explained(release: Published, places: Mapping[CellKey, str], page: str, entry: GridEntry) -> str:
    if entry.key is None or entry.key not in release.document.explanations:
        return ""
    return f"{page}#{places[entry.key]}"


def _downloads(release: Published, key: str, table: Table) -> list[tuple[str, str]]:
    """What can be taken of a table, as (name, address from its page)."""
    api = f"../../api/releases/{release.name}/tables/{key}"
    found = [("CSV", f"{api}.csv"), ("JSON-stat", f"{api}.json")] if table.computed else []
    if table.computed and release.holds("sdmx/cells.csv"):
        found.append(("SDMX-CSV", f"{api}.sdmx.csv"))
    kinds = {"svg": "SVG", "png": "PNG", "vl.json": "Vega-Lite"}
    drawn = {name: f"figures/{key}.{suffix}" for suffix, name in kinds.items()}
    return found + [(name, f"files/{path}") for name, path in drawn.items() if release.holds(path)]
