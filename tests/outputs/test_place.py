"""What is written takes its place whole or not at all, and nothing of others is lost."""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Collection
from pathlib import Path

import pytest

from closed import close
from firmtrade.errors import UsageError
from firmtrade.outputs import place
from firmtrade.outputs.contents import names
from firmtrade.outputs.exchange import exchange
from firmtrade.outputs.place import FolderKind, check_file, check_place, write_file, writing


def listed(folder: Path) -> Collection[str] | None:
    record = folder / "record.txt"
    return {"record.txt", *record.read_text().split()} if record.exists() else None


ROOM, RELEASE = FolderKind("a room", listed), FolderKind("a release", listed, confidential=False)


def write(out: Path, text: str, kind: FolderKind = ROOM) -> None:
    with writing(out, kind) as fresh:
        (fresh / "tables").mkdir()
        (fresh / "tables" / "4.csv").write_text(text)
        (fresh / "record.txt").write_text("tables/4.csv")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_folder_that_is_closed_to_us_is_not_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "room", "first")
    (tmp_path / "room" / "mine").mkdir()
    close(tmp_path / "room" / "mine", monkeypatch)
    assert "mine" in names(tmp_path / "room")
    with pytest.raises(UsageError, match=r"holds 1 file\(s\) beside those of a room"):
        check_place(tmp_path / "room", ROOM)


def test_a_file_takes_the_place_of_an_earlier_one_in_folders_that_are_made(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "audit.html"
    for text in ("first", "zweite Fassung: größer"):
        check_file(out)
        write_file(out, text)
        assert out.read_text("utf-8") == text
    assert [path.name for path in out.parent.iterdir()] == ["audit.html"]


def test_a_file_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    with pytest.raises(UsageError, match=r"taken is a folder\.\n  Give the name of a file\."):
        check_file(tmp_path / "taken")
    with pytest.raises(UsageError, match=r"taken could not be written"):
        write_file(tmp_path / "taken", "text")
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]
    (tmp_path / "file").write_text("text")
    with pytest.raises(UsageError, match=r"file cannot be written"):
        check_file(tmp_path / "file" / "below")


def test_a_pipe_or_a_device_is_not_replaced_by_a_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for out in (tmp_path / "pipe", Path(os.devnull)):
        with pytest.raises(UsageError, match="is a device or a pipe"):
            check_file(out)


def test_what_is_read_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "e.csv").write_text("table")
    (tmp_path / "link.csv").symlink_to("e.csv")
    for out in (tmp_path / "e.csv", tmp_path / "link.csv", tmp_path / "." / "e.csv"):
        with pytest.raises(UsageError, match="is what is read"):
            check_file(out, tmp_path / "e.csv")


def test_a_folder_that_fails_halfway_leaves_the_earlier_one(tmp_path: Path) -> None:
    out = tmp_path / "room"
    write(out, "one")
    with pytest.raises(ZeroDivisionError), writing(out, ROOM) as fresh:
        (fresh / "cells.csv").write_text(f"{1 // 0}")
    assert (out / "tables" / "4.csv").read_text() == "one"
    assert [path.name for path in tmp_path.iterdir()] == ["room"]


@pytest.mark.parametrize("can", [True, False], ids=["in one step", "in two steps"])
def test_a_new_folder_takes_the_place_of_an_earlier_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, can: bool
) -> None:
    if not can:
        monkeypatch.setattr(place, "exchange", lambda *_: False)
    for text in ("one", "two"):
        write(tmp_path / "room", text)
        assert (tmp_path / "room" / "tables" / "4.csv").read_text() == text
    assert [path.name for path in tmp_path.iterdir()] == ["room"]


def test_a_link_leads_to_where_the_folder_is_written(tmp_path: Path) -> None:
    volume = tmp_path / "volume"
    volume.mkdir()
    (tmp_path / "room").symlink_to(volume / "inside")
    for text in ("one", "two"):
        write(tmp_path / "room", text)
        assert (volume / "inside" / "tables" / "4.csv").read_text() == text
    assert (tmp_path / "room").is_symlink()
    assert [path.name for path in volume.iterdir()] == ["inside"]


def test_links_in_a_circle_and_names_that_are_too_long_are_said(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    for out in (tmp_path / "a", tmp_path / ("n" * 300), tmp_path / ("n" * 300) / "below"):
        with pytest.raises(UsageError):
            check_place(out, ROOM)


def test_a_mount_point_is_refused_before_the_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os.path, "ismount", lambda path: Path(path) == tmp_path / "volume")
    (tmp_path / "volume").mkdir()
    with pytest.raises(UsageError, match=r"volume is a mount point.*\n.*volume/room"):
        check_place(tmp_path / "volume", ROOM)


