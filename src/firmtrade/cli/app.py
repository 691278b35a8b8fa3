"""Commands. Each one parses, calls the API, and says what it did; imports wait until a command runs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from firmtrade import __version__

app = typer.Typer(
    name="firmtrade",
    help="From confidential firm records to publishable evidence on how SMEs go international.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # plain help: loading the drawn one takes longer than all else at start
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")]
Study = Annotated[
    str, typer.Argument(help="A bundled study (belgium-2008) or the path of a TOML file.", metavar="STUDY")
]
Data = Annotated[Path, typer.Option("--data", help="Folder of canonical tables.", metavar="DIR")]
Language = Annotated[str, typer.Option("--lang", help="Language: en, fr, nl or de.", metavar="LANG")]
Formats = Annotated[
    str, typer.Option("--format", help="Formats, separated by commas: html,pdf,xlsx,csv,sdmx.")
]
Unprotected = Annotated[
    bool,
    typer.Option(
        "--unprotected", help="Publish real data without protection: NOT FOR RELEASE on every page."
    ),
]
ALL_FORMATS = "html,pdf,xlsx,csv,sdmx"
DEFAULT_STUDY = "belgium-2008"


def _example(*lines: str) -> str:
    """What stands below the help of a command; the first sign keeps each example on its own line."""
    return "\n".join(["\b", "Example:", *(f"  {line}" for line in lines)])


def _version(value: bool) -> None:
    if value:
        typer.echo(f"firmtrade {__version__}")
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


@app.command(
    epilog=_example(
        "firmtrade report belgium-2008 --out release/",
        "firmtrade report my-study.toml --data canonical/ --out release/ --unprotected",
    )
)
def report(
    study: Annotated[
        str, typer.Argument(help="A bundled study or the path of a TOML file.", metavar="STUDY")
    ] = DEFAULT_STUDY,
    out: Annotated[Path, typer.Option("--out", help="Folder to write the release to.", metavar="DIR")] = Path(
        "release"
    ),
    data: Annotated[
        Path | None,
        typer.Option(
            "--data",
            help="Folder of canonical tables; without it, the study's synthetic population.",
            metavar="DIR",
        ),
    ] = None,
    lang: Language = "en",
    formats: Formats = ALL_FORMATS,
    against: Annotated[
        str | None,
        typer.Option(
            "--against",
            help="Set an edition or an earlier release beside the new numbers.",
            metavar="EDITION",
        ),
    ] = None,
    unprotected: Unprotected = False,
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

        api.report(
            study,
            out,
            data=data,
            lang=lang,
            formats=_list(formats),
            against=against,
            unprotected=unprotected,
            evidence=evidence,
            rooms=rooms or (),
            progress=stage,
        )
        screen.say(f"The release is in {out}: open {out / 'index.html'}.", quiet=quiet)


@app.command(epilog=_example("firmtrade run belgium-2008 --data canonical/ --out room/"))
def run(
    study: Study,
    data: Data,
    out: Annotated[Path, typer.Option("--out", help="Folder to write the room to.", metavar="ROOM")],
    engine: Annotated[
        str | None, typer.Option("--engine", help="Engine, duckdb:// by default.", metavar="URL")
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Compute a study inside the secure room.

    The room holds cells, their evidence, tables and a manifest.
    """
    from firmtrade.cli import screen

    with screen.errors(), screen.progress(quiet=quiet) as stage:
        from firmtrade import api

        results = api.run(study, data, engine=engine, progress=stage)
        results.write(out)
        screen.say(results.summary(), quiet=quiet)
        screen.say(f"The room is in {out}. It holds unprotected outputs: keep it inside.", quiet=quiet)


