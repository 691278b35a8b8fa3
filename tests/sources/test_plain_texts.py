"""Texts of a delimited file that need no cleaning are told from their bytes, and all others are cleaned as ever."""

from __future__ import annotations

import pyarrow as pa
import pytest

from firmtrade.sources.readers.plain import plain_columns


@pytest.mark.parametrize(
    ("texts", "plain"),
    [
        (["BE0123", "a b", None], True),
        ([None, None], True),
        ([], True),
        ([" a", "b"], False),
        (["a", "b\t"], False),
        (["a", ""], False),
        (["a", "Liège"], False),
        (["a\u200bb"], False),
    ],
)
def test_a_column_is_plain_where_no_text_has_blanks_at_its_ends_or_other_signs_than_ascii(
    texts: list[str | None], plain: bool
) -> None:
    column = pa.array(texts, pa.string())
    assert plain_columns(pa.table({"x": column})) == ({"x"} if plain else frozenset())


def test_a_slice_of_a_column_is_judged_alone() -> None:
    table = pa.table({"x": pa.array([" a", "b", "c ", "é"], pa.string()), "n": [1, 2, 3, 4]})
    assert plain_columns(table) == frozenset()
    assert plain_columns(table.slice(1, 1)) == {"x"}
    assert plain_columns(pa.concat_tables([table.slice(1, 1), table.slice(2, 1)])) == frozenset()
