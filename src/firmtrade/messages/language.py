"""A language: how it prints numbers, lists and days (Babel, by Unicode CLDR), and how it fills a sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache, cached_property, lru_cache
from typing import Any, Literal, Protocol, TypeAlias

from babel import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import NumberPattern, get_decimal_symbol, get_group_symbol, parse_pattern

from firmtrade.errors import UsageError, suggest
from firmtrade.messages.catalogue import LANGUAGES, checked, sentences
from firmtrade.messages.numbers import printed, runs, smallest, unprintable
from firmtrade.messages.typography import cased, typeset

LOCALES = {"en": "en_GB"}
"""Where a language is printed as in one country: English as in Britain, without a comma before the last of a list."""

MINUS = "−"

Amount: TypeAlias = int | float | Decimal

Join: TypeAlias = Literal["and", "or", "comma", "semicolon", "space"]
"""How a list reads: ``a, b and c``, ``a, b or c``, ``a, b, c``, ``a; b; c``, ``a b c``."""

LookUp: TypeAlias = Callable[[Any], "str | Renderable"]
"""What a statement says to which a message refers: a number with its format, or a mark where it is hidden."""


class Renderable(Protocol):
    """What has a text in each language: a message, a number with its format, a study's own text."""

    def rendered(self, language: Language, look_up: LookUp | None) -> str: ...


class Language:
    """One language of the catalogue.

    >>> english, french = language_of("en"), language_of("fr")
    >>> french.number(28284, 0), english.percent(12.34, 1)
    ('28\\u202f284', '12.3%')
    """

    def __init__(self, code: str) -> None:
        self.code = code
        self._locale = Locale.parse(LOCALES.get(code, code))

    def say(self, key: str, /, **slots: str | Renderable) -> str:
        """The sentence of ``key``, its slots filled.

        >>> language_of("fr").say("report.words.figure")
        'Graphique'
        """
        checked(key, slots)
        return self.filled(key, slots)

    def render(self, what: str | Renderable, look_up: LookUp | None = None) -> str:
        """A message, or anything that may fill a slot, as text.

        ``look_up`` gives what the statements say that the message refers to.
        """
        return what if isinstance(what, str) else what.rendered(self, look_up)

    def filled(self, key: str, slots: Mapping[str, str | Renderable], look_up: LookUp | None = None) -> str:
        """The sentence of ``key`` with its slots filled, in the plural form that its number asks for."""
        sentence = sentences(self.code)[key]
        category = ""
        if sentence.by:
            category = self.plural(getattr(slots[sentence.by], "number", None) or 0)
        found = ""
        for literal, slot, place in sentence.form(category):
            text = self.render(slots[slot], look_up) if slot else ""
            found += literal + cased(text, place, self.code)
        return found

    def plural(self, number: int) -> str:
        """The plural category of a number, by the rules of the language.

        >>> language_of("en").plural(0), language_of("fr").plural(0)
        ('other', 'one')
        """
        return self._locale.plural_form(number)

    def number(self, value: Amount, decimals: int, *, signed: bool = False) -> str:
        """``value`` with ``decimals`` decimals; ``signed`` prints the plus of a positive number.

        >>> language_of("en").number(28284, 0), language_of("de").number(1.25, 1, signed=True)
        ('28,284', '+1,3')
        >>> language_of("en").number(-0.04, 1, signed=True)
        '0.0'
        """
        rounded = printed(value, decimals)
        sign = MINUS if rounded < 0 else "+" if signed and rounded > 0 else ""
        digits: str = _pattern(decimals).apply(abs(rounded), self._locale, decimal_quantization=False)
        return sign + digits

    def percent(self, value: Amount, decimals: int = 0, *, signed: bool = False) -> str:
        """A percentage, of a value in percent.

        >>> language_of("en").percent(12.34, 1), language_of("de").percent(-5)
        ('12.3%', '−5\\xa0%')
        """
        return self._percents.replace("#,##0", self.number(value, decimals, signed=signed))

    def money(self, value: Amount, currency: str, decimals: int = 0) -> str:
        """An amount with the code of its currency, before or behind it.

        >>> language_of("en").money(1250, "EUR"), language_of("de").money(1250, "EUR")
        ('EUR\\xa01,250', '1.250\\xa0EUR')
        """
        amount = self.number(value, decimals)
        parts = (currency, amount) if self._currency_first else (amount, currency)
        return "\u00a0".join(parts)

    def p_value(self, value: Amount, decimals: int = 3) -> str:
        """A p-value; below the smallest number with ``decimals`` decimals, that it is below it.

        >>> language_of("nl").p_value(0.0004), language_of("en").p_value(0.0012)
        ('<0,001', '0.001')
        """
        if unprintable(value, decimals):
            return f"<{self.number(smallest(decimals), decimals)}"
        return self.number(value, decimals)

    def years(self, numbers: Sequence[int]) -> str:
        """Years, those that follow each other as a span.

        >>> language_of("en").years((1996, 1997, 1998, 2001))
        '1996–1998, 2001'
        """
        spans = [str(first) if first == last else f"{first}–{last}" for first, last in runs(tuple(numbers))]
        return self.listing(spans, "comma")

    def day(self, day: date) -> str:
        """A day with the name of its month.

        >>> language_of("nl").day(date(2003, 12, 31))
        '31 december 2003'
        >>> language_of("fr").day(date(2004, 9, 1))
        '1er septembre 2004'
        """
        long = format_date(day, "long", locale=self._locale)
        return f"1er{long.removeprefix('1')}" if self.code == "fr" and day.day == 1 else long

    def country(self, code: str) -> str:
        """The name of a country of ISO 3166; the code where the language has none.

        >>> language_of("nl").country("DE"), language_of("fr").country("XK")
        ('Duitsland', 'Kosovo')
        """
        return str(self._locale.territories.get(code, code))

    def tongue(self, code: str) -> str:
        """The name of a language of ISO 639; the code where this one has none.

        >>> language_of("de").tongue("nl")
        'Niederländisch'
        """
        return str(self._locale.languages.get(code, code))

    def listing(self, parts: Sequence[str], join: Join = "and") -> str:
        """Texts as a list.

        >>> language_of("en").listing(["a", "b", "c"]), language_of("fr").listing(["a", "b"], "or")
        ('a, b and c', 'a ou b')
        """
        match join:
            case "and":
                return format_list(parts, "standard", self._locale)
            case "or":
                return format_list(parts, "or", self._locale)
            case "comma":
                return ", ".join(parts)
            case "space":
                return " ".join(parts)
        return typeset("{} ; {}" if self.code == "fr" else "{}; {}", self.code)[2:-2].join(parts)

    @cached_property
    def _currency_first(self) -> bool:
        return str(self._locale.currency_formats["standard"].pattern).startswith("¤")

    @cached_property
    def decimal_sign(self) -> str:
        """The sign before the decimals."""
        return get_decimal_symbol(self._locale)

    @cached_property
    def group_sign(self) -> str:
        """The sign between thousands."""
        return get_group_symbol(self._locale)

    @cached_property
    def _percents(self) -> str:
        return str(self._locale.percent_formats[None].pattern)


@lru_cache(maxsize=32)
def _pattern(decimals: int) -> NumberPattern:
    return parse_pattern(f"#,##0.{'0' * decimals}" if decimals else "#,##0")


@cache
def language_of(code: str) -> Language:
    """The language of a code.

    Raises
    ------
    UsageError
        Where no such language is here.
    """
    if code not in LANGUAGES:
        raise UsageError(f"There is no report in the language `{code}`.", fix=suggest(code, LANGUAGES))
    return Language(code)
