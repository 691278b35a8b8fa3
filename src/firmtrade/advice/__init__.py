"""From the evidence to a firm's next step: readiness, entry mode, approach, support, plan. Its words are messages."""

from firmtrade.advice.advise import Advice, advise
from firmtrade.advice.answers import AnswerFile, read_answers
from firmtrade.advice.form import blank_form
from firmtrade.advice.peers import Release

__all__ = ["Advice", "AnswerFile", "Release", "advise", "blank_form", "read_answers"]
