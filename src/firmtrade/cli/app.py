"""The program. Each command parses, calls the API, and says what it did; imports wait until a command runs."""

from __future__ import annotations

import gc
from typing import Annotated

import typer

from firmtrade.cli import advising, editions, evaluating, records, releases, rooms, sites
from firmtrade.version import __version__

OBJECTS_UNTIL_SEARCH = 100_000
"""Objects that are made before the next search for those that hold on to one another and are of no more use. A command
makes millions that it needs to its end; to search among them every 700, as Python does, takes a tenth of its time."""

app = typer.Typer(
    name="firmtrade",
    help="From confidential firm records to publishable evidence on how SMEs go international.",
    no_args_is_help=True,
    rich_markup_mode=None,  # plain help: loading the drawn one takes longer than all else at start
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(value: bool) -> None:
    if value:
        typer.echo(f"firmtrade {__version__}")
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[
        bool, typer.Option("--version", "-V", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


for group in (releases, records, rooms, evaluating, editions, advising, sites):
    app.add_typer(group.commands)


def main() -> None:
    """Run the command line."""
    gc.set_threshold(OBJECTS_UNTIL_SEARCH, *gc.get_threshold()[1:])
    try:
        app()
    finally:
        gc.freeze()  # what is left goes with the process: no last search among it
