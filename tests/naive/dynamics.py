"""Entry and exit of traders, and transitions between modes."""

from __future__ import annotations

from collections.abc import Iterator

from firmtrade.study import TableDeclaration
from naive.answers import NOT_COMPUTED, Answer, Answers, Behind, Row, number, ones
from naive.flow import Flow, Inside, groups, share
from naive.modes import MODES, mode_of
from naive.world import World, restricted


def dynamics(world: World, table: TableDeclaration, population: str) -> Answers:
    flow = Flow.of(world, str(table.flow))
    found: Answers = {}
    if table.columns is None:
        assert table.years is not None
        step = table.step or world.study.head.step
        waves = range(table.years[0] + step, table.years[1] + 1, step)
        columns = [(str(year), year, everyone) for year in waves]
    else:
        now = world.study.reference_year
        here = flow.traders(table, population, now) if flow.known(now) else []
        columns = [(key, now, inside) for key, inside in groups(world, table, table.columns, here)]
    for column, year, inside in columns:
        for row, answer in dynamics_of(flow, table, population, year, inside):
            found[table.id, population, row, column] = answer
    return found


def everyone(_: Row) -> bool:
    return True


def dynamics_of(
    flow: Flow, table: TableDeclaration, population: str, year: int, inside: Inside
) -> Iterator[tuple[str, Answer]]:
    traders = [row for row in flow.traders(table, population, year) if inside(row)]
    world, step = flow.world, table.step or flow.world.study.head.step
    before = [row for row in flow.traders(table, population, year - step) if inside(row)]
    earlier = [other for other in flow.world.study.years if other < year - step]

    def those(rows: list[Row], *rules: tuple[int, bool]) -> list[Row]:
        """Rows of firms that trade (or do not trade) in some years."""
        return [row for row in rows if all(flow.trades(row["firm_id"], at) is so for at, so in rules)]

    def merges(row: Row, at: int) -> bool:
        return world.merges(row["firm_id"], at, step)

    def told_of(rows: list[Row], other: int, change: int) -> list[Row]:
        """Firms that were asked in another wave, or of which a merger or split says enough."""
        return [row for row in rows if world.asked(row["firm_id"], other) or merges(row, change)]

    new, gone = those(traders, (year - step, False)), those(before, (year, False))
    known_before, known_after = told_of(traders, year - step, year), told_of(before, year, year)
    entrants = [row for row in new if not merges(row, year) and row in known_before]
    exiters = [row for row in gone if not merges(row, year) and row in known_after]
    again = [row for row in entrants if any(flow.trades(row["firm_id"], other) for other in earlier)]
    around = told_of(known_before, year + step, year + step)
    once = [
        row for row in those(entrants, (year + step, False)) if not merges(row, year + step) and row in around
    ]

    def told(answer: Answer, *years: int) -> Answer:
        return answer if flow.known(*years) else NOT_COMPUTED

    def values(rows: list[Row]) -> Behind:
        return [(row["unit"], flow.value(row["firm_id"], year)) for row in rows]

    # A year between that the study does not read may be one in which the firm traded.
    past = (year - 2 * step, *range(min(flow.world.study.years), year - step, step))
    yield "traders", told(number(traders), year)
    yield "entrants", told(number(entrants), year - step, year)
    yield "incumbents", told(number(those(traders, (year - step, True))), year - step, year)
    yield "reentrants", told(number(again), *past, year - step, year)
    yield "one_year", told(number(once), year - step, year, year + step)
    yield "traders_before", told(number(before), year - step)
    yield "exiters", told(number(exiters), year - step, year)
    for key, rows in (("started", new), ("ended", gone)):
        beside = [row for row in rows if merges(row, year)]
        if beside and flow.known(year - step, year):
            yield key, number(beside)
    for key, rows, known in (
        ("not_asked_before", traders, known_before),
        ("not_asked_again", before, known_after),
    ):
        left = [row for row in rows if row not in known]
        if left and flow.known(year - step, year):
            yield key, number(left)
    yield "entry_rate", told(share(ones(entrants), ones(known_before)), year - step, year)
    yield "exit_rate", told(share(ones(exiters), ones(known_after)), year - step, year)
    for length in (1, 2, 3):
        after = sorted({*range(year + step, year + length + 1, step), year + length})
        stayed = those(entrants, *((later, True) for later in after))
        observed = [
            row
            for row in entrants
            if world.asked(row["firm_id"], *after)
            and all(flow.trades(row["firm_id"], later) or not merges(row, later) for later in after)
        ]
        yield f"survival_{length}", told(share(ones(stayed), ones(observed)), year - step, year, *after)
    yield "reentry_rate", told(share(ones(again), ones(entrants)), *past, year - step, year)
    yield "one_year_rate", told(share(ones(once), ones(around)), year - step, year, year + step)
    yield "entrant_value_share", told(share(values(entrants), values(known_before)), year - step, year)


def transition(world: World, table: TableDeclaration, population: str) -> Answers:
    assert table.years is not None
    start, end = table.years
    export, import_ = Flow.of(world, "export"), Flow.of(world, "import")

    def later(row: Row) -> str:
        firm = row["firm_id"]
        if (firm, end) not in world.present:
            return "gone"
        return mode_of({"exporter": export.trades(firm, end), "importer": import_.trades(firm, end)})

    def changed(row: Row) -> bool:
        return any((row["firm_id"], year) in world.reorganized for year in range(start + 1, end + 1))

    found: Answers = {}
    at_start = export.known(start) and import_.known(start)
    at_both = at_start and export.known(end) and import_.known(end)
    members = restricted(table, world.members(population, start))
    sample = not world.asked("no firm", end)
    for mode in MODES:
        of_mode = [row for row in members if mode_of(row) == mode]
        merged = [row for row in of_mode if changed(row)]
        rows = [row for row in of_mode if not changed(row) and world.asked(row["firm_id"], end)]
        lost = [row for row in of_mode if not changed(row) and row not in rows]
        found[table.id, population, mode, "n"] = (
            number(rows) if (at_both if sample else at_start) else NOT_COMPUTED
        )
        if merged and at_start:
            found[table.id, population, mode, "reorganized"] = number(merged)
        if lost and at_both:
            found[table.id, population, mode, "not_asked"] = number(lost)
        for column in (*MODES, *(() if sample else ("gone",))):
            moved = [row for row in rows if later(row) == column]
            cell = share(ones(moved), ones(rows)) if at_both else NOT_COMPUTED
            found[table.id, population, mode, column] = cell
    return found
