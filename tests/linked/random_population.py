"""Random populations and the editions that the system itself computes from them. Synthetic throughout."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

import numpy as np
import polars as pl

from firmtrade.linked import Edition, parse_edition
from firmtrade.query.dimensions import UNKNOWN
from firmtrade.query.distributions import DistributionRequest, Distributions
from firmtrade.query.domain import Domain
from firmtrade.query.universes import Universe
from firmtrade.query.views import View, ViewRequest
from firmtrade.statistics import compute
from firmtrade.study import Study

FLOWS = ("intra_eu_import", "extra_eu_import", "intra_eu_export", "extra_eu_export")
Row = dict[str, str]


def random_firms(study: Study, seed: int, size: int) -> dict[Universe, pl.DataFrame]:
    """Firms of every universe of a study: one row each, with every dimension and measure."""
    chance = np.random.default_rng(seed)
    worlds: dict[Universe, pl.DataFrame] = {}
    wide = [name for name, population in study.populations.items() if population.activity != "10-41"]
    for population in wide:
        reference = _cross_section(
            study, Universe(population, "reference"), chance, int(size * chance.uniform(0.5, 2)) + 5
        )
        worlds[Universe(population, "reference")] = reference
        worlds[Universe(population, "window")] = _panel(reference, chance)
        worlds[Universe(population, "years")] = _years(study, reference, chance)
    for narrow in set(study.populations) - set(wide):
        whole = worlds[Universe(narrow.split(" without ")[0], "reference")]
        inside = set(Domain(study, Universe(narrow, "reference")).levels("division")) - {UNKNOWN}
        section_only = pl.Series(chance.random(whole.height) < 0.5)
        keep = pl.col("division").is_in(list(inside)) | ((pl.col("division") == UNKNOWN) & section_only)
        worlds[Universe(narrow, "reference")] = whole.filter(keep)
    return worlds


def _cross_section(study: Study, universe: Universe, chance: np.random.Generator, size: int) -> pl.DataFrame:
    domain = Domain(study, universe)
    firms = pl.DataFrame({"firm": range(size)})
    for part in (*domain.ties, *(frozenset({name}) for name in ("size_class", "region"))):
        cells = domain.combinations(part)
        weights = chance.dirichlet(np.full(cells.height, chance.choice([0.05, 0.3, 3])))
        if "unknown_zone_import" in part or "unknown_zone_export" in part:
            unknown = cells.get_column(
                next(name for name in cells.columns if name.startswith("unknown_zone"))
            ).to_numpy()
            weights = np.where(unknown, weights * chance.choice([0, 0, 0.1]), weights) + 1e-12
            weights /= weights.sum()
        firms = pl.concat([firms, cells[chance.choice(cells.height, size, p=weights)]], how="horizontal")
    return firms.with_columns(firms=1, units=1)


def _panel(reference: pl.DataFrame, chance: np.random.Generator) -> pl.DataFrame:
    panel = reference.filter(pl.Series(chance.random(reference.height) < chance.uniform(0.3, 1)))
    size = panel.height
    start = np.round(chance.lognormal(1, 1.3, size) + 0.01, 2)
    end = np.round(start * chance.lognormal(chance.normal(0, 0.2), 0.5, size) + 0.01, 2)
    complete = chance.random(size) < chance.choice([0.5, 0.95, 1])
    before = np.round(start * 1000 * chance.normal(50, 25, size))
    after = np.round(end * 1000 * chance.normal(55, 25, size))
    stays = chance.random(size) < 0.7
    columns = {
        "export_first": panel["exporter"].to_numpy() == stays,
        "import_first": panel["importer"].to_numpy() == (chance.random(size) < 0.6),
        "complete": complete.astype(int),
        "fte_start": np.where(complete, start, 0),
        "fte_end": np.where(complete, end, 0),
        "value_added_start": np.where(complete, before, 0),
        "value_added_end": np.where(complete, after, 0),
    }
    return panel.with_columns(
        export_reference="exporter",
        import_reference="importer",
        complete_units=columns["complete"],
        **columns,
    )


def _years(study: Study, reference: pl.DataFrame, chance: np.random.Generator) -> pl.DataFrame:
    years = []
    for year in study.years:
        kept = reference.filter(
            pl.Series(chance.random(reference.height) < (1 if year == study.reference_year else 0.6))
        )
        years.append(kept.with_columns(year=pl.lit(str(year))))
    return pl.concat(years)


def answer(worlds: Mapping[Universe, pl.DataFrame], request: ViewRequest) -> View:
    """A view by plain aggregation of the firms; the largest contributions, of no use here, are left at
    zero.
    """
    measures = request.universe.measures
    firms = worlds[request.universe]
    extra = [name for name in ("units", "complete_units") if name in firms.columns]
    totals = [pl.col(name).sum() for name in (*measures, *extra)]
    rows = (
        firms.group_by(request.dimensions).agg(totals).sort(request.dimensions)
        if request.dimensions
        else firms.select(totals)
    )
    zeros = {f"{measure}_{place}": pl.lit(0) for measure in measures for place in (1, 2)}
    return View(request, rows.with_columns(**zeros), rows.clear())


@dataclass(frozen=True)
class Worlds:
    """Universes whose firms are at hand, as data that a study without statistics of single firms is computed on."""

    firms: Mapping[Universe, pl.DataFrame]

    def missing(self, *_: object) -> None:
        return None

    def answer(self, requests: Iterable[ViewRequest]) -> list[View]:
        return [answer(self.firms, request) for request in requests]

    def distributions(self, requests: Iterable[DistributionRequest]) -> list[Distributions]:
        assert not [*requests]
        return []


def printed_rows(
    study: Study, worlds: Mapping[Universe, pl.DataFrame], *, half_up: bool = False
) -> list[Row]:
    """The edition of a population, as an office would print it: rounded, in the layout of an edition."""
    chapter = compute(study, Worlds(worlds))
    rows = []
    for cell in chapter.cells:
        text = ""
        if cell.value is not None:
            unit = Decimal(1).scaleb(-cell.decimals)
            text = str(
                Decimal(repr(cell.value)).quantize(unit, ROUND_HALF_UP if half_up else ROUND_HALF_EVEN)
            )
        names = dict(zip(("table", "population", "row", "column"), cell.key, strict=True))
        rows.append({**names, "value": text, "unit": cell.unit, "year": cell.year, "printed": text})
    return rows


def edition_of(study: Study, rows: Iterable[Row]) -> Edition:
    """Read rows as an edition."""
    return parse_edition(enumerate(rows, start=2), study)
