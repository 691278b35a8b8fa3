"""Studies that come with the program, and reading one from its name or path.

A study is read here, below ``kinds``, because what a table may declare is said by its kind.
"""

from firmtrade.studies.load import bundled_studies, load_study, parse_study, study_from, study_model

__all__ = ["bundled_studies", "load_study", "parse_study", "study_from", "study_model"]
