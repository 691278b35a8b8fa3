"""Growth of those that live on beside that of all, with the closed ones."""

from __future__ import annotations

import numpy as np
import polars as pl

from firmtrade.evidence.growth.sample import BLOCK, Span, midpoint, stands_behind
from firmtrade.evidence.options import EvidenceOptions
from firmtrade.evidence.phrases import named, phrase
from firmtrade.evidence.samples import Sample
from firmtrade.evidence.statements import estimate_of, too_few
from firmtrade.inference.fits import effect_of
from firmtrade.inference.two_samples import mean_effect
from firmtrade.messages import Message, Year
from firmtrade.outputs import Estimate


def survivor_bias(
    firms: pl.DataFrame, direction: str, span: Span, options: EvidenceOptions
) -> tuple[list[Estimate], list[Message]]:
    """Midpoint growth of employment by status at the start: survivors, everyone, and the difference."""
    known = (pl.col("employment_end") > 0) | pl.col("closed_by_end")
    sample = (
        Sample(firms, phrase("growth.start_sample", year=Year(span.first)))
        .keep(
            pl.col("in_population_first") & (pl.col("employment") > 0),
            phrase("growth.outside_start", year=Year(span.first)),
        )
        .keep(pl.col("status_first").is_not_null(), phrase("notes.unknown_status"))
        .keep(known.fill_null(value=False), phrase("growth.gone"))
    )
    end = pl.when("closed_by_end").then(0.0).otherwise(pl.col("employment_end"))
    rows = sample.rows.with_columns(growth=midpoint(pl.col("employment"), end, span.years))
    estimates: list[Estimate] = []
    off: list[Message] = []
    for flag, label in ((True, f"{direction}er"), (False, f"not_{direction}er")):
        part = rows.filter(pl.col("status_first") == flag)
        survivors = part.filter(~pl.col("closed_by_end"))
        if survivors.height < options.minimum_firms:
            what = phrase("growth.bias_of", group=named(label))
            off.append(too_few(what, phrase("groups.survivors"), options.minimum_firms))
            continue
        everyone, alive = part["growth"].to_numpy(), survivors["growth"].to_numpy()
        lives = ~part["closed_by_end"].to_numpy()
        bias = float(alive.mean() - everyone.mean())
        share = lives.mean()
        influence = np.where(lives, (everyone - alive.mean()) / share, 0.0) - (everyone - everyone.mean())
        error = float(np.sqrt(np.mean(influence**2) / len(everyone)))
        effects = {
            "survivors only": (mean_effect(alive, options.level), survivors),
            "with closed firms": (mean_effect(everyone, options.level), part),
            "survivor bias": (effect_of(bias, error, None, options.level), part),
        }
        for name, (effect, behind) in effects.items():
            estimates.append(
                estimate_of(
                    BLOCK,
                    f"{direction}/survivors",
                    "employment_midpoint_growth",
                    f"{label} ({name})",
                    effect,
                    n_obs=behind.height,
                    n_firms=behind.height,
                    estimator=phrase("estimators.midpoint"),
                    note=sample.note(phrase("growth.midpoint")),
                    contributions=stands_behind(behind, label),
                )
            )
    return estimates, off
