"""What the comparison of markets needs to know of a firm, from its answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from firmtrade.advice.answers import AnswerFile, Firm, Offer
from firmtrade.advice.markets.facts import languages, terms

HOME = "BE"
"""The home of a firm that names no country."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """A firm's home, offer and languages, and the markets that it asks about, shuts out or sells to already.

    ``perhaps`` are languages of the country of which it is not told whether the firm's region speaks them; ``borders``
    are the neighbours of the region, None where the country's count. ``sources`` says that the firm means to buy
    abroad, ``day`` is that of the answers.
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
    sources: bool = False
    offer_assumed: bool = False
    home_assumed: bool = False


def wishes(answers: AnswerFile) -> Wishes:
    """What a file of answers says of markets.

    What a firm sells follows from its product's code, from its own word, or from its activity, in this order; a firm
    that says none of them counts as selling goods. The languages are its region's own and those that it names.
    """
    by, firm, asked = terms(), answers.firm, answers.markets
    home = firm.country or HOME
    region = firm.region if home == HOME else None
    spoken = languages(home) if home != HOME else by.tongues.get(region or "", ())
    offer = asked.offered or _offer_of(firm)
    return Wishes(
        home,
        region,
        offer or "goods",
        asked.product,
        tuple(sorted({*spoken, *asked.languages})),
        tuple(sorted(languages(home) - set(asked.languages))) if home == HOME and region is None else (),
        by.borders.get(region) if region is not None else None,
        asked.sold_to,
        asked.consider,
        asked.exclude,
        answers.answered_on,
        "source" in answers.plans.aims,
        offer is None,
        firm.country is None,
    )


def _offer_of(firm: Firm) -> Offer | None:
    """Goods or services by the activity; None where its division or revision is not told."""
    if firm.division is None or firm.nace_revision is None:
        return None
    spans = [span.split("-") for span in terms().goods[firm.nace_revision]]
    return "goods" if any(first <= firm.division <= last for first, last in spans) else "services"
