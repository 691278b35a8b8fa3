"""The generated pages of the reference. ``PYTHONPATH=src python docs/make.py`` renews them; a test holds them fresh."""

from __future__ import annotations

import ast
import importlib.util
import json
import tomllib
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import typer
from pydantic import BaseModel
from pydantic_core import PydanticUndefined

import firmtrade.errors as errors
from firmtrade.cli.app import app
from firmtrade.concepts import concepts
from firmtrade.kinds import KINDS, specify
from firmtrade.query import Formula
from firmtrade.query.statistic import Statistic
from firmtrade.studies import bundled_studies, load_study, study_from, study_model
from firmtrade.study import Study, TableDeclaration, prices, vocabulary
from firmtrade.study import model as head
from firmtrade.study.prose import Prose
from firmtrade.study.tables import DIVISION

PROJECT = Path(__file__).resolve().parents[1]
REFERENCE = PROJECT / "docs" / "reference"
SOURCE = PROJECT / "src" / "firmtrade"
MADE = "<!-- Made by `docs/make.py`; do not edit. -->"


def study_page() -> str:
    """Every key of a study file."""
    lines = ["# Study files", "", MADE, ""]
    lines += [
        "A study is a TOML file, strictly validated: an unknown key, name or class is an error that names file, line",
        "and the nearest valid key. [How to write one](../how-to/write-a-study.md). The same in JSON Schema, for",
        "editors: [study.schema.json](study.schema.json). A *text* is a string (English) or a table of languages,",
        '`{ en = "Size", fr = "Taille" }`, in `en`, `fr`, `nl`, `de`.', "",
    ]  # fmt: skip
    parts: list[tuple[str, type[BaseModel]]] = [
        ("`[study]`", head.StudyHead),
        ("`[populations.NAME]`", head.Population),
        ("`[unions.NAME]`", head.Union),
        ("`[deflator]`", prices.Deflator),
        ("`[[deflator.branches]]`", prices.BranchIndex),
        ("`[attributes.NAME]`", head.Attribute),
        ("`classes` of an attribute", head.DeclaredClass),
        ("`[subtotals.NAME]`", head.Subtotal),
        ("`[[prose]]`", Prose),
        ("`[[tables]]` and `[[figures]]`", TableDeclaration),
    ]
    sources = (SOURCE / "study" / name for name in ("model.py", "prices.py", "prose.py"))
    meanings = {key: words for source in sources for key, words in _field_docstrings(source).items()}
    lines += _models(parts, meanings, _USUAL)
    return "\n".join([*lines, "A kind has keys of its own beside these: see [table kinds](kinds.md).", ""])


def _models(
    parts: list[tuple[str, type[BaseModel]]], meanings: dict[tuple[str, str], str], usual: dict[str, str]
) -> Iterator[str]:
    """Headed tables of the keys of models; ``meanings`` says what their keys mean by class and name, ``usual`` what
    needs no words there."""
    for title, model in parts:
        yield from [f"## {title}", "", _first_paragraph(model.__doc__), ""]
        yield from _keys(model, [*model.model_fields], meanings, usual)
        yield ""


def _keys(
    model: type[BaseModel], names: list[str], meanings: dict[tuple[str, str], str], usual: dict[str, str]
) -> Iterator[str]:
    """A table of some keys of a model."""
    yield from ["| Key | Value | Default | Meaning |", "|---|---|---|---|"]
    for name in names:
        field = model.model_fields[name]
        default = "required" if field.is_required() else _default(field.default)
        owners = (each.__name__ for each in model.__mro__)
        said = next((meanings[owner, name] for owner in owners if (owner, name) in meanings), "")
        meaning = said or (field.description or "").replace("``", "`") or usual.get(name, "")
        yield f"| `{field.alias or name}` | {_type(field.annotation)} | {default} | {meaning} |"


_USUAL = {
    "label": "Head, as printed.",
    "title": "Title, as printed.",
    "definition": "What it means, in a sentence that is printed beside the numbers.",
    "source": "Where the definition is from.",
    "unit": "Unit of the number, or kind of class.",
    "activity": "Divisions of the study's activity scheme.",
    "id": "Name of the table in keys and files.",
}


