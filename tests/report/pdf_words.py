"""Words of a PDF with their places, and what of a document's tables is not among them."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import pytest

from firmtrade.messages import language_of
from firmtrade.report.grid import grid
from firmtrade.report.largest import shortened
from firmtrade.report.model import Document, Figure

WORD = re.compile(
    r'<word xMin="([\d.]+)" yMin="(-?[\d.]+)" xMax="([\d.]+)" yMax="(-?[\d.]+)">(.*?)</word>', re.S
)
FOOT, SIDE = 24 * 72 / 25.4, 21 * 72 / 25.4
"""Margins of the page in points, below and at the sides."""
UNBROKEN = 10
"""Letters of a head that stay together; a longer one may be broken in a table of very many columns."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word on a page, in points from the left and the top."""

    left: float
    top: float
    right: float
    bottom: float
    text: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page and its words."""

    width: float
    height: float
    words: tuple[Word, ...]

    def past_the_margins(self) -> list[str]:
        """Words that stand on the footer or past the side; the two lines of the footer itself are left out."""
        inside = self.height - FOOT + 3
        footer = self.height - FOOT + 9
        return [
            word.text
            for word in self.words
            if inside < word.bottom < footer
            or word.right > self.width - SIDE + 3
            or word.bottom > self.height
        ]

    def overlapping(self) -> list[tuple[str, str]]:
        """Pairs of words that are printed over each other."""
        found = []
        ordered = sorted(self.words, key=lambda word: word.left)
        for place, one in enumerate(ordered):
            for other in ordered[place + 1 :]:
                if other.left > one.right - 1:
                    break
                height = min(one.bottom, other.bottom) - max(one.top, other.top)
                if height > 0.6 * min(one.bottom - one.top, other.bottom - other.top):
                    found.append((one.text, other.text))
        return found


def pages(path: Path) -> list[Page]:
    """The pages of a PDF, as poppler reads them."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not on this machine")
    read = subprocess.run(
        ["pdftotext", "-bbox", str(path), "-"], capture_output=True, text=True, check=True
    ).stdout
    found = []
    for part in read.split("<page ")[1:]:
        width, height = (float(each) for each in re.findall(r'(?:width|height)="([\d.]+)"', part)[:2])
        words = [
            Word(*(float(each) for each in match.groups()[:4]), unescape(match[5]))
            for match in WORD.finditer(part)
        ]
        found.append(Page(width, height, tuple(words)))
    return found


def pieces(texts: Iterable[str]) -> Iterator[str]:
    """Texts cut where a line may break."""
    for text in texts:
        yield from (part for part in re.split(r"[\s\u200b\u00ad-]+|(?<=_)", text) if part)


def missing_words(document: Document, found: Iterable[Page]) -> Counter[str]:
    """How often a piece of a label or cell of the document's tables is not printed."""
    language = language_of(document.language)
    wanted: Counter[str] = Counter()
    for item in document.items():
        table = item.table if isinstance(item, Figure) else item
        told = isinstance(item, Figure) and item.printed_by
        if table.computed and not told:
            drawn = grid(shortened(table, language), language)
            wanted.update(
                word for word in pieces(head.label for head in drawn.heads) if len(word) <= UNBROKEN
            )
            for block in drawn.blocks:
                wanted.update(pieces([block.heading]))
                for line in block.lines:
                    wanted.update(pieces([line.label, *(entry.text for entry in line.entries)]))
    printed = Counter(pieces(word.text for page in found for word in page.words))
    return wanted - printed
