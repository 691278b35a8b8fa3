"""The command that evaluates support: ``impact``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from firmtrade.cli.options import Quiet, example

commands = typer.Typer()

WHERE = "The {} is in {}. It holds unprotected outputs: keep it inside."


@commands.command(
    epilog=example(
        "firmtrade impact --form --out preregistration.toml",
        "firmtrade impact preregistration.toml --data canonical/ --plan --out plan/",
        "firmtrade impact preregistration.toml --data canonical/ --registered plan/ --out impact/",
    )
)
def impact(
    preregistration: Annotated[
        Path | None,
        typer.Argument(help="What is asked, written before the outcomes were seen.", metavar="PREREG.toml"),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Folder of the room; with `--form`, the file to write.", metavar="ROOM"),
    ] = None,
    data: Annotated[
        str | None,
        typer.Option("--data", help="Folder of canonical tables, `support` among them.", metavar="DIR"),
    ] = None,
    form: Annotated[bool, typer.Option("--form", help="Write a pre-registration to fill in.")] = False,
    plan: Annotated[
        bool,
        typer.Option(
            "--plan", help="Only numbers of firms and power; reads nothing of what became of supported firms."
        ),
    ] = False,
    registered: Annotated[
        Path | None,
        typer.Option("--registered", help="The plan that fixed this pre-registration.", metavar="PLAN"),
    ] = None,
    deflator: Annotated[
        Path | None,
        typer.Option("--deflator", help="Prices by year (`year`, `index`, maybe `division`).", metavar="CSV"),
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Evaluate support for firms, as registered before.

    Supported firms against comparable ones, inside the secure room.
    """
    from firmtrade.cli import screen

    with screen.errors(), screen.progress(quiet=quiet) as stage:
        from firmtrade import api
        from firmtrade.errors import UsageError
        from firmtrade.outputs.manifest import Contents

        if out is None:
            raise UsageError("`--out` is missing", fix="Give the folder of the room: `--out impact/`.")
        if form:
            if preregistration is not None or data is not None or plan or registered is not None:
                raise UsageError("`--form` reads nothing", fix="Give `--form` and `--out` alone.")
            api.impact_form(out)
            screen.say(f"The form is in {out}: fill it in, then write a plan with `--plan`.", quiet=quiet)
            return
        if preregistration is None:
            raise UsageError(
                "the pre-registration is missing",
                fix="Write a form with `firmtrade impact --form --out preregistration.toml`.",
            )
        if data is None:
            raise UsageError(
                "`--data` is missing", fix="Give the folder of canonical tables: `--data canonical/`."
            )
        if registered is not None and out.resolve() == registered.resolve():
            raise UsageError("`--out` would replace the plan", fix="Give another folder: `--out impact/`.")
        api.check_room(out, Contents.IMPACT)
        found = api.impact(
            preregistration, data, plan=plan, registered=registered, deflator=deflator, progress=stage
        )
        stage("drawing figures")
        found.write(out)
        for sentence in found.results.switched_off:
            screen.say(str(sentence), quiet=quiet)
        screen.say(WHERE.format("plan" if plan else "room", out), quiet=quiet)
    if not quiet:
        screen.show(found.summary())
