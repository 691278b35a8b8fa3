"""Every supported firm is followed, and why one is not compared is told apart."""

import polars as pl
import pytest

from evidence.found import english
from evidence.found import estimate as of
from evidence.programmes import AFTER, design
from evidence.supported import Programme, supported
from firmtrade.evidence import prepare
from firmtrade.evidence.impact import (
    impact,
)


def test_the_follow_up_register_holds_every_supported_firm_and_what_became_of_it(answer, helped) -> None:
    [(name, register)] = answer.inside
    assert name == "follow-up.csv"
    assert register.height == helped.support["firm"].n_unique()
    assert register["firm_id"].is_sorted()
    late = register.filter(pl.col("first_support") + 3 > helped.last_year)
    assert (late["due"] == late["first_support"] + 3).all()
    assert register.filter(pl.col("first_support") + 3 <= helped.last_year)["due"].null_count() > 0
    after = register.drop_nulls("first_export_after")
    assert (after["first_export_after"] >= after["first_support"]).all()
    assert register["granted"].sum() == helped.support["amount"].sum()


def test_support_before_the_data_or_by_others_first_is_told_apart(helped) -> None:
    frame, took = supported(800, 8, seed=15, programme=Programme(takes=0.05))
    firms = took["firm_id"].unique().sort()
    early = pl.DataFrame({"firm_id": [firms[0]], "year": [1990], "programme": ["mission"], "kind": ["grant"],
                          "amount": [1.0]}).cast({"year": pl.Int32})  # fmt: skip
    panel = prepare(frame, support=pl.concat([took, early]))
    asked = design(more='[support]\nprogrammes = ["mission"]', minimum_firms=5)
    [(_, register)] = impact(panel, asked).inside
    fates = dict(register.select("firm_id", "fate").rows())
    assert fates[firms[0]] == "supported_before_data"
    assert set(register["fate"]) == {"compared", "supported_before_data"}


def test_support_in_other_years_than_registered_or_after_the_data_is_told_apart(economy) -> None:
    frame, took = economy
    late = took.head(1).with_columns(year=pl.lit(2010, dtype=pl.Int32))
    later = pl.concat([took.filter(pl.col("firm_id") != late["firm_id"][0]), late])
    asked = design(more="[support]\nfirst_year = 2000\nlast_year = 2001")
    [(_, register)] = impact(prepare(frame, support=later), asked).inside
    in_time = pl.col("first_support").is_between(2000, 2001)
    assert set(register.filter(in_time)["fate"]) == {"compared"}
    assert set(register.filter(~in_time & (pl.col("first_support") < 2010))["fate"]) == {"other_years"}
    assert register.filter(pl.col("first_support") == 2010)["fate"].to_list() == ["supported_after_data"]


def test_a_firm_supported_in_an_unknown_year_is_neither_supported_nor_compared(economy) -> None:
    """It may have had its support before, in or after any year, so to count it as without support would be wrong."""
    frame, took = economy
    firms = took["firm_id"].unique(maintain_order=True).head(40).implode()
    known = pl.when(~pl.col("firm_id").is_in(firms)).then("year")
    panel = prepare(frame, support=took.with_columns(year=known))
    [gone, without] = (
        impact(each, design(methods=("local_projections",)))
        for each in (panel, prepare(frame.filter(~pl.col("firm_id").is_in(firms)), support=took))
    )
    terms = ("local_projections", "first_export", AFTER)
    assert of(gone, *terms).estimate == pytest.approx(of(without, *terms).estimate)
    [(_, register)] = gone.inside
    lost = register.filter(pl.col("firm_id").is_in(firms))
    assert set(lost["fate"]) == {"undated"}
    assert lost["first_support"].null_count() == lost["due"].null_count() == lost.height
    assert "40 firms have support of an unknown year" in " ".join(english(panel.notes))
