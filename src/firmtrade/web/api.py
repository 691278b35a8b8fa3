"""The answers of the API: releases, tables, cells and search as JSON, a table as CSV and SDMX-CSV. All is read only."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from firmtrade.errors import suggest
from firmtrade.outputs import Cell
from firmtrade.outputs.csv_file import csv_file
from firmtrade.outputs.mark import MARK, mark_of
from firmtrade.report.grid import headings
from firmtrade.report.model import Figure, Table
from firmtrade.report.names import label
from firmtrade.report.provenance import citation
from firmtrade.report.sdmx import code
from firmtrade.report.tidy import table_file
from firmtrade.report.words import cell_text, unit_name, why_missing
from firmtrade.web import search
from firmtrade.web.answer import CSV, AskedError, NotThereError, Place, Query, SiteAnswer, json_answer
from firmtrade.web.json_stat import json_stat, number
from firmtrade.web.published import Published
from firmtrade.web.site import Site

LIMIT, OFFSET, ASKED, KEY = "limit", "offset", "q", "key"
PART = (LIMIT, OFFSET)
"""Parameters of a list of which a part is asked for."""
MOST = 1_000
"""Entries that one answer holds at most where a limit is asked for."""
SDMX = "sdmx/cells.csv"


def releases(site: Site, _: Place, query: Query) -> SiteAnswer:
    """Every release: what it is of, its language and its mark."""
    return _listed([_about(release) for release in site.releases], query)


def release(site: Site, place: Place, query: Query) -> SiteAnswer:
    """One release: what it is of, its tables and figures, its files with their digests."""
    _only(query)
    found = site.release(place["release"])
    tables = [
        {
            "id": key,
            "label": label(found.tables[key], found.language),
            "title": found.tables[key].title,
            "kind": "figure" if isinstance(item, Figure) else "table",
            "population": found.tables[key].population,
            "period": found.tables[key].period,
            "computed": found.tables[key].computed,
        }
        for key, item in found.items.items()
    ]
    return json_answer(
        {
            **_about(found),
            "cite": citation(found.document, found.language),
            "contact": found.document.provenance.contact,
            "seal": found.manifest["seal"],
            "tables": tables,
            "files": found.manifest["files"],
        }
    )


def table_json(site: Site, place: Place, query: Query) -> SiteAnswer:
    """One table as JSON-stat 2.0."""
    _only(query)
    return json_answer(json_stat(*_computed(site, place)))


def table_csv(site: Site, place: Place, query: Query) -> SiteAnswer:
    """One table as CSV, a line for each cell, as the release has it."""
    _only(query)
    found, table = _computed(site, place)
    return SiteAnswer(table_file(table, found.language), CSV)


def table_sdmx(site: Site, place: Place, query: Query) -> SiteAnswer:
    """One table as SDMX-CSV 2.0: its lines of the file of the release, where that holds one."""
    _only(query)
    found, table = _computed(site, place)
    if not found.holds(SDMX):
        raise NotThereError
    lines = csv.reader(io.StringIO(found.content(SDMX).decode("utf-8"), newline=""))
    head = next(lines)
    at = head.index("TABLE")
    return SiteAnswer(csv_file(head, (line for line in lines if line[at] == code(table.id))), CSV)


def table_cells(site: Site, place: Place, query: Query) -> SiteAnswer:
    """Every cell of a table with its definition and how it came about."""
    found, table = _computed(site, place)
    heads = headings(table, found.language)
    cells = [
        _cell(found, table, row.key, column.key, heads, cell) for row, column, cell in table.ordered_cells()
    ]
    return _listed(cells, query)


def cell(site: Site, place: Place, query: Query) -> SiteAnswer:
    """One cell by its key, ``table/population/row/column``, with its definition and how it came about."""
    _only(query, KEY)
    found = site.release(place["release"])
    asked = "".join(query.get(KEY, ()))
    if not asked:
        raise AskedError(f"The parameter `{KEY}` is missing: table/population/row/column.")
    for key, (table, row, column) in found.places.items():
        if str(key) == asked:
            heads = headings(table, found.language)
            return json_answer(_cell(found, table, row, column, heads, table.cells[row, column]))
    raise NotThereError


def searched(site: Site, _: Place, query: Query) -> SiteAnswer:
    """What has every word that is asked for, and where it stands; everything where nothing is asked."""
    hits = [
        {
            "kind": hit.kind,
            "release": hit.release.name,
            "language": hit.release.document.language,
            MARK: hit.release.document.provenance.data,
            "title": hit.title,
            "text": hit.text,
            "page": f"../{hit.address}",
        }
        for hit in search.found(site, " ".join(query.get(ASKED, ())))
    ]
    return _listed(hits, query, ASKED)


def _computed(site: Site, place: Place) -> tuple[Published, Table]:
    found, table = site.table(place["release"], place["table"])
    if not table.computed:
        raise NotThereError
    return found, table


def _about(release: Published) -> dict[str, Any]:
    provenance = release.document.provenance
    return {
        "id": release.name,
        "title": release.document.title,
        "subtitle": release.document.subtitle,
        "language": release.document.language,
        "study": provenance.study,
        MARK: provenance.data,
        "banner": release.document.banner,
        "protection": provenance.protection,
        "data_fingerprint": provenance.data_fingerprint,
        "program": provenance.program_version,
    }


def _cell(
    release: Published, table: Table, row: str, column: str, heads: Mapping[str, str], cell: Cell
) -> dict[str, Any]:
    language = release.language
    explanation = release.document.explanations.get(cell.key)
    signed = next(each.signed for each in table.columns if each.key == column)
    facts: dict[str, Any] = {
        "key": str(cell.key),
        "table": label(table, language),
        "title": table.title,
        "row": next(each.label for each in table.rows if each.key == row),
        "column": heads[column],
        "value": number(cell),
        "text": cell_text(cell, language, signed=signed),
        "unit": cell.unit,
        "unit_label": unit_name(cell.unit, language),
        "year": cell.year,
        "status": cell.status.value,
        "confidentiality": cell.confidentiality.value,
        MARK: mark_of(cell).value,
        "banner": release.document.banner,
    }
    if not isinstance(facts["value"], int | float):
        facts["reason"] = why_missing(cell, language)
    if explanation is not None:
        facts["explanation"] = {
            "of_table": explanation.of_table,
            "definition": explanation.definition,
            "formula": explanation.formula,
            "query": explanation.query,
            "inputs": list(explanation.inputs),
            "rests_on": [str(key) for key in explanation.published],
            "source": explanation.source,
        }
    return facts


def _listed(items: Sequence[Any], query: Query, *others: str) -> SiteAnswer:
    """A list, whole without a limit, else a part of it and where the next begins."""
    _only(query, *PART, *others)
    offset = _whole_number(query, OFFSET, 0, None)
    limit = _whole_number(query, LIMIT, 1, MOST) if LIMIT in query else len(items)
    after = offset + limit
    return json_answer(
        {
            "total": len(items),
            OFFSET: offset,
            "next_offset": after if after < len(items) else None,
            "items": items[offset:after],
        }
    )


def _whole_number(query: Query, name: str, least: int, most: int | None) -> int:
    text = query.get(name, (str(least),))[-1]
    sound = text.isascii() and text.isdecimal() and len(text) <= 9
    if not sound or int(text) < least or (most is not None and int(text) > most):
        span = f"from {least} to {most}" if most is not None else f"from {least} on"
        raise AskedError(f"The parameter `{name}` is a whole number {span}.")
    return int(text)


def _only(query: Query, *known: str) -> None:
    """Refuse a parameter that is not known here; its name is not quoted, as it is of whoever asks."""
    for name in query:
        if name not in known:
            guess = suggest(name, known) if known else "This address takes none."
            raise AskedError(f"A parameter is not known here. {guess}")
