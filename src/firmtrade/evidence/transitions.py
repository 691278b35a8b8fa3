"""Transitions: in which mode of trade the firms of a mode are a year later, or whether they are gone."""

from __future__ import annotations

import numpy as np
import polars as pl

from firmtrade.evidence.grid import grid_of
from firmtrade.evidence.options import EvidenceOptions
from firmtrade.evidence.panel import MODES, Panel
from firmtrade.evidence.phrases import named, phrase
from firmtrade.evidence.samples import MEASURES, Sample, contributions
from firmtrade.evidence.statements import estimate_of, lacking, too_few
from firmtrade.inference.proportions import in_percent, share_effect
from firmtrade.messages import Message
from firmtrade.outputs import Curve, Estimate

GONE = "gone"


def transitions(panel: Panel, options: EvidenceOptions) -> tuple[list[Estimate], list[Curve], list[Message]]:
    """Shares of the firms of each mode that are in each mode, or not in the panel, one year later.

    All pairs of neighbouring years together; standard errors are clustered by firm. A firm is gone when it has
    ended; one that vanishes without a closing that confirms it is left out and counted. Specification
    ``transitions``, terms ``export_only -> gone`` and so on, in percent.
    """
    what = phrase("transitions.what")
    missing = panel.lacks("exporter", "importer")
    if missing:
        return [], [], [lacking(what, missing)]
    grid = grid_of(panel)
    exporter, importer = grid.status("exporter"), grid.status("importer")
    mode = np.where(np.isfinite(exporter + importer), importer + 2 * exporter, np.nan)
    known = np.asarray(np.isfinite(mode).any(axis=0))
    here = np.isfinite(mode[:, :-1]) & grid.present[:, :-1] & (grid.values("in_population")[:, :-1] == 1)
    here &= known[1:]
    last = ~grid.active[:, 1:]
    ended = grid.values("ended")[:, :-1] == 1
    following = np.where(np.isfinite(mode[:, 1:]), mode[:, 1:], np.where(last & ended, len(MODES), np.nan))
    unexplained = here & last & ~ended
    firm, year = np.nonzero(here & np.isfinite(following))
    rows = grid.rows[grid.rows_of(firm, year)].select("firm", "unit_code", *_measures(grid.rows))
    rows = rows.with_columns(
        origin=pl.Series(mode[firm, year].astype(np.int64)),
        target=pl.Series(following[firm, year].astype(np.int64)),
    )
    order = ("no_internationalization", "import_only", "export_only", "import_and_export", GONE)
    estimates: list[Estimate] = []
    off: list[Message] = []
    for origin, name in enumerate(order[:-1]):
        words = phrase("transitions.sample", mode=named(name))
        vanished = int((unexplained & (mode[:, :-1] == origin)).sum())
        dropped = ((phrase("survival.lost"), vanished),) if vanished else ()
        sample = Sample(rows.filter(pl.col("origin") == origin), words, dropped)
        if sample.n_firms < options.minimum_firms:
            from_mode = phrase("transitions.from", mode=named(name))
            off.append(too_few(from_mode, phrase("groups.mode"), options.minimum_firms))
            continue
        estimates += [
            _share(sample, target, f"{name} -> {label}", options) for target, label in enumerate(order)
        ]
    return estimates, [], off


def _measures(rows: pl.DataFrame) -> list[str]:
    return [name for name in MEASURES if name in rows.columns]


def _share(sample: Sample, target: int, term: str, options: EvidenceOptions) -> Estimate:
    rows = sample.rows
    moved = (rows["target"] == target).to_numpy().astype(np.float64)
    share = float(moved.mean())
    totals = np.bincount(rows["firm"].to_numpy(), weights=moved - share)
    firms = sample.n_firms
    error = float(np.sqrt(np.sum(totals**2) * firms / max(firms - 1, 1))) / len(moved)
    effect = in_percent(share_effect(share, firms, error, options.level))
    return estimate_of(
        "survival",
        "transitions",
        "mode",
        term,
        effect,
        n_obs=rows.height,
        n_firms=firms,
        estimator=phrase("estimators.share"),
        note=sample.note(phrase("notes.clustered")),
        contributions=contributions(
            rows, {"origin": pl.lit(value=True), "moved": pl.col("target") == target}
        ),
    )
