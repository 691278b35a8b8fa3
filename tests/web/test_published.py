"""What the observatory reads: releases that are whole and protected, and nothing else."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

import firmtrade as ft
from firmtrade.errors import DataError, FirmtradeError, InputError, UsageError
from firmtrade.outputs import Confidentiality
from firmtrade.report import publish, publish_together, stored
from firmtrade.report.manifest import NAME, manifest
from firmtrade.report.model import Document, Table
from firmtrade.web.published import read_releases
from firmtrade.web.site import Site
from report.sample import document


def test_releases_are_named_by_their_study_and_what_tells_them_apart(site: Site) -> None:
    assert [release.name for release in site.releases] == [
        "sampleland-en-5f2c9a0b", "sampleland-fr", "sampleland-en-90c2aa10",
    ]  # fmt: skip


def test_a_release_alone_has_the_name_of_its_study_wherever_its_folder_is(releases: Path) -> None:
    assert [release.name for release in read_releases([releases / "fr"])] == ["sampleland"]


def test_a_folder_of_several_studies_is_read_as_the_releases_in_it(tmp_path: Path) -> None:
    other = document("en", rows=3)
    other = replace(other, provenance=replace(other.provenance, study="Île 2"))
    publish_together({"first": document("en", rows=3), "second": other}, tmp_path / "both", formats=("csv",))
    assert [release.name for release in read_releases([tmp_path / "both"])] == ["sampleland", "ile-2"]


def test_a_room_never_leaves(tmp_path: Path) -> None:
    (tmp_path / "room").mkdir()
    (tmp_path / "room" / "manifest.json").write_text(
        json.dumps({"kind": "room", "format": "firmtrade room 2"})
    )
    with pytest.raises(UsageError, match="is a room, which never leaves") as refused:
        ft.export_site([tmp_path / "room"], tmp_path / "site")
    assert "firmtrade release" in str(refused.value)
    assert not (tmp_path / "site").exists()


@pytest.mark.parametrize("path", ["cells.csv", "publication.json", "index.html", "manifest.json"])
def test_a_release_that_was_altered_is_refused(releases: Path, tmp_path: Path, path: str) -> None:
    folder = shutil.copytree(releases / "fr", tmp_path / "release")
    (folder / path).write_bytes((folder / path).read_bytes() + b" ")
    with pytest.raises(DataError, match="is not as it was published") as refused:
        ft.export_site([releases / "en", folder], tmp_path / "site")
    assert refused.value.exit_status == 1
    assert not (tmp_path / "site").exists()


def test_a_file_that_is_altered_while_the_site_is_served_is_not_handed_out(
    releases: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(releases / "fr", tmp_path / "release")
    (release,) = read_releases([folder])
    assert release.content("cells.csv")
    for path in ("cells.csv", "manifest.json"):
        (folder / path).write_text("changed")
        with pytest.raises(DataError, match=f"{path} of the release sampleland was altered"):
            release.content(path)


def unprotected(made: Document) -> Document:
    """The publication as if real firms stood behind it, and nothing protected them."""

    def table(old: Table) -> Table:
        cells = {
            place: replace(cell, confidentiality=Confidentiality.INTERNAL)
            for place, cell in old.cells.items()
        }
        return replace(old, cells=cells)

    only = replace(made.sections[2], items=(table(made.sections[2].items[1]),))  # type: ignore[arg-type]
    return replace(made, provenance=replace(made.provenance, data="real"), sections=(only,), findings=())


def test_what_is_not_protected_is_not_shown(tmp_path: Path) -> None:
    publish(unprotected(document()), tmp_path / "release", formats=("html", "csv"))
    assert not (tmp_path / "release" / stored.NAME).exists()
    with pytest.raises(DataError, match="is not protected"):
        read_releases([tmp_path / "release"])


def test_a_release_without_its_publication_is_refused_in_words(releases: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(releases / "fr", tmp_path / "release")
    (folder / stored.NAME).unlink()
    facts = json.loads((folder / NAME).read_text(encoding="utf-8"))
    files = {path: (folder / path).read_bytes() for path in facts["files"] if path != stored.NAME}
    (folder / NAME).write_bytes(manifest(document("fr"), files, ("html", "csv"), ""))
    with pytest.raises(InputError, match=r"holds no publication\.json"):
        read_releases([folder])


@pytest.mark.parametrize(
    ("given", "said"),
    [((), "No release is given"), (("en", "en"), "is given twice"), (("none",), "There is no folder"),
     ((".",), "is not a release")],
)  # fmt: skip
def test_what_cannot_be_read_is_said_in_words(releases: Path, given: tuple[str, ...], said: str) -> None:
    with pytest.raises(FirmtradeError, match=said):
        read_releases([releases / name for name in given])
