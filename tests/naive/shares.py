"""Shares of firms: by mode, by class, along the years."""

from __future__ import annotations

from collections.abc import Iterator

from firmtrade.classifications import activity
from firmtrade.study import TableDeclaration
from naive.answers import Answer, Answers, Key, Row, number, percent
from naive.modes import FLAGS, mode_of, scope_of
from naive.world import World, restricted


def mode(world: World, table: TableDeclaration, population: str) -> Answers:
    rows = restricted(table, world.members(population, world.study.reference_year))
    found: Answers = {}
    for name in ("no_internationalization", "import_and_export", "import_only", "export_only"):
        those = [row for row in rows if mode_of(row) == name]
        found[table.id, population, name, "n"] = number(those)
        if name != "no_internationalization":
            for scope in ("intra_eu", "extra_eu", "both_intra_extra", "unknown"):
                so_far = [row for row in those if scope_of(row) == scope]
                if so_far or scope != "unknown":
                    found[table.id, population, name, scope] = number(so_far)
    return found


def conditional(world: World, table: TableDeclaration, population: str) -> Answers:
    rows = restricted(table, world.members(population, world.study.reference_year))
    return {
        (table.id, population, given, flag): percent([row for row in rows if has_given(row)], has_flag)
        for given, has_given in FLAGS[str(table.rows)].items()
        for flag, has_flag in FLAGS[str(table.columns)].items()
    }


def share(world: World, table: TableDeclaration, population: str) -> Answers:
    study = world.study
    flags_are_columns = table.columns in FLAGS
    attribute = str(table.rows if flags_are_columns else table.columns)
    flags = FLAGS[str(table.columns if flags_are_columns else table.rows)]
    rows = restricted(table, world.members(population, study.reference_year))
    if set(flags) == {"inv", "dnv"}:
        rows = [row for row in rows if row["founded"] is not None and row["founded"] >= study.ventures_since]
    found: Answers = {}
    for group, those, code in share_groups(world, table, attribute, population, rows):

        def key(other: str, group: str = group) -> Key:
            return (
                (table.id, population, group, other)
                if flags_are_columns
                else (table.id, population, other, group)
            )

        if table.codes and code:
            found[key("nace_code")] = Answer(float(code), {})
        if table.n:
            found[key("n")] = number(those)
        for flag, has in flags.items():
            found[key(flag)] = percent(those, has)
    return found


def share_groups(
    world: World, table: TableDeclaration, attribute: str, population: str, rows: list[Row]
) -> Iterator[tuple[str, list[Row], str]]:
    study = world.study
    if attribute == "division":
        for code in sorted({row["division"] for row in rows} - {"unknown"}):
            yield f"nace_{code}", [row for row in rows if row["division"] == code], code
    else:
        for key in study.attributes[attribute].keys:
            yield key, [row for row in rows if row[attribute] == key], ""
    unknown = [row for row in rows if row[attribute] == "unknown"]
    if unknown:
        yield "unknown", unknown, ""
    if table.totals and any(row[attribute] == "none" for row in rows):
        yield "none", [row for row in rows if row[attribute] == "none"], ""
    summed = [row for row in rows if table.totals_of == "all" or row[attribute] != "unknown"]
    for total in table.totals:
        if total == "total":
            yield total, summed, ""
        else:
            inside = activity(study.head.activity).divisions_in(study.subtotals[total].activity)
            yield total, [row for row in summed if row["division"] in inside], ""


def composition(world: World, table: TableDeclaration, population: str) -> Answers:
    rows = restricted(table, world.members(population, world.study.reference_year))
    names = ("no_internationalization", "import_and_export", "import_only", "export_only")
    return {
        (table.id, population, name, "share"): percent(rows, lambda row, name=name: mode_of(row) == name)
        for name in names
    }


def series(world: World, table: TableDeclaration, population: str) -> Answers:
    assert table.years is not None
    return {
        (table.id, population, flow, str(year)): percent(
            restricted(table, world.members(population, year)), FLAGS[str(table.rows)][flow]
        )
        for year in range(table.years[0], table.years[1] + 1, world.study.head.step)
        for flow in FLAGS[str(table.rows)]
    }
