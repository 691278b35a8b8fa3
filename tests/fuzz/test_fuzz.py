"""Mutations of real files: each reader reads them or refuses them in a sentence. The long run is by hand."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from fuzz.harness import apart, batch, mutated, outcome
from fuzz.readers import READERS

SHORT = {"edition": 4, "import workbook": 3, "survey": 10, "answers spss": 8, "answers stata": 8}
DEAR = ("import", "check", "room")


@pytest.mark.parametrize("name", READERS)
def test_the_seeds_of_a_reader_are_read(name: str, tmp_path: Path) -> None:
    """A mutation of what is refused anyway would prove nothing."""
    reader = READERS[name]
    assert [outcome(reader, seed, tmp_path)[0] for seed in reader.seeds()[:1]] == ["read"]


@pytest.mark.parametrize("name", READERS)
def test_a_mutated_file_is_read_or_refused(name: str) -> None:
    count = SHORT.get(name, 8 if name.startswith(DEAR) else 25)
    found = batch(name, 0, count)
    assert found["read"] + found["refused"] == count, found


def test_the_same_seed_makes_the_same_inputs() -> None:
    seeds = [b"a,b\n1,2\n", b"x" * 99]
    first, again = ([mutated(random.Random(f"x/{n}"), seeds) for n in range(50)] for _ in range(2))
    assert first == again
    assert len(set(first)) > 40


def test_a_batch_apart_counts_what_one_here_counts() -> None:
    assert apart("stamp", 3, 20) == batch("stamp", 3, 20)
