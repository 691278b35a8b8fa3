"""What advice reads of a release that has proved whole and protected: cells of a study, estimates of a survey."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from firmtrade.errors import FirmtradeError, InputError, Place, UsageError
from firmtrade.outputs.several import releases_in

if TYPE_CHECKING:
    from firmtrade.advice import PeerRelease, SurveyRelease
    from firmtrade.study.model import StudyHead

CELLS, ESTIMATES, STUDY = "cells.csv", "estimates.csv", "study.toml"
CELL = ("table", "population", "row", "column", "value", "unit", "year", "status")
ESTIMATE = (
    "block", "specification", "outcome", "term", "estimate", "conf_low", "conf_high", "n_obs", "status",
)  # fmt: skip


def released(folder: Path) -> PeerRelease:
    """What advice takes of a release of a study.

    Raises
    ------
    UsageError, InputError
        The folder is no release, or has no cells.
    DataError
        It does not verify, or is not protected.
    """
    from firmtrade.advice import PeerRelease

    facts = _facts(folder)
    study = _study(folder, str(facts.get("study", "")))
    return PeerRelease(
        study=str(facts.get("study", "")),
        title=str(facts.get("title", "")),
        country=study.country if study else None,
        revision=study.activity.removeprefix("nace-") if study else None,
        synthetic=facts.get("data") == "synthetic",
        fingerprint=str(facts.get("data_fingerprint", "")),
        cells=_rows(folder, CELLS, CELL),
    )


def released_survey(folder: Path) -> SurveyRelease:
    """What advice takes of a release with a survey; raises as :func:`released`, and where it has no barriers."""
    from firmtrade.advice import SurveyRelease

    facts = _facts(folder)
    name = _survey_of(facts)
    release = SurveyRelease(
        study=name,
        title=str(facts.get("title", "")),
        country=_country(name),
        synthetic=facts.get("data") == "synthetic",
        fingerprint=str(facts.get("data_fingerprint", "")),
        estimates=_rows(folder, ESTIMATES, ESTIMATE),
    )
    if not release.on_barriers:
        raise InputError(
            f"The release {folder} says nothing of barriers.",
            fix="Give the release of a survey that asks for them, such as the bundled `barriers-belgium`.",
        )
    return release


def _facts(folder: Path) -> dict[str, Any]:
    """The manifest of a release that is whole and protected."""
    from firmtrade.report.manifest import read_released

    facts = read_released(folder)
    if several := releases_in(folder):
        raise UsageError(
            f"The folder {folder} holds the releases of several studies.",
            fix=f"Give one of them, such as {several[0]}.",
        )
    return facts


def _rows(folder: Path, name: str, columns: Sequence[str]) -> tuple[Mapping[str, str], ...]:
    try:
        text = (folder / name).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError(
            f"The release {folder} has no {name}.",
            fix="Publish it with `--format csv` among the formats, or give a release that has such numbers: "
            "cells are of a study, estimates of a survey or of evidence.",
        ) from error
    reader = csv.DictReader(io.StringIO(text))
    lacking = [column for column in columns if column not in (reader.fieldnames or ())]
    if lacking:
        raise InputError(
            f"the column `{lacking[0]}` is missing",
            where=Place(file=name, line=1),
            fix="Publish the release again.",
        )
    return tuple(reader)


def _study(folder: Path, name: str) -> StudyHead | None:
    """What the release's own study says, or the bundled study of its name; None where neither is there."""
    from firmtrade.studies import bundled_studies, load_study, parse_study

    try:
        if (folder / STUDY).is_file():
            return parse_study((folder / STUDY).read_text(encoding="utf-8")).head
        return load_study(name).head if name in bundled_studies() else None
    except FirmtradeError:
        return None


def _survey_of(facts: Mapping[str, Any]) -> str:
    """The name of the survey: the first that stands beside tables, or that of the release itself."""
    surveys = facts.get("surveys")
    if isinstance(surveys, list) and surveys:
        return str(surveys[0]).partition(":")[0]
    return str(facts.get("study", ""))


def _country(name: str) -> str | None:
    """The country of a bundled survey; None where there is none of that name."""
    from firmtrade.surveys.plan import bundled_surveys, load_survey

    return load_survey(name).plan.survey.country if name in bundled_surveys() else None
