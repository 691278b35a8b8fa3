"""Arrow files: Feather, IPC files and IPC streams, batch by batch."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from firmtrade.errors import InputError, Place
from firmtrade.sources.mapping import RawFile
from firmtrade.sources.readers.reading import FileReading, staging

MAGIC = b"ARROW1"
"""What an IPC file begins with; a stream does not."""


def read_arrow(source: Path, declared: RawFile, target: Path) -> FileReading:
    """Read an Arrow file or stream.

    Raises
    ------
    InputError
        The file is neither.
    """
    try:
        with pa.OSFile(str(source)) as stream:
            whole = stream.read(len(MAGIC)) == MAGIC
            stream.seek(0)
            opened = pa.ipc.open_file(stream) if whole else pa.ipc.open_stream(stream)
            batches = (
                (opened.get_batch(number) for number in range(opened.num_record_batches)) if whole else opened
            )
            with staging(target, opened.schema) as writer:
                for batch in batches:
                    # Who follows offsets that lead out of their buffers ends by a segmentation fault.
                    batch.validate(full=True)
                    writer.write_batch(batch)
    except (pa.ArrowException, OSError) as error:
        if getattr(error, "errno", None) is not None:  # the system refused: a right, or room on the disk
            raise
        raise InputError(
            "this is not a readable Arrow file", where=Place(file=source.name), fix="Write it again."
        ) from error
    return FileReading()
