"""Commands about printed numbers: ``compare`` with them, ``audit`` them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from firmtrade.cli.options import Language, Progressing, example

commands = typer.Typer()


@commands.command(epilog=example("firmtrade compare room/ --published belgium-2008"))
def compare(
    room: Annotated[Path, typer.Argument(help="Room folder of a run.", metavar="ROOM")],
    published: Annotated[
        str,
        typer.Option(
            "--published", help="Edition: a CSV file or the name of a bundled one.", metavar="EDITION"
        ),
    ],
    worst: Annotated[int, typer.Option("--worst", help="Worst cells to list per table.", min=0)] = 3,
    quiet: Progressing = False,
) -> None:
    """Set a room beside a printed edition, cell by cell."""
    from firmtrade.cli import screen

    with screen.errors():
        from firmtrade import api
        from firmtrade.cli.compared import show

        with screen.progress(quiet=quiet) as stage:
            stage("comparing")
            compared = api.compare(room, published)
        screen.show(show(compared, worst))


@commands.command(
    epilog=example(
        "firmtrade audit bulletin.csv --study bulletin.toml",
        "firmtrade audit belgium-2008 --format html --out audit.html",
        "firmtrade audit --template belgium-2008 --out edition.csv",
    )
)
def audit(
    cells: Annotated[
        str | None,
        typer.Argument(
            help="Edition: a CSV or Excel file, a release folder, or the name of a bundled one.",
            metavar="CELLS.csv",
        ),
    ] = None,
    template: Annotated[
        str | None,
        typer.Option("--template", help="Write the empty edition of a study instead.", metavar="STUDY"),
    ] = None,
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
    lang: Language = "en",
    out: Annotated[
        Path | None,
        typer.Option("--out", help="File to write to; standard output without it.", metavar="FILE"),
    ] = None,
    quiet: Progressing = False,
) -> None:
    """Find what printed tables contradict.

    Exit status 1 where they do.
    """
    from firmtrade.cli import screen

    with screen.errors():
        from firmtrade import api
        from firmtrade.errors import UsageError
        from firmtrade.linked.writing import check_format
        from firmtrade.messages import language_of
        from firmtrade.outputs.place import check_file, write_file

        check_format(format_)
        language_of(lang)
        if out is not None:
            check_file(out, *([Path(cells)] if cells else []))
        if (cells is None) == (template is None):
            raise UsageError(
                "an audit needs the cells of an edition, or `--template` a study, and not both",
                fix="Say `firmtrade audit CELLS.csv`, or `firmtrade audit --template STUDY`.",
            )
        if template is not None:
            text = api.audit_template(template)
            if out is None:
                screen.show(text, end="")
            else:
                write_file(out, text)
            return
        with screen.progress(quiet=quiet) as stage:
            assert cells is not None
            found = api.audit(cells, study=study, facts=facts, progress=stage)
            text = found.render(format_, lang)
        if out is None:
            screen.show(text, end="")
        else:
            found.write(format_, out, lang)
        if found.contradictions:
            raise typer.Exit(1)