def _field_docstrings(path: Path) -> dict[tuple[str, str], str]:
    """Texts that stand below the fields of classes."""
    found: dict[tuple[str, str], str] = {}
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef):
            for field, text in zip(node.body, node.body[1:], strict=False):
                if isinstance(field, ast.AnnAssign | ast.Assign) and isinstance(text, ast.Expr):
                    target = field.target if isinstance(field, ast.AnnAssign) else field.targets[0]
                    said = ast.literal_eval(text.value) if isinstance(text.value, ast.Constant) else ""
                    if isinstance(target, ast.Name) and isinstance(said, str):
                        found[node.name, target.id] = " ".join(said.replace("``", "`").split())
    return found


def _type(annotation: Any) -> str:
    """A type in the words of a person who writes TOML."""
    if annotation is type(None):
        return ""
    words = {
        str: "string",
        int: "whole number",
        float: "number",
        Decimal: "number",
        bool: "`true` or `false`",
    }
    if annotation in words:
        return words[annotation]
    arguments = get_args(annotation)
    name = getattr(annotation, "__name__", "")
    if name == "Literal" or str(annotation).startswith("typing.Literal"):
        return ", ".join(f"`{one}`" for one in arguments)
    if name == "Text":
        return "text"
    if str(annotation).startswith("tuple"):
        inner = [one for one in arguments if one is not Ellipsis]
        return (
            f"[{', '.join(map(_type, inner))}]"
            if Ellipsis not in arguments
            else f"list of {_type(inner[0])}s"
        )
    if str(annotation).startswith("dict"):
        return f"table of {_type(arguments[1])}"
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return {"Band": "table", "TableDeclaration": "table"}.get(name, name.lower())
    if hasattr(annotation, "__metadata__"):
        return _type(arguments[0])
    return " or ".join(filter(None, map(_type, arguments))) or name


def _default(value: Any) -> str:
    if value is None or value in ((), {}) or value is PydanticUndefined:
        return "none"
    return f"`{json.dumps(value)}`"


def _first_paragraph(text: str | None) -> str:
    return " ".join((text or "").split("\n\n")[0].replace("``", "`").split())


def kinds_page() -> str:
    """Every table kind with its formulas and identities."""
    words = vocabulary()
    studies = {study.name: study for study in map(load_study, bundled_studies())}
    lines = ["# Table kinds", "", MADE, ""]
    lines += [
        "A kind declares what the cells of a table are made of, and what they must keep. A run checks every",
        "identity and refuses to write a room where one does not hold.",
        "",
    ]
    specs = {(name, spec.id): spec for name, study in studies.items() for spec in specify(study)}
    formulas = _field_docstrings(SOURCE / "query" / "cells.py")
    formulas |= _field_docstrings(SOURCE / "query" / "statistic.py")
    groups = ("an attribute", DIVISION)
    for kind, entry in words.kind.items():
        tables = [
            (name, table) for name, study in studies.items() for table in study.outputs if table.kind == kind
        ]
        declaration = KINDS[kind].declaration
        own = [name for name in declaration.model_fields if name not in TableDeclaration.model_fields]
        definition = entry.definition.say()
        lines += [
            f"## `{kind}`: {entry.label.say()}",
            "",
            definition[:1].upper() + definition[1:] + ".",
            "",
        ]
        if own:
            lines += [*_keys(declaration, own, {}, {}), ""]
        for side, names in declaration.choices(groups).items():
            said = "; ".join(f"`{one}`" if one != "an attribute" else one for one in sorted(names))
            lines.append(f"- `{side}` may be: {said}")
        if not tables:
            shown, study = _example(kind)
            tables = [("", study.outputs[0])]
            specs["", study.outputs[0].id] = specify(study)[0]
            lines += ["", *(f"    {line}" for line in shown), ""]
        for name in dict.fromkeys(name for name, _ in tables if name):
            lines.append(f"- In `{name}`: {', '.join(table.id for of, table in tables if of == name)}")
        lines.append(f"- Source: {entry.source}")
        lines += ["", "| Cells | Formula | Unit | Terms |", "|---|---|---|---|"]
        seen: dict[Formula | Statistic, tuple[list[str], list[str]]] = {}
        for name, table in tables:
            for cell in specs[name, table.id].cells:
                units, terms = seen.setdefault(cell.statistic or cell.formula, ([], []))
                units.append(f"`{cell.unit}`")
                terms.append(", ".join(cell.terms))
        for one, (units, terms) in seen.items():
            said = formulas[type(one).__name__, one.name]
            lines.append(f"| {one.value} | {said} | {_once(units)} | {_once(terms)} |")
        rules = list(_rules(SOURCE / "kinds" / f"{kind}.py"))
        if kind in {"level", "growth"}:
            rules = [*_rules(SOURCE / "kinds" / "window.py"), *rules]
        lines += ["", "Identities:", "", *(f"- {rule}" for rule in dict.fromkeys(rules)), ""]
    return "\n".join(lines)


