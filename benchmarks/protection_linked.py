"""How long a linked set of tables takes to protect, how much it hides, what protecting table by table gives away.


Drawn firms with a division (in sections), a size class, an age class and a region; two tables of turnover, division by
size by region and division by age by region, with all totals. Run: ``python benchmarks/protection_linked.py 40 5``
(divisions, regions); 110 and 10 make 20,000 cells."""

from __future__ import annotations

import sys
import time
from itertools import product

import numpy as np
from scipy.sparse import csr_array, hstack, vstack

from firmtrade.protection.audit import audit, failing
from firmtrade.protection.elimination import eliminate, exact_targets
from firmtrade.protection.problem import KnownRows, Mask, Problem, ProtectedQuantity, additive
from firmtrade.protection.suppress import suppress

SIZES, AGES, SECTION, FIRMS_PER_CELL = 6, 5, 4, 8
P, LEAST = 10, 3


def table(divisions: int, classes: int, regions: int) -> tuple[list[tuple[int, int, int]], csr_array]:
    """The cells of one table (-1 is a total, -2 and below a section) as rows over its base cells."""
    base = list(product(range(divisions), range(classes), range(regions)))
    sections = [-2 - at for at in range((divisions + SECTION - 1) // SECTION)]
    names = list(product([*range(divisions), *sections, -1], [*range(classes), -1], [*range(regions), -1]))
    own = np.array(base)
    rows = []
    for activity, group, region in names:
        inside = np.ones(len(base), dtype=bool)
        if activity >= 0:
            inside &= own[:, 0] == activity
        elif activity < -1:
            inside &= own[:, 0] // SECTION == -2 - activity
        if group >= 0:
            inside &= own[:, 1] == group
        if region >= 0:
            inside &= own[:, 2] == region
        rows.append(csr_array(inside.astype(np.int64)[None, :]))
    return names, csr_array(vstack(rows))


def drawn(divisions: int, regions: int) -> tuple[Problem, int]:
    """The problem of both tables, and where the second begins."""
    random = np.random.default_rng(1)
    firms = divisions * SIZES * regions * FIRMS_PER_CELL
    activity = np.minimum((random.pareto(1.0, firms) * divisions / 6).astype(int), divisions - 1)
    size = np.minimum(random.geometric(0.5, firms) - 1, SIZES - 1)
    age, region = random.integers(0, AGES, firms), random.integers(0, regions, firms)
    turnover = np.ceil(random.lognormal(3 + size, 1.2)).astype(np.int64)
    blocks, places = [], []
    for classes, group in ((SIZES, size), (AGES, age)):
        _, cells = table(divisions, classes, regions)
        blocks.append(cells)
        places.append((activity * classes + group) * regions + region)
    left, right = blocks
    cells = csr_array(
        vstack(
            [
                hstack([left, csr_array((left.shape[0], right.shape[1]), dtype=np.int64)]),
                hstack([csr_array((right.shape[0], left.shape[1]), dtype=np.int64), right]),
            ]
        )
    )
    evidence = [_evidence(block, place, turnover) for block, place in zip(blocks, places, strict=True)]
    values, counts, first, second = (np.concatenate(parts) for parts in zip(*evidence, strict=True))
    missing = P / 100 * first - (values - first - second)
    unsafe = (counts > 0) & ((counts < LEAST) | (missing > 0))
    targets = [
        ProtectedQuantity(int(at), float(values[at]), *(2 * [float(max(missing[at], 0.0))]))
        for at in np.flatnonzero(unsafe)
    ]
    agree = _agreements(divisions, regions, left.shape[1], right.shape[1])
    problem = additive(
        cells,
        values,
        primary=np.flatnonzero(unsafe).tolist(),
        targets=targets,
        cost=1 + np.sqrt(np.abs(values)),
        given=KnownRows.of(agree, np.zeros(agree.shape[0]), np.zeros(agree.shape[0])),
        kept=values == 0,
    )
    return problem, left.shape[0]


def _evidence(cells: csr_array, place: np.ndarray, turnover: np.ndarray) -> tuple[np.ndarray, ...]:
    """Total, number of firms and two largest of every cell."""
    order = np.argsort(-turnover, kind="stable")
    base = cells.shape[1]
    first, second = np.zeros(base, dtype=np.int64), np.zeros(base, dtype=np.int64)
    for firm in order:
        at = place[firm]
        if first[at] == 0:
            first[at] = turnover[firm]
        elif second[at] == 0:
            second[at] = turnover[firm]
    top = np.zeros((cells.shape[0], 2), dtype=np.int64)
    for row in range(cells.shape[0]):
        inside = cells.indices[cells.indptr[row] : cells.indptr[row + 1]]
        both = np.sort(np.concatenate([first[inside], second[inside]]))[::-1][:2]
        top[row, : len(both)] = both
    totals = np.bincount(place, weights=turnover, minlength=base)
    counts = np.bincount(place, minlength=base)
    return cells @ totals, cells @ counts, top[:, 0], top[:, 1]


def _agreements(divisions: int, regions: int, left: int, right: int) -> csr_array:
    """Both tables have the same totals by division and region."""
    rows = np.zeros((divisions * regions, left + right), dtype=np.int64)
    for activity, region in product(range(divisions), range(regions)):
        at = activity * regions + region
        for group in range(SIZES):
            rows[at, (activity * SIZES + group) * regions + region] = 1
        for group in range(AGES):
            rows[at, left + (activity * AGES + group) * regions + region] = -1
    return csr_array(rows)


def by_table(problem: Problem, border: int) -> Mask:
    """The pattern of elimination in each table alone."""
    hidden = problem.primary.copy()
    here = np.arange(len(hidden)) < border
    for inside in (here, ~here):
        alone = Problem(
            **{
                **{name: getattr(problem, name) for name in problem.__dataclass_fields__},
                "given": KnownRows.none(problem.atoms),
                "targets": tuple(target for target in problem.targets if inside[target.quantity]),
            }
        )
        found = eliminate(alone, problem.primary | ~inside).hidden
        hidden |= found & inside
    return hidden


def main() -> None:
    divisions, regions = (int(each) for each in sys.argv[1:3]) if len(sys.argv) > 2 else (40, 5)
    problem, border = drawn(divisions, regions)
    print(
        f"{len(problem.statements)} cells, {problem.primary.sum()} primary, {problem.atoms} atoms", flush=True
    )
    start = time.process_time()
    plain = by_table(problem, border)
    leaks, narrow = exact_targets(problem, plain), failing(problem, audit(problem, plain))
    print(f"table by table: {plain.sum()} hidden; {len(leaks)} exact, {len(narrow)} too narrow together; "
          f"{time.process_time() - start:.1f} s", flush=True)  # fmt: skip
    start = time.process_time()
    found = suppress(problem)
    loss = problem.cost[found.hidden].sum() / problem.cost[plain].sum()
    print(f"together: {found.hidden.sum()} hidden ({100 * found.hidden.mean():.1f}%), {len(found.open)} open; "
          f"loss {loss:.2f} of table by table; {time.process_time() - start:.1f} s")  # fmt: skip


if __name__ == "__main__":
    main()
