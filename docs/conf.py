"""The documentation as a site: ``make docs`` builds it from the pages of this folder. It asks nothing from outside."""

from __future__ import annotations

from pathlib import Path

from sphinx.application import Sphinx

from firmtrade.version import __version__

project = "firmtrade"
author = "The firmtrade authors"
release = __version__
copyright = author
extensions = ["myst_parser"]
myst_heading_anchors = 3
html_theme = "furo"
html_title = f"firmtrade {__version__}"
html_copy_source = False
html_show_sphinx = False
html_static_path: list[str] = []
suppress_warnings = [
    "myst.xref_missing",  # a test holds the links of all pages
    "misc.highlighting_failure",  # CSV has no lexer
]

PARTS = {"Tutorial": "tutorial", "How to": "how-to", "Explanation": "explanation", "Reference": "reference"}
MORE = ("differences", "gallery")


def setup(app: Sphinx) -> None:
    """Give the index the side bar that pages on a shelf of files do without."""
    app.connect("source-read", _with_contents)


def _with_contents(app: Sphinx, name: str, source: list[str]) -> None:
    if name != "index":
        return
    folder = Path(app.srcdir)
    for part, place in PARTS.items():
        pages = [f"{place}/{page.stem}" for page in sorted((folder / place).glob("*.md"))]
        source[0] += _contents(part, pages)
    source[0] += _contents("More", list(MORE))


def _contents(caption: str, pages: list[str]) -> str:
    listed = "\n".join(pages)
    return f"\n\n```{{toctree}}\n:hidden:\n:caption: {caption}\n\n{listed}\n```\n"
