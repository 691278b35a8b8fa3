"""Which classes may be merged instead of hidden, and what a draft says before anything is protected."""

from __future__ import annotations

from firm_table import canonical, run, study_of
from firmtrade.kinds import specify
from firmtrade.protection.coarsening import mergers
from firmtrade.protection.profile import load_profile

DIVISIONS = """
    firm | nace | employees_fte | trade
    a    | 17   | 12            | export FR
    b    | 17   | 14            | export FR, import US
    c    | 18   | 15            | import US
    d    | 18   | 15            |
    e    | 20   | 12            | export FR
    f    | 20   | 12            | export FR
    g    | 20   | 12            | export FR
    h    | 20   | 12            | import FR
    i    | 20   | 12            | import FR
    j    | 20   | 12            | import FR
"""


def test_two_divisions_of_two_firms_are_merged_into_one_of_four() -> None:
    study = study_of("3")
    cells = {cell.key: cell for cell in run(study, canonical(study, DIVISIONS)).cells}
    best, *_ = mergers(specify(study), cells, load_profile())
    assert (best.one, best.other) == ("nace_17", "nace_18")
    assert (best.back, best.lost) == (2, 0), "the numbers of firms of both"
    assert str(best) == "Table 3: merge nace_17 with nace_18 to get 2 hidden numbers back"


def test_a_class_that_is_shown_is_merged_only_where_as_much_comes_back() -> None:
    study = study_of("3")
    cells = {cell.key: cell for cell in run(study, canonical(study, DIVISIONS)).cells}
    found = {(each.one, each.other): each for each in mergers(specify(study), cells, load_profile())}
    both = found["nace_18", "nace_20"]
    assert (both.back, both.lost) == (3, 3), "one row of 8 firms instead of one of 6 and one of 2"


def test_flows_are_no_classes_of_one_dimension() -> None:
    study = study_of("4")
    cells = {cell.key: cell for cell in run(study, canonical(study, DIVISIONS)).cells}
    assert {each.one for each in mergers(specify(study), cells, load_profile())} <= {
        "size_lt10", "size_10_49", "size_50_99", "size_100_250",
    }  # fmt: skip
