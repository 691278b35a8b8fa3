"""What is packed in a file."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator


def contents(content: bytes) -> Iterator[bytes]:
    """A file and what is packed in it: members of archives, streams of a PDF and of a PNG."""
    yield content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                yield from contents(archive.read(name))
    for found in re.finditer(
        rb"stream\r?\n(.*?)endstream|(?:zTXt|iTXt|IDAT)(.*?)(?=[A-Z]{4}|$)", content, re.DOTALL
    ):
        try:
            yield zlib.decompressobj().decompress(found.group(1) or found.group(2) or b"")
        except zlib.error:
            continue
