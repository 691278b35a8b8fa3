"""Keys of a study do in keys of cells, files, sheets, anchors and codes alike, or the study is refused at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from firmtrade.errors import StudyError
from firmtrade.messages import LANGUAGES, language_of
from firmtrade.report.names import slug
from firmtrade.report.sdmx import code as sdmx_code
from firmtrade.studies import bundled_studies, load_study, parse_study
from firmtrade.study.keys import MOST_SIGNS_OF_ID, code, wrong

SOUND = (Path(__file__).parent / "sound.toml").read_text(encoding="utf-8")
SHEET = 31


def said(text: str) -> str:
    with pytest.raises(StudyError) as raised:
        parse_study(text, "small.toml")
    assert "\n" not in str(raised.value).split("\n  ")[0]
    return str(raised.value)


def class_called(key: str, other: str = "large") -> str:
    text = SOUND.replace('key = "small"', f'key = "{key}"').replace('key = "large"', f'key = "{other}"')
    assert text != SOUND
    return text


@pytest.mark.parametrize(
    ("key", "why"),
    [
        ("<50", "write `lt_50`|such as `lt_50`"), (">=50", "such as `ge_50`"), ("50+", "such as `ge_50`"),
        ("", "a key is empty"), ("  ", "a key is empty"), ("a\\nb", "not printed"), ("a\\u0000b", "not printed"),
        ("a\\tb", "not printed"), ("a\\u200bb", "not printed"), ("a\\u202eb", "not printed"),
        ("\\u00a0a", "not printed"),
        ("малые", "not in Latin letters"), ("小", "not in Latin letters"), ("x" * 65, "has 65 signs"),
        ("=1+2", "has the sign '='"), ("@x", "has the sign '@'"), ("-x", "begins or ends with a sign"),
        ("x ", "begins or ends with a sign"), ("a/b", "has a slash"), ("a|b", "has the sign '|'"),
        ("Unknown", "row or column 'unknown' of their own"), ("N", "row or column 'n' of their own"),
        ("Export", "'Export' and 'export' differ in nothing but"),
    ],
)  # fmt: skip
def test_a_class_is_called_so_that_every_format_can_name_it(key: str, why: str) -> None:
    assert any(each in said(class_called(key)) for each in why.split("|"))


@pytest.mark.parametrize(
    ("one", "other"), [("a-b", "a_b"), ("Old", "old"), ("Rhône", "Rhone"), ("a b", "a  b"), ("a.b", "a_b")]
)
def test_two_classes_of_one_code_are_refused(one: str, other: str) -> None:
    assert "differ in nothing but capitals, accents and signs" in said(class_called(one, other))


@pytest.mark.parametrize(
    "key", ["Île-de-France", "Łódź", "Provence-Alpes-Côte d'Azur", "Grün & Groß", "10 (ten)", "5.2"]
)
def test_names_of_latin_letters_are_keys(key: str) -> None:
    assert parse_study(class_called(key)).attributes["size_class"].keys[0] == key


@pytest.mark.parametrize("name", ["услуги", "a\\nb", "", "=x", "<50", "x" * 65])
def test_a_population_has_a_code(name: str) -> None:
    said(SOUND.replace("[populations.manufacturing]", f'[populations."{name}"]'))


def test_two_populations_of_one_code_are_refused() -> None:
    more = (
        '\n[populations."Manufacturing "]\n'.replace(" ", "")
        + 'label = "M"\nactivity = "15-37"\ndefinition = "x"\nsource = "x"\n'
    )
    assert "'Manufacturing' and 'manufacturing' differ" in said(SOUND + more)


@pytest.mark.parametrize(
    "name",
    ["Region", "Year", "Value", "REGION", "Firm_ID", "Trade_Share", "Größe", "a b", "1a", "a-b", "x" * 65],
)
def test_an_attribute_is_a_column_of_its_own(name: str) -> None:
    said(
        SOUND.replace("[attributes.size_class]", f'[attributes."{name}"]').replace(
            '"size_class"', f'"{name}"'
        )
    )
    if name == "Region":
        said(SOUND.replace("[attributes.region]", "[attributes.Region]"))


@pytest.mark.parametrize(
    ("one", "other"),
    [("a", "A"), ("a-b", "a_b"), ("a-b", "a--b"), ("4", "4."), ("t.1", "t-1"), ("x" * 21, "1")],
)
def test_no_two_tables_share_a_file_a_sheet_or_an_anchor(one: str, other: str) -> None:
    said(SOUND.replace('id = "1"', f'id = "{one}"').replace('id = "2"', f'id = "{other}"'))


def test_the_longest_id_fits_on_a_sheet_in_every_language() -> None:
    for language in LANGUAGES:
        for word in ("table", "figure"):
            head = language_of(language).say(f"report.words.{word}")
            assert len(f"{head} {'x' * MOST_SIGNS_OF_ID}") <= SHEET


@given(st.text(max_size=12), st.text(max_size=12))
@example("é", "ê")
@example("Ł", "L.")
@settings(max_examples=300)
def test_keys_of_different_codes_differ_in_anchors_and_in_sdmx(one: str, other: str) -> None:
    if wrong(one) is None and wrong(other) is None and code(one) != code(other):
        assert slug(one).lower() != slug(other).lower()
        assert sdmx_code(one) != sdmx_code(other)
        assert slug(one)
        assert sdmx_code(one)


@pytest.mark.parametrize("name", bundled_studies())
def test_the_studies_that_come_with_the_program_keep_the_rule(name: str) -> None:
    load_study(name)


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 5_000 + "]" * 5_000,
        "a = " + "[" * 40 + "]" * 40,
        ".".join(["a"] * 40) + " = 1",
        "[" + ".".join(["a"] * 2_000) + "]",
        "a = " + "{ b = " * 3_000 + "1" + " }" * 3_000,
        "a = " + "9" * 5_000,
        f'"{"k" * 300}" = 1',
        "a = 1\n" * 2,
        "x" * 4_000_001,
    ],
)
def test_a_document_beyond_all_bounds_is_refused_at_once(text: str) -> None:
    assert len(said(text)) < 300


@pytest.mark.parametrize(
    "change",
    [
        ("[1998, 2003]", "[1, 1000000000]"),
        ("[1998, 2003]", "[1998, 99999]"),
        ("2002", "20020"),
        ("below = 50", "below = nan"),
    ],
)
def test_years_and_limits_are_within_reason(change: tuple[str, str]) -> None:
    said(SOUND.replace(*change))
