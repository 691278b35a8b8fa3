"""What a run says in English, in the language of the page: why a number was not computed, what it noted.

A room keeps the sentences as they were said. ``words/en.toml`` holds them with slots, so each is known again and
said in another language; one of another form stands as it is written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from firmtrade.outputs.sentences import recognized
from firmtrade.report.words import Words, words

PREFIX = re.compile(r"^(not computed: )?(needs )?")
SWITCHED_OFF = re.compile(r"(?P<where>\S+): needs (?P<needs>.+)")
SHARE = re.compile(r"(\d+(?:\.(\d+))?)%")
AND = " and "


def needed(reason: str, language: Words) -> str:
    """What is missing, by the reason that a cell gives.

    >>> needed("not computed: needs the column `partner` of trade", words("nl"))
    'de kolom `partner` van trade'
    """
    return _said(PREFIX.sub("", reason), "reasons", language)


def switched_off(line: str, language: Words) -> str:
    """What was not computed and why.

    >>> switched_off("6/value_added_cagr: needs the column `value_added` of accounts", words("de"))
    '6/value_added_cagr: benötigt die Spalte `value_added` von accounts'
    """
    found = SWITCHED_OFF.fullmatch(line)
    if found is None:
        return line
    needs = language.say("retold.needs", needs=needed(found["needs"], language))
    return f"{found['where']}{language.say('words.colon')}{needs}"


def noted(note: str, language: Words) -> str:
    """What a run noted beside its numbers.

    >>> noted("Declarations without a value: 1,204 of 98,000, which count as nothing.", words("nl"))
    'Aangiften zonder waarde: 1.204 van 98.000; zij tellen niet mee.'
    """
    return _said(note, "notes", language)


def _said(text: str, part: str, language: Words) -> str:
    found = recognized(text, _english(part))
    if found is None:
        return text
    key, slots = found
    return language.say(
        f"{part}.{key}", **{name: _slot(name, slot, language) for name, slot in slots.items()}
    )


def _slot(name: str, text: str, language: Words) -> str:
    """What fills a slot. Names of files, columns, populations and years are written alike in all languages."""
    match name:
        case "count" | "all":
            return language.numbers.show(int(text.replace(",", "")), 0)
        case "zone" | "flow" | "share" | "revisions":
            return language.say("retold.and").join(_named(part, language) for part in text.split(AND))
        case _:
            return text


def _named(text: str, language: Words) -> str:
    """A share, or what has a name in every language."""
    if found := SHARE.fullmatch(text):
        return language.say(
            "retold.percent", number=language.numbers.show(float(found[1]), len(found[2] or ""))
        )
    key = next((key for key, name in _english("named").items() if name == text), None)
    return language.say(f"named.{key}") if key else text


def _english(part: str) -> Mapping[str, str]:
    sentences: Mapping[str, str] = words("en").texts[part]
    return sentences
