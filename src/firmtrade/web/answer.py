"""What the observatory answers: bytes and what they are, or why there is nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from firmtrade.outputs.contents import digest

HTML, CSS, SCRIPT = "text/html; charset=utf-8", "text/css; charset=utf-8", "text/javascript; charset=utf-8"
JSON, CSV, XML = "application/json", "text/csv; charset=utf-8", "application/xml"
PROBLEM = "application/problem+json"
"""RFC 9457."""
MEDIA = {
    ".html": HTML, ".css": CSS, ".js": SCRIPT, ".json": JSON, ".csv": CSV, ".xml": XML,
    ".jsonld": "application/ld+json", ".svg": "image/svg+xml", ".png": "image/png", ".woff2": "font/woff2",
    ".pdf": "application/pdf", ".toml": "application/toml", ".md": "text/plain; charset=utf-8",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}  # fmt: skip
UNKNOWN_MEDIA = "application/octet-stream"

Place: TypeAlias = Mapping[str, str]
"""What stands for each name in braces of an address."""
Query: TypeAlias = Mapping[str, tuple[str, ...]]
"""What is asked beside a path: every value of each parameter."""


@dataclass(frozen=True, slots=True)
class SiteAnswer:
    """Bytes and their media type."""

    body: bytes
    media: str

    @property
    def tag(self) -> str:
        """The entity tag (RFC 9110): the same for the same bytes."""
        return f'"{digest(self.body)}"'


class NotThereError(LookupError):
    """Nothing is at the address."""


class AskedError(ValueError):
    """What is asked beside the path cannot be answered; the text says why and quotes names of parameters alone."""


def json_answer(facts: Any) -> SiteAnswer:
    """Facts as JSON, the same bytes for the same facts."""
    return SiteAnswer((json.dumps(facts, ensure_ascii=False, indent=1) + "\n").encode("utf-8"), JSON)


def media_of(path: str) -> str:
    """The media type of a file, by the end of its name.

    >>> media_of("tables/table-4.csv-metadata.json"), media_of("LICENSE")
    ('application/json', 'application/octet-stream')
    """
    name = path.rpartition("/")[2]
    return MEDIA.get(f".{name.rpartition('.')[2]}", UNKNOWN_MEDIA) if "." in name else UNKNOWN_MEDIA
