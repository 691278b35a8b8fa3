"""A firm's own answers: a TOML file, every key of it optional, strictly validated with line and nearest key."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, create_model, field_validator, model_validator

from firmtrade.advice.entry_mode import Aim, terms
from firmtrade.advice.readiness import Answer, scheme
from firmtrade.classifications import country_advice
from firmtrade.study.declaration import Declaration, parse
from firmtrade.study.text_file import text_of

DIVISION = re.compile(r"\D*(\d{2})")
GOODS_CODE = re.compile(r"(\d\d){1,4}")
SERVICES_CODE = re.compile(r"S[A-L]\d{0,6}")
"""The Harmonized System (and the Combined Nomenclature), and the services of the balance of payments (EBOPS 2010)."""


class Given(Declaration):
    """The points of an item and what shows it."""

    points: Annotated[int, Field(strict=True, ge=0, le=scheme().points)]
    evidence: str = ""


def _short(value: Any) -> Any:
    """Bare points stand for points without evidence."""
    if isinstance(value, bool) or not isinstance(value, int | dict | Given):
        raise ValueError(f'give points from 0 to {scheme().points}, or {{ points = ..., evidence = "..." }}')
    return {"points": value} if isinstance(value, int) else value


Item = Annotated[Given | None, BeforeValidator(_short)]


def _choices(*options: str) -> Any:
    return Literal[options] | None


def _section(name: str, fields: Mapping[str, Any]) -> type[Declaration]:
    optional: dict[str, Any] = {key: (kind, None) for key, kind in fields.items()}
    return create_model(name, __base__=Declaration, **optional)


_SCHEME, _TERMS = scheme(), terms()

Market = _section("Market", {each.key: _choices(each.high, each.low) for each in _TERMS.questions})
Resources = _section(
    "Resources", {"people": _choices(*_TERMS.resources.people), "money": _choices(*_TERMS.resources.money)}
)
Readiness = _section(
    "Readiness",
    {
        each.key: _section(each.key.capitalize(), dict.fromkeys(each.items, Item)) | None
        for each in _SCHEME.dimensions
    },
)
Unscored = _section("Unscored", dict.fromkeys(_SCHEME.unscored.items, Item))

Region = Literal["flanders", "wallonia", "brussels"]
Offer = Literal["goods", "services"]
Technology = Literal["high", "medium_high", "medium_low", "low"]


class Firm(Declaration):
    """What the firm is. Money in euro, ``foreign_share`` in percent of sales."""

    country: str | None = None
    nace: str | None = None
    nace_revision: Literal["1.1", "2"] | None = None
    region: Region | None = None
    technology: Technology | None = None
    founded: Annotated[int, Field(strict=True, ge=1000, le=3000)] | None = None
    employees: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    turnover: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    domestic_owned: bool | None = None
    public: bool | None = None
    exports: bool | None = None
    imports: bool | None = None
    first_foreign_sale: Annotated[int, Field(strict=True, ge=1000, le=3000)] | None = None
    foreign_share: Annotated[float, Field(ge=0, le=100)] | None = None
    countries: Annotated[int, Field(strict=True, ge=0, le=250)] | None = None
    world_regions: Annotated[int, Field(strict=True, ge=0, le=10)] | None = None

    @field_validator("country")
    @classmethod
    def _country_code(cls, code: str | None) -> str | None:
        if code is not None and (wrong := country_advice(code)):
            raise ValueError(f"there is no country {code!r}. {wrong}")
        return code

    @field_validator("nace")
    @classmethod
    def _code_of_nace(cls, code: str | None) -> str | None:
        if code is not None and not re.fullmatch(r"[A-Z]|[A-Z]?\d{2}[.\d]*", code):
            raise ValueError("an activity is a NACE code between quotes, such as 15.96 or K")
        return code

    @model_validator(mode="after")
    def _years_follow(self) -> Firm:
        if self.founded and self.first_foreign_sale and self.first_foreign_sale < self.founded:
            raise ValueError("`first_foreign_sale` lies before `founded`: correct one of the two years")
        return self

    @property
    def division(self) -> str | None:
        """The first two digits of the activity."""
        found = DIVISION.match(self.nace or "")
        return found[1] if found else None

    def lies_in(self, spans: Mapping[str, Sequence[str]]) -> bool | None:
        """Whether the activity is in spans of divisions by revision of NACE; None where either is not told.

        >>> Firm(nace="45.21", nace_revision="1.1").lies_in({"1.1": ["10-41", "45"]})
        True
        """
        if self.division is None or self.nace_revision is None:
            return None
        pairs = (span.partition("-") for span in spans[self.nace_revision])
        return any(first <= self.division <= (last or first) for first, _, last in pairs)


class Plans(Declaration):
    """What the firm is after, and what bears on the speed of it."""

    aim: Literal["sell", "source", "both"] = "sell"
    start: Annotated[date, Field(ge=date(1900, 1, 1), le=date(2999, 12, 31))] | None = None
    niche: bool | None = None
    short_window: bool | None = None
    founders_abroad: bool | None = None
    follows_client: bool | None = None

    @property
    def aims(self) -> tuple[Aim, ...]:
        """Selling, sourcing, or both."""
        return ("sell", "source") if self.aim == "both" else (self.aim,)


class MarketWishes(Declaration):
    """What is sold, the languages that are spoken beside the region's own, and markets to mind."""

    offer: Offer | None = None
    product: str | None = None
    languages: tuple[str, ...] = ()
    sold_to: tuple[str, ...] = ()
    consider: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    @field_validator("product")
    @classmethod
    def _code_of_product(cls, code: str | None) -> str | None:
        if code is None:
            return None
        plain = re.sub(r"[ .]", "", code).upper()
        if not (GOODS_CODE.fullmatch(plain) or SERVICES_CODE.fullmatch(plain)):
            raise ValueError(
                "a product is 2, 4, 6 or 8 digits of the Harmonized System, such as 220300, or a service of the "
                "balance of payments, such as SI"
            )
        return plain

    @field_validator("languages")
    @classmethod
    def _codes_of_languages(cls, codes: tuple[str, ...]) -> tuple[str, ...]:
        for code in codes:
            if not re.fullmatch("[a-z]{2,3}", code):
                raise ValueError(
                    f"{code!r} is no language: write its code of ISO 639 in small letters, such as nl"
                )
        return codes

    @field_validator("sold_to", "consider", "exclude")
    @classmethod
    def _codes_of_countries(cls, codes: tuple[str, ...]) -> tuple[str, ...]:
        for code in codes:
            if wrong := country_advice(code):
                raise ValueError(f"there is no country {code!r}. {wrong}")
        return codes

    @model_validator(mode="after")
    def _offer_and_product_agree(self) -> MarketWishes:
        if self.offer and self.product and self.offer != self.offered:
            raise ValueError(
                f"`product` is a code of {self.offered}, and `offer` says {self.offer}: correct one"
            )
        return self

    @property
    def offered(self) -> Offer | None:
        """What the product's code tells, or the firm's word where it gives no code."""
        if self.product is None:
            return self.offer
        return "goods" if GOODS_CODE.fullmatch(self.product) else "services"


