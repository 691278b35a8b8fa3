"""Blocks: cliques of a triangulation, joined in a tree that carries what they share."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from firmtrade.linked.graph import cliques, junction_tree

questions = st.lists(
    st.frozensets(st.sampled_from("abcdefg"), min_size=1, max_size=3), min_size=1, max_size=8
)


def size(names: frozenset[str]) -> int:
    return 2 ** len(names)


@given(questions)
def test_every_question_fits_in_a_block_and_no_block_is_part_of_another(asked: list[frozenset[str]]) -> None:
    blocks = cliques(asked, size)
    assert all(any(names <= block for block in blocks) for names in asked)
    assert not any(one < other for one in blocks for other in blocks)


@given(questions)
def test_what_two_blocks_share_is_in_every_block_on_the_way_between_them(asked: list[frozenset[str]]) -> None:
    blocks = cliques(asked, size)
    tree = junction_tree(blocks)
    assert len(tree) == len(blocks) - 1
    neighbours: dict[int, set[int]] = {at: set() for at in range(len(blocks))}
    for one, other, shared in tree:
        assert shared == blocks[one] & blocks[other]
        neighbours[one].add(other)
        neighbours[other].add(one)
    for name in frozenset().union(*blocks):
        holders = {at for at, block in enumerate(blocks) if name in block}
        reached, frontier = set(), [min(holders)]
        while frontier:
            at = frontier.pop()
            reached.add(at)
            frontier += [near for near in neighbours[at] & holders if near not in reached]
        assert reached == holders
