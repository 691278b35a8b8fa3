"""The printed edition: tagged PDF/UA-1 files, set by Typst.

Models beside the tables of a study fill many pages: their pictures stand in the publication, and every estimate in an
annex of its own. Typst refuses to compile under this standard where a picture has no alternative text: the file itself
is the check. The form is in ``templates/report.typ``; it reads the content as data, so no text can become markup.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from importlib.resources import files
from itertools import accumulate, pairwise
from typing import Any

from firmtrade.errors import DataError
from firmtrade.messages import Language, language_of
from firmtrade.outputs.working import WorkingFolder
from firmtrade.report.grid import Grid, grid, unit_of
from firmtrade.report.headlines import headlines
from firmtrade.report.largest import shortened
from firmtrade.report.model import Document, Figure, Finding, Section, Table
from firmtrade.report.names import is_figure, label, slug, stem
from firmtrade.report.palette import font_folder
from firmtrade.report.provenance import about, kicker, produced

TEXT_WIDTH = 476.0
"""Width of the text on the page, in points (A4 less its margins)."""
SCALE = 0.64
"""Points of print per pixel of a drawing."""
BESIDE = 0.85
"""Size of a picture whose data stand in the annex, to one beside its data."""
BROAD = 12
"""Columns above which a table is cut into parts."""
LETTER, CELL = 4.3, 8.0
"""Points of print per letter and around a cell, at the size below which a table is rather cut into parts."""


def paper(document: Document, drawings: Mapping[str, str]) -> bytes:
    """The publication as PDF; ``drawings`` holds each figure that holds a number as SVG, by table id."""
    language = language_of(document.language)
    images = {f"{stem(table)}.svg": drawings[table.id] for table in document.tables() if table.id in drawings}
    return _compiled(_body(document, drawings, language), images)


def annex(document: Document) -> bytes | None:
    """The tables and the data of pictures that the publication leaves to its annex, as PDF; None without any."""
    sections = [section for section in document.sections if section.annex and section.items]
    if not sections:
        return None
    language = language_of(document.language)
    return _compiled(_annex(document, sections, language), {})


def _compiled(content: Mapping[str, Any], images: Mapping[str, str]) -> bytes:
    """Content as PDF, with the images that it names."""
    import typst

    with WorkingFolder() as room:
        (room / "data.json").write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        template = files("firmtrade.report") / "templates" / "report.typ"
        (room / "report.typ").write_bytes(template.read_bytes())
        for name, drawing in images.items():
            (room / name).write_text(drawing, encoding="utf-8")
        try:
            made = typst.compile(
                str(room / "report.typ"),
                root=str(room),
                font_paths=[str(font_folder())],
                ignore_system_fonts=True,
                format="pdf",
                pdf_standards=["ua-1"],
                timestamp=0,
            )
        except typst.TypstError as error:
            raise DataError(
                f"The PDF cannot be made: {error.message}.",
                fix="Leave `pdf` out of the formats to publish the others.",
            ) from error
    if not isinstance(made, bytes):
        raise DataError(
            "The PDF came out empty.", fix="Leave `pdf` out of the formats to publish the others."
        )
    return made


def _body(document: Document, drawings: Mapping[str, str], language: Language) -> dict[str, Any]:
    """What the template sets of the publication."""
    tables = {table.id: table for table in document.tables()}
    sections: list[dict[str, Any]] = [
        {
            "id": slug(section.id),
            "title": section.title,
            "level": section.level,
            "begins": section.level == 1 and not (section.annex and follows_models),
            "paragraphs": list(section.paragraphs),
            "terms": [asdict(term) for term in section.terms],
            "items": [
                _pictured(item, drawings, language) if section.annex else _item(item, drawings, language)
                for item in section.items
                if not section.annex or isinstance(item, Figure)
            ],
        }
        for section, follows_models in zip(
            document.sections, (False, *(section.annex for section in document.sections)), strict=False
        )
    ]
    printed = {item["anchor"] for section in sections for item in section["items"]}

    def found(finding: Finding, number: str = "") -> dict[str, str]:
        table = tables[finding.table]
        anchor = stem(table) if stem(table) in printed else ""
        parts = {"about": finding.about, "text": finding.text, "number": number}
        return {**parts, "anchor": anchor, "label": label(table, language)}

    front = headlines(document, language)
    first = {id(each.finding) for each in front}
    return {
        **_head(document, language),
        "headlines": [found(each.finding, each.number) for each in front],
        "findings": [found(each) for each in document.findings if id(each) not in first],
        "sections": sections,
    }


def _annex(document: Document, sections: Sequence[Section], language: Language) -> dict[str, Any]:
    """What the template sets of the annex."""
    return {
        **_head(document, language),
        "subtitle": language.say("report.words.annex"),
        "compact": True,
        "sections": [
            {
                "id": slug(section.id),
                "title": section.title,
                "level": section.level,
                "begins": False,
                "paragraphs": [],
                "terms": [],
                "items": [_data(item, language) for item in section.items],
            }
            for section in sections
        ],
    }


def _head(document: Document, language: Language) -> dict[str, Any]:
    """What both files say of the publication."""
    say = language.say
    return {
        "title": document.title,
        "subtitle": document.subtitle,
        "language": document.language,
        "banner": document.banner,
        "keywords": [document.provenance.study, say(f"report.words.{document.provenance.data}")],
        "kicker": kicker(document.provenance, language),
        "produced": produced(document.provenance, language),
        "sentence": f"{produced(document.provenance, language)} "
        + say(f"report.words.{document.provenance.data}_sentence"),
        "page": say("report.words.page", page="{page}", pages="{pages}"),
        "words": {
            name: say(f"report.words.{name}") for name in ("headlines", "findings", "contents", "about")
        },
        "about": [list(pair) for pair in about(document, language)],
        "headlines": [],
        "findings": [],
        "compact": False,
    }


def _pictured(item: Table | Figure, drawings: Mapping[str, str], language: Language) -> dict[str, Any]:
    """A figure whose data stand in the annex, small enough for two on a page; its words alone without a picture."""
    whole = _item(item, drawings, language)
    see = language.say("report.words.in_annex")
    width = whole["width"] * BESIDE
    return {**whole, "grids": [], "width": width, "remarks": [{"head": "", "text": see}]}


def _data(item: Table | Figure, language: Language) -> dict[str, Any]:
    """A table, or the data of a figure, as the annex prints it."""
    whole = _item(item, {}, language)
    if not isinstance(item, Figure):
        return whole
    return {
        **whole,
        "kind": "table",
        "label": language.say("report.words.chart_data", item=whole["label"]),
    }


def _item(item: Table | Figure, drawings: Mapping[str, str], language: Language) -> dict[str, Any]:
    table = shortened(item.table if isinstance(item, Figure) else item, language)
    drawing = drawings.get(table.id) if isinstance(item, Figure) else None
    is_printed_elsewhere = isinstance(item, Figure) and item.printed_by and drawing is not None
    drawn = grid(table, language) if table.computed and not is_printed_elsewhere else None
    unit = unit_of(table, language)
    return {
        "kind": "chart" if is_figure(table) else "table",
        "anchor": stem(table),
        "supplement": language.say("report.words.figure" if is_figure(table) else "report.words.table"),
        "number": table.number,
        "label": label(item, language),
        "title": table.title,
        "about": " · ".join(part for part in (table.about, unit) if part),
        "needs": "" if table.computed else language.say("report.words.not_computed", needs=table.needs),
        "grids": [{**asdict(part), "stub-width": _stub_width(part)} for part in parts_of(drawn)]
        if drawn
        else [],
        "image": f"{stem(table)}.svg" if drawing is not None else "",
        "width": min(_width(drawing) * SCALE, TEXT_WIDTH) if drawing is not None else 0,
        "alternative": item.alternative if isinstance(item, Figure) else "",
        "remarks": _remarks(table, drawn.legend if drawn else (), language),
    }


def parts_of(drawn: Grid) -> list[Grid]:
    """A table cut into as few parts as a page can hold, none wider than need be; each has the names of the rows."""
    stub, *columns = _least_widths(drawn)
    most = max([TEXT_WIDTH - stub, *columns])
    fewest = len(_begun(columns, most))
    widths = sorted(width for at in range(len(columns)) for width in accumulate(columns[at:]))
    narrow = (width for width in widths if width >= max(columns) and len(_begun(columns, width)) <= fewest)
    cuts = _begun(columns, next(narrow, most))
    return [drawn.between(first, last) for first, last in pairwise([*cuts, len(columns)])]


def _begun(columns: Sequence[float], most: float) -> list[int]:
    """The first column of each part where every part is filled up to a width."""
    cuts, used = [0], 0.0
    for at, width in enumerate(columns):
        if at > cuts[-1] and (used + width > most or at - cuts[-1] == BROAD):
            cuts.append(at)
            used = 0.0
        used += width
    return cuts


def _least_widths(drawn: Grid) -> list[float]:
    """About how many points the names of the rows and each column need at least, no word and no number broken."""
    lines = [line for block in drawn.blocks for line in block.lines]
    found = [LETTER * _longest_word([drawn.stub, *(line.label for line in lines)])]
    for at, head in enumerate(drawn.heads):
        entries = [line.entries[at] for line in lines]
        words = [head.label, head.unit, *(entry.text for entry in entries if entry.words)]
        numbers = max((len(entry.text) for entry in entries if not entry.words), default=0)
        found.append(LETTER * max(_longest_word(words), numbers) + CELL)
    return found


def _longest_word(texts: Iterable[str]) -> int:
    return max((len(word) for text in texts for word in text.replace("_", "_ ").split()), default=0)


def _stub_width(drawn: Grid) -> float:
    """Width of the row labels, in widths of a column of numbers."""
    longest = max((len(line.label) for block in drawn.blocks for line in block.lines), default=0)
    return min(max(longest / 11, 2.0), 4.5)


def _width(svg: str) -> float:
    return float(svg.split(' width="', 1)[1].split('"', 1)[0])


def _remarks(table: Table, legend: tuple[tuple[str, str], ...], language: Language) -> list[dict[str, str]]:
    found = []
    if legend:
        meanings = language.listing([f"{mark} {meaning}" for mark, meaning in legend], "semicolon")
        found.append({"head": "", "text": f"{meanings}."})
    found += [
        {"head": language.say("report.words.note") + language.say("report.words.colon"), "text": note}
        for note in table.notes
    ]
    if table.source:
        found.append(
            {
                "head": language.say("report.words.source") + language.say("report.words.colon"),
                "text": table.source,
            }
        )
    return found