def _example(kind: str) -> tuple[list[str], Study]:
    """A table of a kind that no bundled study has, as text and in a study."""
    table = {"id": "example", "title": "Example", "kind": kind, "population": "manufacturing"}
    table |= KINDS[kind].example
    document = tomllib.loads(load_study("belgium-2008").text) | {"tables": [table], "figures": []}
    return ["[[tables]]", *(f'{key} = "{value}"' for key, value in table.items())], study_from(document)


def _once(words: list[str]) -> str:
    return "; ".join(dict.fromkeys(words))


def _rules(path: Path) -> Iterator[str]:
    """The names of the identities that a file states."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    named = {
        node.targets[0].id: node.value.value
        for node in nodes
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Constant)
    }
    for node in nodes:
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"Identity", "sums"}:
            first = node.args[0] if node.args else None
            if isinstance(first, ast.Constant):
                yield str(first.value)
            elif isinstance(first, ast.Name) and first.id in named:
                yield str(named[first.id])


def vocabulary_page() -> str:
    """Every word that all studies share, with definition, unit, grain and source."""
    words = vocabulary()
    lines = [
        "# Vocabulary",
        "",
        MADE,
        "",
        "The words that every study shares; keys of cells are made of them.",
        "",
    ]
    families: list[tuple[str, dict[str, Any]]] = [
        *((f"Flags `{name}`", entries) for name, entries in words.flags.items()),
        *((f"Status `{name}`", entries) for name, entries in words.status.items()),
        ("Modes", words.mode), ("Scopes", words.scope), ("Columns", words.column),
        ("Rows of dynamics", words.dynamics), ("Types of trader `trader_type`", words.trader),
        *((f"Classes of traders `{name}`", entries) for name, entries in words.trade.items()),
        ("Units", words.unit),
        ("Other rows", words.other),
    ]  # fmt: skip
    for family, entries in families:
        lines += [
            f"## {family}",
            "",
            "| Key | Label | Definition | Unit | Grain | Source |",
            "|---|---|---|---|---|---|",
        ]
        lines += [
            f"| `{key}` | {e.label.say()} | {e.definition} | {e.unit} | {e.grain} | {e.source} |"
            for key, e in entries.items()
        ]
        lines.append("")
    study = load_study("belgium-2008")
    lines += [
        "## Attributes of the study `belgium-2008`",
        "",
        "| Key | Classes | Definition | Unit | Grain | Source |",
        "|---|---|---|---|---|---|",
    ]
    for key, attribute in study.attributes.items():
        classes = ", ".join(f"`{one}`" for one in attribute.keys)
        about = (attribute.definition, attribute.unit, attribute.grain, attribute.source)
        lines.append(" | ".join([f"| `{key}`", classes, *about]) + " |")
    return "\n".join([*lines, ""])


def commands_page() -> str:
    """Every command with its arguments, options and examples."""
    lines = ["# Commands", "", MADE, ""]
    lines += [
        "Progress and messages go to standard error, results to standard output or files. Exit status: 0 done; 1",
        "the data or the result says no; 2 wrong usage, study or unreadable input. A program that is stopped",
        "leaves with 130 (Ctrl-C), 143 (`kill`) or 129 (the terminal has gone), one whose reader has gone (`|",
        "head`) with 141.",
        "",
        "Working files may hold records. They lie in a folder `firmtrade-*` that only its user can read, in the",
        "system's folder for temporary files or, where it is set, in the folder that the environment variable",
        "`TMPDIR` names: in a secure room, set it to a folder inside. What is written stands beside its place",
        "(`.NAME.*`) until it is whole. Both go when the command ends, is stopped or fails; only `kill -9` or a",
        "failing machine leaves them to be removed by hand.",
        "",
    ]
    group: Any = typer.main.get_command(app)
    for name, command in sorted(group.commands.items()):
        lines += [f"## `firmtrade {name}`", "", (command.help or "").strip(), ""]
        lines += ["| | Meaning | Default |", "|---|---|---|"]
        for parameter in command.params:
            lines.append(_parameter(parameter))
        examples = [
            line.strip()
            for line in (command.epilog or "").splitlines()
            if line.strip().startswith("firmtrade ")
        ]
        lines += ["", *(f"    {line}" for line in examples), ""]
    return "\n".join(lines)


def _parameter(parameter: Any) -> str:
    metavar = parameter.metavar or ""
    said = getattr(parameter, "help", "") or ""
    names = " ".join(f"`{name}`" for name in parameter.opts if name.startswith("-")) or f"`{metavar}`"
    if names != f"`{metavar}`" and metavar:
        names += f" `{metavar}`"
    default = (
        "required"
        if parameter.required
        else ""
        if parameter.default in (None, False)
        else f"`{parameter.default}`"
    )
    return f"| {names} | {said} | {default} |"


def errors_page() -> str:
    """The family of messages, and every message about a study with its case."""
    lines = ["# Messages", "", MADE, ""]
    lines += [
        "A message says what is wrong, where (file, line, key), and what to do next, with the nearest valid name. It",
        "never quotes identifiers, amounts or other values of firms.",
        "",
        "| Error | Exit status | When |",
        "|---|---|---|",
    ]
    for name in ("UsageError", "StudyError", "InputError", "DataError"):
        kind = getattr(errors, name)
        lines.append(f"| `{name}` | {kind.exit_status} | {_first_paragraph(kind.__doc__)} |")
    lines += ["", "## About a study", "", "Each line is a test: a sound study, one piece of it replaced.", ""]
    lines += ["| Wrong | Where | Said | Advice |", "|---|---|---|---|"]
    for case in tomllib.loads((PROJECT / "tests" / "study" / "errors.toml").read_text(encoding="utf-8"))[
        "case"
    ]:
        said = case["says"] or "what the activity scheme says of it"
        lines.append(f"| {case['name']} | `{case['key']}` | {said} | {case.get('advice', '')} |")
    return "\n".join([*lines, ""])


def glossary_page() -> str:
    """The field's words: those of the program, and those of the concepts."""
    entries = tomllib.loads((PROJECT / "docs" / "glossary.toml").read_text(encoding="utf-8"))["word"]
    words = [(word["term"], word["means"], _cited(word["source"])) for word in entries]
    words += [
        (one.label.en, one.definition, f"[concepts](concepts.md), `{key}`") for key, one in concepts().items()
    ]
    lines = ["# Glossary", "", MADE, ""]
    lines += [
        "Words of the program and of official statistics, from `docs/glossary.toml`, and words of the literature, from",
        "the [concepts](concepts.md), which cite who coined them. What attributes and classes mean in tables stands in",
        "the [vocabulary](vocabulary.md).", "", "| Word | Means | Source |", "|---|---|---|",
    ]  # fmt: skip
    lines += [
        f"| {term} | {means} | {source} |"
        for term, means, source in sorted(words, key=lambda word: word[0].casefold())
    ]
    return "\n".join([*lines, ""])


def _cited(source: str) -> str:
    """A source, as a link where it is a page of the documentation."""
    if not source.startswith("docs/"):
        return source
    page = Path(source.removeprefix("docs/"))
    return f"[{page.stem}](../{page.as_posix()})"


def python() -> str:
    """Every public name of the package."""
    spec = importlib.util.spec_from_file_location("python_page", PROJECT / "docs" / "python_page.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return str(module.python_page(MADE))


def schema() -> str:
    """The JSON Schema of a study file."""
    return json.dumps(study_model().model_json_schema(by_alias=True), indent=1, ensure_ascii=False) + "\n"


PAGES: dict[str, Callable[[], str]] = {
    "study.md": study_page,
    "study.schema.json": schema,
    "kinds.md": kinds_page,
    "vocabulary.md": vocabulary_page,
    "commands.md": commands_page,
    "errors.md": errors_page,
    "glossary.md": glossary_page,
    "python.md": python,
}


def main() -> None:
    """Write every generated page."""
    for name, page in PAGES.items():
        (REFERENCE / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
