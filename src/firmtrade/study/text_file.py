"""The text of a file that a user wrote: a study, a mapping, a profile, a survey, answers."""

from __future__ import annotations

from pathlib import Path

from firmtrade.errors import UsageError


def text_of(path: Path, what: str, *, fix: str = "Check the path.") -> str:
    """The text of a file in UTF-8, without a byte-order mark; line ends are those of Unix.

    Parameters
    ----------
    path
        The file.
    what
        What it is, for messages: ``the study file``.
    fix
        What to do where there is none.

    Raises
    ------
    UsageError
        There is no such file, it is a folder, the right to read it is missing, or it is no text in UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        reason = "cannot be read: there is no such file"
    except IsADirectoryError:
        reason, fix = "cannot be read: it is a folder", "Give a file in it."
    except PermissionError:
        reason, fix = "cannot be read: the right to do so is missing", "Ask its owner for it."
    except UnicodeDecodeError:
        reason, fix = "cannot be read as text", "Save it as plain text in UTF-8."
    except OSError as error:
        reason = f"cannot be read: {error.strerror or 'the system refuses'}"
    raise UsageError(f"{what} {path} {reason}", fix=fix)
