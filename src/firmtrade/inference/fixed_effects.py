"""Linear models with any fixed effects: pyfixest for most panels, swept columns beyond."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from importlib.util import find_spec

import numpy as np
import polars as pl

from firmtrade.inference.arrays import Floats, Integers
from firmtrade.inference.fits import Fit
from firmtrade.inference.swept import Swept, rows_in_company, sweep

COMPRESS_ABOVE = 50_000
"""Rows from which a model is solved by sweeping its effects out. Both ways give the same numbers; this one needs a
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
    names = (outcome, *dict.fromkeys(name for design in designs for name in design))
    cluster, group = (_labels(frame[name]) for name in (clusters, groups))
    swept = sweep(_columns(frame, names), names, cluster, group, within_clusters=within_clusters)
    if frame.height > compress_above or find_spec("pyfixest") is None:
        return [swept.solve(outcome, design) for design in designs]
    kept = rows_in_company(cluster, group, within_clusters)
    data = frame.select(pl.col(names).cast(pl.Float64))[kept].with_columns(
        pl.Series(_CLUSTER, cluster[kept]), pl.Series(_GROUP, group[kept])
    )
    return [_by_pyfixest(data, outcome, design, swept, within_clusters=within_clusters) for design in designs]


def _columns(frame: pl.DataFrame, names: Sequence[str]) -> Floats:
    """The columns of a frame as one array, column after column."""
    values = np.empty((frame.height, len(names)), order="F")
    for place, name in enumerate(names):
        values[:, place] = frame[name].cast(pl.Float64).to_numpy()
    return values


def _labels(column: pl.Series) -> Integers:
    """Labels as integers: their own where they are, else their ranks."""
    known = column if column.dtype.is_integer() else column.rank("dense")
    return known.cast(pl.Int64).to_numpy()


_CLUSTER, _GROUP = "cluster_", "group_"


def _by_pyfixest(
    data: pl.DataFrame,
    outcome: str,
    regressors: Sequence[str],
    swept: Swept,
    *,
    within_clusters: bool,
) -> Fit | None:
    """The numbers of pyfixest for the rows in company and the columns that the cross-products find independent.

    Handed what it would have to leave out itself, pyfixest may end the process; columns come at one scale.
    """
    import pyfixest

    names = swept.independent(regressors)
    if not names:
        return None
    scale = data.select(pl.col(outcome, *names).std()).row(0)
    scale = tuple(each if each and np.isfinite(each) else 1.0 for each in scale)
    rows = data.select(
        *(pl.col(name) / each for name, each in zip((outcome, *names), scale, strict=True)), _CLUSTER, _GROUP
    )
    effects = f"{_CLUSTER} + {_GROUP}" if within_clusters else _GROUP
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = pyfixest.feols(
            f"{outcome} ~ {' + '.join(names)} | {effects}",
            data=rows,
            vcov={"CRV1": _CLUSTER},
            lean=False,
            store_data=False,
        )
    factor = scale[0] / np.array(scale[1:])
    n_clusters = int(model._G[0])
    return Fit(
        names=names,
        coefficients=np.asarray(model._beta_hat, dtype=np.float64) * factor,
        covariance=np.asarray(model._vcov, dtype=np.float64) * np.outer(factor, factor),
        n_obs=int(model._N),
        n_clusters=n_clusters,
        degrees_of_freedom=n_clusters - 1,
        collinear=tuple(name for name in regressors if name not in names),
        singletons=swept.singletons,
    )
