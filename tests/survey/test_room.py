"""A survey's room: complete, labelled, protected against careless leaving, and the same bytes every time."""

from __future__ import annotations

import hashlib
import json
import shutil
import tomllib
from pathlib import Path
from string import Formatter
from typing import Any

import polars as pl
import pytest

from firmtrade.errors import DataError, InputError, UsageError
from firmtrade.messages import LANGUAGES, Count, slots_of
from firmtrade.outputs import CURVE_COLUMNS, ESTIMATE_COLUMNS, CellKey, Confidentiality
from firmtrade.outputs.layout import references
from firmtrade.outputs.models import STATED
from firmtrade.outputs.parts import part_of
from firmtrade.outputs.room import read_room
from firmtrade.report.from_sections import sections_from
from firmtrade.report.model import Figure, Section, Table
from firmtrade.surveys import SurveyResults, run_survey, write_survey
from firmtrade.surveys.instrument import check_readback, read_limesurvey, read_xlsform, written
from survey.world import drawn, field, frame, loaded, results

WORDS = Path(__file__).parents[2] / "src" / "firmtrade" / "surveys" / "room"
RATES = {"rr1", "rr2", "rr3", "rr4", "rr5", "rr6", "coop1", "ref1", "con1"}


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The room of the survey, to read."""
    return write_survey(results(), tmp_path_factory.mktemp("survey") / "room")


def test_a_room_holds_everything_and_reads_back(folder: Path) -> None:
    room = read_room(folder)
    assert len(room.cells) == len(results().cells)
    assert room.manifest.data.kind == "synthetic"
    assert room.manifest.study.name == "sns-belgium"
    found = pl.read_csv(folder / "estimates.csv", infer_schema=False)
    assert tuple(found.columns) == (*ESTIMATE_COLUMNS, *STATED)
    assert found["block"].str.starts_with("survey.").all()
    assert tuple(pl.read_csv(folder / "curves.csv").columns) == (*CURVE_COLUMNS, *STATED)
    assert room.manifest.files.items() <= digests(folder).items()


def test_forms_of_the_room_read_back_as_the_questionnaire(folder: Path) -> None:
    forms = folder / "questionnaire"
    expected = written(loaded().questionnaire, loaded().plan.survey.languages)
    check_readback(expected, read_limesurvey((forms / "limesurvey.txt").read_text(encoding="utf-8")), "form")
    check_readback(expected, read_xlsform(forms / "xlsform.xlsx"), "form")


def test_two_runs_write_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    write_survey(run_survey("sns-belgium", multiverse=False), tmp_path / "two")
    assert digests(tmp_path / "two") == digests(folder)


def test_an_earlier_room_is_replaced_and_anything_else_is_left_alone(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "room")
    (tmp_path / "room" / "estimates.csv").write_text("earlier", encoding="utf-8")
    write_survey(results(), tmp_path / "room")
    assert digests(tmp_path / "room") == digests(folder)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine")
    with pytest.raises(UsageError, match="holds files that are not of a room"):
        run_survey("sns-belgium", tmp_path / "mine", multiverse=False)


def test_no_free_text_and_no_identifier_stands_in_what_may_leave(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["stays_inside"] == [
        "sample.csv", "invitations/participants.csv", "invitations/letters.csv", "invitations/reminders.csv",
        "analysis/answers.dta", "analysis/answers.parquet", "analysis/answers.sav",
    ]  # fmt: skip
    for path in folder.rglob("*"):
        if (
            path.is_file()
            and path.relative_to(folder).as_posix() not in manifest["stays_inside"]
            and path.suffix in (".csv", ".json")
        ):
            assert "SYN0" not in path.read_text(encoding="utf-8"), path.name
    book = pl.read_csv(folder / "codebook.csv")
    assert not set(book["variable"]) & {"entno", "email", "remark"}


def test_every_count_carries_the_firms_behind_it() -> None:
    for cell in results().cells:
        assert cell.contributions, str(cell.key)
        base = cell.contributions[-1]
        assert base.n_firms == base.total
        assert base.largest == min(base.n_firms, 1)
        assert cell.confidentiality is Confidentiality.FREE
    for estimate in results().estimates:
        assert estimate.contributions[-1].n_firms == estimate.n_firms


def test_shares_of_the_answers_to_a_question_add_up() -> None:
    cells = {cell.key: cell for cell in results().cells}
    shares = [
        c.value
        for key, c in cells.items()
        if key.table == "survey_answers" and key.row == "plc1" and c.unit == "percent"
    ]
    assert sum(value or 0 for value in shares) == pytest.approx(100)
    assert len({str(cell.key) for cell in results().cells}) == len(results().cells)


def test_estimates_cover_response_scales_models_and_hypotheses() -> None:
    by_block: dict[str, set[str]] = {}
    for estimate in results().estimates:
        by_block.setdefault(estimate.block, set()).add(estimate.term)
    assert by_block["survey.response"] >= RATES
    assert {
        "survey.reliability",
        "survey.factors",
        "survey.validity",
        "survey.models",
        "survey.hypotheses",
    } <= set(by_block)
    keys = [(e.block, e.specification, e.outcome, e.term) for e in results().estimates]
    assert len(set(keys)) == len(keys)


def printed(language: str = "en", of: SurveyResults | None = None) -> dict[str, Section]:
    """The report as a page prints it."""
    found = of or results()
    made = sections_from(found.sections, found.statements, lang=language, prefix="survey", mark="S")
    return {section.id.removeprefix("survey-"): section for section in made}


def tables_of(section: Section) -> list[Table]:
    return [item.table if isinstance(item, Figure) else item for item in section.items]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_has_its_sections_in_each_language(language: str) -> None:
    sections = printed(language)
    assert list(sections) == [
        "headline", "sample", "representativeness", "answers", "scales", "criteria", "hypotheses", "models",
        "methods", "checklist", "codebook",
    ]  # fmt: skip
    for section in sections.values():
        for table in tables_of(section):
            assert table.rows, table.id
            assert table.computed, table.id
    assert len(sections["hypotheses"].items) == 1
    assert len(tables_of(sections["hypotheses"])[0].rows) == 10
    kinds = {
        str(item.kind) for section in sections.values() for item in section.items if isinstance(item, Figure)
    }
    assert kinds == {"likert", "intervals", "curves"}
    assert all(item.alternative for s in sections.values() for item in s.items if isinstance(item, Figure))


def test_no_section_holds_a_number_and_every_reference_leads_to_a_statement_with_firms_behind_it() -> None:
    found = list(references(results().sections))
    assert len(found) > 1000
    for reference in found:
        statement = results().statements.by_key[CellKey(*reference.key)]
        assert statement.contributions, reference.key
        assert part_of(statement, reference.part).contributions == statement.contributions
    slots = [
        slot
        for section in results().sections
        for words in (*section.paragraphs, *(note for table in section.tables() for note in table.notes))
        for slot in slots_of(words)
    ]
    numbers = {slot.number for slot in slots if isinstance(slot, Count)}
    design = results().analysis.scales
    assert design.bartlett is not None
    assert design.confirmatory is not None
    declared = {
        len(design.items),
        len(design.factors),
        design.bartlett.degrees,
        design.confirmatory.fit.degrees,
    }
    assert numbers <= declared | {len(results().analysis.verdicts)}


def test_a_verdict_is_hidden_with_the_estimate_it_rests_on() -> None:
    found = results()
    hidden = found.statements.changed(lambda one: one.hidden(Confidentiality.FEW))
    made = sections_from(found.sections, hidden, prefix="survey", mark="S")
    table = tables_of(next(section for section in made if section.id == "survey-hypotheses"))[0]
    assert {text for (_, column), text in table.texts.items() if column == "hypotheses_11"} == {"[c]"}


def test_a_french_report_speaks_french_with_a_decimal_comma() -> None:
    sections = printed("fr")
    assert sections["hypotheses"].title == "Hypothèses"
    assert "Le taux de réponse est de" in sections["sample"].paragraphs[1]
    assert "," in sections["sample"].paragraphs[1]


def texts_in(content: Any, path: str = "") -> dict[str, dict[str, str]]:
    """Every text of a file by the place it stands at."""
    if isinstance(content, dict) and "en" in content:
        return {path: content}
    inner = (
        content.items()
        if isinstance(content, dict)
        else enumerate(content)
        if isinstance(content, list)
        else ()
    )
    return {key: text for name, part in inner for key, text in texts_in(part, f"{path}/{name}").items()}


@pytest.mark.parametrize("name", ["checklist.toml"])
def test_every_language_has_the_same_words_with_the_same_slots(name: str) -> None:
    words = texts_in(tomllib.loads((WORDS / name).read_text(encoding="utf-8")))
    assert len(words) > 10
    for place, text in words.items():
        assert tuple(text) == LANGUAGES, place
        slots = {
            language: {slot for _, slot, _, _ in Formatter().parse(text[language]) if slot}
            for language in text
        }
        assert all(found == slots["en"] for found in slots.values()), place


@pytest.mark.parametrize(
    ("language", "title", "rate"),
    [
        ("nl", "Hypothesen", "Het responspercentage bedraagt"),
        ("de", "Hypothesen", "Die Rücklaufquote beträgt"),
    ],
)
def test_a_dutch_and_a_german_report_speak_their_language(language: str, title: str, rate: str) -> None:
    sections = printed(language)
    assert sections["hypotheses"].title == title
    assert rate in sections["sample"].paragraphs[1]
    assert "," in sections["sample"].paragraphs[1]


def test_synthetic_answers_are_called_synthetic_on_every_table_of_results() -> None:
    for section in printed().values():
        for item in section.items:
            likert = isinstance(item, Figure) and item.kind == "likert"
            if section.id.endswith(("checklist", "codebook")) or (isinstance(item, Figure) and not likert):
                continue
            table = item.table if isinstance(item, Figure) else item
            assert any("Synthetic answers" in note for note in table.notes), table.id


def test_nothing_of_the_published_survey_is_claimed() -> None:
    notes = tables_of(printed()["hypotheses"])[0].notes
    assert any("no coefficient of it is reproduced" in note for note in notes)


def test_every_point_of_the_checklist_leads_to_a_section() -> None:
    sections = printed()
    titles = {section.title for section in sections.values()} | {"Every defensible analysis"}
    assert set(tables_of(sections["checklist"])[0].texts.values()) <= titles


def collected(folder: Path) -> Path:
    folder.mkdir()
    field().answers.drop("synthetic").write_csv(folder / "answers.csv")
    drawn().firms.select("firm_id", "stratum", "weight").write_csv(folder / "sample.csv")
    frame().write_parquet(folder / "frame.parquet")
    field().dispositions.write_csv(folder / "dispositions.csv")
    return folder


def test_answers_of_a_field_with_their_sample_and_frame(tmp_path: Path) -> None:
    found = run_survey("sns-belgium", tmp_path / "room", data=collected(tmp_path / "field"), multiverse=False)
    assert not found.synthetic
    assert found.analysis.weights is not None
    assert found.analysis.rates is not None
    assert all(cell.confidentiality is Confidentiality.INTERNAL for cell in found.cells)
    assert read_room(tmp_path / "room").manifest.data.kind == "real"
    tables = [table for section in printed(of=found).values() for table in tables_of(section)]
    assert all("Synthetic" not in note for table in tables for note in table.notes)


def test_answers_alone_are_enough_for_what_needs_no_sample(tmp_path: Path) -> None:
    path = collected(tmp_path / "field") / "answers.csv"
    found = run_survey("sns-belgium", data=path, multiverse=False)
    assert found.analysis.weights is None
    assert found.analysis.verdicts[0].verdict == "supported"
    assert "nothing is known of the sample" in found.summary()


def test_a_folder_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match="holds no answers"):
        run_survey("sns-belgium", data=tmp_path / "empty")
    with pytest.raises(UsageError, match="is no file and no folder"):
        run_survey("sns-belgium", data=tmp_path / "absent")
    folder = collected(tmp_path / "field")
    drawn().firms.select("firm_id", "stratum").write_csv(folder / "sample.csv")
    with pytest.raises(InputError, match=r"The sample has no column `weight`"):
        run_survey("sns-belgium", data=folder)
    drawn().firms.select("firm_id", "stratum", "weight").with_columns(pl.col("firm_id") + "x").write_csv(
        folder / "sample.csv"
    )
    with pytest.raises(DataError, match=r"drawn firm\(s\) are not in the frame"):
        run_survey("sns-belgium", data=folder)
    (folder / "sample.csv").unlink()
    field().dispositions.rename({"disposition": "what"}).write_csv(folder / "dispositions.csv")
    with pytest.raises(InputError, match="no column `disposition`"):
        run_survey("sns-belgium", data=folder)
    (folder / "frame.parquet").write_bytes(b"none")
    with pytest.raises(InputError, match=r"`frame.parquet` cannot be read"):
        run_survey("sns-belgium", data=folder)


def test_the_specification_curve_is_a_section_a_chart_and_a_curve(tmp_path: Path) -> None:
    text = loaded().text.replace("limit = 10000", "limit = 60")
    (tmp_path / "small.toml").write_text(text, encoding="utf-8")
    (tmp_path / "sns-belgium").mkdir()
    (tmp_path / "sns-belgium" / "questionnaire.toml").write_text(loaded().form, encoding="utf-8")
    found = run_survey(tmp_path / "small.toml")
    (figure,) = printed(of=found)["multiverse"].items
    assert isinstance(figure, Figure)
    assert figure.kind == "specifications"
    assert len(figure.table.rows) == 60
    curve = next(c for c in found.curves if c.block == "survey.multiverse")
    assert [point.y for point in curve.points] == sorted(
        point.y for point in curve.points if point.y is not None
    )
