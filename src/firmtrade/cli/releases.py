"""Commands that publish: ``report``, the main job, ``release`` and ``verify``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from firmtrade.cli.options import (
    ALL_FORMATS,
    DEFAULT_STUDY,
    Against,
    Formats,
    Language,
    NewRelease,
    Profile,
    Progressing,
    Quiet,
    Unprotected,
    example,
    names,
)

commands = typer.Typer()


@commands.command(
    epilog=example(
        "firmtrade report belgium-2008 --out release/",
        "firmtrade report my-study.toml --data canonical/ --out release/ --unprotected",
    )
)
def report(
    study: Annotated[
        str, typer.Argument(help="A bundled study or the path of a TOML file.", metavar="STUDY")
    ] = DEFAULT_STUDY,
    out: NewRelease = Path("release"),
    data: Annotated[
        str | None,
        typer.Option(
            "--data",
            help="Folder of canonical tables; without it, the study's synthetic population.",
            metavar="DIR",
        ),
    ] = None,
    lang: Language = "en",
    formats: Formats = ALL_FORMATS,
    against: Against = None,
    unprotected: Unprotected = False,
    profile: Profile = None,
    evidence: Annotated[
        bool, typer.Option("--evidence", help="Estimate the models too and publish them with the tables.")
    ] = False,
    rooms: Annotated[
        list[Path] | None,
        typer.Option("--room", help="A room made earlier (of a survey) to publish with it.", metavar="ROOM"),
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Compute a study and publish it: the main job."""
    from firmtrade.cli import screen

    with screen.errors(), screen.progress(quiet=quiet) as stage:
        from firmtrade import api

        api.publish(
            study,
            out,
            data=data,
            lang=lang,
            formats=names(formats),
            against=against,
            unprotected=unprotected,
            profile=profile,
            evidence=evidence,
            rooms=rooms or (),
            progress=stage,
            notify=lambda text: screen.say(text, quiet=quiet),
        )
        page = out / "index.html"
        screen.say(f"The release is in {out}{f': open {page}' if page.is_file() else ''}.", quiet=quiet)


@commands.command(
    epilog=example(
        "firmtrade release room/ --out release/",
        "firmtrade release room/ evidence/ survey/ --profile office.toml --out release/",
        "firmtrade release chapter/ traders/ --out release/",
    )
)
def release(
    rooms: Annotated[
        list[Path],
        typer.Argument(help="Rooms: of studies, of their evidence, of surveys.", metavar="ROOM..."),
    ],
    out: NewRelease,
    lang: Language = "en",
    formats: Formats = ALL_FORMATS,
    against: Against = None,
    unprotected: Unprotected = False,
    profile: Profile = None,
    review: Annotated[
        Path | None,
        typer.Option(
            "--review",
            help="Folder for the custodian, which stays inside: review page, results.json, JJ.",
            metavar="DIR",
        ),
    ] = None,
    register: Annotated[
        Path | None,
        typer.Option(
            "--register",
            help="Register of releases, which stays inside: what they print counts as known, and this one is entered.",
            metavar="DIR",
        ),
    ] = None,
    sign: Annotated[
        Path | None,
        typer.Option(
            "--sign", help="Private key of OpenSSH (Ed25519) that signs the release.", metavar="KEY"
        ),
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Protect rooms together, attack and publish.

    Several studies of the same firms have a folder each. Exit status 1 where a number cannot be protected or the attack
    works one out: nothing is written.
    """
    from firmtrade.cli import screen

    with screen.errors(), screen.progress(quiet=quiet) as stage:
        from firmtrade import api

        api.release(
            rooms,
            out,
            lang=lang,
            formats=names(formats),
            against=against,
            unprotected=unprotected,
            profile=profile,
            review=review,
            register=register,
            sign=sign,
            progress=stage,
        )
        screen.say(f"The release is in {out}.", quiet=quiet)


@commands.command(epilog=example("firmtrade draft room/ --profile office.toml"))
def draft(
    rooms: Annotated[
        list[Path],
        typer.Argument(help="Rooms: of studies, of their evidence, of surveys.", metavar="ROOM..."),
    ],
    profile: Profile = None,
    quiet: Progressing = False,
) -> None:
    """Say what a profile would hide, before a release is made.

    How much of each table goes, and which classes may be merged so that hidden numbers come back. Nothing is written.
    """
    from firmtrade.cli import screen

    with screen.errors(), screen.progress(quiet=quiet) as stage:
        from firmtrade import api

        found = api.draft(rooms, profile or "publication", progress=stage)
    screen.show(str(found))


@commands.command(epilog=example("firmtrade attack release/ --known last-year/cells.csv --format csv"))
def attack(
    folder: Annotated[Path, typer.Argument(help="Release folder.", metavar="RELEASE")],
    known: Annotated[
        list[Path] | None,
        typer.Option(
            "--known",
            help="What a reader knows besides: the folder of another release of the same firms, or a file of cells.",
            metavar="CELLS.csv",
        ),
    ] = None,
    within: Annotated[
        int,
        typer.Option(
            "--counts-within",
            help="How far true numbers of firms may lie from rounded or perturbed ones (base 5: 4).",
            min=0,
            metavar="N",
        ),
    ] = 0,
    zeros: Annotated[
        bool,
        typer.Option("--zeros-shown", help="The office shows zeros: shares of none or all are no secret."),
    ] = False,
    units: Annotated[
        int,
        typer.Option(
            "--units",
            help="Take a number of firms that is confidential by itself for fewer than that many (3: 1 or 2).",
            min=0,
            metavar="N",
        ),
    ] = 0,
    closer: Annotated[
        float,
        typer.Option(
            "--closer-than",
            help="Take an amount or mean as known where its interval is narrower than this many per cent of it.",
            min=0,
            max=100,
            metavar="PERCENT",
        ),
    ] = 0.0,
    form: Annotated[
        str, typer.Option("--format", help="Format: table, csv or json.", metavar="FORMAT")
    ] = "table",
    quiet: Progressing = False,
) -> None:
    """Work out hidden numbers of a release.

    Exit status 1 where a confidential number comes down to one value, or closer than asked for.
    """
    from firmtrade.cli import screen

    with screen.errors(), screen.progress(quiet=quiet) as stage:
        from firmtrade import api
        from firmtrade.protection.attack.report import show

        text = show(form)
        found = api.attack(
            folder,
            known or (),
            within=within,
            zeros_shown=zeros,
            units=units,
            closer=closer,
            progress=stage,
        )
    screen.show(text(found))
    if found.tight:
        raise typer.Exit(1)


@commands.command(epilog=example("firmtrade verify release/", "firmtrade verify release/ --key office.pub"))
def verify(
    folder: Annotated[Path, typer.Argument(help="Release folder.", metavar="RELEASE")],
    key: Annotated[
        Path | None,
        typer.Option(
            "--key", help="Public key of the publisher, who must have signed it.", metavar="KEY.pub"
        ),
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Check a release against its manifest.

    Prints its seal and banner, to be compared with what the publisher says. Exit status 1 where a file is missing,
    altered or added, or where it is not signed by the owner of `--key`: this is said with `--quiet` too.
    """
    from firmtrade.cli import screen

    with screen.errors():
        from firmtrade import api

        problems = api.verify(folder, key)
        for problem in problems:
            screen.show(problem)
        if problems:
            raise typer.Exit(1)
        if not quiet:
            screen.show("Complete and unaltered.")
            screen.show(str(api.read_seal(folder)))
