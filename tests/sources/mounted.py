"""A storage service of tests: addresses of Hadoop's `viewfs`, behind which a folder of this machine lies."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, ClassVar

from fsspec import AbstractFileSystem

ADDRESS = "viewfs://office/data"
LINK = "spark.hadoop.fs.viewfs.mounttable.office.link./data"
"""What tells Hadoop which folder lies there."""


class Mounted(AbstractFileSystem):  # type: ignore[misc]
    """Reads below ``root`` what is asked for below the address."""

    protocol = "viewfs"
    root: ClassVar[Path]

    def _here(self, path: str) -> Path:
        return self.root / self._strip_protocol(path).removeprefix("office/data").strip("/")

    def info(self, path: str, **_: Any) -> dict[str, Any]:
        here = self._here(path)
        if not here.exists():
            raise FileNotFoundError(path)
        kind = "directory" if here.is_dir() else "file"
        stat = here.stat()
        return {
            "name": self._strip_protocol(path), "type": kind, "size": stat.st_size, "modified": stat.st_mtime_ns
        }  # fmt: skip

    def modified(self, path: str) -> datetime:
        return datetime.fromtimestamp(self._here(path).stat().st_mtime, UTC)

    def ls(self, path: str, detail: bool = True, **_: Any) -> list[Any]:
        if self.info(path)["type"] == "file":
            return [self.info(path) if detail else self._strip_protocol(path)]
        found = [f"{self._strip_protocol(path)}/{each.name}" for each in sorted(self._here(path).iterdir())]
        return [self.info(each) for each in found] if detail else found

    def _open(self, path: str, mode: str = "rb", **_: Any) -> Any:
        return BytesIO(self._here(path).read_bytes())  # the engine leaves what it opened to be collected


class DriverError(Exception):
    """What a driver raises, in a family of its own."""


class Breaking(Mounted):
    """Answers ``left`` more times, and then no more."""

    left: ClassVar[int]

    def _open(self, path: str, mode: str = "rb", **_: Any) -> Any:
        return Stream(self._here(path).read_bytes())


class Stream(BytesIO):
    """Of a file that is opened, every piece is asked for anew."""

    def read(self, size: int | None = -1, /) -> bytes:
        Breaking.left -= 1
        if Breaking.left < 0:
            raise DriverError("the key abc may not read this")
        return super().read(size)
