"""A signature of a release's manifest, beside it: whoever has the office's public key sees that the office made it.

The manifest lists the digest of every file, so its signature covers the release. It is in OpenSSH's format, made with a
key of OpenSSH, and anyone can check it without this program::

    ssh-keygen -Y check-novalidate -n firmtrade -s manifest.json.sig < manifest.json

Source: OpenSSH, PROTOCOL.sshsig.
"""

from __future__ import annotations

import base64
import hashlib
import os
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from firmtrade.errors import InputError, Place, UsageError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

SIGNATURE = "manifest.json.sig"
PASSPHRASE = "FIRMTRADE_PASSPHRASE"
"""Environment variable that holds the passphrase of a key, where it has one."""
_MAGIC, _VERSION, _NAMESPACE, _HASH, _KIND = b"SSHSIG", 1, b"firmtrade", b"sha512", b"ssh-ed25519"
_BEGIN, _END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
_MOST_BYTES = 10_000
_MAKE = "Make one with `ssh-keygen -t ed25519 -f KEY`: KEY signs, KEY.pub checks."


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key, opened: the same content always gets the same signature."""

    _key: Ed25519PrivateKey

    def sign(self, content: bytes) -> bytes:
        """The signature of a content, as the text of a file."""
        public = _public_bytes(self._key.public_key())
        signed = _string(_KIND) + _string(self._key.sign(_signed(content)))
        body = _MAGIC + _VERSION.to_bytes(4, "big")
        body += b"".join(map(_string, (public, _NAMESPACE, b"", _HASH, signed)))
        lines = textwrap.wrap(base64.b64encode(body).decode(), 70)
        return "\n".join([_BEGIN, *lines, _END, ""]).encode()


def signer(path: str | Path) -> Signer:
    """The private key in a file of OpenSSH.

    Raises
    ------
    UsageError
        The extra ``sign`` is not installed, or there is no such file.
    InputError
        The file is no key of the kind Ed25519, or its passphrase is missing or wrong.
    """
    _installed()
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_ssh_private_key

    where = Place(file=Path(path).name)
    secret = os.environ.get(PASSPHRASE, "").encode() or None
    try:
        key = load_ssh_private_key(_content(path), secret)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise InputError(
            "this is no private key of OpenSSH that can be opened",
            where=where,
            fix=f"{_MAKE} Where it has a passphrase, the environment variable {PASSPHRASE} holds it.",
        ) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise InputError("the key is not of the kind Ed25519", where=where, fix=_MAKE)
    return Signer(key)


def wrong(content: bytes, signature: bytes, key: str | Path) -> str | None:
    """What is wrong with the signature of a content by the owner of a public key; None where nothing is.

    Raises
    ------
    UsageError
        The extra ``sign`` is not installed, or there is no such file.
    InputError
        The file holds no public key of the kind Ed25519.
    """
    _installed()
    from cryptography.exceptions import InvalidSignature

    public = _public(key)
    try:
        embedded, signed = _parts(signature)
    except ValueError:
        return f"{SIGNATURE} is no signature of a release"
    if embedded != _public_bytes(public):
        return f"{SIGNATURE} was made with another key"
    try:
        public.verify(signed, _signed(content))
    except InvalidSignature:
        return f"{SIGNATURE} does not fit the manifest: one of the two was altered"
    return None


def _public(path: str | Path) -> Ed25519PublicKey:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_ssh_public_key

    try:
        key = load_ssh_public_key(_content(path).strip())
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise InputError(
            "this is no public key of the kind Ed25519",
            where=Place(file=Path(path).name),
            fix="Give the file that ends in `.pub`: one line that begins with `ssh-ed25519`.",
        )
    return key


def _content(path: str | Path) -> bytes:
    file = Path(path)
    if not file.is_file():
        raise UsageError(f"there is no key `{file}`", fix=_MAKE)
    with file.open("rb") as stream:
        return stream.read(_MOST_BYTES)


def _signed(content: bytes) -> bytes:
    """What is signed: the digest of the content, for this purpose alone."""
    parts = (_NAMESPACE, b"", _HASH, hashlib.sha512(content).digest())
    return _MAGIC + b"".join(map(_string, parts))


def _parts(signature: bytes) -> tuple[bytes, bytes]:
    """The public key and the signature in the text of a file; a ValueError where it is another thing."""
    text = signature.decode("ascii").strip()
    if len(signature) > _MOST_BYTES or not (text.startswith(_BEGIN) and text.endswith(_END)):
        raise ValueError("no armour")
    body = base64.b64decode("".join(text[len(_BEGIN) : -len(_END)].split()), validate=True)
    head = _MAGIC + _VERSION.to_bytes(4, "big")
    if not body.startswith(head):
        raise ValueError("no signature of this version")
    public, namespace, reserved, digest, signed = _strings(body[len(head) :], 5)
    kind, value = _strings(signed, 2)
    if (namespace, reserved, digest, kind) != (_NAMESPACE, b"", _HASH, _KIND):
        raise ValueError("a signature for another purpose")
    return public, value


def _string(value: bytes) -> bytes:
    return len(value).to_bytes(4, "big") + value


def _strings(data: bytes, count: int) -> tuple[bytes, ...]:
    """Exactly ``count`` strings, each after its length."""

    def each() -> Iterator[bytes]:
        at = 0
        while at < len(data):
            size = int.from_bytes(data[at : at + 4], "big")
            if at + 4 + size > len(data):
                raise ValueError("cut off")
            yield data[at + 4 : at + 4 + size]
            at += 4 + size

    found = tuple(each())
    if len(found) != count:
        raise ValueError("other parts")
    return found


def _public_bytes(key: Ed25519PublicKey) -> bytes:
    return _string(_KIND) + _string(key.public_bytes_raw())


def _installed() -> None:
    try:
        import cryptography  # noqa: F401
    except ImportError:
        raise UsageError(
            "signatures need a library that is not installed",
            fix="Install it: `pip install firmtrade[sign]`.",
        ) from None
