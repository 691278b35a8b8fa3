"""The instrument: one language-neutral questionnaire that every format maps to and from."""

from firmtrade.surveys.instrument.declared import AnswerCode, Answers, Item, Level, Question, QuestionGroup
from firmtrade.surveys.instrument.limesurvey import limesurvey_text, read_limesurvey
from firmtrade.surveys.instrument.placement import PlacedCondition, PlacedGroup, PlacedQuestion, Variable
from firmtrade.surveys.instrument.questionnaire import Questionnaire, parse_questionnaire
from firmtrade.surveys.instrument.readback import Written, check_readback, written
from firmtrade.surveys.instrument.xlsform import read_xlsform, write_xlsform

__all__ = [
    "AnswerCode",
    "Answers",
    "Item",
    "Level",
    "PlacedCondition",
    "PlacedGroup",
    "PlacedQuestion",
    "Question",
    "QuestionGroup",
    "Questionnaire",
    "Variable",
    "Written",
    "check_readback",
    "limesurvey_text",
    "parse_questionnaire",
    "read_limesurvey",
    "read_xlsform",
    "write_xlsform",
    "written",
]
