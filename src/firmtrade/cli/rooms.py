"""Commands inside the secure room: ``run``, ``evidence`` and ``survey`` write rooms, ``explain`` reads one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from firmtrade.cli.kept_stages import stages_of
from firmtrade.cli.options import (
    DEFAULT_STUDY,
    Data,
    Engine,
    Fresh,
    NewRoom,
    Progressing,
    Quiet,
    Stages,
    Study,
    example,
    names,
)

commands = typer.Typer()

WHERE = "The room is in {}. It holds unprotected outputs: keep it inside."


@commands.command(epilog=example("firmtrade run belgium-2008 --data canonical/ --out room/"))
def run(
    study: Study,
    data: Data,
    out: NewRoom,
    engine: Engine = None,
    stages: Stages = None,
    fresh: Fresh = False,
    profile: Annotated[
        bool, typer.Option("--profile", help="Print seconds, rows and bytes by stage.")
    ] = False,
    quiet: Quiet = False,
) -> None:
    """Compute a study inside the secure room.

    The room holds cells, their evidence, tables and a manifest.
    """
    from firmtrade.cli import screen

    with screen.errors(), screen.progress(quiet=quiet) as stage:
        from firmtrade import api
        from firmtrade.outputs.manifest import Contents

        timing = api.Timing() if profile else None
        api.check_room(out, Contents.TABLES)
        with stages_of(out, stages, engine, fresh=fresh) as kept:
            results = api.run(study, data, engine=engine, progress=stage, timing=timing, stages=kept)
            results.write(out)
        screen.say(results.summary(), quiet=quiet)
        screen.say(WHERE.format(out), quiet=quiet)
    if timing is not None:
        screen.show(str(timing))


@commands.command(epilog=example("firmtrade plan belgium-2008", "firmtrade plan belgium-2008 --sql"))
def plan(
    study: Study,
    sql: Annotated[
        bool, typer.Option("--sql", help="Print the statements that make the kept tables instead.")
    ] = False,
    quiet: Progressing = False,
) -> None:
    """Say what a study will ask of an engine.

    Columns, kept tables, views, and numbers of single firms; no data is read.
    """
    from firmtrade.cli import screen

    with screen.errors(), screen.progress(quiet=quiet) as stage:
        from firmtrade import api

        stage("planning")
        found = api.plan(study)
    screen.show(found.sql() if sql else str(found))


@commands.command(
    epilog=example(
        "firmtrade evidence belgium-2008 --data canonical/ --out evidence/",
        "firmtrade evidence my-study.toml --data canonical/ --out evidence/ --blocks premia,growth",
    )
)
def evidence(
    study: Study,
    data: Data,
    out: NewRoom,
    deflator: Annotated[
        Path | None,
        typer.Option(
            "--deflator",
            help="Prices by year (`year`, `index`, maybe `division`) instead of the study's.",
            metavar="CSV",
        ),
    ] = None,
    blocks: Annotated[
        str | None,
        typer.Option(
            "--blocks",
            help="Blocks: premia,selection,survival,ventures,learning,growth,margins,targeting. All without it.",
        ),
    ] = None,
    level: Annotated[float, typer.Option("--level", help="Confidence of intervals.")] = 0.95,
    engine: Engine = None,
    stages: Stages = None,
    fresh: Fresh = False,
    quiet: Quiet = False,
) -> None:
    """Estimate who trades, why, and what it does to firms.

    Models of the panel, inside the secure room.
    """
    from firmtrade.cli import screen

    with screen.errors(), screen.progress(quiet=quiet) as stage:
        from firmtrade import api
        from firmtrade.evidence.options import BLOCKS, EvidenceOptions
        from firmtrade.outputs.manifest import Contents

        options = EvidenceOptions(level=level, blocks=BLOCKS if blocks is None else names(blocks))
        api.check_room(out, Contents.EVIDENCE)
        with stages_of(out, stages, engine, fresh=fresh) as kept:
            found = api.estimate(
                study, data, options, deflator=deflator, engine=engine, progress=stage, stages=kept
            )
            stage("drawing figures")
            found.write(out)
        for sentence in found.results.switched_off:
            screen.say(str(sentence), quiet=quiet)
        screen.say(WHERE.format(out), quiet=quiet)
    if not quiet:
        screen.show(found.summary())


@commands.command(
    epilog=example(
        "firmtrade survey sns-belgium --out survey/",
        "firmtrade survey my-survey.toml --data answers/ --out survey/",
        "firmtrade survey my-survey.toml --register canonical/ --study belgium-2008 --out survey/",
    )
)
def survey(
    path: Annotated[
        str,
        typer.Argument(
            help="A bundled survey (sns-belgium) or the path of a TOML file.", metavar="SURVEY.toml"
        ),
    ],
    out: NewRoom,
    data: Annotated[
        Path | None,
        typer.Option(
            "--data", help="Answers, a file or a folder; without them, synthetic ones.", metavar="PATH"
        ),
    ] = None,
    frame: Annotated[
        Path | None,
        typer.Option("--frame", help="Firms to draw the sample from, CSV or Parquet.", metavar="FILE"),
    ] = None,
    register: Annotated[
        Path | None,
        typer.Option(
            "--register", help="Or canonical tables: the study's firms in its reference year.", metavar="DIR"
        ),
    ] = None,
    study: Annotated[
        str, typer.Option("--study", help="Study whose firms the register gives.", metavar="STUDY")
    ] = DEFAULT_STUDY,
    multiverse: Annotated[
        bool, typer.Option("--multiverse/--no-multiverse", help="Fit every defensible analysis too.")
    ] = True,
    quiet: Quiet = False,
) -> None:
    """Run a survey, from sample and questionnaire to models."""
    from firmtrade.cli import screen

    with screen.errors(), screen.progress(quiet=quiet) as stage:
        from firmtrade import api

        found = api.survey(
            path,
            out,
            data=data,
            frame=frame,
            register=register,
            study=study,
            multiverse=multiverse,
            progress=stage,
        )
        screen.say(WHERE.format(out), quiet=quiet)
    if not quiet:
        screen.show(found.summary())


@commands.command(
    epilog=example(
        "firmtrade explain room/ 4/manufacturing/intra_eu_export/size_lt10",
        "firmtrade explain room/ 4/manufacturing/intra_eu_export/size_lt10 --sql > number.sql",
    )
)
def explain(
    room: Annotated[Path, typer.Argument(help="Room folder of a run.", metavar="ROOM")],
    key: Annotated[str, typer.Argument(help="table/population/row/column", metavar="KEY")],
    sql: Annotated[
        bool,
        typer.Option(
            "--sql", help="Print the statements from the canonical tables to the number, to run with DuckDB."
        ),
    ] = False,
    quiet: Progressing = False,
) -> None:
    """Say what a number means and where it comes from."""
    from firmtrade.cli import screen

    with screen.errors():
        from firmtrade import api

        with screen.progress(quiet=quiet) as stage:
            stage("reading the room")
            found = api.explain(room, key)
        screen.show(found.sql() if sql else str(found))
