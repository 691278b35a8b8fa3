"""A study's text prints numbers by reference, and is refused where a number does not bear it out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from firm_table import HEAD, SIZES, WORDS, canonical, run
from firmtrade.errors import DataError, StudyError
from firmtrade.outputs import Cell, ObsStatus
from firmtrade.report import LANGUAGES, Document, Provenance
from firmtrade.report.from_study import assemble
from firmtrade.studies.load import study_from
from firmtrade.study import Study
from firmtrade.study.checks import problems

FIRMS = "firm | employees_fte | export 2000\na | 5 | FR 10\nb | 5 |\nc | 5 |\nd | 25 | FR 70\ne | 25 | FR 3\nf | 25 |"
SMALL, LARGE = "X/firms/small/export_share", "X/firms/large/export_share"
SAID = f"Of small firms {{{SMALL}}} export, of large ones {{{LARGE}}}."


def written(text: object = SAID, claims: tuple[str, ...] = (), **more: str) -> Study:
    document = {
        "study": HEAD | WORDS,
        "populations": {
            name: {"label": name.title(), "activity": "15-17", "employment_at_least": 1} | WORDS
            for name in ("firms", "others")
        },
        "attributes": {
            "size_class": {"label": "Size", "of": "employees", "classes": SIZES, "unit": "employees"} | WORDS
        },
        "tables": [
            {"id": "X", "title": "X", "population": "firms", "kind": "share", "rows": "size_class",
             "columns": "trade_share", "n": True}
        ],
        "prose": [{"population": "firms", "section": "structure", "text": text, "claims": list(claims)} | more],
    }  # fmt: skip
    return study_from(document)


def cells_of(study: Study) -> tuple[Cell, ...]:
    return run(study, canonical(study, FIRMS)).cells


def published(study: Study, lang: str = "en", cells: tuple[Cell, ...] | None = None) -> Document:
    return assemble(study, cells or cells_of(study), Provenance("small", "real", "0c6a"), lang=lang)


def said(study: Study, lang: str = "en", cells: tuple[Cell, ...] | None = None) -> tuple[str, ...]:
    (section,) = [one for one in published(study, lang, cells).sections if one.id == "firms structure"]
    return section.paragraphs


def test_a_reference_prints_the_number_of_its_cell_with_its_unit() -> None:
    assert said(written()) == ("Of small firms 33.3% export, of large ones 66.7%.",)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_numbers_are_written_as_the_language_writes_them(lang: str) -> None:
    text = {language: f"{language}: {{{SMALL}}}, {{X/firms/small/n}}." for language in LANGUAGES}
    (line,) = said(written(text), lang)
    number = "33.3%" if lang == "en" else "33,3"
    assert line.startswith(f"{lang}: {number}")
    assert line.endswith(", 3.")


def test_an_empty_line_begins_a_paragraph() -> None:
    assert said(written("One.\n\nTwo\nlines.")) == ("One.", "Two lines.")


def test_text_without_a_section_stands_at_the_head_of_its_chapter_and_without_a_population_in_the_overview() -> (
    None
):
    made = published(written("Before.", section=""))
    assert next(one for one in made.sections if one.id == "firms").paragraphs == ("Before.",)
    study = written("First of all.")
    overview = study.prose[0].model_copy(update={"population": None})
    first = published(study.model_copy(update={"prose": (overview,)})).sections[0]
    assert (first.id, first.paragraphs) == ("overview", ("First of all.",))


@pytest.mark.parametrize(
    "claim", [f"{SMALL} < {LARGE}", f"{LARGE} > {SMALL}", f"{SMALL} = 33.3", f"{LARGE} > 66.6"]
)
def test_a_true_claim_is_let_through(claim: str) -> None:
    assert said(written(claims=(claim,)))


@pytest.mark.parametrize(
    "claim", [f"{SMALL} > {LARGE}", f"{SMALL} = {LARGE}", f"{SMALL} = 33.33333", f"{LARGE} < 66.7"]
)
def test_a_claim_that_printed_numbers_contradict_is_refused(claim: str) -> None:
    """The comparison is of what readers see: 33.3, not the third behind it."""
    with pytest.raises(DataError, match="printed numbers say otherwise"):
        published(written(claims=(claim,)))


@pytest.mark.parametrize("status", [ObsStatus.SUPPRESSED, ObsStatus.UNDEFINED, ObsStatus.NOT_COMPUTED])
@pytest.mark.parametrize("where", ["text", "claims"])
def test_a_number_that_is_hidden_or_missing_is_refused(status: ObsStatus, where: str) -> None:
    study = written() if where == "text" else written("Words.", claims=(f"{SMALL} < {LARGE}",))
    cells = tuple(
        replace(cell, value=None, status=status) if str(cell.key) == LARGE else cell
        for cell in cells_of(study)
    )
    with pytest.raises(DataError, match="hidden or could not be computed") as refused:
        published(study, cells=cells)
    assert LARGE in str(refused.value)
    assert "66" not in str(refused.value)


def test_a_cell_that_no_table_prints_is_refused_with_the_nearest_key() -> None:
    with pytest.raises(StudyError, match="X/firms/large/export_share"):
        published(written("{X/firms/larg/export_share}"))


def test_a_section_without_tables_takes_no_text() -> None:
    with pytest.raises(StudyError, match="has no tables"):
        published(written("Words.", section="exporters"))


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"text": "{X/firms/small}"}, "is no key of a cell"),
        ({"text": "{Y/firms/small/n}"}, "there is no table 'Y'"),
        ({"text": "{X/farms/small/n}"}, "has no population 'farms'"),
        ({"text": {"en": SAID, "fr": "Rien."}}, "refers to other numbers"),
        ({"claims": ("small firms export less",)}, "is no comparison"),
        ({"claims": ("Y/firms/small/n < 3",)}, "there is no table 'Y'"),
        ({"population": "farms"}, "there is no population 'farms'"),
        ({"population": "others"}, "it has no chapter"),
    ],
)  # fmt: skip
def test_a_wrong_reference_is_found_when_the_study_is_read(changes: dict[str, object], wrong: str) -> None:
    found = [what for _, what, _ in problems(written(**changes))]  # type: ignore[arg-type]
    assert [what for what in found if wrong in what], found
