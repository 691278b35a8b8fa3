"""Who made a publication from what, in the words of its language: on every page, sheet and file."""

from __future__ import annotations

from firmtrade.messages import Language
from firmtrade.report.model import Document, Provenance


def banner(words: Language, *, unreleased: bool, synthetic: bool) -> str:
    """What every page says of the data: synthetic, not for release, or both where rooms of both kinds meet."""
    if unreleased:
        return words.say("report.words.mixed_banner" if synthetic else "report.words.unreleased_banner")
    return words.say("report.words.synthetic_banner") if synthetic else ""


def produced(provenance: Provenance, words: Language) -> str:
    """One sentence: program and version, the study where there is one, data and its fingerprint."""
    facts = {
        "version": provenance.program_version,
        "data": words.say(f"report.words.{provenance.data}"),
        "fingerprint": short(provenance.data_fingerprint),
    }
    if not provenance.study:
        return words.say("report.words.produced_from", **facts)
    return words.say("report.words.produced", study=provenance.study, **facts)


def computed_from(provenance: Provenance, words: Language) -> str:
    """What a table of a study says of its data: the study where it is synthetic, else its fingerprint."""
    if provenance.data == "synthetic":
        return words.say("report.words.source_synthetic", study=provenance.study)
    return words.say("report.words.source_real", fingerprint=short(provenance.data_fingerprint))


def kicker(provenance: Provenance, words: Language) -> str:
    """The line above the title: the study where there is one, and the kind of data."""
    kind = words.say(f"report.words.{provenance.data}")
    return " · ".join(part for part in (provenance.study, kind) if part)


def short(fingerprint: str) -> str:
    """The beginning of a fingerprint: enough to tell two apart; the whole stands in the last section."""
    return fingerprint[:12]


def years_of(document: Document) -> tuple[str, str]:
    """The first and the last year that the numbers cover; empty where no number has a year."""
    cells = (cell for table in document.tables() for cell in table.cells.values())
    years = sorted({year for cell in cells for year in cell.year.split("-") if year})
    return (years[0], years[-1]) if years else ("", "")


def citation(document: Document, words: Language) -> str:
    """How to cite the publication: its title and years, its study and data, and what it was made with."""
    provenance = document.provenance
    return words.say(
        "report.words.citation",
        title=document.title,
        years="–".join(dict.fromkeys(filter(None, years_of(document)))),
        data=words.say(f"report.words.{provenance.data}"),
        fingerprint=short(provenance.data_fingerprint),
        version=provenance.program_version,
    ).replace(" ()", "")


def about(document: Document, words: Language) -> tuple[tuple[str, str], ...]:
    """How to cite the publication, whom to ask, and every fact of its provenance, as (term, value)."""
    provenance = document.provenance
    facts = [
        (words.say("report.words.cite"), citation(document, words)),
        (words.say("report.words.contact"), provenance.contact),
        (words.say("report.words.next_release"), provenance.next_release),
        (words.say("report.words.study"), provenance.study),
        (words.say("report.words.study_fingerprint"), provenance.study_fingerprint),
        (words.say("report.words.data_kind"), words.say(f"report.words.{provenance.data}")),
        (words.say("report.words.data_fingerprint"), provenance.data_fingerprint),
        (
            words.say("report.words.protection"),
            provenance.protection or (words.say("report.words.unprotected") if provenance.study else ""),
        ),
        (words.say("report.words.program"), f"firmtrade {provenance.program_version}"),
    ]
    facts += [(words.say("report.words.survey"), survey) for survey in provenance.surveys]
    facts += [(name, version) for name, version in sorted(provenance.versions.items())]
    if not any(section.terms for section in document.sections):  # the chapter on methods says them otherwise
        facts += [
            (words.say("report.words.switched_off"), words.render(each)) for each in provenance.switched_off
        ]
        facts += [(words.say("report.words.note"), words.render(note)) for note in provenance.notes]
    return tuple((term, value) for term, value in facts if value)