@app.command(
    epilog=_example(
        "firmtrade evidence belgium-2008 --data canonical/ --out evidence/",
        "firmtrade evidence my-study.toml --data canonical/ --out evidence/ --blocks premia,growth",
    )
)
def evidence(
    study: Study,
    data: Data,
    out: Annotated[Path, typer.Option("--out", help="Folder to write the room to.", metavar="ROOM")],
    deflator: Annotated[
        Path | None,
        typer.Option("--deflator", help="Prices by year (`year`, `index`, maybe `division`).", metavar="CSV"),
    ] = None,
    blocks: Annotated[
        str | None,
        typer.Option(
            "--blocks",
            help="Blocks: premia,selection,survival,ventures,learning,growth. All without it.",
        ),
    ] = None,
    level: Annotated[float, typer.Option("--level", help="Confidence of intervals.")] = 0.95,
    quiet: Quiet = False,
) -> None:
    """Estimate who trades, why, and what it does to firms.

    Models of the panel, inside the secure room.
    """
    from firmtrade.cli import screen

    with screen.errors(), screen.progress(quiet=quiet) as stage:
        from firmtrade import api
        from firmtrade.evidence.options import BLOCKS, EvidenceOptions

        options = EvidenceOptions(level=level, blocks=BLOCKS if blocks is None else _list(blocks))
        api.check_room(out)
        found = api.evidence(study, data, options, deflator=deflator, progress=stage)
        stage("drawing figures")
        found.write(out)
        for sentence in found.results.switched_off:
            screen.say(sentence, quiet=quiet)
        screen.say(f"The room is in {out}. It holds unprotected outputs: keep it inside.", quiet=quiet)
    if not quiet:
        screen.show(found.summary())


