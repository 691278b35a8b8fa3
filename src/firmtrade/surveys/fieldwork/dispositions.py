"""What became of every firm that was asked, and the response rates of AAPOR."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from firmtrade.errors import DataError, suggest

DISPOSITIONS = ("complete", "partial", "refusal", "non_contact", "other", "unknown", "ineligible")


@dataclass(frozen=True, slots=True)
class ResponseRates:
    """Outcome rates (AAPOR, Standard Definitions, 10th edition 2023), as shares; None where undefined."""

    counts: dict[str, int]
    eligibility: float
    rr1: float | None
    rr2: float | None
    rr3: float | None
    rr4: float | None
    rr5: float | None
    rr6: float | None
    coop1: float | None
    coop2: float | None
    coop3: float | None
    coop4: float | None
    ref1: float | None
    ref2: float | None
    ref3: float | None
    con1: float | None
    con2: float | None
    con3: float | None


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole > 0 else None


def response_rates(counts: Mapping[str, int], eligibility: str = "proportional") -> ResponseRates:
    """Response, cooperation, refusal and contact rates from the number of firms per disposition.

    Parameters
    ----------
    counts
        Firms by disposition: complete, partial, refusal, non_contact, other, unknown (eligibility not known),
        ineligible. Those absent are zero.
    eligibility
        How many of the unknown count as eligible: ``proportional`` to the known ones (CASRO), or ``none``.

    Raises
    ------
    DataError
        A disposition that AAPOR does not know.

    >>> counts = {"complete": 350, "partial": 50, "refusal": 100, "unknown": 500, "ineligible": 125}
    >>> rates = response_rates(counts)
    >>> round(rates.rr1, 3), rates.eligibility, round(rates.rr3, 3), rates.rr5
    (0.35, 0.8, 0.389, 0.7)
    """
    for name in counts:
        if name not in DISPOSITIONS:
            raise DataError(f"`{name}` is no disposition.", fix=suggest(name, DISPOSITIONS))
    full = {name: int(counts.get(name, 0)) for name in DISPOSITIONS}
    complete, partial, refusal = full["complete"], full["partial"], full["refusal"]
    absent, other, unknown = full["non_contact"], full["other"], full["unknown"]
    eligible = complete + partial + refusal + absent + other
    known = eligible + full["ineligible"]
    e = (eligible / known if known else 0.0) if eligibility == "proportional" else 0.0
    answered = complete + partial
    reached = answered + refusal + other
    return ResponseRates(
        counts=full,
        eligibility=e,
        rr1=_share(complete, eligible + unknown),
        rr2=_share(answered, eligible + unknown),
        rr3=_share(complete, eligible + e * unknown),
        rr4=_share(answered, eligible + e * unknown),
        rr5=_share(complete, eligible),
        rr6=_share(answered, eligible),
        coop1=_share(complete, reached),
        coop2=_share(answered, reached),
        coop3=_share(complete, answered + refusal),
        coop4=_share(answered, answered + refusal),
        ref1=_share(refusal, eligible + unknown),
        ref2=_share(refusal, eligible + e * unknown),
        ref3=_share(refusal, eligible),
        con1=_share(reached, eligible + unknown),
        con2=_share(reached, eligible + e * unknown),
        con3=_share(reached, eligible),
    )


@dataclass(frozen=True, slots=True)
class Observed:
    """Firms by disposition, how many were recorded as interviewed without any answer, and what became of each drawn
    firm (``firm_id``, ``disposition``)."""

    counts: dict[str, int]
    without_answer: int
    firms: pl.DataFrame


def observed_dispositions(
    drawn: pl.Series,
    answered: pl.DataFrame,
    recorded: pl.DataFrame | None,
    *,
    complete: float,
    partial: float,
) -> Observed:
    """What became of every drawn firm, by the answers first and by the fieldwork's record for the others.

    An interview is complete from the share ``complete`` of its lines on, partial from ``partial`` on, and below that
    broken off, which counts as a refusal (AAPOR, Standard Definitions, 10th edition 2023, break-offs). A firm
    that is recorded as interviewed and has no answer here counts as ``other``; a firm without answer and record as
    ``unknown``. A firm whose answer screens it out is ``ineligible``.

    Parameters
    ----------
    drawn
        Ids of the drawn firms.
    answered
        ``firm_id``, ``share`` of lines answered and whether ``screened_out``, one row per firm that answered.
    recorded
        ``firm_id`` and ``disposition`` from the fieldwork, None where nothing was recorded.

    Raises
    ------
    DataError
        A disposition that AAPOR does not know.
    """
    firms = pl.DataFrame({"firm_id": drawn.cast(pl.String)}).join(answered, on="firm_id", how="left")
    if recorded is None:
        firms = firms.with_columns(disposition=pl.lit(None, pl.String))
    else:
        firms = firms.join(
            recorded.select(pl.col("firm_id").cast(pl.String), "disposition")
            .unique("firm_id", keep="first", maintain_order=True),
            on="firm_id", how="left",
        )  # fmt: skip
    share, interviewed = pl.col("share"), pl.col("disposition").is_in(["complete", "partial"])
    outcome = (
        pl.when(pl.col("screened_out")).then(pl.lit("ineligible"))
        .when(share >= complete).then(pl.lit("complete"))
        .when(share >= partial).then(pl.lit("partial"))
        .when(share.is_not_null()).then(pl.lit("refusal"))
        .when(interviewed).then(pl.lit("other"))
        .otherwise(pl.col("disposition").fill_null("unknown"))
    )  # fmt: skip
    found = firms.select("firm_id", outcome.alias("disposition"))
    counts = dict(found["disposition"].value_counts().iter_rows())
    silent = firms.filter(share.is_null() & interviewed.fill_null(False)).height
    return Observed(counts, silent, found)
