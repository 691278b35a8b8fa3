"""A signature says who made a release, and OpenSSH says the same of it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from firmtrade.errors import InputError, UsageError
from firmtrade.report import publish, verify
from firmtrade.report.manifest import NAME, read_seal
from firmtrade.report.model import Document
from firmtrade.report.signature import PASSPHRASE, SIGNATURE, signer, wrong

ssh = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="no OpenSSH on this machine")
pytestmark = ssh


def made(folder: Path, name: str = "office", kind: str = "ed25519", secret: str = "") -> Path:
    command = ["ssh-keygen", "-q", "-t", kind, "-N", secret, "-C", "an office", "-f", str(folder / name)]
    subprocess.run(command, check=True)
    return folder / name


def public(key: Path) -> Path:
    return key.with_name(f"{key.name}.pub")


def test_a_signed_release_verifies_with_the_key_of_its_office(small: Document, tmp_path: Path) -> None:
    key = made(tmp_path)
    out = publish(small, tmp_path / "out", formats=("csv",), sign=signer(key))
    assert verify(out) == []
    assert verify(out, public(key)) == []
    assert verify(out, public(made(tmp_path, "other"))) == [f"{SIGNATURE} was made with another key"]
    again = publish(small, tmp_path / "again", formats=("csv",), sign=signer(key))
    assert (out / SIGNATURE).read_bytes() == (again / SIGNATURE).read_bytes()
    publish(small, out, formats=("csv",))  # an unsigned one takes its place
    assert verify(out, public(key)) == [f"the release is not signed: there is no {SIGNATURE}"]


def test_an_altered_manifest_and_an_altered_signature_are_told(small: Document, tmp_path: Path) -> None:
    key = made(tmp_path)
    out = publish(small, tmp_path / "out", formats=("csv",), sign=signer(key))
    signature = (out / SIGNATURE).read_bytes()
    content = (out / NAME).read_bytes()
    assert (
        wrong(content + b" ", signature, public(key))
        == f"{SIGNATURE} does not fit the manifest: one of the two was altered"
    )
    for altered in (
        b"",
        b"x",
        signature[:-80],
        signature.replace(b"BEGIN", b"BEGUN"),
        b"\xff" * 99,
        signature * 99,
    ):
        assert wrong(content, altered, public(key)) == f"{SIGNATURE} is no signature of a release"
    (out / SIGNATURE).unlink()
    (out / SIGNATURE).symlink_to(out / NAME)
    assert [each for each in verify(out, public(key)) if SIGNATURE in each]


def test_openssh_makes_and_accepts_the_same_signature(tmp_path: Path) -> None:
    key = made(tmp_path)
    (tmp_path / "m").write_bytes(b"content")
    subprocess.run(["ssh-keygen", "-q", "-Y", "sign", "-n", "firmtrade", "-f", key, tmp_path / "m"], check=True,
                   capture_output=True)  # fmt: skip
    ours = signer(key).sign(b"content")
    assert (tmp_path / "m.sig").read_bytes() == ours
    done = subprocess.run(
        ["ssh-keygen", "-Y", "check-novalidate", "-n", "firmtrade", "-s", tmp_path / "m.sig"],
        input=b"content", capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0
    other = ["ssh-keygen", "-q", "-Y", "sign", "-n", "file", "-f", str(key), str(tmp_path / "m")]
    (tmp_path / "m.sig").unlink()
    subprocess.run(other, check=True, capture_output=True)
    assert (
        wrong(b"content", (tmp_path / "m.sig").read_bytes(), public(key))
        == f"{SIGNATURE} is no signature of a release"
    )


def test_a_key_with_a_passphrase_is_opened_by_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = made(tmp_path, secret="s3cr3t")
    monkeypatch.delenv(PASSPHRASE, raising=False)
    for given in ("", "other"):
        monkeypatch.setenv(PASSPHRASE, given)
        with pytest.raises(InputError, match=PASSPHRASE):
            signer(key)
    monkeypatch.setenv(PASSPHRASE, "s3cr3t")
    assert wrong(b"a", signer(key).sign(b"a"), public(key)) is None


def test_what_is_no_key_is_said(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no key")
    with pytest.raises(InputError, match="no private key of OpenSSH"):
        signer(tmp_path / "text")
    with pytest.raises(InputError, match="not of the kind Ed25519"):
        signer(made(tmp_path, "curve", "ecdsa"))
    with pytest.raises(InputError, match="no public key"):
        wrong(b"", b"", tmp_path / "text")
    with pytest.raises(UsageError, match="there is no key"):
        signer(tmp_path / "nowhere")


def test_verify_prints_seal_and_banner_to_compare(small: Document, tmp_path: Path) -> None:
    out = publish(small, tmp_path / "out", formats=("csv",))
    said = read_seal(out)
    assert len(said.seal) == 64
    assert said.banner == small.banner
    assert str(said).splitlines()[0] == f"Seal: {said.seal}"
    assert "Signature: none" in str(said)
