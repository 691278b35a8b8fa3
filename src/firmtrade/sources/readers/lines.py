"""Text files as blocks of whole lines in UTF-8, whatever their encoding, line ends and marks."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path

BLOCK = 1 << 24
NEWLINE = b"\n"


def blocks(source: Path, encoding: str, stand_ins: dict[str, bytes]) -> Iterator[bytes]:
    """Blocks of whole lines, each ended by a newline, without the byte order mark.

    A file that ends its lines with a carriage return alone is read as one with newlines. ``stand_ins`` are single
    bytes for marks that take several in UTF-8.

    Raises
    ------
    UnicodeError
        The file is not in this encoding.
    """
    waiting = b""
    carriage_returns = None
    for piece in _pieces(source, encoding):
        if carriage_returns is None:
            carriage_returns = b"\r" in piece and NEWLINE not in piece
        held = waiting + (piece.replace(b"\r", NEWLINE) if carriage_returns else piece)
        cut = held.rfind(NEWLINE) + 1
        if cut:
            yield _with_stand_ins(held[:cut], stand_ins)
        waiting = held[cut:]
    if waiting:
        yield _with_stand_ins(waiting + NEWLINE, stand_ins)


def _pieces(source: Path, encoding: str) -> Iterator[bytes]:
    decoder = None if encoding == "utf-8" else codecs.getincrementaldecoder(encoding)()
    first = True
    with source.open("rb") as stream:
        while True:
            read = stream.read(BLOCK)
            piece = read if decoder is None else decoder.decode(read, final=not read).encode("utf-8")
            if first and piece:
                piece, first = piece.removeprefix(codecs.BOM_UTF8), False
            if piece:
                yield piece
            if not read:
                return


def _with_stand_ins(lines: bytes, stand_ins: dict[str, bytes]) -> bytes:
    for mark, byte in stand_ins.items():
        lines = lines.replace(mark.encode("utf-8"), byte)
    return lines
