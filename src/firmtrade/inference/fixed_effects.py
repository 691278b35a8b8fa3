"""Linear models with any fixed effects: pyfixest for most panels, sufficient statistics beyond."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from importlib.util import find_spec

import numpy as np
import polars as pl

from firmtrade.inference.compressed import compress
from firmtrade.inference.fits import Fit

COMPRESS_ABOVE = 50_000
"""Rows from which a model is solved from cross-products. Both ways give the same numbers; this one needs a
fraction of time and memory, the other is the field's common tool."""


def fit_fixed_effects(
    frame: pl.DataFrame,
    outcome: str,
    regressors: Sequence[str],
    *,
    groups: str,
    clusters: str,
    within_clusters: bool = False,
    compress_above: int = COMPRESS_ABOVE,
) -> Fit:
    """Least squares with fixed effects ``groups`` (and ``clusters``), errors clustered by ``clusters`` (CR1).

    Parameters
    ----------
    frame
        One row per observation; no missing values in the columns used; labels are integers or text.
    outcome, regressors
        Names of numeric columns.
    groups, clusters
        Names of label columns: division x year, and the firm.
    within_clusters
        Whether the clusters are fixed effects too.

    Raises
    ------
    ValueError
        If no regressor varies within the fixed effects, or fewer than two clusters are left.
    """
    [fit] = fit_designs(
        frame,
        outcome,
        [regressors],
        groups=groups,
        clusters=clusters,
        within_clusters=within_clusters,
        compress_above=compress_above,
    )
    if fit is None:
        raise ValueError("no regressor varies within the fixed effects")
    return fit


def fit_designs(
    frame: pl.DataFrame,
    outcome: str,
    designs: Sequence[Sequence[str]],
    *,
    groups: str,
    clusters: str,
    within_clusters: bool = False,
    compress_above: int = COMPRESS_ABOVE,
) -> list[Fit | None]:
    """Several sets of regressors on the same rows; see :func:`fit_fixed_effects`.

    A set none of which varies within the fixed effects gives None. Large panels are read once for all sets; so
    is every panel where pyfixest, an optional dependency, is not installed.
    """
    if frame.height <= compress_above and find_spec("pyfixest") is not None:
        return [_by_pyfixest(frame, outcome, tuple(d), groups, clusters, within_clusters) for d in designs]
    names = (outcome, *dict.fromkeys(name for design in designs for name in design))
    compressed = compress(
        np.column_stack([frame[name].cast(pl.Float64).to_numpy() for name in names]),
        names,
        frame[clusters].rank("dense").cast(pl.Int64).to_numpy(),
        frame[groups].rank("dense").cast(pl.Int64).to_numpy(),
        within_clusters=within_clusters,
    )
    return [compressed.solve(outcome, design) for design in designs]


def _by_pyfixest(
    frame: pl.DataFrame,
    outcome: str,
    regressors: tuple[str, ...],
    groups: str,
    clusters: str,
    within_clusters: bool,
) -> Fit | None:
    import pyfixest

    effects = f"{clusters} + {groups}" if within_clusters else groups
    data = frame.select(
        pl.col(outcome, *regressors).cast(pl.Float64), pl.col(groups, clusters).rank("dense").cast(pl.Int64)
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            model = pyfixest.feols(
                f"{outcome} ~ {' + '.join(regressors)} | {effects}",
                data=data,
                vcov={"CRV1": clusters},
                lean=False,
                store_data=False,
            )
        except (ValueError, ZeroDivisionError, np.linalg.LinAlgError):
            return None
    names = tuple(model._coefnames)
    n_clusters = int(model._G[0])
    if not names or n_clusters < 2:
        return None
    return Fit(
        names=names,
        coefficients=np.asarray(model._beta_hat, dtype=np.float64),
        covariance=np.asarray(model._vcov, dtype=np.float64),
        n_obs=int(model._N),
        n_clusters=n_clusters,
        degrees_of_freedom=n_clusters - 1,
        collinear=tuple(name for name in regressors if name not in names),
        singletons=frame.height - int(model._N),
    )