@app.command(
    epilog=_example(
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
    out: Annotated[Path, typer.Option("--out", help="Folder to write the room to.", metavar="ROOM")],
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
        screen.say(f"The room is in {out}. It holds unprotected outputs: keep it inside.", quiet=quiet)
    if not quiet:
        screen.show(found.summary())


@app.command(name="import", epilog=_example("firmtrade import mapping.toml --out canonical/"))
def import_(
    mapping: Annotated[
        Path, typer.Argument(help="Mapping: which raw column is which canonical one.", metavar="MAPPING.toml")
    ],
    out: Annotated[Path, typer.Option("--out", help="Folder to write canonical tables to.", metavar="DIR")],
    quiet: Quiet = False,
) -> None:
    """Turn raw files or a database into canonical tables.

    A quality report is written beside them.
    """
    from firmtrade.cli import screen

    with screen.errors(), screen.progress(quiet=quiet) as stage:
        from firmtrade import api

        done = api.import_records(mapping, out, progress=stage)
        screen.say(str(done), quiet=quiet)


@app.command(epilog=_example("firmtrade check canonical/", "firmtrade check canonical/ --study belgium-2008"))
def check(
    folder: Annotated[Path, typer.Argument(help="Folder of canonical tables.", metavar="DIR")],
    study: Annotated[
        str | None,
        typer.Option(
            "--study",
            help="Study that the tables should serve: its country, activity scheme, currency and years.",
            metavar="STUDY",
        ),
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Validate canonical tables.

    Keys, values, codes, coverage and linkage. With a study, also what only its country tells: postcodes, and
    partners that are no foreign country. Exit status 1 where something is an error and not only odd.
    """
    from firmtrade.cli import screen

    with screen.errors():
        from firmtrade import api

        with screen.progress(quiet=quiet) as stage:
            quality = api.check_tables(folder, study=study, progress=stage)
        screen.show(str(quality))
        if not quality.passed:
            raise typer.Exit(1)


@app.command(
    epilog=_example(
        "firmtrade synth belgium-2008 --out synthetic/",
        "firmtrade synth belgium-2008 --out big/ --declarations 10000000",
    )
)
def synth(
    out: Annotated[Path, typer.Option("--out", help="Folder to write canonical tables to.", metavar="DIR")],
    study: Annotated[
        str, typer.Argument(help="A bundled study or the path of a TOML file.", metavar="STUDY")
    ] = DEFAULT_STUDY,
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
    dirt: Annotated[
        bool, typer.Option("--dirt", help="Plant faults with known counts, to try `check` on.")
    ] = False,
    quiet: Quiet = False,
) -> None:
    """Draw a synthetic population of a study.

    Its published tables are those of the study's edition.
    """
    from firmtrade.cli import screen

    with screen.errors(), screen.progress(quiet=quiet) as stage:
        from firmtrade import api

        done = api.synth(
            study,
            out,
            edition=edition,
            scale=scale,
            declarations=declarations,
            seed=seed,
            dirt=dirt,
            progress=stage,
        )
        screen.say(str(done), quiet=quiet)


@app.command(epilog=_example("firmtrade compare room/ --published belgium-2008"))
def compare(
    room: Annotated[Path, typer.Argument(help="Room folder of a run.", metavar="ROOM")],
    published: Annotated[
        str,
        typer.Option(
            "--published", help="Edition: a CSV file or the name of a bundled one.", metavar="EDITION"
        ),
    ],
    worst: Annotated[int, typer.Option("--worst", help="Worst cells to list per table.", min=0)] = 3,
) -> None:
    """Set a room beside a printed edition, cell by cell."""
    from firmtrade.cli import screen

    with screen.errors():
        from firmtrade import api
        from firmtrade.cli.compared import show

        screen.show(show(api.compare(room, published), worst))


@app.command(epilog=_example("firmtrade explain room/ 4/manufacturing/intra_eu_export/size_lt10"))
def explain(
    room: Annotated[Path, typer.Argument(help="Room folder of a run.", metavar="ROOM")],
    key: Annotated[str, typer.Argument(help="table/population/row/column", metavar="KEY")],
) -> None:
    """Say what a number means and where it comes from."""
    from firmtrade.cli import screen

    with screen.errors():
        from firmtrade import api

        screen.show(api.explain(room, key))


@app.command(
    epilog=_example(
        "firmtrade audit bulletin.csv --study bulletin.toml",
        "firmtrade audit belgium-2008 --format html --out audit.html",
    )
)
def audit(
    cells: Annotated[
        str, typer.Argument(help="Edition: a CSV file or the name of a bundled one.", metavar="CELLS.csv")
    ],
    study: Annotated[
        str | None, typer.Option("--study", help="Study that declares the tables.", metavar="STUDY")
    ] = None,
    facts: Annotated[
        Path | None,
        typer.Option(
            "--facts", help="Sentences of the text to hold against the tables.", metavar="FACTS.toml"
        ),
    ] = None,
    format_: Annotated[str, typer.Option("--format", help="table, csv, json or html.")] = "table",
    out: Annotated[
        Path | None,
        typer.Option("--out", help="File to write to; standard output without it.", metavar="FILE"),
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Find what printed tables contradict.

    Exit status 1 where they do.
    """
    from firmtrade.cli import screen

    with screen.errors():
        from firmtrade import api

        with screen.progress(quiet=quiet) as stage:
            found = api.audit(cells, study=study, facts=facts, progress=stage)
            text = found.render(format_)
        if out is None:
            sys.stdout.write(text)
        else:
            found.write(format_, out)
        if found.contradictions:
            raise typer.Exit(1)


@app.command(
    epilog=_example(
        "firmtrade release room/ --out release/",
        "firmtrade release room/ evidence/ survey/ --out release/",
    )
)
def release(
    rooms: Annotated[
        list[Path], typer.Argument(help="Rooms: of a study, of its evidence, of surveys.", metavar="ROOM...")
    ],
    out: Annotated[Path, typer.Option("--out", help="Folder to write the release to.", metavar="DIR")],
    lang: Language = "en",
    formats: Formats = ALL_FORMATS,
    against: Annotated[
        str | None,
        typer.Option(
            "--against",
            help="Set an edition or an earlier release beside the new numbers.",
            metavar="EDITION",
        ),
    ] = None,
    unprotected: Unprotected = False,
    quiet: Quiet = False,
) -> None:
    """Publish rooms together as one release folder."""
    from firmtrade.cli import screen

    with screen.errors(), screen.progress(quiet=quiet) as stage:
        from firmtrade import api

        api.release(
            rooms,
            out,
            lang=lang,
            formats=_list(formats),
            against=against,
            unprotected=unprotected,
            progress=stage,
        )
        screen.say(f"The release is in {out}.", quiet=quiet)


@app.command(epilog=_example("firmtrade verify release/"))
def verify(folder: Annotated[Path, typer.Argument(help="Release folder.", metavar="RELEASE")]) -> None:
    """Check a release against its manifest.

    Exit status 1 where a file is missing, altered or added.
    """
    from firmtrade.cli import screen

    with screen.errors():
        from firmtrade import api

        problems = api.verify(folder)
        for problem in problems:
            screen.show(problem)
        if problems:
            raise typer.Exit(1)
        screen.show("Complete and unaltered.")


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def main() -> None:
    """Run the command line."""
    app()
