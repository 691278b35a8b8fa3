"""The files of a survey's room."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from firmtrade.messages import LANGUAGES, Text
from firmtrade.messages import Statement as Reference
from firmtrade.outputs import CellKey, Statements
from firmtrade.outputs.csv_file import csv_file, csv_frame
from firmtrade.outputs.layout import ColumnLayout, DecidedWords, Entry, TableLayout
from firmtrade.outputs.manifest import Contents, DataFacts, RegisterFacts, RoomManifest, StudyFacts
from firmtrade.outputs.mark import MARK, mark_of
from firmtrade.outputs.models import number_text
from firmtrade.outputs.parts import part_of
from firmtrade.outputs.room import write_room
from firmtrade.outputs.working import WorkingFolder
from firmtrade.surveys.instrument import (
    check_readback,
    limesurvey_text,
    read_limesurvey,
    read_xlsform,
    write_xlsform,
    written,
)
from firmtrade.surveys.instrument.invitations import FOLDER as INVITATIONS
from firmtrade.surveys.instrument.invitations import TOKEN, letters, participants, still_silent, with_tokens
from firmtrade.surveys.plan import LoadedSurvey
from firmtrade.surveys.room.analysis_file import FOLDER, analysis_files
from firmtrade.surveys.room.codebook import codebook
from firmtrade.surveys.room.ddi import ddi_codebook
from firmtrade.version import __version__

if TYPE_CHECKING:
    from firmtrade.surveys.results import FrameSource, SurveyResults


def write_survey(results: SurveyResults, out: Path) -> Path:
    """Write the room of a survey.

    Besides the files of every room: ``codebook.csv``, the forms under ``questionnaire/``, the answers for other
    programs with their codebook under ``analysis/``, ``sample.csv`` with the drawn firms and their tokens, and their
    invitations under ``invitations/``; answers, sample and invitations never leave.

    Raises
    ------
    UsageError
        The place is taken by something else, or cannot be written.
    DataError
        A form does not read back as it was written.
    """
    loaded = results.analysis.loaded
    files = {
        **_table_files(results),
        "codebook.csv": csv_frame(codebook(loaded, results.analysis.answers)),
        **_forms(loaded),
        **analysis_files(results.analysis),
        f"{FOLDER}/ddi.xml": ddi_codebook(results.analysis),
    }
    inside = _of_firms(results)
    answers = (f"{FOLDER}/answers.{ending}" for ending in ("dta", "parquet", "sav"))
    about = _about(results, (*inside, *answers))
    return write_room(out, results.statements, loaded.text, about, files | inside, results.sections)


def _of_firms(results: SurveyResults) -> dict[str, bytes]:
    """The drawn firms with their tokens, their invitations, and reminders to those whose answer is not there."""
    if results.sample is None:
        return {}
    loaded, dispositions = results.analysis.loaded, results.analysis.dispositions
    languages, link = loaded.plan.survey.languages, loaded.plan.fieldwork.link
    texts = loaded.questionnaire.texts
    firms = with_tokens(results.sample.firms, loaded.fingerprint)
    tables = {
        "sample": firms.select("firm_id", "stratum", "weight", TOKEN),
        f"{INVITATIONS}/participants": participants(firms, languages[0]),
    }
    if texts.invitation:
        tables[f"{INVITATIONS}/letters"] = letters(firms, texts.invitation, link, languages)
    if texts.reminder and dispositions is not None:
        silent = still_silent(firms, dispositions)
        tables[f"{INVITATIONS}/reminders"] = letters(silent, texts.reminder, link, languages)
    return {f"{name}.csv": csv_frame(table) for name, table in tables.items()}


def _about(results: SurveyResults, inside: tuple[str, ...]) -> RoomManifest:
    loaded = results.analysis.loaded
    plan = loaded.plan
    drawn = results.synthetic
    return RoomManifest(
        contents=Contents.SURVEY,
        study=StudyFacts(
            name=plan.survey.name,
            title=plan.survey.title.say(),
            titles=_by_language(plan.survey.title),
            sha256=loaded.fingerprint,
            source=plan.survey.source.say(),
            sources=_by_language(plan.survey.source),
        ),
        data=DataFacts(
            kind=results.kind,
            title="Synthetic answers drawn from declared effects" if drawn else "Answers of the field",
            source="simulator" if drawn else "survey",
            fingerprint=results.data_fingerprint,
        ),
        register=_register_facts(results.register),
        notes=results.register.notes if results.register else (),
        versions={"firmtrade": __version__} | {name: version(name) for name in ("numpy", "scipy", "polars")},
        seeds={"sample": plan.design.seed, "measurement": plan.measurement.seed}
        | ({"simulation": plan.simulation.seed} if drawn and plan.simulation else {}),
        stays_inside=inside,
        switched_off=results.switched_off,
    )


def _by_language(text: Text) -> dict[str, str]:
    return {language: text.say(language) for language in LANGUAGES}


def _register_facts(register: FrameSource | None) -> RegisterFacts | None:
    if register is None:
        return None
    facts = {"kind": register.kind, "title": register.title, "fingerprint": register.fingerprint}
    return RegisterFacts.model_validate(facts)


def _table_files(results: SurveyResults) -> dict[str, bytes]:
    tables = [table for section in results.sections for table in section.tables()]
    return {f"tables/{table.key}.csv": _table_csv(table, results.statements) for table in tables}


def _table_csv(table: TableLayout, statements: Statements) -> bytes:
    """A table in English: the names of its rows, its columns, and the mark of the data."""

    def text(entry: Entry) -> str:
        match entry:
            case None:
                return ""
            case Reference(key, part):
                return number_text(part_of(statements.by_key[CellKey(*key)], part).value)
            case DecidedWords(words):
                return str(words)
            case _:
                return str(entry)

    mark = mark_of(statements.cells[0])
    rows = ([text(row.group), text(row.label), *map(text, row.entries), mark] for row in table.rows)
    return csv_file(["group", "row", *map(_head, table.columns), MARK], rows)


def _head(column: ColumnLayout) -> str:
    """The name of a column in a file: with the heading over it, where it has one."""
    over, label = str(column.spanner), str(column.label)
    return f"{over}: {label}" if over else label


def _forms(loaded: LoadedSurvey) -> dict[str, bytes]:
    """The questionnaire as data, as LimeSurvey and as XLSForm; both forms are read back and compared."""
    survey = loaded.plan.survey
    expected = written(loaded.questionnaire, survey.languages)
    text = limesurvey_text(loaded.questionnaire, survey.title, survey.languages)
    check_readback(expected, read_limesurvey(text), "LimeSurvey form")
    with WorkingFolder() as folder:
        form = folder / "xlsform.xlsx"
        write_xlsform(loaded.questionnaire, survey.title, survey.languages, form, survey.name)
        check_readback(expected, read_xlsform(form), "XLSForm")
        sheets = form.read_bytes()
    files = {
        "questionnaire.toml": loaded.form.encode("utf-8"),
        "limesurvey.txt": text.encode("utf-8"),
        "xlsform.xlsx": sheets,
    }
    return {f"questionnaire/{name}": content for name, content in files.items()}
