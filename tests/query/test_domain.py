"""Base cells: what can stand together and what cannot."""

from __future__ import annotations

import pytest

from firmtrade.errors import UsageError
from firmtrade.query.domain import Domain, combinations
from firmtrade.query.universes import Universe
from firmtrade.studies import load_study, study_from

STUDY = load_study("belgium-2008")
REFERENCE = Universe("manufacturing", "reference")
PANEL = Universe("manufacturing", "window")


def test_a_firm_exports_if_and_only_if_it_has_an_export_flow() -> None:
    flows = ["intra_eu_export", "extra_eu_export", "unknown_zone_export", "exporter"]
    cells = combinations(STUDY, REFERENCE, flows)
    assert cells.height == 8
    assert all(row["exporter"] == any(row[flow] for flow in flows[:3]) for row in cells.to_dicts())


def test_flags_not_asked_for_still_rule_out_what_no_class_completes() -> None:
    rows = combinations(STUDY, REFERENCE, ["exporter", "intra_eu_export"]).rows(named=True)
    assert {(row["exporter"], row["intra_eu_export"]) for row in rows} == {
        (False, False),
        (True, False),
        (True, True),
    }


def test_a_division_has_one_technology_class_and_construction_none() -> None:
    rows = combinations(STUDY, REFERENCE, ["division", "technology_class"]).rows(named=True)
    classes = {row["division"]: row["technology_class"] for row in rows}
    assert len(rows) == len(classes) == 32
    assert (classes["30"], classes["15"], classes["45"], classes["unknown"]) == (
        "high",
        "low",
        "none",
        "unknown",
    )


def test_age_cohort_and_venture_come_from_one_founding_year() -> None:
    rows = combinations(STUDY, PANEL, ["age_class", "founding_cohort", "venture"]).rows()
    assert set(rows) == {
        ("age_lt5", "founded 1998", True),
        ("age_lt5", "unknown", True),
        ("age_5_9", "founded 1993-1997", False),
        ("age_10_14", "founded 1988-1992", False),
        ("age_15_19", "founded 1983-1987", False),
        ("age_ge20", "founded before 1983", False),
        ("unknown", "unknown", False),
    }


def test_firms_are_founded_up_to_the_reference_year_and_not_after() -> None:
    """A class of age nought has firms; a firm whose age is known is in one of two classes that leave none out."""
    document = STUDY.model_dump(mode="json", by_alias=True)
    classes = [{"key": "new", "from": 0, "below": 1, "label": "0"}, {"key": "old", "from": 1, "label": "1+"}]
    document["attributes"]["age_class"]["classes"] = classes
    study = study_from(document)
    rows = combinations(study, Universe("manufacturing", "window"), ["age_class", "venture"]).rows()
    assert set(rows) == {("new", True), ("old", True), ("old", False), ("unknown", False)}


def test_classes_of_age_and_cohorts_need_not_share_their_edges() -> None:
    document = STUDY.model_dump(mode="json", by_alias=True)
    ages = [
        {"key": "young", "from": 0, "below": 30, "label": "young"},
        {"key": "old", "from": 30, "label": "old"},
    ]
    document["attributes"]["age_class"]["classes"] = ages
    cohorts = [
        {"key": "late", "from": 1998, "label": "late"},
        {"key": "early", "below": 1998, "label": "early"},
    ]
    document["attributes"]["founding_cohort"]["classes"] = cohorts
    study = study_from(document)
    assert set(combinations(study, PANEL, ["age_class", "founding_cohort"]).rows()) == {
        ("young", "late"), ("young", "early"), ("old", "early"), ("unknown", "unknown"),
    }  # fmt: skip


def test_only_what_a_period_can_tell_is_a_dimension_of_it() -> None:
    window = set(Domain(STUDY, PANEL).dimensions)
    years = set(Domain(STUDY, Universe("manufacturing", "years")).dimensions)
    reference = set(Domain(STUDY, REFERENCE).dimensions)
    first = {"export_first", "import_first", "export_reference", "import_reference"}
    assert window - reference == first
    assert years - reference == {"year"}
    assert reference - years == {"venture"}
    assert {"division", "exporter", "importer", "size_class", "region"} <= window & years & reference


def test_dimensions_that_do_not_depend_on_one_another_combine_freely() -> None:
    domain = Domain(STUDY, REFERENCE)
    assert domain.combinations(["region", "size_class"]).height == 4 * 5
    assert domain.size(["region", "size_class", "division", "exporter", "importer"]) == 4 * 5 * 32 * 4
    assert domain.combinations([]).height == 1


def test_size_is_the_number_of_combinations() -> None:
    for universe in (REFERENCE, PANEL, Universe("manufacturing", "years")):
        domain = Domain(STUDY, universe)
        for asked in (domain.dimensions[:4], domain.dimensions[3:7], domain.dimensions[-3:]):
            assert domain.size(asked) == domain.combinations(asked).height


def test_rows_stand_in_the_order_of_the_classes() -> None:
    assert combinations(STUDY, REFERENCE, ["size_class"]).to_series().to_list() == [
        "size_lt10", "size_10_49", "size_50_99", "size_100_250", "unknown",
    ]  # fmt: skip


def test_an_unknown_dimension_is_named_with_the_nearest() -> None:
    with pytest.raises(UsageError, match=r"there is no dimension 'size_klass'\n.*Did you mean `size_class`"):
        combinations(STUDY, REFERENCE, ["size_klass"])
