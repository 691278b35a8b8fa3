"""Texts that need no cleaning, told from their bytes: a raw file of them is read without looking at each text again."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

BLANK, ASCII = 32, 127


def plain_columns(table: pa.Table) -> frozenset[str]:
    """Columns of texts that all are ASCII and have no blank or control sign at either end.

    An empty text is none of them: a missing value is null.
    """
    return frozenset(
        name
        for name, column in zip(table.column_names, table.columns, strict=True)
        if pa.types.is_string(column.type) and all(map(_is_plain, column.chunks))
    )


def _is_plain(texts: pa.StringArray) -> bool:
    _, places, letters = texts.buffers()
    if places is None or letters is None or not len(texts):
        return not len(texts) or texts.null_count == len(texts)
    ends = np.frombuffer(places, np.int32)[texts.offset : texts.offset + len(texts) + 1]
    signs = np.frombuffer(letters, np.uint8)
    starts, ends = ends[:-1], ends[1:]
    known = ends > starts
    if len(texts) - np.count_nonzero(known) != texts.null_count:
        return False
    if not known.all():
        starts, ends = starts[known], ends[known]
    if not len(starts):
        return True
    return bool(
        signs[starts].min() > BLANK
        and signs[ends - 1].min() > BLANK
        and signs[starts[0] : ends[-1]].max() <= ASCII
    )
