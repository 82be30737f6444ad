import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from facevalue.common.union_find import linked

NAMES = st.lists(st.lists(st.sampled_from("abcdefghij"), min_size=1, max_size=3), max_size=12)


def test_rows_that_share_a_name_share_a_group_also_through_others() -> None:
    assert linked([["003", "000"], ["000"], ["870", "001"], ["001", "003"], ["555"]]) == ["000"] * 4 + ["555"]
    assert linked([]) == []


@given(NAMES, st.randoms())
def test_the_order_of_rows_does_not_matter(names: list[list[str]], random: "np.random.Generator") -> None:
    shuffled = list(range(len(names)))
    random.shuffle(shuffled)
    groups = linked(names)
    assert [groups[i] for i in shuffled] == linked([names[i] for i in shuffled])


@given(NAMES)
def test_a_group_is_called_by_its_smallest_name(names: list[list[str]]) -> None:
    groups = linked(names)
    for group in groups:
        assert group == min(name for row, other in zip(names, groups, strict=True) if other == group for name in row)


@given(st.lists(st.tuples(st.integers(0, 19), st.integers(0, 19)), min_size=1, max_size=25))
def test_linking_is_what_scipy_calls_connected_components(pairs: list[tuple[int, int]]) -> None:
    groups = linked([[f"{one:02}", f"{other:02}"] for one, other in pairs])
    edges = np.array(pairs)
    graph = coo_matrix((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), shape=(20, 20))
    _, component = connected_components(graph, directed=False)
    for group, (one, _) in zip(groups, pairs, strict=True):
        assert int(group) == np.flatnonzero(component == component[one]).min()
