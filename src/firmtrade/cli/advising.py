"""The command for one firm: ``advise``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from firmtrade.cli.options import Language, Quiet, example

commands = typer.Typer()


@commands.command(
    epilog=example(
        "firmtrade advise --form --out answers.toml",
        "firmtrade advise answers.toml --release release/ --markets figures.csv --out advice/",
    )
)
def advise(
    answers: Annotated[
        Path | None, typer.Argument(help="The firm's own answers.", metavar="ANSWERS.toml")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Folder of the advice; with `--form`, the file to write.", metavar="DIR"),
    ] = None,
    form: Annotated[bool, typer.Option("--form", help="Write a blank form of answers.")] = False,
    release: Annotated[
        Path | None,
        typer.Option("--release", help="A release whose cells speak of the firm's peers.", metavar="RELEASE"),
    ] = None,
    markets: Annotated[
        Path | None,
        typer.Option("--markets", help="Your own figures on markets.", metavar="FIGURES.csv"),
    ] = None,
    lang: Language = "en",
    quiet: Quiet = False,
) -> None:
    """Advise one firm on going international.

    Readiness, entry mode, approach, markets, barriers, support and a plan. Nothing that the firm answers leaves the
    machine.
    """
    from firmtrade.cli import screen

    with screen.errors():
        from firmtrade import api
        from firmtrade.errors import UsageError

        if out is None:
            raise UsageError("`--out` is missing.", fix="Give the folder of the advice: `--out advice/`.")
        if form:
            if answers is not None or release is not None or markets is not None:
                raise UsageError(
                    "`--form` writes a blank form and reads nothing.",
                    fix="Leave out the answers, `--release` and `--markets`, or leave out `--form`.",
                )
            api.advice_form(out, lang)
            screen.say(
                f"The form is in {out}: answer what you can, then `firmtrade advise {out}`.", quiet=quiet
            )
            return
        if answers is None:
            raise UsageError(
                "The file of answers is missing.",
                fix="Write a blank form with `firmtrade advise --form --out answers.toml`.",
            )
        api.advise(answers, release, out, markets=markets, lang=lang)
        screen.say(f"The advice is in {out}: open {out / 'index.html'}.", quiet=quiet)
