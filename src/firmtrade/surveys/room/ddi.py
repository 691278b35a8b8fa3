"""The codebook for archives: DDI Codebook 2.5, the standard of data archives (DDI Alliance 2014)."""

from __future__ import annotations

from xml.etree import ElementTree

from firmtrade.messages import Text, language_of
from firmtrade.surveys.analysis import Analysis
from firmtrade.surveys.room.analysis_file import FOLDER, WEIGHT, AnalysisColumn, analysis_columns

NAMESPACE = "ddi:codebook:2_5"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def ddi_codebook(analysis: Analysis) -> bytes:
    """The study, the file of answers and each of its columns: label, question, answers, answers that do not count.

    Texts stand in every language of the survey.
    """
    survey, plan = analysis.loaded.plan.survey, analysis.loaded.plan
    ElementTree.register_namespace("", NAMESPACE)
    book = ElementTree.Element(_tag("codeBook"), {"version": "2.5"})
    study = _child(book, "stdyDscr")
    citation = _child(_child(study, "citation"), "titlStmt")
    _child(citation, "titl", survey.title.say(survey.languages[0]), lang=survey.languages[0])
    for language in survey.languages[1:]:
        _child(citation, "parTitl", survey.title.say(language), lang=language)
    _child(citation, "IDNo", survey.name)
    summary = _child(_child(study, "stdyInfo"), "sumDscr")
    _child(summary, "timePrd", str(survey.year))
    _child(summary, "nation", survey.country)
    _child(summary, "universe", survey.definition)
    collection = _child(_child(study, "method"), "dataColl")
    _child(collection, "sampProc", f"Stratified random sample by {', '.join(plan.design.strata)}")
    if analysis.weights is not None:
        _child(
            collection,
            "weight",
            f"weight_final: {plan.weighting.method} to {', '.join(plan.weighting.margins)}",
        )
    file = _child(_child(book, "fileDscr", ID="F1"), "fileTxt")
    _child(file, "fileName", f"{FOLDER}/answers.sav")
    dimensions = _child(file, "dimensns")
    columns = analysis_columns(analysis)
    _child(dimensions, "caseQnty", str(len(analysis.answers)))
    _child(dimensions, "varQnty", str(len(columns)))
    data = _child(book, "dataDscr")
    for column in columns:
        _variable(data, column, analysis)
    ElementTree.indent(book)
    content: bytes = ElementTree.tostring(book, encoding="utf-8", xml_declaration=True)
    return content


def _variable(data: ElementTree.Element, column: AnalysisColumn, analysis: Analysis) -> None:
    languages = analysis.loaded.plan.survey.languages
    level = {"scale": "contin"}.get(column.level, "discrete")
    found = _child(
        data, "var", ID=column.name, name=column.name, files="F1", intrvl=level, nature=_nature(column),
        wgt="wgt" if column.name.startswith(WEIGHT) else "not-wgt",
    )  # fmt: skip
    for language in languages:
        _child(found, "labl", language_of(language).render(column.label), lang=language)
    variable = analysis.loaded.variables.get(column.name)
    if variable is not None:
        question = _child(found, "qstn")
        for language in languages:
            asked = variable.stem.say(language) + " " if variable.stem else ""
            _child(question, "qstnLit", asked + variable.text.say(language), lang=language)
    valid = column.values.drop_nulls()
    absent = int(valid.is_in([float(code) for code in column.missing]).sum()) if column.missing else 0
    _child(found, "sumStat", str(len(valid) - absent), type="vald")
    _child(found, "sumStat", str(len(column.values) - len(valid) + absent), type="invd")
    for code, words in column.labels.items():
        category = _child(found, "catgry", **({"missing": "Y"} if code in column.missing else {}))
        _child(category, "catValu", str(code))
        for language in languages:
            text = words.say(language) if isinstance(words, Text) else language_of(language).render(words)
            _child(category, "labl", text, lang=language)
    _child(found, "varFormat", type="numeric")


def _nature(column: AnalysisColumn) -> str:
    return {"scale": "ratio", "ordinal": "ordinal"}.get(column.level, "nominal")


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _child(
    parent: ElementTree.Element, tag: str, text: str = "", lang: str = "", **attributes: str
) -> ElementTree.Element:
    found = ElementTree.SubElement(parent, _tag(tag), {**({_LANG: lang} if lang else {}), **attributes})
    found.text = text or None
    return found
