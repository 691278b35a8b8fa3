"""From release folders to a site."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from firmtrade.errors import UsageError
from firmtrade.messages import language_of
from firmtrade.web.published import read_releases
from firmtrade.web.site import Site

ADDRESS = re.compile(r"https?://[^\s/?#]+(/[^\s?#]*)?")


def read_site(folders: Sequence[str | Path], lang: str | None = None, base_url: str | None = None) -> Site:
    """The site of release folders, in the language of the first where none is given.

    Raises
    ------
    UsageError
        No folder, a room, no release, a release twice, an unknown language, or an address that is none.
    InputError, DataError
        A release cannot be read, does not verify or is not protected.
    """
    code = None if lang is None else language_of(lang).code
    if base_url is not None and not ADDRESS.fullmatch(base_url):
        raise UsageError(
            "`--base-url` is no address of a site.",
            fix="Give the address of its front page, such as https://statistics.example.org/firms/.",
        )
    releases = read_releases(folders)
    base = "" if base_url is None else f"{base_url.removesuffix('/')}/"
    return Site(releases, code or releases[0].document.language, base)
