"""A population that neither memory nor disk can hold is refused at once, with the largest that they can."""

from __future__ import annotations

from pathlib import Path

import pytest

from firmtrade.errors import UsageError
from firmtrade.linked.population.synthesize import synthesize


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"scale": 10**9}, r"GB of memory, and .* GB are free\n.*`--scale` of at most [0-9,]+"),
        ({"declarations": 10**13}, r"GB on the disk, and .* GB are free\n.*`--declarations [0-9]+`"),
    ],
)
def test_what_cannot_be_held_is_refused_before_it_is_drawn(
    asked: dict[str, int], said: str, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match=said):
        synthesize("belgium-2008", tmp_path / "out", **asked)
    assert list(tmp_path.iterdir()) == []
