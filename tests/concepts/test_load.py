"""A concept that says too little, too much or something impossible is refused with file and key."""

from __future__ import annotations

from pathlib import Path

import pytest

from firmtrade.concepts import read_fields
from firmtrade.errors import StudyError

TITLE = 'title = { en = "Speed", fr = "Vitesse" }\n'

YEARS = """
[concepts.years_to_first_export]
label = { en = "Time to internationalization", fr = "Délai" }
definition = "First foreign sale minus founding year."
unit = "years"
grain = "firm"
source = "An author (2000)"
standing = "read"
"""

EARLY = """
[concepts.early]
label = { en = "Early exporter", fr = "Exportateur précoce" }
definition = "Exports soon."
unit = "flag"
grain = "firm"
source = "An author (2000)"
standing = "read"
all_of.years_to_first_export.at_most = 3
"""


def read(folder: Path, text: str) -> None:
    (folder / "speed.toml").write_text(text, encoding="utf-8")
    read_fields(folder)


def test_a_complete_file_is_read_with_its_order(tmp_path: Path) -> None:
    (tmp_path / "speed.toml").write_text(TITLE + YEARS + EARLY, encoding="utf-8")
    (field,) = read_fields(tmp_path)
    assert (field.key, field.title.fr) == ("speed", "Vitesse")
    assert [found.key for found in field.concepts] == ["years_to_first_export", "early"]


@pytest.mark.parametrize("key", ["label", "definition", "unit", "grain", "source", "standing"])
def test_every_concept_declares_its_label_definition_unit_grain_source_and_standing(
    tmp_path: Path, key: str
) -> None:
    lines = [line for line in (TITLE + YEARS).splitlines() if not line.startswith(f"{key} =")]
    with pytest.raises(
        StudyError,
        match=rf"speed\.toml, key concepts\.years_to_first_export\.{key}: The key `{key}` is mandatory",
    ):
        read(tmp_path, "\n".join(lines))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("title = 1 1", r"speed\.toml: The file is not valid TOML"),
        (TITLE, r"speed\.toml, key concepts: The file declares no concept"),
        (YEARS, r"speed\.toml, key title"),
        ('titel = "x"\n' + TITLE + YEARS, r"key titel: Unknown key `titel`.*\n.*Did you mean `title`"),
        (TITLE + '[concepts]\nearly = "soon"', r"key concepts\.early: A concept is a table of keys"),
        (TITLE + YEARS + 'key = "x"', r"key concepts\.years_to_first_export\.key: `key` is not written here"),
        (TITLE + YEARS + 'sources = "x"', r"Unknown key `sources`.*\n.*Did you mean `source`"),
        (TITLE + YEARS.replace('"years"', '"yaers"'), r"first_export\.unit: .*'years'"),
        (TITLE + YEARS.replace("fr =", "nl ="), r"first_export\.label\.fr: .*mandatory"),
        (TITLE + YEARS + 'categories = ["a"]', r"has `categories` if, and only if, its unit is `category`"),
        (TITLE + YEARS + "all_of.age.at_most = 3", r"criteria sort firms.*unit `flag`"),
        (TITLE + YEARS + EARLY + "any_of.years_to_first_export.at_most = 1", r"in `all_of` and in `any_of`"),
        (TITLE + YEARS + EARLY.replace("at_most", "atmost"), r"key `atmost`.*\n.*Did you mean `at_most`"),
        (TITLE + YEARS + EARLY.replace(".at_most = 3", ".within_years = 3"), r"give one of at_least, above"),
        (TITLE + YEARS + EARLY.replace("= 3", '= "3"'), r"years_to_first_export\.at_most"),
        (TITLE + EARLY, r"key concepts\.early: There is no concept `years_to_first_export`"),
        (TITLE + YEARS + 'distinct_from = ["year_to_first_export"]', r"Did you mean `years_to_first_export`"),
        (TITLE + YEARS + EARLY.replace("at_most = 3", "equals = true"), r"unit `years`.\n.*Give it bounds"),
        (
            TITLE + YEARS.replace('"years"', '"flag"') + EARLY,
            r"concepts\.early\.years_to_first_export: .*unit `flag`.\n.*`equals = true` or `equals = false`",
        ),
        (
            TITLE + YEARS.replace('"years"', '"category"') + 'categories = ["a1", "b1"]' + EARLY,
            r"unit `category`.\n.*Measure a flag or a number instead",
        ),
        (TITLE + YEARS.replace('"years"', '"ratio"') + EARLY, r"ratio between 0 and 1.\n.*0\.25 for 25 %"),
    ],
)  # fmt: skip
def test_a_declaration_that_cannot_be_is_refused_where_it_stands(
    tmp_path: Path, text: str, message: str
) -> None:
    with pytest.raises(StudyError, match=message):
        read(tmp_path, text)


def test_a_concept_is_declared_in_one_file_only(tmp_path: Path) -> None:
    (tmp_path / "age.toml").write_text(TITLE + YEARS, encoding="utf-8")
    with pytest.raises(StudyError, match=r"speed\.toml, .*is declared twice, first in age\.toml"):
        read(tmp_path, TITLE + YEARS)
