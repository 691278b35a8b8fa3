"""The manifest of a release: what every file is, byte for byte, and where the numbers come from."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from firmtrade.errors import DataError, InputError, UsageError
from firmtrade.messages import readable
from firmtrade.outputs.contents import Fault, differences, digest
from firmtrade.outputs.formulas import NOTE
from firmtrade.outputs.json_file import read_object
from firmtrade.outputs.place import FolderKind
from firmtrade.outputs.several import MANIFEST, RELEASES
from firmtrade.report.model import Document
from firmtrade.report.signature import SIGNATURE, wrong
from firmtrade.report.tidy import dump

NAME = MANIFEST
FORMAT = "firmtrade release 1"


def manifest(document: Document, files: Mapping[str, bytes], formats: tuple[str, ...], against: str) -> bytes:
    """The manifest of these files. Its last entry seals the rest: a digest of everything before it."""
    provenance = document.provenance
    facts: dict[str, Any] = {
        "format": FORMAT,
        "title": document.title,
        "language": document.language,
        "banner": document.banner,
        "study": provenance.study,
        "study_fingerprint": provenance.study_fingerprint,
        "data": provenance.data,
        "data_fingerprint": provenance.data_fingerprint,
        "program": provenance.program_version,
        "versions": dict(sorted(provenance.versions.items())),
        **({"surveys": list(provenance.surveys)} if provenance.surveys else {}),
        "protection": provenance.protection,
        "switched_off": [readable(each) for each in provenance.switched_off],
        "notes": [readable(note) for note in provenance.notes],
        "formats": list(formats),
        "against": against,
        "csv": NOTE,
        "files": {path: digest(content) for path, content in sorted(files.items())},
    }
    return _sealed(facts)


def manifest_together(
    documents: Mapping[str, Document], files: Mapping[str, bytes], formats: tuple[str, ...]
) -> bytes:
    """The manifest of a folder with the releases of several studies, each in a folder of its name."""
    first = next(iter(documents.values()))
    return _sealed(
        {
            "format": FORMAT,
            "title": " · ".join(document.title for document in documents.values()),
            "language": first.language,
            "banner": first.banner,
            RELEASES: list(documents),
            "data": first.provenance.data,
            "data_fingerprint": first.provenance.data_fingerprint,
            "program": first.provenance.program_version,
            "protection": first.provenance.protection,
            "formats": list(formats),
            "files": {path: digest(content) for path, content in sorted(files.items())},
        }
    )


def _sealed(facts: dict[str, Any]) -> bytes:
    return dump({**facts, "seal": digest(dump(facts))})


def read_manifest(release: Path) -> dict[str, Any]:
    """The manifest of a release folder.

    Raises
    ------
    UsageError
        Where the folder is not there or is no release.
    InputError
        Where the manifest cannot be read.
    """
    path = release / NAME
    if not release.is_dir():
        raise UsageError(
            f"There is no folder {release}.", fix="Give the folder that `firmtrade release` wrote."
        )
    if not path.is_file() or path.is_symlink():
        raise UsageError(
            f"{release} is not a release: it has no {NAME}.",
            fix="Give the folder that `firmtrade release` wrote.",
        )
    try:
        facts = read_object(path, once=False)  # `verify` compares the bytes
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read as JSON.", fix="Publish the release again.") from error
    if facts.get("format") != FORMAT or not isinstance(facts.get("files"), dict):
        raise InputError(f"{path} is not the manifest of a release.", fix="Publish the release again.")
    return facts


def _listed(folder: Path) -> Collection[str] | None:
    """The files of a release by its own manifest; None where the folder holds none."""
    try:
        return {NAME, SIGNATURE, *read_manifest(folder)["files"]}
    except (UsageError, InputError):
        return None


RELEASE = FolderKind("a release", _listed, confidential=False)
"""A release, whose files a new one may replace."""


SAID = {
    Fault.ALTERED: "was altered: its content is not what the manifest lists",
    Fault.ADDED: "does not belong to the release",
    Fault.NO_FILE: "is no file of a release: a link, a pipe or an empty folder",
}


@dataclass(frozen=True, slots=True)
class Seal:
    """What a release says of itself: to be compared with what its publisher says elsewhere."""

    seal: str
    banner: str
    protection: str
    signed: bool

    def __str__(self) -> str:
        lines = [f"Seal: {self.seal}", f"Protection: {self.protection}"]
        lines += [f"Banner: {self.banner}"] if self.banner else []
        return "\n".join([*lines, f"Signature: {SIGNATURE}" if self.signed else "Signature: none"])


def read_seal(release: Path) -> Seal:
    """The seal, banner and protection of a release, as its manifest says them.

    Raises
    ------
    UsageError, InputError
        Where the folder holds no release at all.
    """
    facts = read_manifest(release)
    seal, banner, protection = (str(facts.get(key, "")) for key in ("seal", "banner", "protection"))
    return Seal(seal, banner, protection, (release / SIGNATURE).is_file())


def verify(release: Path, key: Path | None = None) -> list[str]:
    """What is wrong with a release: nothing, where it is complete and unaltered.

    Links and pipes are not opened; the manifest itself must be the bytes that the program writes. With the public
    ``key`` of whoever published it, the manifest must be signed by its owner, too.

    Raises
    ------
    UsageError, InputError
        Where the folder holds no release at all, or the file no key.
    """
    facts = read_manifest(release)
    written = dump(facts)
    seal = facts.pop("seal", "")
    problems = []
    if seal != digest(dump(facts)):
        problems.append(f"{NAME} was altered: its seal does not fit its content")
    elif (release / NAME).read_bytes() != written:
        problems.append(f"{NAME} was altered: it is not written as the program writes it")
    problems += [
        f"{each.path} {SAID.get(each.fault, each.fault)}"
        for each in differences(release, facts["files"], but=(NAME, SIGNATURE))
    ]
    signature = release / SIGNATURE
    if signature.is_symlink() or (signature.exists() and not signature.is_file()):
        problems.append(f"{SIGNATURE} {SAID[Fault.NO_FILE]}")
    elif key is not None and not signature.exists():
        problems.append(f"the release is not signed: there is no {SIGNATURE}")
    elif key is not None and (fault := wrong((release / NAME).read_bytes(), signature.read_bytes(), key)):
        problems.append(fault)
    return problems


def read_released(release: Path) -> dict[str, Any]:
    """The manifest of a release that is whole, and synthetic or protected.

    Raises
    ------
    UsageError, InputError
        Where the folder holds no release at all.
    DataError
        Where it does not verify, or shows real data as it is.
    """
    problems = verify(release)
    if problems:
        raise DataError(
            f"The release {release} is not as it was published: {problems[0]}.",
            fix="Ask for the release again; `firmtrade verify` lists what differs.",
        )
    facts = read_manifest(release)
    if facts.get("data") != "synthetic" and not facts.get("protection"):
        raise DataError(
            f"The release {release} is not protected: released numbers alone are read.",
            fix="Give a folder that `firmtrade release` wrote, without `--unprotected`.",
        )
    return facts
