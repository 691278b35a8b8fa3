"""Commands about records of firms: ``import``, ``check`` and ``synth``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from firmtrade.cli.options import (
    DEFAULT_STUDY,
    Language,
    NewRecords,
    Profile,
    Progressing,
    Quiet,
    example,
    pairs,
)
from firmtrade.errors import UsageError

commands = typer.Typer()


def _list(value: bool) -> None:
    if value:
        from firmtrade.cli import screen
        from firmtrade.sources.registers.register import listing

        screen.show(listing())
        raise typer.Exit


@commands.command(
    name="import",
    epilog=example(
        "firmtrade import mapping.toml --out canonical/",
        "firmtrade import kbo KboOpenData_0140_2025_10_05_Full.zip --out canonical/",
    ),
)
def import_(
    source: Annotated[
        str,
        typer.Argument(
            help="Mapping (TOML): which raw column is which canonical one. Or the name of a register.",
            metavar="SOURCE",
        ),
    ],
    out: NewRecords,
    files: Annotated[
        list[Path] | None, typer.Argument(help="Files of the register as delivered.", metavar="FILES")
    ] = None,
    choose: Annotated[
        list[str] | None,
        typer.Option("--choose", help="A choice of the register, such as nace=2003.", metavar="NAME=VALUE"),
    ] = None,
    listed: Annotated[
        bool,
        typer.Option(
            "--list", callback=_list, is_eager=True, help="Tell the registers and what each expects."
        ),
    ] = False,
    lang: Language = "en",
    quiet: Quiet = False,
) -> None:
    """Turn raw files, databases or registers into canonical tables.

    A quality report is written beside them.
    """
    from firmtrade.cli import screen

    with screen.errors(), screen.progress(quiet=quiet) as stage:
        from firmtrade import api

        done = api.import_records(
            source, out, files=files or (), choices=pairs(choose or ()), lang=lang, progress=stage
        )
        screen.say(done.text(lang), quiet=quiet)


@commands.command(
    epilog=example("firmtrade check canonical/", "firmtrade check canonical/ --study belgium-2008")
)
def check(
    folder: Annotated[
        str,
        typer.Argument(help="Folder of canonical tables, or its address (s3://, hdfs://).", metavar="DIR"),
    ],
    study: Annotated[
        str | None,
        typer.Option(
            "--study",
            help="Study that the tables should serve: its country, activity scheme, currency and years.",
            metavar="STUDY",
        ),
    ] = None,
    lang: Language = "en",
    quiet: Progressing = False,
) -> None:
    """Validate canonical tables.

    Keys, values, codes, coverage and linkage. With a study, also what only its country tells: postcodes, and
    partners that are no foreign country. Exit status 1 where something is an error and not only odd.
    """
    from firmtrade.cli import screen

    with screen.errors():
        from firmtrade import api
        from firmtrade.messages import language_of

        language_of(lang)
        with screen.progress(quiet=quiet) as stage:
            quality = api.check_tables(folder, study=study, progress=stage)
        screen.show(quality.text(lang))
        if not quality.passed:
            raise typer.Exit(1)


@commands.command(
    epilog=example(
        "firmtrade synth belgium-2008 --out synthetic/",
        "firmtrade synth belgium-2008 --out big/ --declarations 10000000",
        "firmtrade synth --against room/ --out stand-in/",
    )
)
def synth(
    out: NewRecords,
    study: Annotated[
        str | None, typer.Argument(help="A bundled study or the path of a TOML file.", metavar="STUDY")
    ] = None,
    against: Annotated[
        Path | None,
        typer.Option(
            "--against",
            help="Stand in for the records of a room: fit what a protected release of it shows.",
            metavar="ROOM",
        ),
    ] = None,
    profile: Profile = None,
    edition: Annotated[
        Path | None,
        typer.Option(
            "--edition",
            help="Published numbers to match, where they are not the study's own.",
            metavar="CELLS.csv",
        ),
    ] = None,
    scale: Annotated[int, typer.Option("--scale", help="Multiply the firms.", min=1, metavar="K")] = 1,
    declarations: Annotated[
        int | None, typer.Option("--declarations", help="Number of trade rows.", min=0, metavar="N")
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="Seed of all draws.", min=0, metavar="S")] = 0,
    faults: Annotated[
        bool, typer.Option("--faults", help="Plant faults with known counts, to try `check` on.")
    ] = False,
    supported: Annotated[
        bool,
        typer.Option(
            "--supported", help="Draw a table `support` too, of firms by chance, to try `impact` on."
        ),
    ] = False,
    quiet: Quiet = False,
) -> None:
    """Draw a synthetic population of a study.

    Its published tables are those of the study's edition, or with `--against` those that a
    release of a room may show: safe to write programs on, outside the secure room.
    """
    from firmtrade.cli import screen

    with screen.errors(), screen.progress(quiet=quiet) as stage:
        from firmtrade import api

        if against is None:
            if profile is not None:
                raise UsageError("`--profile` protects the room that `--against` names", fix="Give both.")
            done = api.synth(
                study or DEFAULT_STUDY,
                out,
                edition=edition,
                scale=scale,
                declarations=declarations,
                seed=seed,
                faults=faults,
                supported=supported,
                progress=stage,
            )
        else:
            if study or edition or faults or supported:
                raise UsageError(
                    "with `--against` the study and its numbers are those of the room, and nothing is added",
                    fix="Leave STUDY, `--edition`, `--faults` and `--supported` out.",
                )
            done = api.stand_in(
                against,
                out,
                profile=profile,
                scale=scale,
                declarations=declarations,
                seed=seed,
                progress=stage,
            )
        screen.say(str(done), quiet=quiet)