def test_folders_and_files_of_others_are_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("mine")
    with pytest.raises(UsageError, match="holds files that are not of a room"):
        check_place(tmp_path / "mine", ROOM)
    write(tmp_path / "room", "one")
    (tmp_path / "room" / "tables" / "notes.txt").write_text("mine")
    with pytest.raises(UsageError, match=r"holds 1 file\(s\) beside those of a room"):
        check_place(tmp_path / "room", ROOM)
    with pytest.raises(UsageError), writing(tmp_path / "room", ROOM) as fresh:
        (fresh / "record.txt").write_text("")
    assert (tmp_path / "room" / "tables" / "notes.txt").read_text() == "mine"
    assert (tmp_path / "room" / "tables" / "4.csv").read_text() == "one"


def test_a_file_that_comes_during_the_work_is_not_lost(tmp_path: Path) -> None:
    write(tmp_path / "room", "one")
    late = tmp_path / "room" / "late.txt"
    with pytest.raises(UsageError, match="beside those"), writing(tmp_path / "room", ROOM):
        late.write_text("mine")
    assert (tmp_path / "room" / "late.txt").read_text() == "mine"


def test_what_is_confidential_is_for_its_owner_alone(tmp_path: Path) -> None:
    write(tmp_path / "room", "one")
    room = tmp_path / "room"
    assert [mode(path) for path in (room, room / "tables", room / "tables" / "4.csv")] == [
        0o700,
        0o700,
        0o600,
    ]
    write(tmp_path / "release", "one", RELEASE)
    mask = os.umask(0)
    os.umask(mask)
    assert mode(tmp_path / "release" / "record.txt") == 0o666 & ~mask


def test_stricter_rights_that_were_there_stay(tmp_path: Path) -> None:
    write(tmp_path / "release", "one", RELEASE)
    (tmp_path / "release").chmod(0o700)
    (tmp_path / "release" / "record.txt").chmod(0o600)
    write(tmp_path / "release", "two", RELEASE)
    assert mode(tmp_path / "release") == 0o700
    assert mode(tmp_path / "release" / "record.txt") == 0o600


def test_what_a_killed_run_left_is_removed_and_what_it_moved_away_comes_back(tmp_path: Path) -> None:
    left = tmp_path / ".room.working-abc"
    (left / "new").mkdir(parents=True)
    (left / "new" / "records.csv").write_text("records")
    write(left / "old", "one")
    write(tmp_path / "room", "two")
    assert [path.name for path in tmp_path.iterdir()] == ["room"]
    assert (tmp_path / "room" / "tables" / "4.csv").read_text() == "two"
    with pytest.raises(ZeroDivisionError), writing(tmp_path / "other", ROOM):
        raise ZeroDivisionError
    moved = tmp_path / ".room.working-xyz"
    moved.mkdir()
    (tmp_path / "room").rename(moved / "old")
    with pytest.raises(ZeroDivisionError), writing(tmp_path / "room", ROOM):
        raise ZeroDivisionError
    assert (tmp_path / "room" / "tables" / "4.csv").read_text() == "two"


def test_a_file_that_a_killed_run_was_writing_is_removed_by_the_next(tmp_path: Path) -> None:
    left = tmp_path / ".audit.csv.working-abc"
    left.mkdir()
    (left / "new").write_text("records")
    write_file(tmp_path / "audit.csv", "one", confidential=True)
    assert [path.name for path in tmp_path.iterdir()] == ["audit.csv"]
    assert mode(tmp_path / "audit.csv") == 0o600


def test_names_may_be_as_long_as_the_system_takes_them(tmp_path: Path) -> None:
    names = [f"{'n' * 254}{last}" for last in "ab"]
    for text in ("one", "two"):
        for name in names:
            write(tmp_path / name, text)
    assert sorted(path.name for path in tmp_path.iterdir()) == names
    for name in names:
        write_file(tmp_path / f"{name[:-1]}c", "text")


def test_a_file_elsewhere_that_cannot_be_read_is_not_said_to_be_the_place(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), writing(tmp_path / "room", ROOM):
        (tmp_path / "raw.csv").read_text()
    assert list(tmp_path.iterdir()) == []


def test_two_runs_into_one_place_do_not_meet(tmp_path: Path) -> None:
    busy = tmp_path / ".room.working-live"
    busy.mkdir()
    with (busy / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(UsageError, match="another run is writing"):
            write(tmp_path / "room", "one")
    write(tmp_path / "room", "one")
    assert [path.name for path in tmp_path.iterdir()] == ["room"]


def test_two_folders_change_places_in_one_step(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / name).touch()
    if not exchange(tmp_path / "a", tmp_path / "b"):
        pytest.skip("this system cannot exchange folders")
    assert (tmp_path / "a" / "b").exists()
    assert (tmp_path / "b" / "a").exists()
    with pytest.raises(OSError, match="No such file"):
        exchange(tmp_path / "a", tmp_path / "nowhere")
