"""The questionnaire as data: groups of questions in several languages, answer lists, routing."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field

from firmtrade.errors import Place, StudyError, suggest
from firmtrade.messages import Text
from firmtrade.study.declaration import Declaration, parse, place
from firmtrade.surveys.instrument.declared import (
    Answers,
    FormTexts,
    Letter,
    ListName,
    Question,
    QuestionGroup,
)
from firmtrade.surveys.instrument.placement import (
    PlacedGroup,
    PlacedQuestion,
    Variable,
    box_questions,
    placed_groups,
    variables_of,
)

TICKED = 1
"""How a ticked box stands among the answers."""


class Questionnaire(Declaration):
    """A whole questionnaire."""

    texts: FormTexts = FormTexts()
    answers: dict[ListName, Answers]
    groups: tuple[QuestionGroup, ...] = Field(min_length=1)

    def placed(self) -> tuple[PlacedGroup, ...]:
        """Groups in the order in which they are asked, repetitions filled in."""
        return tuple(placed_groups(self.groups, self.answers))

    def variables(self) -> dict[str, Variable]:
        """Every column of the answers by its name, in the order asked."""
        return {variable.name: variable for variable in variables_of(self.placed(), self.answers)}

    def missing_texts(self, languages: tuple[str, ...]) -> tuple[str, ...]:
        """Places without a text in one of the languages: nobody should meet a half-translated form."""
        found = []
        for name in ("welcome", "privacy", "closing"):
            found += _gaps(f"texts.{name}", getattr(self.texts, name), languages)
        for name in ("invitation", "reminder"):
            letter: Letter | None = getattr(self.texts, name)
            if letter is not None:
                found += _gaps(f"texts.{name}.subject", letter.subject, languages)
                found += _gaps(f"texts.{name}.body", letter.body, languages)
        for name, answers in self.answers.items():
            for code in answers.codes:
                found += _gaps(f"answers.{name} {code.code}", code.text, languages)
        for group in self.groups:
            found += _gaps(f"group {group.id}", group.title, languages)
            found += _gaps(f"intro of group {group.id}", group.intro, languages)
            for question in group.questions:
                found += _gaps(f"question {question.id}", question.text, languages)
                found += _gaps(f"help of question {question.id}", question.help, languages)
                for item in question.items:
                    found += _gaps(f"item {item.id}", item.text, languages)
        return tuple(found)


def _gaps(where: str, text: Text | None, languages: tuple[str, ...]) -> list[str]:
    if text is None:
        return []
    return [f"{where} ({language})" for language in languages if not text.root.get(language)]


def parse_questionnaire(
    text: str, file: str, languages: tuple[str, ...] = ("en",), year: int | None = None
) -> Questionnaire:
    """Validate a questionnaire; ``{year}`` in it stands for the ``year`` of the survey.

    Raises
    ------
    StudyError
        An unknown key or answer list, an id used twice, a condition that cannot hold or rests on a question that
        does not come before, or a text that lacks one of the languages.
    """
    text = text if year is None else text.replace("{year}", str(year))
    questionnaire = parse(Questionnaire, text, file)
    boxes = box_questions(questionnaire.groups)
    seen: set[str] = set()
    asked: dict[str, PlacedQuestion] = {}
    for number, group in enumerate(questionnaire.groups):
        for position, question in enumerate(group.questions):
            here = place(text, file, ("groups", number, "questions", position))
            if question.answers and question.answers not in questionnaire.answers:
                raise StudyError(
                    f"question `{question.id}` uses the answers `{question.answers}`, which are not declared",
                    where=here,
                    fix=suggest(question.answers, questionnaire.answers),
                )
            _check_codes(questionnaire, question, here)
            for when in (*group.when, *question.when):
                if when.question in boxes and when.equals not in ((), (TICKED,)):
                    raise StudyError(
                        f"`{question.id}` is asked by the box `{when.question}`, which is ticked or not, without codes",
                        where=here,
                        fix="Write `answered = true`: the question is asked where the box is ticked.",
                    )
            if group.repeat > 1 and not all("#" in name for name in (question.id, *_item_ids(question))):
                raise StudyError(
                    f"question `{question.id}` is repeated, so its id and those of its items need a `#`",
                    where=here,
                    fix="Write the id with `#` where the number of the repetition belongs.",
                )
    for placed in questionnaire.placed():
        _claim(placed.id, seen, text, file, ("groups", placed.position))
        for position, asking in enumerate(placed.questions):
            path = ("groups", placed.position, "questions", position)
            _check_dependence(questionnaire, placed, asking, asked, place(text, file, path))
            for name in (asking.id, *(item[0] for item in asking.items)):
                _claim(name, seen, text, file, path)
            asked[asking.id] = asking
    gaps = questionnaire.missing_texts(languages)
    if gaps:
        raise StudyError(
            f"{len(gaps)} text(s) are missing, the first: {gaps[0]}",
            where=place(text, file, ()),
            fix="Add the translation, or take the language out of the survey's `languages`.",
        )
    return questionnaire


def _check_dependence(
    questionnaire: Questionnaire,
    group: PlacedGroup,
    question: PlacedQuestion,
    asked: Mapping[str, PlacedQuestion],
    here: Place,
) -> None:
    """What a question depends on is asked before it and is a box or has one answer, which can be what the condition
    asks for."""
    conditions = (*group.conditions, *question.conditions)
    least = (question.at_least,) if question.at_least else ()
    boxes = {each.question for each in conditions if each.box}
    for name in (*(each.question for each in conditions), *question.piped, *least):
        if name not in asked:
            raise StudyError(
                f"`{question.id}` depends on `{name}`, which is not asked before it",
                where=here,
                fix=suggest(name, asked),
            )
        if asked[name].items and name not in boxes:
            raise StudyError(
                f"`{question.id}` depends on `{name}`, which has several answers",
                where=here,
                fix="Name a question with one answer (a choice, a number or a text), or one box by its id.",
            )
    for name in least:
        if asked[name].declared.kind != "number":
            raise StudyError(
                f"`{question.id}` must be at least the answer to `{name}`, which is no number",
                where=here,
                fix="Name a question of the kind `number` in `at_least`.",
            )
    for each in conditions:
        listed = asked[each.question].declared.answers
        known = [str(code.code) for code in questionnaire.answers[listed].codes] if listed else []
        for code in map(str, each.equals):
            if listed and code not in known:
                raise StudyError(
                    f"`{question.id}` is asked where `{each.question}` is `{code}`, which is no answer to it",
                    where=here,
                    fix=suggest(code, known),
                )


def _check_codes(questionnaire: Questionnaire, question: Question, here: Place) -> None:
    """Codes that screen out are answers of the question, and lines that are measured have an order."""
    if question.answers is None:
        return
    answers = questionnaire.answers[question.answers]
    known = [answer.code for answer in answers.codes]
    for code in question.screens_out:
        if code not in known:
            raise StudyError(
                f"`{code}`, which should screen out, is no answer to `{question.id}`",
                where=here,
                fix=suggest(str(code), map(str, known)),
            )
    if question.level in ("ordinal", "scale") and not answers.whole:
        raise StudyError(
            f"`{question.id}` is declared {question.level}, and its codes are no whole numbers",
            where=here,
            fix='Give its answers whole numbers as codes, or declare `level = "nominal"`.',
        )
    if question.measures and question.level == "nominal":
        raise StudyError(
            f"`{question.id}` is nominal: its codes are names, of which a scale cannot take the mean",
            where=here,
            fix="Leave `measures` out, or give answers that have an order.",
        )


def _item_ids(question: Question) -> list[str]:
    return [item.id for item in question.items]


def _claim(name: str, seen: set[str], text: str, file: str, path: tuple[str | int, ...]) -> None:
    if name in seen:
        raise StudyError(
            f"the id `{name}` stands twice",
            where=place(text, file, path),
            fix="Give each id to one thing only.",
        )
    seen.add(name)
