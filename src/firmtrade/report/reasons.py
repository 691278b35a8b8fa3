"""Why a number was not computed, in the language of the page."""

from __future__ import annotations

import re

from firmtrade.report.words import Words

PREFIX = re.compile(r"^(not computed: )?(needs )?")
FORMS = {
    "unread": re.compile(r"the year (?P<year>\d{4}), which the study does not read"),
    "uncovered": re.compile(
        r"(?P<zone>intra|extra)-EU (?P<flow>export|import) declarations of (?P<year>\d{4}), "
        "which the trade files do not cover"
    ),
    "either": re.compile(r"the column (?P<one>`\w+`) or (?P<other>`\w+`) of (?P<table>\w+)"),
    "column": re.compile(r"the column (?P<column>`\w+`) of (?P<table>\w+)"),
}


def needed(reason: str, words: Words) -> str:
    """What is missing, by the reason that a cell gives; a reason of another form is said as it is written.

    >>> from firmtrade.report.words import words
    >>> needed("not computed: needs the column `partner` of trade", words("nl"))
    'de kolom `partner` van trade'
    """
    bare = PREFIX.sub("", reason)
    for name, form in FORMS.items():
        if found := form.fullmatch(bare):
            slots = {
                slot: words.say(f"reasons.{text}") if slot in {"zone", "flow"} else text
                for slot, text in found.groupdict().items()
            }
            return words.say(f"reasons.{name}", **slots)
    return bare
