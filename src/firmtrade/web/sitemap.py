"""The map of the site for search engines (https://www.sitemaps.org/protocol.html)."""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import escape

from firmtrade.web.site import Site


def sitemap(site: Site, paths: Iterable[str]) -> bytes:
    """The addresses of pages: below that of the site where it has one, else from its root."""
    lines = [f"<url><loc>{escape(site.base + path)}</loc></url>" for path in paths]
    head = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    )
    return "\n".join([head, *lines, "</urlset>", ""]).encode("utf-8")
