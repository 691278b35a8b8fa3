"""Folders that may not be opened, also where the tests run as root, to whom none is closed."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest


def close(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse to list a folder, as the system does where the right is missing."""
    scan = os.scandir

    def scanned(path: Any = ".") -> Any:
        if Path(path) == folder:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", scanned)
