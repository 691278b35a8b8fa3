"""Conditions are read as people say them, and know what they ask about."""

from __future__ import annotations

import polars as pl
import pytest

from firmtrade.query.cells import Term
from firmtrade.query.universes import Universe
from firmtrade.query.where import EVERYONE, Flag, Is, Where

EXPORTER, IMPORTER = Flag("exporter"), Flag("importer")
SMALL = Is("size_class", ("small",))


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        (EVERYONE, "all firms"),
        (EXPORTER & EVERYONE, "exporter"),
        (EVERYONE & EXPORTER, "exporter"),
        (EXPORTER & ~IMPORTER, "exporter and not importer"),
        (EXPORTER | IMPORTER, "exporter or importer"),
        (~(EXPORTER | IMPORTER), "not (exporter or importer)"),
        (~(EXPORTER & IMPORTER), "not (exporter and importer)"),
        ((EXPORTER | IMPORTER) & SMALL, "(exporter or importer) and size_class is small"),
        ((EXPORTER & IMPORTER) | SMALL, "(exporter and importer) or size_class is small"),
        (Is("size_class", ("small", "large")), "size_class is one of small, large"),
    ],
)
def test_a_condition_is_read_as_people_say_it(condition: Where, said: str) -> None:
    assert str(condition) == said


def test_a_condition_knows_the_dimensions_and_years_that_it_asks_about() -> None:
    condition = (EXPORTER | ~IMPORTER) & SMALL & Is("year", ("2001", "2002"))
    assert condition.dimensions == {"exporter", "importer", "size_class", "year"}
    assert condition.years == (2001, 2002)
    assert (EVERYONE.dimensions, EVERYONE.years, SMALL.years) == (frozenset(), (), ())


def test_a_condition_holds_for_the_firms_that_it_says() -> None:
    firms = pl.DataFrame(
        [(exporter, importer, size) for exporter in (True, False) for importer in (True, False)
         for size in ("small", "large", "unknown")],
        schema=["exporter", "importer", "size_class"], orient="row",
    )  # fmt: skip
    conditions = {
        EVERYONE: lambda firm: True,
        EXPORTER & ~IMPORTER: lambda firm: firm["exporter"] and not firm["importer"],
        ~(EXPORTER | IMPORTER): lambda firm: not firm["exporter"] and not firm["importer"],
        (EXPORTER | IMPORTER) & SMALL: lambda firm: (
            (firm["exporter"] or firm["importer"]) and firm["size_class"] == "small"
        ),
        Is("size_class", ("small", "unknown")): lambda firm: firm["size_class"] != "large",
    }
    for condition, holds in conditions.items():
        found = firms.select(inside=pl.lit(True) & condition.expression())["inside"].to_list()
        expected = [holds(firm) for firm in firms.to_dicts()]
        assert (found if len(found) > 1 else found * firms.height) == expected, str(condition)


def test_a_term_is_read_as_people_say_it() -> None:
    traders = Universe("services", "export")
    assert str(Term(traders, SMALL)) == f"number of firms of {traders} where size_class is small"
    assert (
        str(Term(traders, EVERYONE, "value", by="partner"))
        == f"value of each partner of {traders} where all firms"
    )
