"""A writer that is killed at a system call of its own loses nothing, and the next run leaves nothing behind."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src"
WRITER = f"""
import sys, types
for name in ("firmtrade", "firmtrade.outputs"):  # the room of places alone, which loads no library
    package = types.ModuleType(name)
    package.__path__ = ["{SOURCE}/" + name.replace(".", "/")]
    sys.modules[name] = package
from pathlib import Path
from firmtrade.outputs.place import FolderKind, writing
kind = FolderKind("a room", lambda folder: set("abc") if (folder / "c").exists() else None)
with writing(Path(sys.argv[1]), kind) as fresh:
    for name in "abc":
        (fresh / name).write_text(sys.argv[2] * 100)
"""
CALLS = ("rename", "renameat2", "mkdir", "chmod", "fchmodat", "unlink", "unlinkat", "rmdir", "write")
MOST = 200
"""Calls of one kind that a writer makes at the very most."""


def traces() -> bool:
    """Whether strace is there, and may trace."""
    if shutil.which("strace") is None:
        return False
    return (
        subprocess.run(
            ["strace", "-qq", "-o", "/dev/null", "true"], check=False, capture_output=True
        ).returncode
        == 0
    )


def command(out: Path, sign: str) -> list[str]:
    return [sys.executable, "-S", "-c", WRITER, str(out), sign]


def content(out: Path) -> set[str] | None:
    """The signs in the files of a room; None where it is not whole."""
    try:
        return {sign for name in "abc" for sign in (out / name).read_text()}
    except OSError:
        return None


@pytest.mark.skipif(not traces(), reason="no strace on this machine, or it may not trace")
@pytest.mark.parametrize("call", CALLS)
def test_a_kill_leaves_the_earlier_room_or_the_new_one_whole(call: str, tmp_path: Path) -> None:
    for when in range(1, MOST):
        out = tmp_path / str(when) / "room"
        out.parent.mkdir()
        subprocess.run(command(out, "o"), check=True)
        inject = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}", "-e"]
        inject += [f"inject={call}:signal=KILL:when={when}"]
        done = subprocess.run([*inject, *command(out, "n")], check=False, capture_output=True)
        if done.returncode == 0:
            break
        assert content(out) in ({"o"}, {"n"}), when
        subprocess.run(command(out, "m"), check=True)
        assert content(out) == {"m"}
        assert [path.name for path in out.parent.iterdir()] == ["room"]
    else:
        raise AssertionError("the writer never came to its end")
