"""What the firm may do next: support, the plan, and what is not validated."""

from __future__ import annotations

from firmtrade.advice import Advice
from firmtrade.advice.practice import terms
from firmtrade.advice.support import directory
from firmtrade.messages import Language
from firmtrade.report.advice.markets import country_names
from firmtrade.report.advice.profile import mode_names
from firmtrade.report.advice.tables import WordTables
from firmtrade.report.model import Section


def support(advice: Advice, language: Language, tables: WordTables) -> Section:
    say, found = language.say, advice.support
    paragraphs = []
    if not found.directory:
        paragraphs.append(say("advice.support.elsewhere"))
    if found.unasked:
        year, names = str(directory().year), language.listing(found.unasked)
        paragraphs.append(say("advice.support.unasked", year=year, agencies=names))
    if found.old:
        paragraphs.append(say("advice.support.old", agencies=language.listing(found.old)))
    elif not found.dated and len(found.unasked) < len(found.agencies):
        paragraphs.append(say("advice.support.undated"))
    rules = [
        (
            rule.key,
            f"{rule.number:02}",
            (
                say(f"advice.rules.{rule.key}.advice"),
                say(f"advice.rules.{rule.key}.caution"),
                language.listing([say(f"advice.kinds.{kind}") for kind in rule.kinds]),
                rule.source,
            ),
        )
        for rule in found.rules
    ]
    agencies = [
        (
            each.name,
            each.name,
            (
                language.listing([say(f"advice.kinds.{kind}") for kind in each.kinds]),
                each.in_study,
                each.site,
                language.day(each.as_of) if each.as_of else say("advice.undated"),
            ),
        )
        for each in found.agencies
    ]
    return Section(
        "support",
        say("advice.sections.support"),
        tuple(paragraphs),
        (
            *tables.table("rules", "number", ("advice", "caution", "kinds", "source"), rules),
            *tables.table("agencies", "agency", ("kinds", "in_study", "site", "as_of"), agencies),
        ),
    )


def practice(advice: Advice, language: Language, tables: WordTables) -> Section:
    """What to settle before the first order."""
    say = language.say
    rows = [
        (
            each.key,
            say(f"advice.practice.{each.key}.name"),
            (say(f"advice.practice.{each.key}.about"), each.source),
        )
        for each in advice.practice
    ]
    told = say("advice.practice.how" if rows else "advice.practice.elsewhere")
    return Section(
        "practice",
        say("advice.sections.practice"),
        (told,),
        tables.table("practice", "point", ("what", "source"), rows, source=terms().source),
    )


def about(step: str, advice: Advice, language: Language) -> str:
    """What a step is, with the dimensions, markets and modes of this firm where it has any."""
    named = {
        "capabilities": (
            "dimensions",
            language.listing(
                [language.say(f"advice.dimensions.{each.key}") for each in advice.readiness.vetoes]
            ),
        ),
        "market_research": ("countries", country_names(advice.markets.compared, language)),
        "plan": (
            "modes",
            mode_names([each for each in advice.entry.modes if each.contender], language)
            if advice.entry.reasons
            else "",
        ),
    }
    slot, names = named.get(step, ("", ""))
    key = f"advice.steps.{step}"
    return language.say(f"{key}.named", **{slot: names}) if names else language.say(f"{key}.about")


def plan(advice: Advice, language: Language, tables: WordTables) -> Section:
    say = language.say
    rows = [
        (
            step.key,
            say(f"advice.steps.{step.key}.name"),
            (
                about(step.key, advice, language),
                language.day(step.due) if step.due else language.number(step.months, 0),
            ),
        )
        for step in advice.plan
    ]
    when = "due" if advice.start is not None else "after"
    dating = say("advice.plan.dated" if advice.start is not None else "advice.plan.undated")
    return Section(
        "plan", say("advice.sections.plan"), (dating,), tables.table("plan", "step", ("what", when), rows)
    )


def limits(advice: Advice, language: Language) -> Section:
    names = ("readiness", "entry", "markets", "practice", "barriers", "support")
    return Section(
        "limits",
        language.say("advice.sections.limits"),
        tuple(language.say(f"advice.limits.{name}") for name in names),
    )
