"""The command ``advise``: a blank form, the advice to one firm, the brief of an agency."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from firmtrade.cli.options import DEFAULT_STUDY, Language, Quiet, example

commands = typer.Typer()


@commands.command(
    epilog=example(
        "firmtrade advise --form --out answers.toml",
        "firmtrade advise answers.toml --release release/ --markets figures.csv --out advice/",
        "firmtrade advise --register canonical/ --clients clients.csv --evidence evidence/ --out brief/",
    )
)
def advise(
    answers: Annotated[
        Path | None, typer.Argument(help="The firm's own answers.", metavar="ANSWERS.toml")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Folder to write; with `--form`, the file to write.", metavar="DIR"),
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
    barriers: Annotated[
        Path | None,
        typer.Option("--barriers", help="A release with a survey of barriers.", metavar="RELEASE"),
    ] = None,
    store: Annotated[
        Path | None,
        typer.Option("--store", help="Folder where an agency keeps answers, with consent.", metavar="DIR"),
    ] = None,
    register: Annotated[
        Path | None,
        typer.Option("--register", help="Canonical tables: a brief for an agency.", metavar="DIR"),
    ] = None,
    study: Annotated[
        str | None,
        typer.Option("--study", help="Study of the register, belgium-2008 by default.", metavar="STUDY"),
    ] = None,
    clients: Annotated[
        Path | None,
        typer.Option("--clients", help="The agency's list of clients (`firm_id`).", metavar="CLIENTS.csv"),
    ] = None,
    evidence: Annotated[
        list[Path] | None,
        typer.Option("--evidence", help="A room of evidence to tell beside the register.", metavar="ROOM"),
    ] = None,
    stored: Annotated[
        Path | None,
        typer.Option("--stored", help="Kept answers to try against the register.", metavar="DIR"),
    ] = None,
    profile: Annotated[
        str | None,
        typer.Option("--profile", help="Profile whose least number of units holds.", metavar="PROFILE"),
    ] = None,
    lang: Language = "en",
    quiet: Quiet = False,
) -> None:
    """Advise a firm on going international, or an agency on it.

    One firm: readiness, entry mode, approach, markets, barriers, support and a plan. Nothing that the firm answers
    leaves the machine. An agency, inside the secure room: who does not trade, who begins to, whom support reaches, in
    groups only.
    """
    from firmtrade.cli import screen

    with screen.errors(), screen.progress(quiet=quiet) as stage:
        from firmtrade import api
        from firmtrade.errors import UsageError

        if out is None:
            raise UsageError("`--out` is missing.", fix="Give the folder to write: `--out advice/`.")
        of_a_firm = {
            "the answers": answers,
            "`--release`": release,
            "`--markets`": markets,
            "`--barriers`": barriers,
            "`--store`": store,
        }
        of_a_register = {
            "`--register`": register,
            "`--study`": study,
            "`--clients`": clients,
            "`--evidence`": evidence,
            "`--stored`": stored,
            "`--profile`": profile,
        }
        if form:
            _refuse("`--form` writes a blank form and reads nothing.", {**of_a_firm, **of_a_register})
            api.advice_form(out, lang)
            screen.say(
                f"The form is in {out}: answer what you can, then `firmtrade advise {out}`.", quiet=quiet
            )
        elif register is not None:
            _refuse("`--register` makes a brief for an agency, not advice to one firm.", of_a_firm)
            api.advise_agency(
                register,
                out,
                study=study or DEFAULT_STUDY,
                clients=clients,
                evidence=evidence or (),
                stored=stored,
                profile=profile or "publication",
                lang=lang,
                progress=stage,
            )
            screen.say(f"The brief is in {out}. It is not for release: keep it inside.", quiet=quiet)
        elif answers is not None:
            _refuse("These belong to the brief of an agency (`--register`).", of_a_register)
            api.advise(answers, release, out, markets=markets, barriers=barriers, store=store, lang=lang)
            screen.say(f"The advice is in {out}: open {out / 'index.html'}.", quiet=quiet)
        else:
            raise UsageError(
                "The file of answers is missing.",
                fix="Write a blank form with `firmtrade advise --form --out answers.toml`, or give `--register`.",
            )


def _refuse(why: str, given: Mapping[str, object]) -> None:
    """Refuse what does not belong to the way in which the command is used."""
    from firmtrade.errors import UsageError

    wrong = [name for name, value in given.items() if value]
    if wrong:
        raise UsageError(why, fix=f"Leave out {', '.join(wrong)}.")
