"""What the machine refuses, in a user's words: a name, a right, or room on the disk or in memory."""

from __future__ import annotations

import errno
import re

from firmtrade.errors import without_identifiers

WHY = {
    errno.ENAMETOOLONG: ("the name is too long", "Give a shorter one."),
    errno.ENOENT: ("there is no such file or folder", "Check the name."),
    errno.ENOTDIR: ("there is no such file or folder", "Check the name: a part of it is a file."),
    errno.EISDIR: ("this is a folder", "Give the name of a file."),
    errno.EACCES: ("the right to it is missing", "Ask its owner for it."),
    errno.EPERM: ("the right to it is missing", "Ask its owner for it."),
    errno.EROFS: ("it can only be read", "Give another place."),
    errno.ELOOP: ("its links lead in a circle", "Give another name."),
    errno.ENOSPC: ("the disk is full", "Make room on it; what was there before is unchanged."),
    errno.EDQUOT: ("the disk is full", "Make room on it; what was there before is unchanged."),
    errno.EFBIG: (
        "a file would become larger than it may",
        "Raise the limit; what was there before is unchanged.",
    ),
    errno.EMFILE: ("too many files are open", "Raise the limit (`ulimit -n`)."),
    errno.EILSEQ: ("the name cannot be written in the encoding of this system", "Give another one."),
}
"""What the system says, by its number, and what to do."""
QUOTED = re.compile(r"\(os error (\d+)\)|\[Errno (\d+)\]", re.IGNORECASE)
"""How libraries quote the system's number in an error of their own."""
NO_ROOM = ("OutOfMemoryException", "IOException", "TransactionException", "FatalException")
"""What the engine raises where neither memory nor the folder for working files has room left."""

UNMAPPED = ("failed to map segment", "annot allocate memory")
"""How a library is refused for which the memory does not suffice."""


def refusal(fault: BaseException) -> str | None:
    """Why the machine refused, without quoting data; None for a fault of the program."""
    if isinstance(fault, OSError) and fault.errno in WHY:
        what, fix = WHY[fault.errno]
        named = f"{_shown(fault.filename)}: " if isinstance(fault.filename, str | bytes) else ""
        return f"{named}{what}\n  {fix}"
    if (quoted := QUOTED.search(str(fault))) and (number := int(quoted[1] or quoted[2])) in WHY:
        return "\n  ".join(WHY[number])
    unloaded = isinstance(fault, ImportError) and any(words in str(fault) for words in UNMAPPED)
    if unloaded or isinstance(fault, MemoryError):
        return "the memory of the machine does not suffice\n  Ask for less at once, or use a larger machine."
    engine = type(fault).__module__.lstrip("_").startswith("duckdb")
    if engine and type(fault).__name__ in NO_ROOM:
        return (
            "the engine has no room left to work: memory or disk is full\n"
            "  Make room in the folder for working files, or choose another by the environment variable TMPDIR."
        )
    return None


def _shown(name: str | bytes) -> str:
    """A path in one line and not too long, without numbers of enterprises."""
    text = name.decode(errors="replace") if isinstance(name, bytes) else name
    text = "".join(sign if sign.isprintable() else "…" for sign in without_identifiers(text))
    return text if len(text) <= 120 else f"{text[:119]}…"
