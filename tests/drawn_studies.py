"""Studies drawn from everything that a study can say, and worlds of firms to compute them on.

Every key of every kind is drawn from what the kind itself says it may name; a test holds that nothing that can be
asked is left out (`statistics/test_drawn_studies.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from random import Random
from typing import Any, Literal, get_args, get_origin

from pydantic import ValidationError

from canonical_data import World
from firmtrade.kinds import KINDS
from firmtrade.studies import study_from
from firmtrade.study import Study
from firmtrade.study.checks import problems
from firmtrade.study.tables import DIVISION, TableDeclaration

WORDS = {"definition": "For tests", "source": "For tests"}
FIRST, LAST = 1998, 2003
"""The years of the worlds: no study asks about others."""
TRIES = 300

ATTRIBUTES: dict[str, dict[str, Any]] = {
    "size_class": {"of": "employees", "unit": "employees"},
    "age_class": {"of": "age", "unit": "years"},
    "founding_cohort": {"of": "founded", "unit": "years"},
    "technology_class": {"of": "activity", "unit": "class"},
    "region": {"of": "seat", "unit": "class"},
    "intensity": {"of": "export_intensity", "unit": "percent"},
    "patents": {"of": "accounts.patents", "unit": "patents"},
    "legal_form": {"of": "firms.legal_form", "unit": "class"},
}
EDGES: dict[str, tuple[float, ...]] = {
    "employees": (0, 0.5, 1, 9.99, 10, 49.5, 50, 100, 250),
    "age": (0, 1, 5, 6, 15, 20),
    "founded": (1978, 1983, 1993, 1997, 1998, 2000, 2002),
    "export_intensity": (0, 0.000001, 10, 10.000001, 50, 100),
    "accounts.patents": (0, 0.5, 1, 3),
}
COUNTRIES = ("BE", "FR", "US")
CLASSES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "activity": (("technology-nace-1.1",), ("high", "medium_high", "medium_low", "low")),
    "seat": (("postcodes-be", ""), ("flanders", "wallonia", "brussels")),
}
"""Lists in which an attribute is looked up (`""`: none, it is read from the register), and the classes of them."""
KEYS_OF_ALL = frozenset(TableDeclaration.model_fields)


def drawn_study(rng: Random, kinds: Iterable[str] = tuple(KINDS)) -> Study:
    """A sound study with one table of each of some kinds."""
    document = _without_tables(rng)
    for number, kind in enumerate(kinds):
        document["tables"].append(_table(rng, document, kind, f"X{number}"))
    return study_from(document)


def drawn_world(rng: Random, study: Study, firms: int) -> World:
    """Any habits that the files of a country may have, and the columns without which nothing could be asked."""
    options = ("yearly_register", "groups", "headcount", "partners", "zones", "months", "regions", "products",
               "links", "thresholds")  # fmt: skip
    drawn: dict[str, bool] = {name: rng.random() < 0.7 for name in options}
    drawn["headcount"] |= study.head.employment == "employees"
    drawn["regions"] |= any(one.of == "seat" and not one.classification for one in study.attributes.values())
    return World(firms=firms, balances=True, own=True, sample=True, **drawn)


def _without_tables(rng: Random) -> dict[str, Any]:
    step = rng.choice((1, 1, 1, 2))
    first = rng.randint(FIRST, LAST - 2)
    last = rng.choice(range(first + step, LAST + 1, step))
    head = {
        "name": "drawn", "title": "Drawn", "country": rng.choice(COUNTRIES),
        "reference_year": rng.choice(range(first, last + 1, step)), "window": [first, last], "step": step,
        "union": rng.choice(("EU-15", "membership", "declared")), "activity": "nace-1.1",
        "employment": rng.choice(("employees_fte", "employees_fte", "employees")),
        "trade_threshold": rng.choice((0, 50, 100.5)), "firms": rng.choice(("joined", "as_registered")),
        "threshold": rng.choice(("declared", "constant")), "weight": "firms.weight",
        "records": rng.choice(("all", "all", "sample")),
    }  # fmt: skip
    if rng.random() < 0.5:
        head["strata"] = "firms.stratum"
    if rng.random() < 0.3:
        head["ventures_since"] = rng.choice((1996, 2000))
    deflator = {"deflator": _deflator(rng)} if rng.random() < 0.5 else {}
    return deflator | {
        "study": head | WORDS,
        "populations": {f"population {number}": _population(rng) for number in range(rng.choice((1, 2)))},
        "subtotals": {"core": {"label": "Core", "activity": rng.choice(("15-37", "15", "15-28"))} | WORDS},
        "attributes": {name: _attribute(rng, fixed, head["country"]) for name, fixed in ATTRIBUTES.items()},
        "tables": [],
    }


def _deflator(rng: Random) -> dict[str, Any]:
    """Price levels by year, some of them of a currency that lost its zeros."""

    def index() -> dict[str, float]:
        levels = (97.3, 100.0, 104.9, 133.3, rng.choice((100.0, 90_000.0)))
        return {str(year): rng.choice(levels) for year in range(FIRST, LAST + 1)}

    branches = [
        {"activity": activity, "index": index()} for activity in ("15-17, 24", "C") if rng.random() < 0.5
    ]
    return {"base": rng.randint(FIRST, LAST), "index": index(), "branches": branches} | WORDS


def _population(rng: Random) -> dict[str, Any]:
    found: dict[str, Any] = {
        "label": "Firms",
        "activity": rng.choice(("01-99", "10-45", "15-17, 24", "50-74")),
    }
    if rng.random() < 0.5:
        found["employees_below"] = rng.choice((10, 250))
    if rng.random() < 0.5:
        found["turnover_below"] = rng.choice((1000, 50_000_000))
    if rng.random() < 0.5:
        found["domestic_owned"] = rng.choice((True, False))
    if rng.random() < 0.3:
        found["employment_at_least"] = rng.choice((0.5, 1.0))
    return found | WORDS


def _attribute(rng: Random, fixed: dict[str, Any], country: str) -> dict[str, Any]:
    found = {"label": "Class", **fixed, **WORDS}
    if fixed["of"] in EDGES:
        edges = sorted(rng.sample(EDGES[fixed["of"]], rng.choice((2, 3, 4))))
        found["classes"] = [
            {"key": f"from_{number}", "label": f"from {low}", "from": low, "below": high}
            for number, (low, high) in enumerate(pairwise(edges))
        ]
        if rng.random() < 0.5:
            found["classes"].append({"key": "open", "label": "more", "from": edges[-1]})
        return found
    if fixed["of"] == "firms.legal_form":
        found["classes"] = [
            {"key": "company", "label": "Company", "values": ["014", "015"]},
            {"key": "016", "label": "Partnership"},
        ]
        return found
    lists, keys = CLASSES[fixed["of"]]
    classification = rng.choice(lists)
    if classification and (fixed["of"] != "seat" or country == "BE"):
        found["classification"] = classification
    shown = rng.sample(keys, rng.randint(1, len(keys)))
    found["classes"] = [{"key": key, "label": key} for key in keys if key in shown]
    return found


def _table(rng: Random, document: dict[str, Any], kind: str, identifier: str) -> dict[str, Any]:
    """A table that its kind takes: drawn anew where what was drawn contradicts itself."""
    for _ in range(TRIES):
        table = {"id": identifier, "title": identifier, "kind": kind} | _keys(rng, document, kind)
        try:
            drawn = study_from(document | {"tables": [table]})
        except ValidationError:
            continue
        if not any(problems(drawn)):
            return table
    raise AssertionError(f"no table of kind {kind!r} was found")


def _keys(rng: Random, document: dict[str, Any], kind: str) -> dict[str, Any]:
    declaration, found = KINDS[kind].declaration, {}
    populations = list(document["populations"])
    found["population"] = rng.choice((populations, rng.choice(populations)))
    if rng.random() < 0.3:
        name = rng.choice(sorted(document["attributes"]))
        keys = [one["key"] for one in document["attributes"][name]["classes"]]
        found["where"] = {name: rng.sample(keys, rng.randint(1, len(keys)))}
    choices = declaration.choices([*document["attributes"], DIVISION])
    for name, field in declaration.model_fields.items():
        if name not in KEYS_OF_ALL and (field.is_required() or rng.random() < 0.6):
            found[name] = _value(rng, document, name, field.annotation, choices)
    return found


def _value(rng: Random, document: dict[str, Any], name: str, annotation: Any, choices: Any) -> Any:
    """What a key may say, by what it is."""
    if name in choices:
        # Few beside the attributes, and each a case of its own.
        own = choices[name] - {*document["attributes"]}
        return rng.choice(sorted(own if own and rng.random() < 0.5 else choices[name]))
    if get_origin(annotation) is Literal:
        return rng.choice(get_args(annotation))
    if annotation is bool:
        return rng.choice((True, False))
    if name == "totals":
        return rng.choice((["total"], ["core"], ["total", "core"]))
    if name == "years":
        first = rng.randint(FIRST, LAST - 1)
        return [first, rng.randint(first + 1, LAST)]
    if name == "step":
        return rng.choice((1, 2, 3))
    if name == "cohort":
        return rng.choice([one["key"] for one in document["attributes"]["founding_cohort"]["classes"]])
    raise AssertionError(f"no generator for the key {name!r} of a table: add one here")
