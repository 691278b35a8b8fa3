"""The codebook for archives: DDI Codebook 2.5, the standard of data archives (DDI Alliance 2014)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.etree import ElementTree

from firmtrade.messages import Firms, Message, Slot, language_of
from firmtrade.surveys.analysis import Analysis
from firmtrade.surveys.plan import LoadedSurvey
from firmtrade.surveys.room.analysis_file import FOLDER, WEIGHT, AnalysisColumn, analysis_columns
from firmtrade.surveys.room.sample import sampling_words, weighting_words
from firmtrade.surveys.room.selection import asked_words

NAMESPACE = "ddi:codebook:2_5"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def ddi_codebook(analysis: Analysis) -> bytes:
    """The study, the file of answers and each of its columns: label, question, who was asked, answers, and answers
    that do not count.

    Texts stand in every language of the survey.
    """
    plan = analysis.loaded.plan
    survey, languages = plan.survey, plan.survey.languages
    book = ElementTree.Element("codeBook", {"xmlns": NAMESPACE, "version": "2.5"})
    study = _child(book, "stdyDscr")
    citation = _child(_child(study, "citation"), "titlStmt")
    _child(citation, "titl", survey.title.say(languages[0]), lang=languages[0])
    for language in languages[1:]:
        _child(citation, "parTitl", survey.title.say(language), lang=language)
    _child(citation, "IDNo", survey.name)
    summary = _child(_child(study, "stdyInfo"), "sumDscr")
    _child(summary, "timePrd", str(survey.year))
    _child(summary, "nation", survey.country)
    _texts(summary, "universe", survey.definition, languages)
    collection = _child(_child(study, "method"), "dataColl")
    if analysis.drawn is not None:
        drawn, firms = Firms(len(analysis.drawn.firms)), Firms(analysis.drawn.frame_size)
        _texts(collection, "sampProc", sampling_words(plan, drawn, firms), languages)
    _texts(_child(collection, "sources"), "dataSrc", survey.source, languages)
    if analysis.weights is not None:
        _texts(collection, "weight", weighting_words(plan), languages)
    file = _child(_child(book, "fileDscr", ID="F1"), "fileTxt")
    _child(file, "fileName", f"{FOLDER}/answers.sav")
    dimensions = _child(file, "dimensns")
    columns = analysis_columns(analysis)
    _child(dimensions, "caseQnty", str(len(analysis.answers)))
    _child(dimensions, "varQnty", str(len(columns)))
    data = _child(book, "dataDscr")
    conditions = asked_words(analysis.loaded)
    for column in columns:
        _variable(data, column, analysis.loaded, conditions)
    ElementTree.indent(book)
    content: bytes = ElementTree.tostring(book, encoding="utf-8", xml_declaration=True)
    return content


def _variable(
    data: ElementTree.Element,
    column: AnalysisColumn,
    loaded: LoadedSurvey,
    conditions: Mapping[str, list[Message]],
) -> None:
    languages = loaded.plan.survey.languages
    level = {"scale": "contin"}.get(column.level, "discrete")
    found = _child(
        data, "var", ID=column.name, name=column.name, files="F1", intrvl=level, nature=_nature(column),
        wgt="wgt" if column.name.startswith(WEIGHT) else "not-wgt",
    )  # fmt: skip
    _texts(found, "labl", column.label, languages)
    variable = column.variable
    if variable is not None:
        question = _child(found, "qstn")
        for language in languages:
            asked = variable.stem.say(language) + " " if variable.stem else ""
            _child(question, "qstnLit", asked + variable.text.say(language), lang=language)
        for condition in conditions[variable.question]:
            _texts(found, "universe", condition, languages)
    valid = column.values.drop_nulls()
    absent = int(valid.is_in([float(code) for code in column.missing]).sum()) if column.missing else 0
    _child(found, "sumStat", str(len(valid) - absent), type="vald")
    _child(found, "sumStat", str(len(column.values) - len(valid) + absent), type="invd")
    for code, words in column.labels.items():
        category = _child(found, "catgry", **({"missing": "Y"} if code in column.missing else {}))
        _child(category, "catValu", str(code))
        _texts(category, "labl", words, languages)
    _child(found, "varFormat", type="numeric")


def _nature(column: AnalysisColumn) -> str:
    return {"scale": "ratio", "ordinal": "ordinal"}.get(column.level, "nominal")


def _texts(parent: ElementTree.Element, tag: str, text: Slot, languages: Sequence[str]) -> None:
    """A text in every language, an element each."""
    for language in languages:
        _child(parent, tag, language_of(language).render(text), lang=language)


def _child(
    parent: ElementTree.Element, tag: str, text: str = "", lang: str = "", **attributes: str
) -> ElementTree.Element:
    found = ElementTree.SubElement(parent, tag, {**({_LANG: lang} if lang else {}), **attributes})
    found.text = text or None
    return found
