"""How LimeSurvey reads a tab-separated survey structure, by its own documented rules and nothing of the writer.

A group is told apart by `type/scale`, a question by group and code, a line by question, scale and code; the rows of a
further language repeat them. A row without an id takes the next number of one counter that questions and lines share; a
row with an id keeps it. Two that end with the same number are one to the data base, and the later is lost.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field

MAXIMAL = {"Q": 20, "SQ": 5, "A": 5}
"""Signs that a code may have, by the class of its row."""


@dataclass
class Imported:
    """What stands in the data base after the import: questions by number, with their lines and answers."""

    questions: dict[str, str] = field(default_factory=dict)
    lines: dict[str, list[str]] = field(default_factory=dict)
    answers: dict[str, list[str]] = field(default_factory=dict)
    groups: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


def imported(text: str) -> Imported:
    """Import a structure by the rules above."""
    found, numbers, taken, counter = Imported(), dict[tuple[str, ...], str](), dict[str, str](), 0
    group = question = name = ""

    def number(key: tuple[str, ...], row: dict[str, str]) -> str:
        nonlocal counter
        if key not in numbers:
            if not row.get("id"):
                counter += 1
            numbers[key] = row.get("id") or str(counter)
            if numbers[key] in taken:
                found.lost.append(row["name"])
            taken.setdefault(numbers[key], row["name"])
        return numbers[key]

    for row in csv.DictReader(io.StringIO(text), delimiter="\t"):
        kind, code = row["class"], row["name"]
        assert len(code) <= MAXIMAL.get(kind, 200), f"the code {code} is cut"
        if kind == "G":
            group = row["type/scale"]
            if group not in found.groups:
                found.groups.append(group)
        elif kind == "Q":
            question, name = number((group, code), row), code
            found.questions[question] = code
        elif kind == "SQ":
            line = number((group, question, row["type/scale"], code), row)
            if taken[line] == code and code not in found.lines.setdefault(name, []):
                found.lines[name].append(code)
        elif kind == "A" and code not in found.answers.setdefault(name, []):
            found.answers[name].append(code)
    return found
