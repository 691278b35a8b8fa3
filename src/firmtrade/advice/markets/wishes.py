"""What the comparison of markets needs to know of a firm, from its answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from firmtrade.advice.answers import AnswerFile, Firm, Offer
from firmtrade.advice.entry_mode import Delivery
from firmtrade.advice.markets.facts import languages, terms

HOME = "BE"
"""The home of a firm that names no country."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """A firm's home, offer and languages, and the markets that it asks about, shuts out or sells to already.

    ``perhaps`` are languages of the country of which it is not told whether the firm's region speaks them; ``borders``
    are the neighbours of the region, None where the country's count. ``on_site`` says that a service is delivered where
    the customer is, ``sells_abroad`` that the firm exports, ``sources`` that it means to buy abroad; ``day`` is that
    of the answers.
    """

    home: str
    region: str | None
    offer: Offer
    product: str | None
    tongues: tuple[str, ...]
    perhaps: tuple[str, ...] = ()
    borders: tuple[str, ...] | None = None
    sold_to: tuple[str, ...] = ()
    consider: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    day: date | None = None
    on_site: bool = False
    sells_abroad: bool = False
    sources: bool = False
    offer_assumed: bool = False
    home_assumed: bool = False

    @property
    def delivery(self) -> Delivery:
        """What is sold, with services on site apart."""
        return "on_site" if self.on_site else self.offer


def wishes(answers: AnswerFile) -> Wishes:
    """What a file of answers says of markets.

    What a firm sells follows from its product's code, from its own word, or from its activity, in this order; a firm
    that says none of them counts as selling goods. The languages are its region's own and those that it names.
    """
    by, firm, asked = terms(), answers.firm, answers.markets
    home = firm.country or HOME
    region = firm.region if home == HOME else None
    tongues = languages(home) if home != HOME else by.tongues.get(region or "", ())
    offer = asked.offered or _offer_of(firm)
    return Wishes(
        home,
        region,
        offer or "goods",
        asked.product,
        tuple(sorted({*tongues, *asked.languages})),
        tuple(sorted(languages(home) - set(asked.languages))) if home == HOME and region is None else (),
        by.borders.get(region) if region is not None else None,
        asked.sold_to,
        asked.consider,
        asked.exclude,
        answers.answered_on,
        offer == "services" and _on_site(answers),
        firm.exports is True,
        "source" in answers.plans.aims,
        offer is None,
        firm.country is None,
    )


def _offer_of(firm: Firm) -> Offer | None:
    """Goods or services by the activity; None where its division or revision is not told."""
    sells_goods = firm.lies_in(terms().goods)
    return None if sells_goods is None else "goods" if sells_goods else "services"


def _on_site(answers: AnswerFile) -> bool:
    """Whether a service is delivered where the customer is, by its code or else by the activity."""
    by, product = terms().on_site, answers.markets.product
    if product is not None:
        return product.startswith(by.products)
    return answers.firm.lies_in(by.divisions) is True
