"""Currencies in which firms keep their books, today's and those of earlier years."""

from __future__ import annotations

import pytest

from firmtrade.classifications import currencies
from firmtrade.classifications.provenance import table

BEFORE_THE_EURO = {
    "AT": "ATS", "BE": "BEF", "CY": "CYP", "DE": "DEM", "EE": "EEK", "ES": "ESP", "FI": "FIM", "FR": "FRF",
    "GR": "GRD", "HR": "HRK", "IE": "IEP", "IT": "ITL", "LT": "LTL", "LU": "LUF", "LV": "LVL", "MT": "MTL",
    "NL": "NLG", "PT": "PTE", "SI": "SIT", "SK": "SKK",
}  # fmt: skip


def test_codes_are_three_letters_and_stand_once() -> None:
    codes = [row["code"] for row in table("currencies")]
    assert codes == sorted(set(codes))
    assert all(len(code) == 3 and code.isupper() and code.isascii() for code in codes)


@pytest.mark.parametrize(("country", "code"), BEFORE_THE_EURO.items())
def test_currencies_that_the_euro_replaced_are_known_and_withdrawn(country: str, code: str) -> None:
    withdrawn = {row["code"]: row["withdrawn"] for row in table("currencies")}
    assert withdrawn[code]
    assert not withdrawn["EUR"]


def test_metals_and_codes_for_tests_are_no_currencies() -> None:
    assert not {"XAU", "XTS", "XXX"} & set(currencies())
