"""Search over tables, figures, findings, texts, notes and the glossary of every release: every word must be there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from firmtrade.report.model import Figure
from firmtrade.report.names import bare, label, slug, stem
from firmtrade.study.keys import plain
from firmtrade.web.published import Published
from firmtrade.web.site import Site

KINDS = ("table", "figure", "finding", "term", "text", "note")


@dataclass(frozen=True, slots=True)
class Entry:
    """What can be found: its kind, its release, its title and text, and its address from the root of the site."""

    kind: str
    release: Published
    title: str
    text: str
    address: str

    @property
    def words(self) -> str:
        """What is searched: title and text in plain small letters."""
        return folded(f"{self.title} {self.text}")


def folded(text: str) -> str:
    """A text in small letters without accents.

    >>> folded("Élargissement DE l’Union")
    'elargissement de l’union'
    """
    return plain(text).casefold()


def found(site: Site, asked: str) -> tuple[Entry, ...]:
    """The entries that have every word that is asked for, in order of the site; those with all in the title first.

    Everything where nothing is asked.
    """
    words = folded(asked).split()
    hits = [entry for release in site.releases for entry in entries(release) if _has(entry.words, words)]
    return tuple(sorted(hits, key=lambda entry: not _has(folded(entry.title), words)))


def _has(text: str, words: Sequence[str]) -> bool:
    return all(word in text for word in words)


def entries(release: Published) -> Iterator[Entry]:
    """Everything of a release that can be found, in print order."""
    language, document = release.language, release.document
    root = f"releases/{release.name}"
    for name, item in release.items.items():
        table, address = release.tables[name], f"{root}/{name}.html"
        title = f"{label(item, language)} {table.title}"
        names = [*(row.label for row in table.rows), *(column.label for column in table.columns)]
        text = " · ".join(filter(None, dict.fromkeys((table.about, table.stub, *names, bare(table.needs)))))
        yield Entry("figure" if isinstance(item, Figure) else "table", release, title, text, address)
        for note in table.notes:
            yield Entry("note", release, label(item, language), bare(note), address)
    for finding in document.findings:
        table = next(table for table in document.tables() if table.id == finding.table)
        yield Entry("finding", release, finding.about, finding.text, f"{root}/{stem(table)}.html")
    for section in document.sections:
        anchor = f"{root}/index.html#section-{slug(section.id)}"
        for paragraph in section.paragraphs:
            yield Entry("text", release, section.title, bare(paragraph), anchor)
        for term in section.terms:
            yield Entry("term", release, term.name, bare(" ".join(term.texts)), anchor)
