"""Linear models with any fixed effects: pyfixest for most panels, swept columns beyond."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from importlib.util import find_spec

import numpy as np
import polars as pl

from firmtrade.inference.arrays import Flags, Integers
from firmtrade.inference.fits import Fit
from firmtrade.inference.swept import Swept, sweep

COMPRESS_ABOVE = 50_000
"""Rows from which a model is solved by sweeping its effects out. Both ways give the same numbers; this one needs a
fraction of time and memory, the other is the field's common tool."""


Model = tuple[str, Sequence[str]]
"""An outcome and its regressors."""


def fit_fixed_effects(
    frame: pl.DataFrame,
    models: Sequence[Model],
    *,
    groups: str,
    clusters: str,
    within_clusters: bool = False,
    used: Flags | None = None,
    compress_above: int = COMPRESS_ABOVE,
) -> list[Fit | None]:
    """Least squares with fixed effects ``groups`` (and ``clusters``), errors clustered by ``clusters`` (CR1).

    A model none of whose regressors varies within the fixed effects, or whose outcome does not, gives None. Large
    panels are read once for all models; so is every panel where pyfixest, an optional dependency, is not installed.

    Parameters
    ----------
    frame
        One row per observation (n rows); labels are integers or text.
    models
        The outcome and the regressors of each, names of columns of numbers or flags.
    groups, clusters
        Names of label columns: division x year, and the firm.
    within_clusters
        Whether the clusters are fixed effects too.
    used
        Array (n,): the rows that count, in which no column of the models is missing; all of them without one.
    """
    if not models:
        return []
    names = dict.fromkeys(name for outcome, regressors in models for name in (outcome, *regressors))
    columns = frame.select(*names)
    cluster, group = (_labels(frame[name]) for name in (clusters, groups))
    swept = sweep(columns, cluster, group, within_clusters=within_clusters, used=used)
    if swept.n_obs > compress_above or find_spec("pyfixest") is None:
        return swept.solve(models)
    data = swept.rows.frame.select(
        pl.all().cast(pl.Float64),
        pl.Series(_CLUSTER, swept.rows.cluster),
        pl.Series(_GROUP, swept.rows.group),
    ).filter(swept.rows.used)
    return [_by_pyfixest(data, model, swept) for model in models]


def _labels(column: pl.Series) -> Integers:
    """Labels as integers: their own where they are, else their ranks."""
    known = column if column.dtype.is_integer() else column.rank("dense")
    return known.cast(pl.Int64).to_numpy()


_CLUSTER, _GROUP = "cluster_", "group_"


def _by_pyfixest(
    data: pl.DataFrame,
    model: Model,
    swept: Swept,
) -> Fit | None:
    """The numbers of pyfixest for the rows in company and the columns that the cross-products find independent.

    Handed what it would have to leave out itself, pyfixest may end the process; columns come at one scale.
    """
    import pyfixest

    outcome, regressors = model
    names = swept.independent(outcome, regressors)
    if not names:
        return None
    scale = data.select(pl.col(outcome, *names).std()).row(0)
    scale = tuple(each if each and np.isfinite(each) else 1.0 for each in scale)
    rows = data.select(
        *(pl.col(name) / each for name, each in zip((outcome, *names), scale, strict=True)), _CLUSTER, _GROUP
    )
    effects = f"{_CLUSTER} + {_GROUP}" if swept.within_clusters else _GROUP
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = pyfixest.feols(
            f"{outcome} ~ {' + '.join(names)} | {effects}",
            data=rows,
            vcov={"CRV1": _CLUSTER},
            lean=False,
            store_data=False,
        )
    factor = scale[0] / np.array(scale[1:])
    n_clusters = int(found._G[0])
    return Fit(
        names=names,
        coefficients=np.asarray(found._beta_hat, dtype=np.float64) * factor,
        covariance=np.asarray(found._vcov, dtype=np.float64) * np.outer(factor, factor),
        n_obs=int(found._N),
        n_clusters=n_clusters,
        degrees_of_freedom=n_clusters - 1,
        collinear=tuple(name for name in regressors if name not in names),
        singletons=swept.singletons,
    )
