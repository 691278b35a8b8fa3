"""Lines of commands for the fuzz harness: each command, called with mutated words, does its work or says why not."""

from __future__ import annotations

import contextlib
import io
import shutil
import tempfile
from functools import cache
from pathlib import Path

from firmtrade.errors import UsageError

LINES = [
    "run study.toml --data data --out o", "run study.toml --data data --out room --quiet", "plan study.toml",
    "plan study.toml --sql", "check data", "check data --study study.toml",
    "explain room 1/manufacturing/small/export_share", "explain room 1/manufacturing/small/export_share --sql",
    "release room --out o --format csv", "release room --out release --format csv --against release --lang nl",
    "verify release", "verify release --key study.toml", "attack release",
    "attack release --known release/cells.csv --format csv", "compare room --published release/cells.csv",
    "audit release --study study.toml --format json",
    "audit release/cells.csv --study study.toml --out o.html --format html",
    "audit --template study.toml --out o.csv", "import mapping.toml --out o", "import --list",
    "evidence study.toml --data data --out o --blocks growth --level 0.9", "advise --form --out o.toml",
    "advise study.toml --out o", "survey survey.toml --data answers.csv --out o --no-multiverse", "--version",
    "--help", "run --help",
]  # fmt: skip
"""Commands on small inputs; what they are called with is mutated, not what they read."""
MOST_WORDS = 30


class FaultError(AssertionError):
    """A command that called its own failure a fault, or left with a status of none."""


def lines() -> list[bytes]:
    """The words of each command, one to a line."""
    return [line.replace(" ", "\n").encode() for line in LINES]


@cache
def _place() -> Path:
    """A folder with what the commands read, all of it made up."""
    from cli.economy import write_economy
    from fuzz.readers import MAPPING, SOUND, csvs, room
    from survey.test_small_survey import some_answers, written

    place = Path(tempfile.mkdtemp(prefix="fuzz-commands-"))
    for name, content in room().items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(content)
    write_economy(place / "data", firms=60)
    (place / "study.toml").write_bytes(SOUND.read_bytes())
    (place / "mapping.toml").write_text(MAPPING.format(path="books.csv", how=""))
    (place / "books.csv").write_bytes(csvs()[0])
    written(place, some_answers())
    return place


def words(content: bytes) -> list[str]:
    """What a command is called with; paths stay in the folder, and no other machine is asked."""
    found = content.replace(b"\0", b"").decode("utf-8", "surrogateescape").split("\n")[:MOST_WORDS]
    kept = [word.replace("..", "").lstrip("/") for word in found if word]
    return [word for word in kept if "://" not in word and not word.startswith("local")]


def called(file: Path) -> str:
    """Call a command with the words in a file, in a folder that is made anew."""
    from firmtrade.cli.app import app

    said = io.StringIO()
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        place = shutil.copytree(_place(), Path(folder) / "place")
        with contextlib.chdir(place), contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            try:
                app(words(file.read_bytes()))
            except SystemExit as left:
                status = left.code
    text = said.getvalue()
    if status not in (0, 1, 2, None) or "fault of the program" in text or "Traceback" in text:
        raise FaultError(f"{status}: {text[:300]}")
    if status:
        raise UsageError("refused")
    return text
