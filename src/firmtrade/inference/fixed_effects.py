"""Linear models with any fixed effects: pyfixest for most panels, sufficient statistics beyond."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
import polars as pl

from firmtrade.inference.compressed import compress
from firmtrade.inference.fits import Fit

COMPRESS_ABOVE = 250_000
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
    if frame.height > compress_above:
        columns = np.asfortranarray(frame.select(outcome, *regressors).cast(pl.Float64).to_numpy())
        compressed = compress(
            columns,
            (outcome, *regressors),
            frame[clusters].rank("dense").cast(pl.Int64).to_numpy(),
            frame[groups].rank("dense").cast(pl.Int64).to_numpy(),
            within_clusters=within_clusters,
        )
        if compressed.n_clusters < 2:
            raise ValueError("fewer than two clusters")
        return compressed.solve(outcome, regressors)
    return _by_pyfixest(frame, outcome, tuple(regressors), groups, clusters, within_clusters)


def _by_pyfixest(
    frame: pl.DataFrame,
    outcome: str,
    regressors: tuple[str, ...],
    groups: str,
    clusters: str,
    within_clusters: bool,
) -> Fit:
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
        except (ValueError, ZeroDivisionError, np.linalg.LinAlgError) as error:
            raise ValueError("no regressor varies within the fixed effects") from error
    names = tuple(model._coefnames)
    if not names:
        raise ValueError("no regressor varies within the fixed effects")
    n_clusters = int(model._G[0])
    if n_clusters < 2:
        raise ValueError("fewer than two clusters")
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
