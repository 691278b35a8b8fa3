"""Which dimensions share a block: a triangulation of the graph of dimensions, and the tree of its cliques.

Two dimensions are neighbours when some number asks about both. In a triangulated graph, tables over the
cliques that agree on what they share always come from one table over all dimensions; so the full product is
never built (Lauritzen, *Graphical Models*, 1996, propositions 2.5 and 3.17)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import combinations

Dimensions = frozenset[str]


def cliques(asked: Iterable[Dimensions], size: Callable[[Dimensions], int]) -> tuple[Dimensions, ...]:
    """The maximal cliques of a triangulation, small ones first to go.

    Dimensions are taken out one at a time, each time the one that makes the smallest clique with its
    remaining neighbours; ``size`` is the number of base cells over some dimensions.

    >>> square = [frozenset(edge) for edge in ("ab", "bc", "cd", "da")]
    >>> [sorted(clique) for clique in cliques(square, lambda names: 2 ** len(names))]
    [['a', 'b', 'd'], ['b', 'c', 'd']]
    """
    neighbours: dict[str, set[str]] = {}
    for names in asked:
        for name in names:
            neighbours.setdefault(name, set()).update(names - {name})
    found: list[Dimensions] = []
    while neighbours:
        name = min(neighbours, key=lambda one: (size(frozenset({one, *neighbours[one]})), one))
        around = neighbours.pop(name)
        clique = frozenset({name, *around})
        if not any(clique <= other for other in found):
            found.append(clique)
        for other in around:
            neighbours[other] |= around - {other}
            neighbours[other].discard(name)
    return tuple(found) or (frozenset(),)


def junction_tree(blocks: tuple[Dimensions, ...]) -> list[tuple[int, int, Dimensions]]:
    """Pairs of cliques to make equal on what they share: a spanning tree with the largest shared sets.

    A tree of largest separators has the running-intersection property, so agreement of neighbours is
    agreement of all (Jensen and Jensen, *Optimal junction trees*, 1994)."""
    pairs = sorted(
        combinations(range(len(blocks)), 2), key=lambda pair: (-len(blocks[pair[0]] & blocks[pair[1]]), pair)
    )
    root = list(range(len(blocks)))
    tree = []
    for first, second in pairs:
        if root[first] != root[second]:
            old, new = root[second], root[first]
            root = [new if at == old else at for at in root]
            tree.append((first, second, blocks[first] & blocks[second]))
    return tree
