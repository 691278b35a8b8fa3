"""A release is whole or it is not there; it can be proved complete; and it is the same twice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from firmtrade.cli.options import ALL_FORMATS
from firmtrade.errors import InputError, UsageError
from firmtrade.outputs import ObsStatus
from firmtrade.report import Document, Section, publish, read_manifest, verify
from firmtrade.report.publish import render
from firmtrade.report.writers import WRITERS, Writer
from report.sample import document

CSV = ("csv",)


def paths(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_the_folder_has_the_layout_of_the_interface(release: Path) -> None:
    found = paths(release)
    assert {
        "index.html", "report.pdf", "tables.xlsx", "cells.csv", "manifest.json", "tables/table-4.csv",
        "figures/figure-15.svg", "figures/figure-15.png", "figures/figure-15.vl.json", "sdmx/cells.csv",
    } <= found  # fmt: skip


def test_a_fresh_release_verifies(release: Path) -> None:
    assert verify(release) == []


def test_the_manifest_says_where_the_numbers_come_from(release: Path) -> None:
    facts = read_manifest(release)
    assert (facts["study"], facts["data"], facts["data_fingerprint"]) == (
        "sampleland",
        "synthetic",
        "5f2c9a0b7d31",
    )
    assert [each["text"] for each in facts["switched_off"]] == [
        "5: needs the column `value_added` of accounts"
    ]
    assert [each["text"] for each in facts["notes"]] == ["The population `mining` has no firms in 2002."]
    assert facts["against"] == "edition 2001"


def test_the_page_ends_with_what_the_run_noted(release: Path) -> None:
    page = (release / "index.html").read_text(encoding="utf-8")
    assert "<dt>Note</dt><dd>The population <code>mining</code> has no firms in 2002.</dd>" in page


def test_a_figure_without_a_number_is_not_drawn_and_its_table_says_why(small: Document) -> None:
    figure = next(small.figures())
    undefined = {
        place: replace(cell, value=None, status=ObsStatus.UNDEFINED)
        for place, cell in figure.table.cells.items()
    }
    bare = replace(figure, table=replace(figure.table, cells=undefined))
    made = render(
        replace(small, sections=(Section("only", "Only", (), (bare,)),), findings=()), ("html", "pdf")
    )
    assert not [name for name in made if name.startswith("figures/")]
    page = made["index.html"].decode("utf-8")
    assert "<svg" not in page
    assert "<b>[z]</b>" in page


def test_two_processes_in_two_places_write_the_same_bytes(release: Path, tmp_path: Path) -> None:
    """The other does one thing after another."""
    code = (
        "import sys; from pathlib import Path; from report.sample import document; "
        "from firmtrade import workers; workers.AT_ONCE = 1; "
        "from firmtrade.report import publish; publish(document(), Path(sys.argv[1]))"
    )
    root = Path(__file__).parents[2]
    there = tmp_path / "elsewhere" / "other name"
    environment = {
        **os.environ, "PYTHONPATH": f"{root / 'src'}{os.pathsep}{root / 'tests'}", "TZ": "Asia/Tokyo",
        "PYTHONHASHSEED": "7",
    }  # fmt: skip
    subprocess.run([sys.executable, "-c", code, str(there)], check=True, env=environment, cwd=tmp_path)
    different = [
        path
        for path in sorted(paths(there) - {"manifest.json"})
        if (there / path).read_bytes() != (release / path).read_bytes()
    ]
    assert different == []


@pytest.mark.parametrize("path", ["cells.csv", "index.html", "report.pdf"])
def test_an_altered_file_is_found(small: Document, tmp_path: Path, path: str) -> None:
    out = publish(small, tmp_path / "out", formats=("html", "csv", "pdf"))
    (out / path).write_bytes((out / path).read_bytes() + b" ")
    assert verify(out) == [f"{path} was altered: its content is not what the manifest lists"]


def test_a_missing_and_a_foreign_file_are_found(small: Document, tmp_path: Path) -> None:
    out = publish(small, tmp_path / "out", formats=CSV)
    (out / "cells.csv").unlink()
    (out / "notes.txt").write_text("mine")
    assert verify(out) == ["cells.csv is missing", "notes.txt does not belong to the release"]


def test_a_changed_manifest_is_found(small: Document, tmp_path: Path) -> None:
    out = publish(small, tmp_path / "out", formats=CSV)
    facts = json.loads((out / "manifest.json").read_text())
    facts["data"] = "real"
    (out / "manifest.json").write_text(json.dumps(facts))
    assert verify(out) == ["manifest.json was altered: its seal does not fit its content"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda text: text.replace("  ", "   "), "not written as the program writes it"),
        (
            lambda text: text.replace("{", '{"format": "firmtrade release 1",', 1),
            "not written as the program",
        ),
    ],
)
def test_white_space_and_a_key_twice_in_the_manifest_are_found(
    small: Document, tmp_path: Path, change: Callable[[str], str], says: str
) -> None:
    out = publish(small, tmp_path / "out", formats=("csv",))
    text = (out / "manifest.json").read_text(encoding="utf-8")
    (out / "manifest.json").write_text(change(text), encoding="utf-8")
    (problem,) = verify(out)
    assert says in problem


def test_links_pipes_and_empty_folders_are_found_and_not_opened(small: Document, tmp_path: Path) -> None:
    out = publish(small, tmp_path / "out", formats=("csv",))
    (out / "cells.csv").rename(tmp_path / "cells.csv")
    (out / "cells.csv").symlink_to(tmp_path / "cells.csv")
    os.mkfifo(out / "pipe.csv")
    (out / "empty").mkdir()
    (out / "room").symlink_to(tmp_path, target_is_directory=True)
    said = verify(out)
    assert [problem.split(" ")[0] for problem in said] == ["cells.csv", "empty", "pipe.csv", "room"]
    assert all("is no file of a release" in problem for problem in said)


def test_what_is_no_release_is_not_verified(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="There is no folder"):
        verify(tmp_path / "nowhere")
    with pytest.raises(UsageError, match=r"not a release: it has no manifest.json"):
        verify(tmp_path)
    (tmp_path / "manifest.json").write_text("{")
    with pytest.raises(InputError, match="cannot be read as JSON"):
        verify(tmp_path)
    (tmp_path / "manifest.json").write_text('{"format": "other"}')
    with pytest.raises(InputError, match="not the manifest of a release"):
        verify(tmp_path)


def test_an_earlier_release_is_replaced_whole(small: Document, tmp_path: Path) -> None:
    out = publish(small, tmp_path / "out", formats=("csv", "sdmx"))
    publish(small, out, formats=CSV)
    assert not (out / "sdmx").exists()
    assert verify(out) == []
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_folder_with_other_files_is_refused_and_left_alone(small: Document, tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("years of work")
    with pytest.raises(UsageError, match="holds files that are not of a release; nothing was written"):
        publish(small, tmp_path, formats=CSV)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_a_release_with_a_file_of_the_user_in_it_is_refused(small: Document, tmp_path: Path) -> None:
    out = publish(small, tmp_path / "out", formats=CSV)
    (out / "review notes.txt").write_text("mine")
    with pytest.raises(UsageError, match=r"holds 1 file\(s\) beside those of a release"):
        publish(small, out, formats=CSV)


def test_an_empty_folder_is_taken(small: Document, tmp_path: Path) -> None:
    assert verify(publish(small, tmp_path, formats=CSV)) == []


def test_a_file_in_the_place_is_refused(small: Document, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    with pytest.raises(UsageError, match="is a file"):
        publish(small, tmp_path / "out", formats=CSV)
    with pytest.raises(UsageError, match="cannot be written"):
        publish(small, tmp_path / "out" / "deeper", formats=CSV)


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="this system has no /proc")
def test_a_place_that_takes_no_files_is_refused(small: Document) -> None:
    with pytest.raises(UsageError, match=r"could not be written|cannot be written"):
        publish(small, Path("/proc/release"), formats=CSV)


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is unwritable to the superuser")
def test_an_unwritable_place_is_refused_before_any_work(small: Document, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(UsageError, match="cannot be written"):
            publish(small, tmp_path / "out", formats=CSV)
    finally:
        tmp_path.chmod(0o700)


def test_a_failure_on_the_way_leaves_the_earlier_release(
    small: Document, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = publish(small, tmp_path / "out", formats=CSV)
    before = (out / "manifest.json").read_bytes()
    genuine = Path.write_bytes

    def full_disk(self: Path, data: bytes) -> int:
        if self.name == "table-4.csv":
            raise OSError(28, "No space left on device")
        return genuine(self, data)

    monkeypatch.setattr(Path, "write_bytes", full_disk)
    with pytest.raises(UsageError, match=r"could not be written: No space left on device"):
        publish(small, out, formats=CSV)
    assert (out / "manifest.json").read_bytes() == before
    assert verify(out) == []
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_an_unknown_format_leads_to_the_nearest(small: Document, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no format `xls`.\n  Did you mean `xlsx`\?"):
        publish(small, tmp_path / "out", formats=("xls",))
    with pytest.raises(UsageError, match="No format was asked for"):
        publish(small, tmp_path / "out", formats=())


def test_a_study_without_tables_has_nothing_to_publish(small: Document, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nothing to publish: the study declares no table and no figure"):
        publish(replace(small, sections=()), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_progress_names_each_format(small: Document, tmp_path: Path) -> None:
    said: list[str] = []
    publish(small, tmp_path / "out", formats=("sdmx", "csv"), progress=said.append)
    assert said == ["sdmx", "csv"]


def test_a_format_is_one_file_and_one_line_of_the_registry(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    titles = Writer(
        "TXT", lambda job: {"titles.txt": "\n".join(t.title for t in job.document.tables()).encode()}
    )
    monkeypatch.setitem(WRITERS, "txt", titles)  # type: ignore[arg-type]
    out = publish(document(rows=3), tmp_path / "out", formats=("txt", "csv"))
    assert (out / "titles.txt").read_text(encoding="utf-8")
    assert verify(out) == []


def test_the_command_line_knows_every_format() -> None:
    assert ",".join(WRITERS) == ALL_FORMATS
