"""What a study will ask of an engine, before any data is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from firmtrade.kinds import specify
from firmtrade.observatory.canonical import StoredTable
from firmtrade.observatory.derived import CANONICAL
from firmtrade.observatory.script import script
from firmtrade.query.distributions import DistributionRequest
from firmtrade.query.measures import FIRMS
from firmtrade.query.registry import declarations_read, field_of
from firmtrade.query.universes import Universe
from firmtrade.query.views import ViewRequest
from firmtrade.sources.canonical import STORED, TABLES
from firmtrade.statistics import asked_for
from firmtrade.studies import load_study
from firmtrade.study import Study


@dataclass(frozen=True, slots=True)
class StudyPlan:
    """What a study asks for where its data has everything.

    ``columns`` are those of the canonical tables that numbers may rest on; ``kept`` the tables that are made once, in
    their order; ``views`` and ``distributions`` the requests, with the number of questions that each answers;
    ``statements`` make the kept tables, in the dialect of DuckDB.
    """

    study: Study
    columns: Mapping[str, tuple[str, ...]]
    kept: tuple[str, ...]
    views: tuple[tuple[ViewRequest, int], ...]
    distributions: tuple[tuple[DistributionRequest, int], ...]
    statements: tuple[str, ...]

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        yield f"Study {self.study.name}: {len(self.study.outputs)} tables and figures"
        yield f"Years: {', '.join(map(str, self.study.years))}"
        yield ""
        yield "Read, once:"
        for table, columns in self.columns.items():
            yield f"  {table}: {', '.join(columns)}"
        yield ""
        yield f"Made and kept, in this order: {', '.join(self.kept)}"
        yield ""
        yield f"Views, {len(self.views)}, each one aggregation where the rows are:"
        for view, questions in self.views:
            by = f" by {', '.join(view.dimensions)}" if view.dimensions else ""
            yield f"  {view.universe}{by}: {', '.join(view.universe.measures)} ({_questions(questions)})"
        if self.distributions:
            yield ""
            yield f"Numbers of single firms, {len(self.distributions)}, by rank and sum where they are:"
        for one, questions in self.distributions:
            yield f"  {one.universe}: {one.measure} ({_questions(questions)})"

    def sql(self) -> str:
        """The statements that make the kept tables, to be run with DuckDB in the folder of the data."""
        return "".join(f"{statement};\n\n" for statement in self.statements)


def plan(study: str | Path | Study) -> StudyPlan:
    """What a study will ask of an engine: columns, kept tables, views, and numbers of single firms.

    Raises
    ------
    StudyError
        The study says something that cannot be.
    """
    study = study if isinstance(study, Study) else load_study(study)
    asked = asked_for((cell for spec in specify(study) for cell in spec.cells), study)
    views = [
        (view, sum(view.answers(term) for term in (*asked.terms, *asked.classes))) for view in asked.views
    ]
    stored = {
        name: StoredTable(
            f"{name}.parquet", False, {one.name: STORED[one.kind] for one in TABLES[name].columns}
        )
        for name in CANONICAL
    }
    rows: dict[Universe, set[str]] = {}
    requests: tuple[ViewRequest | DistributionRequest, ...] = (*asked.views, *asked.distributions)
    for request in requests:
        measures = request.columns if isinstance(request, DistributionRequest) else request.universe.measures
        rows.setdefault(request.universe, set()).update({*request.dimensions, *measures} - {FIRMS})
    drafted = script(study, stored, {universe: sorted(names) for universe, names in rows.items()})
    return StudyPlan(
        study,
        _columns(study, {name for names in rows.values() for name in names}),
        drafted.made,
        tuple(views),
        tuple((one, len(one.terms)) for one in asked.distributions),
        drafted.statements,
    )


def _columns(study: Study, names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The columns of the canonical tables behind dimensions and measures, and behind every population."""
    found = {
        "firms.firm_id",
        "firms.nace",
        "accounts.firm_id",
        "accounts.year",
        "trade.firm_id",
        "trade.year",
    }
    found |= {f"accounts.{study.head.employment}", *declarations_read(study)}
    for population in study.populations.values():
        limits = {
            "accounts.employees": population.employees_below,
            "accounts.turnover": population.turnover_below,
            "firms.domestic_owned": population.domestic_owned,
        }
        found |= {column for column, limit in limits.items() if limit is not None}
    for name in names:
        about = field_of(name, study)
        found |= {*about.reads, *about.reads_first_of, *(column for group in about.needs for column in group)}
    by_table: dict[str, list[str]] = {}
    for column in sorted(found):
        table, _, own = column.partition(".")
        by_table.setdefault(table, []).append(own)
    return {name: tuple(by_table[name]) for name in CANONICAL}


def _questions(number: int) -> str:
    return f"{number:,} question{'s' * (number != 1)}"
