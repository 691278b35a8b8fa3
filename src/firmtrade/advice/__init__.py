"""From the evidence to a firm's next step: readiness, entry mode, approach, markets, barriers, support, plan."""

from firmtrade.advice.advise import Advice, advise
from firmtrade.advice.answers import AnswerFile, read_answers
from firmtrade.advice.form import blank_form
from firmtrade.advice.peers import PeerRelease
from firmtrade.advice.surveyed import SurveyRelease

__all__ = ["Advice", "AnswerFile", "PeerRelease", "SurveyRelease", "advise", "blank_form", "read_answers"]
