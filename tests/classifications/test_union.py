"""The Union by date and the zones of flows."""

from __future__ import annotations

from datetime import date

import pytest

from firmtrade.classifications import (
    UnionPolicy,
    countries,
    members,
    other_unions,
    partners,
    union_policies,
    union_policy,
    zones,
)
from firmtrade.classifications.union import compositions
from firmtrade.errors import StudyError

FIXED = union_policy("EU-15")
MEMBERSHIP = union_policy("membership")
DECLARED = union_policy("declared")


@pytest.mark.parametrize(
    ("day", "count"),
    [
        ("1957-12-31", 0), ("1958-01-01", 6), ("1973-01-01", 9), ("1981-01-01", 10), ("1986-01-01", 12),
        ("1994-12-31", 12), ("1995-01-01", 15), ("2004-04-30", 15), ("2004-05-01", 25), ("2006-12-31", 25),
        ("2007-01-01", 27), ("2013-06-30", 27), ("2013-07-01", 28), ("2020-01-31", 28), ("2020-02-01", 27),
        ("2026-01-01", 27),
    ],
)  # fmt: skip
def test_the_union_counts_its_members_by_date(day: str, count: int) -> None:
    assert len(members(date.fromisoformat(day))) == count


def test_members_are_countries() -> None:
    assert members(date(2019, 1, 1)) <= set(countries())


@pytest.mark.parametrize("name", compositions())
def test_a_fixed_composition_has_the_members_its_name_counts(name: str) -> None:
    assert len(members(compositions()[name])) == int(name.split("-")[1])


def test_the_fifteen_are_the_fifteen_in_every_year() -> None:
    fifteen = {"AT", "BE", "DE", "DK", "ES", "FI", "FR", "GB", "GR", "IE", "IT", "LU", "NL", "PT", "SE"}
    for year in (1990, 2002, 2022):
        intra = {known for code in FIXED.intra_partners(year) if (known := partners()[code].country)}
        assert intra == fifteen


def test_a_country_joins_in_the_month_of_accession() -> None:
    assert [MEMBERSHIP.zone("PL", 2004, month) for month in (4, 5)] == ["extra", "intra"]
    assert [MEMBERSHIP.zone("HR", 2013, month) for month in (6, 7)] == ["extra", "intra"]


def test_a_flow_without_month_is_judged_at_the_first_of_july() -> None:
    assert MEMBERSHIP.zone("PL", 2004) == MEMBERSHIP.zone("PL", 2004, 7) == "intra"
    assert MEMBERSHIP.zone("HR", 2013) == "intra"
    assert MEMBERSHIP.zone("GB", 2020) == "extra"


def test_the_united_kingdom_leaves_after_january_2020() -> None:
    assert [MEMBERSHIP.zone("GB", 2020, month) for month in (1, 2)] == ["intra", "extra"]
    assert FIXED.zone("GB", 2024) == "intra"
    assert union_policy("EU-27").zone("GB", 2010) == "extra"


def test_northern_ireland_stays_for_goods_after_the_transition() -> None:
    assert MEMBERSHIP.zone("XI", 2021, 1) == "intra"
    assert MEMBERSHIP.zone("XI", 2020, 12) == "extra"
    assert MEMBERSHIP.zone("XU", 2021, 1) == "extra"
    assert union_policy("EU-27").zone("XI", 2022) == "intra"
    assert FIXED.zone("XU", 2022) == FIXED.zone("XI", 2022) == "intra"


def test_greece_is_greece_under_both_codes() -> None:
    assert FIXED.zone("EL", 2002) == FIXED.zone("GR", 2002) == "intra"


@pytest.mark.parametrize("name", [name for name in union_policies() if name not in other_unions()])
@pytest.mark.parametrize(
    ("code", "zone"),
    [("QR", "intra"), ("QV", "intra"), ("QY", "intra"), ("QS", "extra"), ("QW", "extra"), ("QZ", "extra"),
     ("QQ", None), ("QU", None), ("QX", None), ("QP", None), ("EU", None)],
)  # fmt: skip
def test_special_codes_carry_their_own_zone_under_every_policy(
    name: str, code: str, zone: str | None
) -> None:
    assert union_policy(name).zone(code, 2005) == zone


def test_overseas_departments_are_intra_and_ceuta_is_not() -> None:
    assert MEMBERSHIP.zone("GP", 2002) == "intra"
    assert MEMBERSHIP.zone("GP", 1996) == "extra"
    assert [MEMBERSHIP.zone("YT", year) for year in (2013, 2014)] == ["extra", "intra"]
    assert MEMBERSHIP.zone("XC", 2002) == "extra"
    assert MEMBERSHIP.zone("MC", 2002) == "intra"


def test_a_partner_wins_over_the_declared_zone() -> None:
    assert FIXED.zone("US", 2002, declared="intra") == "extra"


def test_the_declared_zone_speaks_where_the_partner_is_silent() -> None:
    for code in (None, "", "QX", "ZZ"):
        assert FIXED.zone(code, 2002, declared="extra") == "extra"
        assert FIXED.zone(code, 2002) is None


def test_under_the_policy_as_declared_the_declaration_decides_alone() -> None:
    assert DECLARED.zone("GB", 2020, 6, declared="intra") == "intra"
    assert DECLARED.zone("FR", 2002) is None
    assert DECLARED.zone("QV", 2002) == "intra"


@pytest.mark.parametrize("policy", [FIXED, MEMBERSHIP, DECLARED], ids=lambda policy: policy.name)
def test_the_table_of_zones_says_what_the_policy_says(policy: UnionPolicy) -> None:
    rows = zones(policy, [2003, 2004], monthly=True)
    assert len({row[:3] for row in rows}) == len(rows)
    assert {row.month for row in rows} == {None, *range(1, 13)}
    assert all(row.zone == policy.zone(row.partner, row.year, row.month) for row in rows)


def test_without_months_there_is_one_row_per_partner_and_year() -> None:
    rows = zones(MEMBERSHIP, [2002, 2003])
    assert {row.month for row in rows} == {None}
    intra = {row.partner for row in rows if row.zone == "intra" and row.year == 2003}
    assert intra == MEMBERSHIP.intra_partners(2003)


def test_an_unknown_policy_or_zone_is_answered_with_what_exists() -> None:
    with pytest.raises(StudyError, match="Did you mean `EU-15`"):
        union_policy("EU15")
    with pytest.raises(StudyError, match="`inside` is no zone"):
        FIXED.zone("FR", 2002, declared="inside")
