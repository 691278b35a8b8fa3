"""The survey: questionnaire, sample, answers, weights, scales, models and the report of one survey."""

from firmtrade.surveys.plan import LoadedSurvey, bundled_surveys, load_survey
from firmtrade.surveys.run import SurveyResults, run_survey, write_survey

__all__ = ["LoadedSurvey", "SurveyResults", "bundled_surveys", "load_survey", "run_survey", "write_survey"]
