"""How LimeSurvey 6 imports a tab-separated survey structure, by its own rules and nothing of the writer.

The file is decoded by a guess from its first bytes. A group is told apart by `type/scale`, a question by group and
code, a line by question, scale and code; the rows of a further language repeat them. A row without an id takes the
next number of one counter that questions and lines share; a row with an id keeps it. Two that end with the same
number are one to the data base, and the later is lost. A code that is not allowed is replaced by another. Every
filled cell of a question that is no column of its own becomes an attribute, once for each row.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field

MAXIMAL = {"Q": 20, "SQ": 20, "A": 5}
"""Signs that a code may have, by the class of its row."""

SAMPLES = (1000, 10_000)
"""Bytes by which versions of the import guess the encoding; a letter that is cut there is taken for another one's."""

SETTINGS = {
    "language", "additional_languages", "format", "anonymized", "tokenanswerspersistence", "ipaddr", "refurl",
    "htmlemail", "savetimings", "datestamp", "shownoanswer", "showsurveypolicynotice",
}  # fmt: skip
"""Columns of its table of surveys that a file may set; another one is left out with a warning."""

TEXTS = {
    "title": 200, "description": None, "welcometext": None, "endtext": None, "policy_notice": None,
    "email_invite_subj": 255, "email_invite": None, "email_remind_subj": 255, "email_remind": None,
    "numberformat": 1,
}  # fmt: skip
"""Columns of its table of texts, and the signs that they hold."""

OWN_COLUMNS = {
    "id", "related_id", "class", "type/scale", "name", "text", "validation", "relevance", "help", "language",
    "mandatory", "other", "same_default", "same_script", "default",
}  # fmt: skip
ATTRIBUTES = {"max_num_value_n", "min_num_value_n", "num_value_int_only", "em_validation_q", "encrypted"}
WORDS = {"LANG", "SID", "SAVEDID", "TOKEN", "QID", "GID", "SGQ", "self", "that", "this"}
ONE_ANSWER = set("NL!ST")
"""Types of questions whose answer a condition can read by the code of the question alone."""


@dataclass
class Imported:
    """What stands in the data base after the import: questions by number, with their lines, answers and attributes."""

    questions: dict[str, str] = field(default_factory=dict)
    lines: dict[str, list[str]] = field(default_factory=dict)
    answers: dict[str, list[str]] = field(default_factory=dict)
    words: dict[tuple[str, str, str], str] = field(default_factory=dict)
    attributes: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    groups: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    renamed: list[str] = field(default_factory=list)
    settings: dict[str, str] = field(default_factory=dict)
    texts: dict[tuple[str, str], str] = field(default_factory=dict)


def rows_of(data: bytes) -> list[dict[str, str]]:
    """The rows of a file as the import reads them."""
    for sample in SAMPLES:
        data[:sample].decode()
    found = []
    text = re.sub(r"\r\n|[\n\v\f\r\x85\u2028\u2029]", "\n", data.decode())
    for cells in csv.DictReader(io.StringIO(text), delimiter="\t"):
        row = {name: cell or "" for name, cell in cells.items()}
        for name, cell in row.items():
            if re.search('^".*"$', cell):
                row[name] = cell[1:-1].replace('""', '"')
        found.append(row)
    return found


def imported(data: bytes) -> Imported:
    """Import a structure by the rules above."""
    found, numbers, taken, counter = Imported(), dict[tuple[str, ...], str](), dict[str, str](), 0
    group = question = name = ""
    types: dict[str, str] = {}
    homes: dict[str, str] = {}

    def number(key: tuple[str, ...], row: dict[str, str]) -> str:
        nonlocal counter
        if key not in numbers:
            if not row["id"]:
                counter += 1
            numbers[key] = row["id"] or str(counter)
            if numbers[key] in taken:
                found.lost.append(row["name"])
            taken.setdefault(numbers[key], row["name"])
        return numbers[key]

    for row in rows_of(data):
        kind, code = row["class"], row["name"]
        assert len(code) <= MAXIMAL.get(kind, 200), f"the code {code} is cut"
        own = {code} if kind == "Q" else set()
        for asked in set(re.findall(r"(\w+)\.(?:NAOK|shown)", " ".join(row.values()))) - own:
            parent, _, line = asked.partition("_")
            if line:
                assert line in found.lines[parent], f"{parent} has no line {line}"
            else:
                assert types[asked] in ONE_ANSWER, f"{asked} has several answers"
        if kind == "S":
            assert code in SETTINGS, f"the setting {code} is left out"
            found.settings[code] = row["text"]
        elif kind == "SL":
            room = TEXTS[code.removeprefix("surveyls_")]
            assert room is None or len(row["text"]) <= room, f"the text {code} is cut"
            found.texts[code, row["language"]] = row["text"]
        elif kind == "G":
            group = row["type/scale"]
            if group not in found.groups:
                found.groups.append(group)
        elif kind == "Q":
            question, name = number((group, code), row), code
            allowed = re.fullmatch("[A-Za-z][A-Za-z0-9]*", code) and code not in WORDS
            if not allowed or homes.setdefault(code, group) != group:
                found.renamed.append(code)
            found.questions[question] = code
            types[code] = row["type/scale"]
            found.words[code, "", row["language"]] = row["text"]
            for each, value in row.items():
                if value and each not in OWN_COLUMNS:
                    assert each in ATTRIBUTES, f"{each} is no attribute of a question"
                    found.attributes.setdefault((code, each), []).append(value)
        elif kind == "SQ":
            line = number((group, question, row["type/scale"], code), row)
            if not re.fullmatch("[A-Za-z0-9]*", code) or code == "time":
                found.renamed.append(code)
            found.words[name, code, row["language"]] = row["text"]
            if taken[line] == code and code not in found.lines.setdefault(name, []):
                found.lines[name].append(code)
        elif kind == "A":
            found.words[name, code, row["language"]] = row["text"]
            if code not in found.answers.setdefault(name, []):
                found.answers[name].append(code)
    return found
