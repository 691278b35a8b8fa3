"""What a run says in English, in the language of the page: why a number was not computed, what it noted.

A room keeps the sentences as they were said. ``words/en.toml`` holds them with slots, so each is known again and
said in another language; one of another form stands as it is written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from firmtrade.messages import Language, keys_below, sentences
from firmtrade.outputs.sentences import recognized

PREFIX = re.compile(r"^(not computed: )?(needs )?")
SWITCHED_OFF = re.compile(r"(?P<where>\S+): needs (?P<needs>.+)")
SHARE = re.compile(r"(\d+(?:\.(\d+))?)%")
AND = " and "


def needed(reason: str, language: Language) -> str:
    """What is missing, by the reason that a cell gives."""
    return _said(PREFIX.sub("", reason), "reasons", language)


def switched_off(line: str, language: Language) -> str:
    """What was not computed and why."""
    found = SWITCHED_OFF.fullmatch(line)
    if found is None:
        return line
    needs = language.say("reasons.needs", needs=needed(found["needs"], language))
    return f"{found['where']}{language.say('report.words.colon')}{needs}"


def noted(note: str, language: Language) -> str:
    """What a run noted beside its numbers."""
    return _said(note, "notes", language)


def _said(text: str, part: str, language: Language) -> str:
    found = recognized(text, _english(part))
    if found is None:
        return text
    key, slots = found
    return language.say(
        f"{part}.{key}", **{name: _slot(name, slot, language) for name, slot in slots.items()}
    )


def _slot(name: str, text: str, language: Language) -> str:
    """What fills a slot. Names of files, columns, populations and years are written alike in all languages."""
    match name:
        case "count" | "all":
            return language.number(int(text.replace(",", "")), 0)
        case "zone" | "flow" | "share" | "revisions":
            return language.listing([_named(part, language) for part in text.split(AND)])
        case _:
            return text


def _named(text: str, language: Language) -> str:
    """A share, or what has a name in every language."""
    if found := SHARE.fullmatch(text):
        return language.percent(float(found[1]), len(found[2] or ""))
    key = next((key for key, name in _english("names").items() if name == text), None)
    return language.say(f"names.{key}") if key else text


def _english(part: str) -> Mapping[str, str]:
    return {
        key.removeprefix(f"{part}."): "".join(
            text + (f"{{{slot}}}" if slot else "") for text, slot, _ in sentences("en")[key].form("other")
        )
        for key in keys_below(part)
    }
