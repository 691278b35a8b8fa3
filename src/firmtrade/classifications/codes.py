"""What leads from a wrong code of a country or a currency to the right one."""

from __future__ import annotations

from collections.abc import Mapping

from firmtrade.classifications.classification import classification
from firmtrade.classifications.countries import is_country_code, partner
from firmtrade.classifications.currencies import currencies
from firmtrade.errors import nearest


def country_advice(code: str) -> str | None:
    """What to write where ``code`` is no country of ISO 3166, but a name or a code of trade statistics; None where
    it is one.

    >>> country_advice("BE"), country_advice("EL"), country_advice("belgum")
    (None, 'Did you mean `GR` (Greece)?', 'Did you mean `BE` (Belgium)?')
    """
    if is_country_code(code):
        return None
    names = {item.code: item.labels["en"] for item in classification("countries")}
    known = partner(code)
    meant = known.country if known and known.country else _by_name(code, names)
    return _question(meant, names) or "Write its code of ISO 3166: two capitals, such as `BE`."


def currency_advice(code: str) -> str | None:
    """What to write where ``code`` is no currency of ISO 4217, but a name or in small letters; None where it is one.

    >>> currency_advice("EUR"), currency_advice("eur"), currency_advice("Euros")
    (None, 'Did you mean `EUR` (Euro)?', 'Did you mean `EUR` (Euro)?')
    """
    names = currencies()
    if code in names:
        return None
    plain = code.strip().upper()
    meant = plain if plain in names else _by_name(code, names)
    return _question(meant, names) or "Write its code of ISO 4217: three capitals, such as `EUR`."


def _by_name(word: str, names: Mapping[str, str]) -> str | None:
    """The code whose name in English is closest to a word."""
    codes = {name: code for code, name in names.items()}
    name = nearest(word, codes)
    return codes[name] if name else None


def _question(code: str | None, names: Mapping[str, str]) -> str:
    return f"Did you mean `{code}` ({names[code]})?" if code else ""
