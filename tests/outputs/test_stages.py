"""A folder of finished stages is held by one run, outlives it when it fails, and is never a folder of others."""

from __future__ import annotations

from pathlib import Path

import pytest

from firmtrade.errors import UsageError
from firmtrade.outputs.stages import beside, holding

STAGE, OTHER = "0" * 64, "1" * 64


def test_it_goes_when_the_run_has_ended_well(tmp_path: Path) -> None:
    folder = beside(tmp_path / "room")
    with holding(folder) as held:
        assert held.stat().st_mode & 0o777 == 0o700
        (held / STAGE).mkdir()
    assert list(tmp_path.iterdir()) == []


def test_beside_a_room_with_the_longest_name_it_has_one_that_the_system_takes(tmp_path: Path) -> None:
    with holding(beside(tmp_path / ("é" * 127)), lasting=True) as held:
        assert held.is_dir()


def failing(folder: Path, *, fresh: bool = False) -> list[str]:
    """What a run finds in the folder that adds a stage to it and fails."""
    found: list[str] = []

    def run() -> None:
        with holding(folder, fresh=fresh) as held:
            found.extend(each.name for each in held.iterdir())
            (held / (STAGE if not found else OTHER)).mkdir()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run()
    return sorted(found)


def test_what_a_stopped_run_has_finished_is_there_for_the_next_but_for_one_with_fresh(tmp_path: Path) -> None:
    folder = beside(tmp_path / "room")
    assert failing(folder) == []
    assert failing(folder) == [STAGE]
    assert failing(folder, fresh=True) == []


def test_a_lasting_folder_stays_unless_it_is_empty(tmp_path: Path) -> None:
    folder = tmp_path / "stages"
    with holding(folder, lasting=True):
        pass
    assert not folder.exists()
    with holding(folder, lasting=True) as held:
        (held / STAGE).mkdir()
    assert (folder / STAGE).is_dir()


def test_a_second_run_says_that_the_first_is_under_way(tmp_path: Path) -> None:
    folder = beside(tmp_path / "room")
    with holding(folder):
        with pytest.raises(UsageError, match="another run"), holding(folder):
            pass
        assert folder.exists()


def test_a_folder_of_others_is_refused_and_keeps_what_it_has(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    (tmp_path / STAGE).mkdir()
    with pytest.raises(UsageError, match="1 file"), holding(tmp_path, fresh=True):
        pass
    assert {each.name for each in tmp_path.iterdir()} == {"letter.txt", STAGE}


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="could not be written"), holding(tmp_path / "file" / "stages"):
        pass
