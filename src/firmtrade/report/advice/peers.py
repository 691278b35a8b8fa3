"""What a release says of the firm's peers."""

from __future__ import annotations

from firmtrade.advice.peers import Peer, Peers, Trust
from firmtrade.messages import Language
from firmtrade.report.advice.tables import WordTables
from firmtrade.report.model import Section


def peers(found: Peers | None, language: Language, tables: WordTables) -> Section:
    say = language.say
    title = say("advice.sections.peers")
    if found is None:
        return Section("peers", title, (say("advice.peers.none_given"), say("advice.peers.no_percentile")))
    paragraphs = [say("advice.peers.from", title=found.title, study=found.study)]
    if found.synthetic:
        paragraphs.append(say("advice.peers.synthetic"))
    if found.trust is not Trust.SAME:
        paragraphs.append(say(f"advice.peers.{found.trust}"))
    if not found.matched and found.trust is not Trust.OTHER_COUNTRY:
        paragraphs.append(say("advice.peers.unmatched"))
    for key, classes in (("advice.peers.absent", found.absent), ("advice.peers.unknown", found.unknown)):
        if classes:
            names = language.listing([say(f"advice.by.{each}") for each in classes])
            paragraphs.append(say(key, classes=names))
    paragraphs.append(say("advice.peers.no_percentile"))
    rows = [
        (
            each.key,
            f"{say(f'advice.by.{each.by}')} ({_group(each)}){say('report.words.colon')}"
            + say(f"advice.measures.{each.measure}"),
            (_share(each, language), each.year),
        )
        for each in found.found
    ]
    return Section(
        "peers", title, tuple(paragraphs), tables.table("peers", "measure", ("value", "year"), rows)
    )


def _group(peer: Peer) -> str:
    """The class as its key says it: ``size_10_49`` is 10-49."""
    name = peer.group.removeprefix("nace_").removeprefix("size_").removeprefix("age_")
    return (
        name.replace("lt", "<").replace("ge", "≥").replace("_", "–") if peer.by in ("size", "age") else name
    )


def _share(peer: Peer, language: Language) -> str:
    if peer.hidden:
        return language.say("advice.peers.hidden")
    if peer.value is None:
        return language.say("advice.peers.undefined")
    return language.percent(peer.value, peer.decimals)
