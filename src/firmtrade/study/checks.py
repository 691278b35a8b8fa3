"""What a study must keep beyond types: names that exist and are free, classifications that fit. Each table adds its
own contradictions."""

from __future__ import annotations

from collections.abc import Iterator

from firmtrade.classifications import (
    activity,
    country_advice,
    currency_advice,
    postcode_regions,
    technologies,
    technology,
    union_policies,
    union_policy,
)
from firmtrade.errors import StudyError, suggest
from firmtrade.study import keys
from firmtrade.study.model import Attribute, Study
from firmtrade.study.prose import finding_problems
from firmtrade.study.tables import Path, Problem

TECHNOLOGY, POSTCODES = "technology-", "postcodes-"


def problems(study: Study) -> Iterator[Problem]:
    """Every contradiction of a study with itself and with the classifications."""
    yield from _head(study)
    yield from _prices(study)
    yield from keys.problems(study)
    for name, attribute in study.attributes.items():
        yield from _classification(study, name, attribute)
    seen: set[str] = set()
    for family, declared in (("tables", study.tables), ("figures", study.figures)):
        for index, table in enumerate(declared):
            here: Path = (family, index)
            if table.id in seen:
                yield (
                    (*here, "id"),
                    f"the id {table.id!r} is used twice",
                    "Give every table and figure its own id.",
                )
            seen.add(table.id)
            if (family == "figures") != table.is_figure:
                yield (
                    (*here, "id"),
                    f"the id {table.id!r} is in the wrong list",
                    "Ids of figures, and only those, begin with `fig`.",
                )
            for path, what, fix in (*table.problems(study), *finding_problems(table, study)):
                yield (*here, *path), what, fix
    for index, prose in enumerate(study.prose):
        for path, what, fix in prose.problems(study):
            yield ("prose", index, *path), what, fix


def _unions(study: Study) -> Iterator[Problem]:
    """Unions of the study's own are of countries that there are, and have names that are free."""
    if study.head.union not in study.unions:
        try:
            union_policy(study.head.union)
        except StudyError as error:
            names = [*study.unions, *union_policies()]
            yield ("study", "union"), error.what, suggest(study.head.union, names)
    for name, union in study.unions.items():
        if name in union_policies():
            yield ("unions", name), f"the union `{name}` is known already", "Give yours another name."
        for position, country in enumerate(union.members):
            if advice := country_advice(country):
                yield ("unions", name, "members", position), f"there is no country {country!r}", advice


def _prices(study: Study) -> Iterator[Problem]:
    """A deflator speaks of every year whose amounts are compared, and of divisions that there are."""
    if study.deflator is None:
        return
    if any(table.compares_money for table in study.outputs) and (
        lacking := study.deflator.lacking(study.years)
    ):
        yield (
            ("deflator", "index"),
            f"an index has no price level of {lacking[0]}, a year of the study",
            "Give a level for every year that the study asks about.",
        )
    for position, branch in enumerate(study.deflator.branches):
        try:
            activity(study.head.activity).divisions_in(branch.activity)
        except StudyError as error:
            yield ("deflator", "branches", position, "activity"), error.what, error.fix or ""


def _head(study: Study) -> Iterator[Problem]:
    about = study.head
    if not about.window[0] <= about.reference_year <= about.window[1]:
        yield (
            ("study", "reference_year"),
            f"the reference year {about.reference_year} is outside the window {about.window[0]}-{about.window[1]}",
            "Choose a reference year inside the window.",
        )
    if advice := country_advice(about.country):
        yield ("study", "country"), f"there is no country {about.country!r}", advice
    if advice := currency_advice(about.currency):
        yield ("study", "currency"), f"there is no currency {about.currency!r}", advice
    yield from _unions(study)
    try:
        scheme = activity(about.activity)
    except StudyError as error:
        yield ("study", "activity"), error.what, error.fix or ""
        return
    for family, declared in (("populations", study.populations), ("subtotals", study.subtotals)):
        for name, declaration in declared.items():
            try:
                scheme.divisions_in(declaration.activity)
            except StudyError as error:
                yield (family, name, "activity"), error.what, error.fix or ""


def _classification(study: Study, name: str, attribute: Attribute) -> Iterator[Problem]:
    """An attribute that is looked up needs a list that exists, reads the study's codes and has its classes."""
    if attribute.classification is None:
        return
    here: Path = ("attributes", name, "classification")
    scheme = study.head.activity
    try:
        if attribute.of == "activity":
            known = [f"{TECHNOLOGY}{each}" for each in technologies() if each.startswith(scheme)]
            found = set(technology(attribute.classification.removeprefix(TECHNOLOGY)).by_prefix.values())
            wrong = attribute.classification not in known
        else:
            country = attribute.classification.removeprefix(POSTCODES).upper()
            found = {each.region for each in postcode_regions(country)}
            known, wrong = (
                [f"{POSTCODES}{country.lower()}"],
                attribute.classification != f"{POSTCODES}{country.lower()}",
            )
    except StudyError as error:
        yield here, error.what, error.fix or ""
        return
    if wrong:
        codes = f"codes of `{scheme}`" if attribute.of == "activity" else "postcodes"
        yield (
            here,
            f"the classification `{attribute.classification}` does not read {codes}",
            suggest("", known),
        )
        return
    for position, key in enumerate(attribute.keys):
        if key not in found:
            where: Path = ("attributes", name, "classes", position, "key")
            yield (
                where,
                f"the classification `{attribute.classification}` has no class {key!r}",
                suggest(key, found),
            )
