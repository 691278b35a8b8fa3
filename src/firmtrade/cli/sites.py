"""Commands of the web observatory: ``serve`` and ``export-site``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from firmtrade.cli.options import Quiet, example

commands = typer.Typer()

Releases = Annotated[
    list[Path],
    typer.Argument(
        help="Release folders, of several studies, years, countries, languages.", metavar="RELEASE..."
    ),
]
SiteLanguage = Annotated[
    str | None,
    typer.Option(
        "--lang",
        help="Language of pages that are of no release; that of the first without it.",
        metavar="LANG",
    ),
]


@commands.command(
    epilog=example("firmtrade serve release/", "firmtrade serve belgium-2008/ belgium-2009/ --port 8080")
)
def serve(
    releases: Releases,
    host: Annotated[
        str, typer.Option("--host", help="Address of this machine to answer on.", metavar="HOST")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", help="Port to answer on; 0 is any that is free.", metavar="PORT")
    ] = 8000,
    lang: SiteLanguage = None,
    quiet: Quiet = False,
) -> None:
    """Serve releases as a web site and an API.

    Releases are verified first: exit status 1 where one is not as it was published, or not protected. Ctrl-C stops the
    server, with exit status 0. Needs the extra `web`.
    """
    from firmtrade.cli import screen

    with screen.errors():
        from firmtrade import api

        def say(address: str) -> None:
            screen.say(f"The observatory is at {address} (Ctrl-C stops it).", quiet=quiet)

        api.serve(releases, host=host, port=port, lang=lang, notify=say)


@commands.command(
    "export-site",
    epilog=example(
        "firmtrade export-site release/ --out site/",
        "firmtrade export-site belgium-2008/ belgium-2009/ --out site/ --base-url https://statistics.example.org/firms/",
    ),
)
def export_site(
    releases: Releases,
    out: Annotated[Path, typer.Option("--out", help="Folder to write the site to.", metavar="DIR")],
    lang: SiteLanguage = None,
    base_url: Annotated[
        str | None,
        typer.Option(
            "--base-url", help="Address where the site will stand, for its map of pages.", metavar="URL"
        ),
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Write releases as a web site of files.

    The same pages as `serve` shows, to be put on any web server or opened from a disk. Exit status 1 where a release is
    not as it was published, or not protected: nothing is written.
    """
    from firmtrade.cli import screen

    with screen.errors(), screen.progress(quiet=quiet) as stage:
        from firmtrade import api

        api.export_site(releases, out, lang=lang, base_url=base_url, progress=stage)
        screen.say(f"The site is in {out}: open {out / 'index.html'}.", quiet=quiet)
