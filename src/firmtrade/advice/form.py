"""The blank form: every question as a comment, every answer a line to uncomment."""

from __future__ import annotations

from collections.abc import Iterator

from firmtrade.advice.entry_mode import terms
from firmtrade.advice.readiness import scheme
from firmtrade.messages import Language

FIRM = {
    "country": '"BE"',
    "nace": '"15.96"',
    "nace_revision": '"1.1"',
    "region": '"flanders"',
    "technology": '"low"',
    "founded": "1998",
    "employees": "24",
    "turnover": "3_500_000",
    "domestic_owned": "true",
    "public": "false",
    "exports": "false",
    "imports": "true",
    "first_foreign_sale": "2001",
    "foreign_share": "12",
    "countries": "3",
    "world_regions": "1",
}
PLANS = {
    "aim": '"sell"',
    "start": "2027-01-04",
    "niche": "true",
    "short_window": "false",
    "founders_abroad": "true",
    "follows_client": "false",
}
MARKETS = {
    "offer": '"goods"',
    "product": '"220300"',
    "languages": '["nl", "en"]',
    "sold_to": '["NL"]',
    "consider": '["DE", "US"]',
    "exclude": '["GB"]',
}


def blank_form(language: Language) -> str:
    """A form in a language. As it stands it is valid and answers nothing; a line without its ``#`` is an answer."""
    say = language.say
    lines = [
        *_comment(say("advice.form.head")),
        "",
        *_question(say("advice.form.answered_on"), "answered_on", "2026-12-01"),
    ]
    for name, examples in (("firm", FIRM), ("plans", PLANS), ("markets", MARKETS)):
        lines += ["", f"[{name}]", *_comment(say(f"advice.form.{name}"))]
        for key, example in examples.items():
            lines += _question(say(f"advice.ask.{key}"), key, example)
    lines += ["", "[resources]", *_comment(say("advice.form.resources"))]
    by = terms()
    for key, levels in (("people", by.resources.people), ("money", by.resources.money)):
        choices = [f'"{level}": {say(f"advice.levels.{key}.{level}")}' for level in levels]
        lines += [*_question(say(f"advice.ask.{key}"), key, f'"{levels[0]}"'), *_comment("; ".join(choices))]
    lines += ["", "[market]", *_comment(say("advice.form.market"))]
    for each in by.questions:
        text = f'{say(f"advice.questions.{each.key}")} ("{each.high}" / "{each.low}")'
        lines += _question(text, each.key, f'"{each.high}"')
    lines += ["", *_comment(say("advice.form.readiness")), *_readiness(language)]
    lines += ["", "[unscored]", *_comment(say("advice.form.unscored"))]
    for key in scheme().unscored.items:
        lines += _question(say(f"advice.items.{key}"), key, "3")
    lines += ["", "[storage]", *_comment(say("advice.form.storage"))]
    lines += ["# consent = true", "# consented_on = 2026-12-01"]
    lines += [*_question(say("advice.ask.reference"), "reference", '"A-0042"'), ""]
    return "\n".join(lines)


def _readiness(language: Language) -> Iterator[str]:
    for dimension in scheme().dimensions:
        yield ""
        yield f"[readiness.{dimension.key}]"
        yield from _comment(language.say(f"advice.dimensions.{dimension.key}"))
        for key in dimension.items:
            yield from _question(language.say(f"advice.items.{key}"), key, '{ points = 3, evidence = "" }')


def _comment(text: str) -> list[str]:
    return [f"## {line}" for line in text.splitlines()]


def _question(text: str, key: str, example: str) -> list[str]:
    return [*_comment(text), f"# {key} = {example}"]
