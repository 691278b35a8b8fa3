"""The survey: questionnaire, sample, answers, weights, scales, models and the report of one survey."""

from firmtrade.surveys.plan import LoadedSurvey, bundled_surveys, load_survey
from firmtrade.surveys.results import SurveyResults
from firmtrade.surveys.room.files import write_survey
from firmtrade.surveys.run import run_survey

__all__ = ["LoadedSurvey", "SurveyResults", "bundled_surveys", "load_survey", "run_survey", "write_survey"]
