"""Who made a publication from what, in the words of its language: on every page, sheet and file."""

from __future__ import annotations

from firmtrade.report.model import Provenance
from firmtrade.report.retold import noted, switched_off
from firmtrade.report.words import Words


def banner(words: Words, *, unreleased: bool, synthetic: bool) -> str:
    """What every page says of the data: synthetic, not for release, or both where rooms of both kinds meet."""
    if unreleased:
        return words.say("words.mixed_banner" if synthetic else "words.unreleased_banner")
    return words.say("words.synthetic_banner") if synthetic else ""


def produced(provenance: Provenance, words: Words) -> str:
    """One sentence: program and version, study, data and its fingerprint."""
    return words.say(
        "words.produced",
        version=provenance.program_version,
        study=provenance.study,
        data=words.say(f"words.{provenance.data}"),
        fingerprint=short(provenance.data_fingerprint),
    )


def short(fingerprint: str) -> str:
    """The beginning of a fingerprint: enough to tell two apart; the whole stands in the last section."""
    return fingerprint[:12]


def about(provenance: Provenance, words: Words) -> tuple[tuple[str, str], ...]:
    """Every fact of the provenance, as (term, value)."""
    facts = [
        (words.say("words.study"), provenance.study),
        (words.say("words.study_fingerprint"), provenance.study_fingerprint),
        (words.say("words.data_kind"), words.say(f"words.{provenance.data}")),
        (words.say("words.data_fingerprint"), provenance.data_fingerprint),
        (words.say("words.protection"), provenance.protection or words.say("words.unprotected")),
        (words.say("words.program"), f"firmtrade {provenance.program_version}"),
    ]
    facts += [(words.say("words.survey"), survey) for survey in provenance.surveys]
    facts += [(name, version) for name, version in sorted(provenance.versions.items())]
    facts += [
        (words.say("words.switched_off"), switched_off(line, words)) for line in provenance.switched_off
    ]
    facts += [(words.say("words.note"), noted(note, words)) for note in provenance.notes]
    return tuple((term, value) for term, value in facts if value)
