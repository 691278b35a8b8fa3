"""The page of the reference on Python: every public name with its signature and what its docstring says."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any

import firmtrade as ft

HEAD = """    import firmtrade as ft

    room = ft.Observatory("canonical/")
    results = room.run("belgium-2008")
    results.table("4")
    ft.release([results]).publish("release/", formats=["html", "csv"])

Every call may raise `ft.FirmtradeError`: see [messages](errors.md). `progress` is called with each stage."""


def python_page(made: str) -> str:
    """The page, ``made`` saying how it is made."""
    lines = ["# Python", "", made, "", HEAD, ""]
    public = {name: getattr(ft, name) for name in ft.__all__ if not name.startswith("__")}
    functions = {name: one for name, one in public.items() if inspect.isfunction(one)}
    classes = {name: one for name, one in public.items() if inspect.isclass(one)}
    errors = {name: one for name, one in classes.items() if issubclass(one, ft.FirmtradeError)}
    lines += ["## Functions", ""]
    for name, one in functions.items():
        lines += [f"### `ft.{name}`", "", *_signature(f"ft.{name}", one), *_said(one), ""]
    lines += ["## Classes", ""]
    for name, one in classes.items():
        if name not in errors:
            lines += [f"### `ft.{name}`", "", *_said(one), "", *_members(one)]
    lines += ["## Errors", "", "| Error | When |", "|---|---|"]
    for name, one in errors.items():
        lines.append(f"| `ft.{name}` | {_plain((inspect.getdoc(one) or '').splitlines()[0])} |")
    return "\n".join([*lines, ""])


def _members(owner: type) -> Iterator[str]:
    """The public methods and properties of a class that say what they are."""
    for name, one in vars(owner).items():
        if name.startswith(("_", "model_")) or not inspect.getdoc(getattr(one, "fget", one)):
            continue
        if inspect.isfunction(one):
            yield from [f"#### `.{name}`", "", *_signature(f".{name}", one), *_said(one), ""]
        elif isinstance(one, property):
            yield from [f"#### `.{name}`", "", *_said(one), ""]


def _signature(name: str, one: Any) -> Iterator[str]:
    """The call as it is written, one parameter on a line where there are many."""
    found = inspect.signature(one)
    parts: list[str] = []
    for parameter in found.parameters.values():
        if parameter.kind is parameter.KEYWORD_ONLY and "*" not in parts:
            parts.append("*")
        if parameter.name != "self":
            default = "" if parameter.default is parameter.empty else f" = {parameter.default!r}"
            parts.append(f"{parameter.name}: {parameter.annotation}{default}")
    gives = f" -> {found.return_annotation}"
    whole = f"{name}({', '.join(parts)}){gives}"
    if len(whole) <= 100:
        yield f"    {whole}"
    else:
        yield from [f"    {name}(", *(f"        {part}," for part in parts), f"    ){gives}"]
    yield ""


def _said(one: Any) -> Iterator[str]:
    """A docstring as Markdown: paragraphs, its sections as lists."""
    lines = (inspect.getdoc(one) or "").split("\n")
    heads = {at - 1 for at, line in enumerate(lines) if at and re.fullmatch(r"-{3,}", line)}
    listed = False
    for at, line in enumerate(lines):
        if at in heads:
            listed = True
            yield f"*{line}*"
        elif at - 1 in heads:
            yield ""
        elif listed and line and not line.startswith(" "):
            yield f"- `{line}`:" if "`" not in line else f"- {line}:"
        else:
            yield _plain(f"  {line.strip()}" if listed and line else line)


def _plain(text: str) -> str:
    """Marks of docstrings as those of Markdown.

    >>> _plain("see :class:`~firmtrade.errors.UsageError` and ``x``")
    'see `UsageError` and `x`'
    """
    text = re.sub(r":\w+:`~?(?:[\w.]+\.)?(\w+)`", r"`\1`", text)
    return text.replace("``", "`")
