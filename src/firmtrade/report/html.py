"""The page: one folder that reads offline and without JavaScript, on paper and on a telephone.

``index.html`` holds every table and figure; ``explain/`` has one page per table, where each number of the
report leads. All text passes through Jinja with escaping on; only drawings are inserted as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files
from typing import Any, TypeAlias

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from firmtrade.messages import Language, language_of
from firmtrade.outputs import Cell, CellKey
from firmtrade.report import catalogue
from firmtrade.report.grid import Grid, GridEntry, grid, headings, unit_of
from firmtrade.report.headlines import headlines
from firmtrade.report.largest import shortened
from firmtrade.report.model import Document, Figure, Finding, Table
from firmtrade.report.names import QUOTED, cell_anchor, label, slug, stem
from firmtrade.report.pictures import Picture
from firmtrade.report.provenance import about, kicker, produced, years_of
from firmtrade.report.words import cell_text, unit_name, why_missing

LONG = 24
"""Rows above which a printed page may break inside a table."""
Fact: TypeAlias = tuple[str, str, str]
"""A term, what is said of it, and the language that it is said in."""
FONT_FILES = ("SourceSans3-Regular.ttf.woff2", "SourceSans3-It.ttf.woff2", "SourceSans3-Semibold.ttf.woff2")


@dataclass(frozen=True, slots=True)
class _Item:
    """A table or figure, as the template wants it."""

    anchor: str
    label: str
    title: str
    about: str
    needs: str
    grid: Grid | None
    wide: Markup
    narrow: Markup
    notes: tuple[str, ...]
    source: str
    downloads: tuple[tuple[str, str, str], ...]
    explain: Callable[[GridEntry], str]
    explanation: str
    """The page that says how its numbers came about; empty where there is none."""
    long: bool


def pages(
    document: Document, pictures: Mapping[str, Picture], formats: tuple[tuple[str, str], ...] = ()
) -> dict[str, bytes]:
    """The files of the HTML edition, by path inside the release.

    ``pictures`` holds the drawing of each figure that holds a number, by table id; ``formats`` the other formats of the
    release, as (name, path).
    """
    language = language_of(document.language)
    made = {
        "index.html": index(document, pictures, formats),
        catalogue.NAME: catalogue.catalogue(document, formats),
        **assets(),
    }
    places = places_of(document)
    for table in document.tables():
        if table.computed:
            made[f"explain/{stem(table)}.html"] = _explanations(document, table, language, places)
    return made


def places_of(document: Document) -> Mapping[CellKey, tuple[Table, str, str]]:
    """Where each cell of a document stands: its table, and the keys of its row and column there."""
    return {
        cell.key: (table, row.key, column.key)
        for table in document.tables()
        for row, column, cell in table.ordered_cells()
    }


def cover(documents: Mapping[str, Document], formats: Sequence[tuple[str, str]]) -> dict[str, bytes]:
    """The files of a page that leads to several documents, each in a folder of its name; ``formats`` are (label, main
    file) of each format, without a file where it is the page itself."""
    first = next(iter(documents.values()))
    language = language_of(first.language)
    publications = [
        {
            "document": document,
            "kicker": kicker(document.provenance, language),
            "page": f"{name}/index.html",
            "formats": [(label, f"{name}/{path}") for label, path in formats if path],
            "headlines": [each.finding for each in headlines(document, language)],
        }
        for name, document in documents.items()
    ]
    page = _page("cover.html.j2", first, language, root="", kind="cover", publications=publications)
    return {"index.html": page, **assets()}


def assets() -> dict[str, bytes]:
    """Style and type, shared by all pages of a release."""
    package = files("firmtrade.report")
    made = {f"assets/{name}": (package / "fonts" / name).read_bytes() for name in (*FONT_FILES, "OFL.md")}
    made["assets/style.css"] = (package / "templates" / "style.css").read_bytes()
    return made


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("firmtrade.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["css_string"] = css_string
    environment.filters["names"] = marked_names
    return environment


def _page(
    template: str, document: Document, language: Language, *, root: str, kind: str, **facts: object
) -> bytes:
    """A page of a document; ``root`` is the way from it to the folder of the release."""
    made = _environment().get_template(template)
    text = made.render(
        document=document, language=document.language, say=language.say, root=root, kind=kind,
        semicolon=language.listing(("", ""), "semicolon"), **facts,
    )  # fmt: skip
    return text.encode("utf-8")


def css_string(text: str) -> Markup:
    """``text`` as a string of a style sheet that stands inside a page.

    >>> css_string('say "<b>"')
    Markup('"say \\\\22 \\\\3c b\\\\3e \\\\22 "')
    """
    return Markup('"' + re.sub(r'["<>&\\\n]', lambda sign: f"\\{ord(sign[0]):x} ", text) + '"')


def marked_names(text: str) -> Markup:
    """``text`` with the names that stand between backticks (columns, files) as code.

    >>> marked_names("needs the column `nace` of <firms>")
    Markup('needs the column <code>nace</code> of &lt;firms&gt;')
    """
    return Markup(QUOTED.sub(r"<code>\1</code>", str(escape(text))))


def index(
    document: Document,
    pictures: Mapping[str, Picture],
    formats: tuple[tuple[str, str], ...],
    kind: str = "report",
) -> bytes:
    """The page of a document; tables and figures in print order. ``kind`` is `report` or `review`."""
    language = language_of(document.language)
    tables = {table.id: table for table in document.tables()}
    sections = [
        {
            "anchor": f"section-{slug(section.id)}",
            "title": section.title,
            "level": section.level,
            "paragraphs": section.paragraphs,
            "terms": section.terms,
            "exhibits": [_item(item, document, pictures, formats, language) for item in section.items],
        }
        for section in document.sections
    ]

    def found(finding: Finding, number: str = "") -> dict[str, str]:
        table = tables[finding.table]
        parts = {"about": finding.about, "text": finding.text, "number": number}
        return {**parts, "anchor": stem(table), "label": label(table, language)}

    front = headlines(document, language)
    first = {id(each.finding) for each in front}
    return _page(
        "page.html.j2",
        document,
        language,
        root="",
        kind=kind,
        kicker=kicker(document.provenance, language),
        produced=produced(document.provenance, language),
        formats=formats,
        headlines=[found(each.finding, each.number) for each in front],
        findings=[found(each) for each in document.findings if id(each) not in first],
        sections=sections,
        about=about(document, language),
        years="/".join(dict.fromkeys(filter(None, years_of(document)))),
        measured=tuple(dict.fromkeys(table.title for table in document.tables() if table.computed)),
    )


def _item(
    item: Table | Figure,
    document: Document,
    pictures: Mapping[str, Picture],
    formats: tuple[tuple[str, str], ...],
    language: Language,
) -> _Item:
    table = shortened(item.table if isinstance(item, Figure) else item, language)
    picture = pictures.get(table.id) if isinstance(item, Figure) else None
    is_printed_elsewhere = isinstance(item, Figure) and item.printed_by and picture is not None
    drawn = grid(table, language) if table.computed and not is_printed_elsewhere else None
    name = label(item, language)
    wide = narrow = Markup()
    if picture is not None and isinstance(item, Figure):
        wide = inline(picture.svg, item.alternative, "wide", f"{stem(table)}-w")
        narrow = inline(picture.narrow_svg, item.alternative, "narrow", f"{stem(table)}-n")
    unit = unit_of(table, language)
    return _Item(
        anchor=stem(table),
        label=name,
        title=table.title,
        about=" · ".join(part for part in (table.about, unit) if part),
        needs=language.say("report.words.not_computed", needs=table.needs) if not table.computed else "",
        grid=drawn,
        wide=wide,
        narrow=narrow,
        notes=table.notes,
        source=table.source,
        downloads=_downloads(table, picture is not None, formats, name, language),
        explain=partial(
            _link, document, {(c.key): (r.key, k.key) for r, k, c in table.ordered_cells()}, table
        ),
        explanation=f"explain/{stem(table)}.html" if _explained(table, document) else "",
        long=len(table.rows) > LONG,
    )


def _downloads(
    table: Table, drawn: bool, formats: tuple[tuple[str, str], ...], name: str, language: Language
) -> tuple[tuple[str, str, str], ...]:
    if not table.computed:
        return ()
    found = []
    if any(path == "cells.csv" for _, path in formats):
        found.append(("CSV", f"tables/{stem(table)}.csv"))
        found.append(("CSVW", f"tables/{stem(table)}.csv-metadata.json"))
    if drawn:
        found += [
            (kind, f"figures/{stem(table)}.{suffix}")
            for kind, suffix in (("SVG", "svg"), ("PNG", "png"), ("Vega-Lite", "vl.json"))
        ]
    return tuple(
        (kind, path, language.say("report.words.download_table", item=name, format=kind))
        for kind, path in found
    )


def _explained(table: Table, document: Document) -> bool:
    return any(cell.key in document.explanations for cell in table.cells.values())


def _link(
    document: Document, places: Mapping[CellKey, tuple[str, str]], table: Table, entry: GridEntry
) -> str:
    if entry.key is None or entry.key not in document.explanations:
        return ""
    return f"explain/{stem(table)}.html#{cell_anchor(*places[entry.key])}"


def inline(svg: str, alternative: str, kind: str, prefix: str) -> Markup:
    """A drawing inside a page: one image with one text, its inner names unique."""
    bare = re.sub(r' (?:role|aria-[a-z]+)="[^"]*"', "", svg)
    bare = re.sub(r' id="([^"]+)"', rf' id="{prefix}-\1"', bare)
    bare = re.sub(r"url\(#([^)]+)\)", rf"url(#{prefix}-\1)", bare)
    head, _, rest = bare.partition(">")
    size = re.sub(r' (?:width|height|class|version|xmlns(?::xlink)?)="[^"]*"', "", head)
    opening = Markup('{} class="{}" role="img" aria-label="{}">').format(Markup(size), kind, alternative)
    return opening + Markup(rest)


def _explanations(
    document: Document, table: Table, language: Language, places: Mapping[CellKey, tuple[Table, str, str]]
) -> bytes:
    """The page that explains each cell of a table; ``places`` says where the cells that it refers to stand."""
    name = label(table, language)
    shared, cells = explained(document, table, language, places)
    return _page(
        "explanation.html.j2",
        document,
        language,
        root="../",
        kind="explanation",
        heading=language.say("report.words.explanation_of", item=name),
        label=name,
        title=table.title,
        anchor=stem(table),
        produced=produced(document.provenance, language),
        shared=shared,
        cells=cells,
    )


def explained(
    document: Document, table: Table, language: Language, places: Mapping[CellKey, tuple[Table, str, str]]
) -> tuple[tuple[Fact, ...], list[dict[str, Any]]]:
    """What is said of all numbers of a table at once, and each of its cells that is explained, with the facts of its
    own and links to the numbers that it rests on, on pages that are named as their table and stand in one folder."""
    heads = headings(table, language)
    signed = {column.key: column.signed for column in table.columns}
    cells: list[dict[str, Any]] = []
    for row, column, cell in table.ordered_cells():
        if cell.key not in document.explanations:
            continue
        published = []
        for key in document.explanations[cell.key].published:
            if key in places:
                other, *place = places[key]
                found = other.cells[place[0], place[1]]
                target = f"{stem(other)}.html#{cell_anchor(place[0], place[1])}"
                published.append((f"{cell_text(found, language)} ({label(other, language)})", target))
        cells.append(
            {
                "anchor": cell_anchor(row.key, column.key),
                "text": cell_text(cell, language, signed=signed[column.key]),
                "label": f"{row.label} – {heads[column.key]}",
                "facts": _facts(document, cell, language),
                "published": published,
            }
        )
    shared = _shared([each["facts"] for each in cells])
    for each in cells:
        each["facts"] = [fact for fact in each["facts"] if fact not in shared]
    return shared, cells


def _facts(document: Document, cell: Cell, language: Language) -> list[Fact]:
    """What is said of a cell, each with its term and the language that it is said in."""
    explanation = document.explanations[cell.key]
    reader, written = document.language, "en"  # sources are written in English alone
    facts = [
        (language.say("report.words.definition"), explanation.of_table, reader),
        (language.say("report.words.meaning"), explanation.definition, reader),
        (language.say("report.words.formula"), explanation.formula, reader),
        (language.say("report.words.query"), explanation.query, reader),
        (language.say("report.words.inputs"), ", ".join(explanation.inputs), written),
        (language.say("report.words.unit"), unit_name(cell.unit, language), reader),
        (language.say("report.words.period"), cell.year, reader),
        (language.say("report.words.note"), why_missing(cell, language), reader),
        (language.say("report.words.definition_from"), explanation.source, written),
        (language.say("report.words.key"), str(cell.key), written),
    ]
    return [fact for fact in facts if fact[1]]


def _shared(facts: Sequence[Sequence[Fact]]) -> tuple[Fact, ...]:
    """The facts that are the same for every number of a table, which are said once."""
    if len(facts) < 2:
        return ()
    first, *others = facts
    return tuple(fact for fact in first if all(fact in other for other in others))
