"""What the program says is in the catalogue, and what is in the catalogue is said."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from firmtrade.messages import sentences

SOURCE = Path(__file__).parents[2] / "src" / "firmtrade"
PARTS = {key.partition(".")[0] for key in sentences("en")}
SAYING = {"say", "message"}
KEY = re.compile(r"(\w+)(\.[\w-]+)+")
TEMPLATE = re.compile(r"""say\(["']([\w.]+)["']( ~)?""")


@cache
def written() -> tuple[tuple[str, str], ...]:
    """Every literal that is a key, or the pattern of one, with its file; ``*`` stands for what is filled in."""
    found = []
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant | ast.JoinedStr):
                found += [(text, path.name) for text in [pattern(node)] if text]
    for path in sorted(SOURCE.rglob("*.j2")):
        asked = TEMPLATE.findall(path.read_text(encoding="utf-8"))
        found += [(f"{key}*" if joined else key, path.name) for key, joined in asked]
    return tuple(found)


def pattern(node: ast.Constant | ast.JoinedStr) -> str | None:
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    text = "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in parts)
    return text if KEY.fullmatch(text.replace("*", "x")) and text.partition(".")[0] in PARTS else None


def matching(text: str) -> Iterator[str]:
    shape = re.compile(".*".join(re.escape(part) for part in text.split("*")))
    return (key for key in sentences("en") if shape.fullmatch(key))


def said_literals() -> Iterator[tuple[str, str]]:
    """First arguments of what says a message, where they are literals."""
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and node.args):
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name not in SAYING:
                continue
            first = node.args[0]
            choices = [first.body, first.orelse] if isinstance(first, ast.IfExp) else [first]
            for choice in choices:
                if isinstance(choice, ast.JoinedStr) or (
                    isinstance(choice, ast.Constant) and isinstance(choice.value, str)
                ):
                    parts = choice.values if isinstance(choice, ast.JoinedStr) else [choice]
                    yield (
                        "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in parts),
                        path.name,
                    )


def test_every_key_that_the_program_says_is_in_the_catalogue() -> None:
    absent = {
        (key, file)
        for key, file in said_literals()
        if KEY.fullmatch(key.replace("*", "x")) and not any(matching(key))
    }
    assert not absent


def test_every_key_of_a_template_is_in_the_catalogue() -> None:
    assert not [(key, file) for key, file in written() if file.endswith(".j2") and not any(matching(key))]
