"""Tables with their hierarchies as tau-ARGUS reads them: data (``.tab``), metadata (``.rda``), hierarchy (``.hrc``) and
a batch (``.arb``) that protects one line of a table.

A line is a row or column of a table with one component of its cells: a total and the parts that make it up, some with
parts of their own. tau-ARGUS needs exact sums, so only such lines are written; ``system.jj`` has all lines together
(tau-ARGUS user's manual 4.1). Numbers are written with a point: set the decimal mark of the session accordingly."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from firmtrade.protection.binding.bound import BoundStudy
from firmtrade.protection.binding.parts import ContributedTotal, unit_of
from firmtrade.protection.problem import ProtectedQuantity

TOTAL, LEAD = "Total", "@"
"""The code of a total, and the mark of each level in a hierarchy."""

COLUMNS = ("code", "value", "frequency", "top1", "top2", "status", "lower", "upper")


@dataclass(frozen=True)
class Node:
    """A total (by quantity) with its code, and the parts that make it up; none of one that is not split."""

    code: str
    quantity: int
    parts: tuple[Node, ...] = ()

    def all(self) -> Iterator[Node]:
        """This node and those below it, from the top down."""
        yield self
        for part in self.parts:
            yield from part.all()


def tau_files(bound: BoundStudy) -> dict[str, bytes]:
    """The files of every line by path."""
    files: dict[str, bytes] = {}
    numbered: dict[str, int] = defaultdict(int)
    targets = {target.quantity: target for target in bound.problem.targets}
    for table, root in lines_of(bound):
        numbered[table] += 1
        stem = f"table_{table}_{numbered[table]}"
        texts = {
            f"{stem}.tab": _data(root, bound.parts, targets),
            f"{stem}.rda": _metadata(root, stem),
            f"{stem}.arb": _batch(stem),
        }
        if _deep(root):
            texts[f"{stem}.hrc"] = "".join(hierarchy(root))
        files |= {f"tau-argus/{name}": text.encode("utf-8") for name, text in texts.items()}
    return files


def lines_of(bound: BoundStudy) -> Iterator[tuple[str, Node]]:
    """Every line that adds up, with the id of its table; the same line is given once."""
    held: dict[tuple[str, ...], dict[str, int]] = {}
    for each in bound.cells:
        key = each.spec.key
        for name, term in each.spec.terms.items():
            at = bound.numbers.get(term)
            if at is not None and at in bound.parts:
                held.setdefault((key.table, "row", key.population, key.row, name), {})[key.column] = at
                held.setdefault((key.table, "column", key.population, key.column, name), {})[key.row] = at
    seen: set[tuple[int, ...]] = set()
    for place, line in held.items():
        for root in trees(line, bound):
            members = tuple(sorted(node.quantity for node in root.all()))
            if members not in seen:
                seen.add(members)
                yield place[0], root


def trees(line: Mapping[str, int], bound: BoundStudy) -> Iterator[Node]:
    """The totals of a line with their parts; a number that is no sum of others and part of none is left out."""
    atoms = {at: frozenset(bound.problem.quantities[[at]].indices.tolist()) for at in line.values()}
    codes: dict[frozenset[int], str] = {}
    for code, at in line.items():
        codes.setdefault(atoms[at], code)
    sets = sorted(codes, key=lambda one: (-len(one), codes[one]))
    above: dict[frozenset[int] | None, list[frozenset[int]]] = defaultdict(list)
    for one in sets:
        above[min((other for other in sets if one < other), key=len, default=None)].append(one)

    def grown(one: frozenset[int], code: str) -> Node:
        parts = tuple(grown(part, codes[part]) for part in above[one])
        whole = Node(code, line[codes[one]], parts)
        return whole if _adds_up(whole, bound.parts, atoms) else Node(code, whole.quantity)

    roots = (grown(one, TOTAL) for one in above[None])
    yield from (root for root in roots if root.parts)


def _adds_up(node: Node, parts: Mapping[int, ContributedTotal], atoms: Mapping[int, frozenset[int]]) -> bool:
    """Whether the parts of a node hold its atoms once each, and their totals are its total."""
    below = [part.quantity for part in node.parts]
    return (
        len(below) > 1
        and sum(len(atoms[at]) for at in below) == len(atoms[node.quantity])
        and frozenset().union(*(atoms[at] for at in below)) == atoms[node.quantity]
        and sum(parts[at].total for at in below) == parts[node.quantity].total
    )


def _deep(root: Node) -> bool:
    return any(part.parts for part in root.parts)


def _data(root: Node, parts: Mapping[int, ContributedTotal], targets: Mapping[int, ProtectedQuantity]) -> str:
    rows = []
    for node in root.all():
        part, target = parts[node.quantity], targets.get(node.quantity)
        unit = unit_of(part.term.measure)
        below, above = (target.below * unit, target.above * unit) if target else (0.0, 0.0)
        rows.append(
            (
                f'"{node.code}"',
                f"{part.total:f}",
                str(part.units),
                f"{part.largest:f}",
                f"{part.second:f}",
                "u" if target else "s",
                f"{below:.15g}",
                f"{above:.15g}",
            )
        )
    return "".join(f"{';'.join(row)}\n" for row in rows)


def _metadata(root: Node, stem: str) -> str:
    levels = (
        [" <HIERARCHICAL>", f' <HIERCODELIST> "{stem}.hrc"', f' <HIERLEADSTRING> "{LEAD}"']
        if _deep(root)
        else []
    )
    tags: dict[str, Sequence[str]] = {
        "code": [" <RECODEABLE>", f' <TOTCODE> "{TOTAL}"', *levels],
        "value": [" <NUMERIC>", " <DECIMALS> 6"],
        "frequency": [" <FREQUENCY>"],
        "top1": [" <MAXSCORE>"],
        "top2": [" <MAXSCORE>"],
        "status": [" <STATUS>"],
        "lower": [" <NUMERIC> <LOWERPL>"],
        "upper": [" <NUMERIC> <UPPERPL>"],
    }
    head = ['<SEPARATOR> ";"', "<SAFE> s", "<UNSAFE> u", "<PROTECT> p"]
    body = [line for name in COLUMNS for line in (name, *tags[name])]
    return "".join(f"{line}\n" for line in (*head, *body))


def hierarchy(node: Node, depth: int = 0) -> Iterator[str]:
    """One line per code below the total, with one mark per level."""
    for part in node.parts:
        yield f"{LEAD * depth}{part.code}\n"
        yield from hierarchy(part, depth + 1)


def _batch(stem: str) -> str:
    return "".join(
        f"{line}\n"
        for line in (
            f'<OPENTABLEDATA> "{stem}.tab"',
            f'<OPENMETADATA> "{stem}.rda"',
            '<SPECIFYTABLE> "code"|"value"|"value"|"value"|1',
            "<SAFETYRULE> MAN(10)",
            "<READTABLE> 1",
            "<SUPPRESS> MOD(1,5,1,0,0)",
            f'<WRITETABLE> (1,4,AS+,"{stem}.sbs")',
        )
    )
