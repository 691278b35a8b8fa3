"""Calls of the web observatory: serve releases, and write them out as a site of files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from firmtrade.progress import Progress, silent


def serve(
    releases: Sequence[str | Path],
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    lang: str | None = None,
    notify: Progress | None = None,
) -> None:
    """Serve releases as pages and an API until the program is asked to stop (Ctrl-C).

    Pages that are of no release are in the language of the first, or in ``lang``. Port 0 takes any that is free.
    ``notify`` is called with the address, once it answers. Needs the extra ``web``.

    Raises
    ------
    UsageError
        A folder is a room or no release, the extra is not installed, or the port is taken.
    InputError, DataError
        A release cannot be read, does not verify or is not protected.
    """
    from firmtrade.web.read import read_site
    from firmtrade.web.serve import check_installed, take_port

    check_installed()
    with take_port(read_site(releases, lang), host, port) as served:
        (notify or silent)(served.address)
        served.run()


def export_site(
    releases: Sequence[str | Path],
    out: str | Path,
    *,
    lang: str | None = None,
    base_url: str | None = None,
    progress: Progress | None = None,
) -> Path:
    """Write the site that :func:`serve` shows as files, to be put on any web server or opened from a disk.

    ``base_url`` is the address where the site will stand, for its map of pages.

    Raises
    ------
    UsageError
        A folder is a room or no release, or the place is taken by something else.
    InputError, DataError
        A release cannot be read, does not verify or is not protected.
    """
    from firmtrade.outputs.place import check_place
    from firmtrade.web.export import SITE, export
    from firmtrade.web.read import read_site

    say = progress or silent
    check_place(Path(out), SITE)
    say("reading releases")
    site = read_site(releases, lang, base_url)
    say("writing pages")
    return export(site, Path(out))