class Storage(Declaration):
    """Consent to store the answers, for whoever validates the profile against later exporting."""

    consent: bool = False
    consented_on: date | None = None
    reference: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,64}$")] | None = None
    """The agency's own reference of the firm."""


class AnswerFile(Declaration):
    """The whole file."""

    answered_on: date | None = None
    storage: Storage = Storage()
    firm: Firm = Firm()
    plans: Plans = Plans()
    resources: Resources = Resources()  # type: ignore[valid-type]
    markets: MarketWishes = MarketWishes()
    market: Market = Market()  # type: ignore[valid-type]
    readiness: Readiness = Readiness()  # type: ignore[valid-type]
    unscored: Unscored = Unscored()  # type: ignore[valid-type]

    @property
    def items(self) -> dict[str, Answer]:
        """Answered items of the readiness profile, those that count nothing among them."""
        sections = [self.unscored, *(part for _, part in _set(self.readiness))]
        return {
            key: Answer(given.points, given.evidence.strip())
            for section in sections
            for key, given in _set(section)
        }

    @property
    def market_answers(self) -> dict[str, str]:
        """Answered questions on the market and the product, by key."""
        return dict(_set(self.market))

    @property
    def conditions(self) -> dict[str, str]:
        """What decides whether there is such a mode: the answers on the market, and whether a client leads abroad."""
        follows = self.plans.follows_client
        return self.market_answers | (
            {} if follows is None else {"follows_client": "yes" if follows else "no"}
        )

    @property
    def spare(self) -> dict[str, str]:
        """What the firm can spare, where it says so."""
        return dict(_set(self.resources))


def _set(section: Any) -> Iterator[tuple[str, Any]]:
    return ((key, value) for key, value in section if value is not None)


def read_answers(path: Path) -> AnswerFile:
    """The answers of a file.

    Raises
    ------
    UsageError
        There is no such file.
    InputError
        It cannot be read as text.
    StudyError
        An unknown key or a value out of its range, with line and nearest key.
    """
    form = "Write a blank form with `firmtrade advise --form --out ANSWERS.toml`."
    return parse(AnswerFile, text_of(path, "the answers", fix=form), path.name)
