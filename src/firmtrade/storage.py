"""Folders of a storage service (S3, HDFS), which are walked and read as folders of this machine are.

Addresses are those of fsspec (``s3://bucket/folder``, ``hdfs://host/folder``), and so are the drivers, their settings
and credentials: https://filesystem-spec.readthedocs.io/en/latest/features.html#configuration.
"""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from traceback import walk_tb
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit
from urllib.request import url2pathname

from firmtrade.errors import InputError, Place, UsageError

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

_ADDRESS = re.compile(r"([a-z][a-z0-9+.-]+):/(/?)")
"""How an address begins; the letter of a drive is no more than one."""


def located(place: str | Path) -> Path:
    """A folder by its path or its address. That of a storage service is no ``Path``, and answers what one answers.

    Raises
    ------
    UsageError
        No driver for such addresses is there, or the service does not answer.
    """
    found = _ADDRESS.match(str(place))
    if found is None or Path(place).exists():
        return Path(place)
    scheme, slash = found.groups()
    if not slash:
        raise UsageError(
            f"`{scheme}:/` is no address of a storage service", fix=f"Give it as text, as `{scheme}://...`."
        )
    if scheme == "file":
        return Path(url2pathname(urlsplit(str(place)).path))
    return _stored(str(place), scheme)


def _stored(address: str, scheme: str) -> Path:
    try:
        from upath import UPath
    except ImportError as error:
        raise UsageError(
            f"`{scheme}://` is a storage service, and nothing here reads any",
            fix="Install `firmtrade[storage]` and the fsspec driver of the service, or mount it as a folder.",
        ) from error
    try:
        with warnings.catch_warnings():  # a driver of which that library does not know is as good as any
            warnings.filterwarnings("ignore", ".*not explicitly implemented", UserWarning)
            place = UPath(address)
        place.exists()
    except Exception as error:  # every driver has a family of its own, and may quote credentials
        reason = (
            f"has no driver here ({error})"
            if isinstance(error, ImportError | ValueError)
            else "does not answer"
        )
        raise UsageError(
            f"the storage service `{scheme}://` {reason}",
            fix="Install its fsspec driver (`s3fs` for S3; for HDFS Hadoop's `libhdfs`), and see that fsspec knows "
            "your credentials and reaches the service, or mount it as a folder.",
        ) from error
    return cast("Path", place)


def is_stored(place: Path) -> bool:
    """Whether it lies with a storage service."""
    return not isinstance(place, Path)


def system_of(place: Path) -> Any:
    """The fsspec file system of what lies with a storage service."""
    return cast("Any", place).fs


@contextmanager
def answering(place: Path) -> Iterator[None]:
    """Read something there, and tell where its storage service broke off meanwhile.

    Raises
    ------
    InputError
        The service's driver failed, with whatever error: each has a family of its own, which may quote credentials.
    """
    try:
        yield
    except Exception as error:
        if not (is_stored(place) and _of_driver(error, place)):
            raise
        raise broke_off(place) from error


def broke_off(place: Path) -> InputError:
    """What is said of a storage service that failed while a file or folder of it was read."""
    return InputError(
        "the storage service broke off while this was read",
        where=Place(file=str(place)),
        fix="See that it answers and that you may read there, then give the same command again.",
    )


def _of_driver(error: BaseException, place: Path) -> bool:
    """Whether an error, or one that it follows from, was raised inside the driver."""
    packages = {"fsspec", type(system_of(place)).__module__.partition(".")[0]}
    found: BaseException | None = error
    while found is not None:
        modules = (frame.f_globals["__name__"] for frame, _ in walk_tb(found.__traceback__))
        if any(module.partition(".")[0] in packages for module in modules):
            return True
        found = found.__cause__ or found.__context__
    return False


def absolute(place: Path) -> str:
    """A path or an address that means the same in every folder."""
    return str(place if is_stored(place) else place.absolute())


def version_of(file: Path) -> tuple[object, ...]:
    """What differs when a file was written anew: its size, when it was written, and which file it is."""
    if is_stored(file):
        system = system_of(file)
        system.invalidate_cache()  # what was listed before may have been written since
        with answering(file):
            return (system.ukey(cast("Any", file).path),)
    found: os.stat_result = file.stat()
    return found.st_size, found.st_mtime_ns, found.st_ino


def footer_of(file: Path) -> pq.FileMetaData:
    """What a Parquet file says of itself: its rows, columns, and their statistics."""
    import pyarrow.parquet as pq

    with answering(file), file.open("rb") as stream:
        return pq.read_metadata(stream)


def schema_of(file: Path) -> pa.Schema:
    """The columns of a Parquet file with their Arrow types."""
    import pyarrow.parquet as pq

    with answering(file), file.open("rb") as stream:
        return pq.read_schema(stream)
