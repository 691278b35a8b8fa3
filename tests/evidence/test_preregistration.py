"""A pre-registration of an evaluation: its form, its faults by file and line, its changes by key."""

import pytest

from firmtrade.errors import StudyError, UsageError
from firmtrade.evidence.impact import (
    changed_keys,
    form,
    load_preregistration,
    parse_preregistration,
)


def test_the_form_is_a_valid_pre_registration() -> None:
    assert parse_preregistration(form()).design.horizon == 3


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (("horizon = 3", "horizont = 3"), "Did you mean `horizon`"),
        (('name = "first_export"', 'name = "turnover"'), "first_export"),
        (('name = "destinations"', 'name = "first_export"'), "`first_export` stands twice"),
        (("match_on = [", 'match_on = ["growth", "growth", '), "`growth` stands twice"),
        (("groups = [", 'groups = ["region", "region", '), "`region` stands twice"),
        (("[support]", "[support]\nfirst_year = 2004\nlast_year = 2003"), "`first_year` is 2004, after"),
        (("level = 0.95", "level = 95.0"), "less than 1"),
        (("registered = 2026-01-01", ""), "`registered` is missing"),
        (('methods = ["matched", "local_projections"]', 'methods = ["matched", "matched"]'), "stands twice"),
    ],
)  # fmt: skip
def test_a_wrong_pre_registration_names_file_line_and_fix(wrong, said) -> None:
    assert wrong[0] in form()
    with pytest.raises(StudyError, match=r"mine.toml") as caught:
        parse_preregistration(form().replace(*wrong, 1), "mine.toml")
    assert said in str(caught.value)


def test_a_pre_registration_that_is_not_there_leads_to_the_form(tmp_path) -> None:
    with pytest.raises(UsageError, match="firmtrade impact --form"):
        load_preregistration(tmp_path / "none.toml")


def test_changes_of_a_pre_registration_are_named_by_key() -> None:
    assert changed_keys(form(), form().replace("horizon = 3", "horizon = 4")) == ("design.horizon",)
    assert changed_keys(form(), form() + "\n# a comment\n") == ()
