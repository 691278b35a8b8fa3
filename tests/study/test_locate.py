"""A message about a study or mapping can name the line of any key."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmtrade.studies import __name__ as studies
from firmtrade.study.locate import Key, key_lines, locate

TEXT = '''\
# a comment with [brackets] and key = 1
title = "not [a] header"   # nor is = this

[study]
name = "x"
notes = """
[tables]
name = "inside a string"
"""
window = [
  1998,
  2003,  # ] the last
]

[populations."core, all"]
activity = "10-45"
limits = { employees.below = 250, turnover = 50_000_000 }

[[tables]]
id = "1"
[tables.columns]
nace = { column = "Nace", codes = { J = true } }
[[tables.join]]
file = 'a'

[[tables]]
id = "2"
[[tables.join]]
file = "b"
where.status = [
  { is = "AC" },
  { is = "ST" },
]
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("title",), 2),
        (("study",), 4),
        (("study", "name"), 5),
        (("study", "window"), 10),
        (("study", "window", 1), 12),
        (("populations", "core, all", "activity"), 16),
        (("populations", "core, all", "limits", "employees", "below"), 17),
        (("tables", 0, "id"), 20),
        (("tables", 0, "columns", "nace", "codes", "J"), 22),
        (("tables", 0, "join", 0, "file"), 24),
        (("tables", 1), 26),
        (("tables", 1, "join", 0, "file"), 29),
        (("tables", 1, "join", 0, "where", "status", 1, "is"), 32),
    ],
)
def test_every_key_has_its_line(path: Key, line: int) -> None:
    assert locate(TEXT, path) == line


def test_a_key_that_is_not_there_has_the_line_of_what_holds_it() -> None:
    assert locate(TEXT, ("tables", 1, "titel")) == 26
    assert locate(TEXT, ("nowhere", "at", "all")) is None


def test_what_stands_inside_a_string_or_comment_is_no_key() -> None:
    names = {name for path in key_lines(TEXT) for name in path}
    assert "brackets" not in names
    assert locate(TEXT, ("tables",)) == 19


def _paths(value: Any, path: Key = ()) -> set[Key]:
    if isinstance(value, dict):
        return {path} | {deep for name, inner in value.items() for deep in _paths(inner, (*path, name))}
    if isinstance(value, list):
        return {path} | {deep for at, inner in enumerate(value) for deep in _paths(inner, (*path, at))}
    return {path}


def test_the_keys_of_a_whole_study_are_found_and_no_others() -> None:
    from importlib.resources import files

    text = files(studies).joinpath("belgium-2008.toml").read_text(encoding="utf-8")
    assert set(key_lines(text)) == _paths(tomllib.loads(text)) - {()}


_SCALAR = st.sampled_from(
    ["1", "true", '"a [b] = \\" # c"', "'x = [1'", '"""\n[a]\nb = "1" """', "1998-01-01"]
)
_VALUE = st.recursive(
    _SCALAR,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: "[\n" + ",\n".join(items) + "]"),
        st.lists(inner, max_size=3).map(
            lambda items: "{" + ", ".join(f'"k {at}" = {item}' for at, item in enumerate(items)) + "}"
        ),
    ),
    max_leaves=6,
)


@given(st.lists(_VALUE, max_size=5))
def test_keys_are_found_wherever_tomllib_finds_them(values: list[str]) -> None:
    text = "".join(f"[[t]]\nv.w = {value} # end\n" for value in values)
    assert set(key_lines(text)) == _paths(tomllib.loads(text)) - {()}
