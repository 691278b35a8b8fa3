"""Rounding and perturbing numbers of firms instead of hiding them, and what readers still know."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from itertools import product

import numpy as np
import pytest
from scipy.sparse import csr_array

from canonical_data import World, world
from firm_table import run
from firmtrade.errors import StudyError
from firmtrade.kinds import specify
from firmtrade.outputs import Cell, ObsStatus
from firmtrade.protection.alternatives import (
    Noise,
    NoiseRow,
    cell_key,
    controlled_rounding,
    possible_before_rounding,
    table_of,
)
from firmtrade.protection.attack.attack import attack_published
from firmtrade.protection.attack.published import PublishedRelease, nothing
from firmtrade.protection.audit import audit
from firmtrade.protection.problem import KnownRows, ProtectedQuantity, additive
from firmtrade.protection.profile import Profile, load_profile
from firmtrade.protection.protect import ProtectedCells, protect_cells
from firmtrade.protection.reader import whole_numbers
from firmtrade.query.cells import CellSpec, Formula
from firmtrade.query.measures import FIRMS
from firmtrade.studies import load_study
from firmtrade.study import Study
from firmtrade.study.declaration import parse
from small_tables import CrossTable, instance

ROUNDING = '[secondary]\nmethod = "rounding"\n[secondary.rounding]\nbase = 5\n'
SECRET = "a secret of the office"
PERTURBATION = (
    '[secondary]\nmethod = "perturbation"\n[secondary.perturbation]\nnoise = 3\nvariance = 2\n'
    f'secret = "{SECRET}"\n'
)
HEAD = '[profile]\nname = "office"\ndescription = "a test"\nsource = "a test"\n[rules.minimum_units]\nunits = 3\n'


def test_the_rounded_table_of_the_handbook_is_additive_and_changes_less_than_the_printed_one() -> None:
    rows = instance("handbook_controlled_rounding")
    table = CrossTable(rows, ("area", "sex"), "freq")
    counts = table.values.astype(np.int64)
    found = controlled_rounding(csr_array(table.cells), counts, 5)
    printed = np.array([int(row["handbook_rounded_b5"]) for row in rows])
    assert (found.changed, int(np.abs(printed - counts).sum())) == (18, 22)
    assert (found.counts % 5 == 0).all()
    assert (found.counts[counts % 5 == 0] == counts[counts % 5 == 0]).all()
    assert (np.abs(found.counts - counts) < 5).all()
    inner = np.linalg.lstsq(table.cells.astype(float), found.counts.astype(float), rcond=None)[0]
    assert table.cells @ inner == pytest.approx(found.counts)


@pytest.mark.parametrize("seed", range(6))
def test_rounded_counts_of_a_cube_are_sums_and_leave_more_than_one_true_count_possible(seed: int) -> None:
    random = np.random.default_rng(seed)
    atoms = list(product(range(3), range(3), range(2)))
    names = list(product([0, 1, 2, "T"], [0, 1, 2, "T"], [0, 1, "T"]))
    cells = np.array(
        [[all(a in ("T", b) for a, b in zip(n, at, strict=True)) for at in atoms] for n in names]
    )
    counts = cells.astype(np.int64) @ random.integers(0, 9, len(atoms))
    found = controlled_rounding(csr_array(cells.astype(np.int64)), counts, 5)
    low, high = possible_before_rounding(found.counts, 5, found.steps)
    assert ((low <= counts) & (counts <= high)).all()
    small = [at for at, count in enumerate(counts) if 0 < count < 3]
    targets = [ProtectedQuantity(at, float(counts[at]), whole=True) for at in small]
    seen = additive(
        cells.astype(np.int64), (low + high) / 2, half_units=(high - low) / 2, targets=targets, whole=True
    )
    bounds = audit(seen, np.zeros(len(counts), dtype=bool), exhaustive=True)
    assert all(whole_numbers(each.low, each.high) > 1 for each in bounds)


@cache
def handbook_noise() -> Noise:
    held: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for row in instance("handbook_ptable"):
        held[int(row["i"])].append((int(row["v"]), float(row["p"])))
    rows = [NoiseRow(*map(tuple, zip(*held[count], strict=True))) for count in sorted(held)]  # type: ignore[arg-type]
    return Noise(tuple(rows))


def test_a_count_of_three_with_the_key_of_the_handbook_becomes_four() -> None:
    (case,) = [row for row in instance("handbook_cellkey_cases") if row["case"] == "count"]
    assert handbook_noise().perturbed(int(case["x"]), float(case["cell_key"])) == int(case["expected"]) == 4


@pytest.mark.parametrize(
    ("key", "count"), [(0.3, 2), (0.3 + 1e-9, 3), (0.7, 3), (0.7 + 1e-9, 4), (0.0, 4), (1.0, 4)]
)
def test_a_key_on_the_border_belongs_to_the_lower_part_and_none_is_the_last(key: float, count: int) -> None:
    assert handbook_noise().perturbed(3, key) == count


@pytest.mark.parametrize(("reach", "variance"), [(2, 1.0), (3, 2.0), (5, 3.0)])
def test_noise_has_mean_nothing_and_its_variance_and_makes_no_count_negative(
    reach: int, variance: float
) -> None:
    table = table_of(reach, variance)
    assert table.perturbed(0, 0.999) == 0
    for count, row in enumerate(table.rows):
        probability, noise = np.array(row.probability), np.array(row.noise)
        assert probability.sum() == pytest.approx(1)
        assert probability @ noise == pytest.approx(0, abs=1e-9)
        assert (count + noise >= 0).all()
    assert probability @ noise**2 == pytest.approx(variance, abs=1e-6)


def test_the_same_cell_has_the_same_key_and_keys_spread_evenly() -> None:
    keys = np.array([cell_key(SECRET, str(number)) for number in range(2_000)])
    assert cell_key(SECRET, "7") == keys[7] != cell_key("another secret of it", "7")
    assert np.abs(np.sort(keys) - (np.arange(2_000) + 0.5) / 2_000).max() < 0.04


def test_exact_means_beside_perturbed_counts_give_the_counts_back() -> None:
    """Handbook, chapter 5.7: noise up to 2, means 11.25, 7.9167 and 9.25 beside counts 9, 14 and 19."""
    means, printed = (11.25, 95 / 12, 9.25), (9.0, 14.0, 19.0)
    parts = np.array([[1, 0, 0, 0], [0, 1, 0, 0], [1, 1, 0, 0]])
    totals = np.array([[0, 0, 1, 0], [0, 0, 0, 1], [0, 0, 1, 1]])
    ratios = totals - np.array(means)[:, None] * parts
    targets = [ProtectedQuantity(at, count, whole=True) for at, count in enumerate((8.0, 12.0, 20.0))]
    zero = np.zeros(3)
    problem = additive(
        parts,
        printed,
        half_units=2.0,
        targets=targets,
        given=KnownRows.of(ratios, zero, zero, np.zeros((3, 4))),
    )
    bounds = audit(problem, np.zeros(3, dtype=bool), exhaustive=True)
    found = [[n for n in range(30) if each.low - 1e-6 <= n <= each.high + 1e-6] for each in bounds]
    assert found[:2] == [[8], [12]]
    assert 20 in found[2]


@cache
def drawn() -> tuple[Study, tuple[Cell, ...]]:
    study = load_study("belgium-2008")
    return study, tuple(run(study, world(study, 1, World(groups=True))).cells)


def office(method: str) -> Profile:
    return parse(Profile, HEAD + method, "office.toml")


@cache
def protected(method: str) -> ProtectedCells:
    study, cells = drawn()
    return protect_cells(study, specify(study), cells, office(method))


def of_firms(spec: CellSpec) -> bool:
    return spec.formula in (Formula.COUNT, Formula.SHARE) and all(
        term.measure == FIRMS for term in spec.terms.values()
    )


@pytest.mark.parametrize("method", [ROUNDING, PERTURBATION])
def test_numbers_of_firms_are_near_the_true_ones_and_hide_less(method: str) -> None:
    study, cells = drawn()
    specs = {spec.key: spec for table in specify(study) for spec in table.cells}
    found, true = protected(method), {cell.key: cell for cell in cells}
    counts = [
        cell for cell in found.cells if cell.value is not None and specs[cell.key].formula is Formula.COUNT
    ]
    assert counts
    assert found.reach >= 3
    assert all(abs(cell.value - true[cell.key].value) <= found.reach for cell in counts)  # type: ignore[operator]
    if method == ROUNDING:
        assert all(cell.value % 5 == 0 for cell in counts)  # type: ignore[operator]
    assert all(
        cell.numerator is None and cell.n_firms is None for cell in found.cells if cell.value is not None
    )
    plain = protected("")

    def hidden(made: ProtectedCells) -> int:
        return sum(cell.status is ObsStatus.SUPPRESSED and of_firms(specs[cell.key]) for cell in made.cells)

    assert hidden(found) < hidden(plain)


@pytest.mark.parametrize("method", [ROUNDING, PERTURBATION])
def test_the_attack_works_no_changed_number_of_firms_out(method: str) -> None:
    study, _ = drawn()
    found = protected(method)
    specs = {
        spec.key: spec for table in specify(study) for spec in table.cells if spec.formula is not Formula.CODE
    }
    values = {
        cell.key: None if cell.value is None else round(cell.value, cell.decimals)
        for cell in found.cells
        if cell.key in specs and (cell.value is not None or cell.status is ObsStatus.SUPPRESSED)
    }
    undefined = [cell.key for cell in found.cells if cell.status is ObsStatus.UNDEFINED and cell.key in specs]
    empty = nothing(specs, undefined, [cell.key for cell in found.cells])
    assert not attack_published(PublishedRelease(study, specs, values, empty, within=found.reach)).tight


def test_the_same_cell_is_printed_alike_wherever_it_stands_and_on_every_run() -> None:
    study, cells = drawn()
    again = protect_cells(study, specify(study), tuple(reversed(cells)), office(PERTURBATION))
    assert {cell.key: cell.value for cell in again.cells} == {
        cell.key: cell.value for cell in protected(PERTURBATION).cells
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[secondary]\nmethod = "rounding"\n', "needs a section"),
        ("[secondary.rounding]\nbase = 5\n", "of another method"),
        ('[secondary]\nmethod = "rounding"\n[secondary.rounding]\nbase = 1\n', "greater than or equal to 2"),
        (PERTURBATION.replace(SECRET, "short"), "at least 16"),
    ],
)
def test_a_method_without_its_parameters_is_named(text: str, said: str) -> None:
    with pytest.raises(StudyError, match=said) as refused:
        office(text)
    assert "short" not in str(refused.value)


def test_the_secret_of_perturbation_is_in_no_representation() -> None:
    assert SECRET not in repr(office(PERTURBATION)) + str(office(PERTURBATION))


def test_the_bundled_profiles_hide_and_change_nothing() -> None:
    assert load_profile().secondary.alternative is None
