import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from facevalue.common.union_find import joined, linked

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


def test_pairs_join_the_groups_of_their_pictures() -> None:
    groups = pd.Series(["anna", "anna", "bert", "carl", "dora"], index=[7, 3, 5, 1, 0], name="group")
    now, count = joined(groups, [(0, 2), (1, 2), (2, 2)])
    expected = pd.Series(["anna", "anna", "anna", "carl", "dora"], index=groups.index, name="group")
    pd.testing.assert_series_equal(now, expected)
    assert count == 2
    assert joined(groups, [(0, 1)])[1] == 0
    assert joined(groups, [(0, 2), (3, 4)])[1] == 4
    assert joined(groups, [(4, 3), (3, 2), (2, 0)])[0].unique().tolist() == ["anna"]


@given(
    st.lists(st.integers(0, 9), min_size=1, max_size=20),
    st.lists(st.tuples(st.integers(0, 19), st.integers(0, 19)), max_size=15),
)
def test_joining_is_what_scipy_calls_connected_components(numbers: list[int], pairs: list[tuple[int, int]]) -> None:
    pairs = [(one % len(numbers), other % len(numbers)) for one, other in pairs]
    now, count = joined(pd.Series([str(number) for number in numbers]), pairs)
    same = [(i, j) for i in range(len(numbers)) for j in range(i) if numbers[i] == numbers[j]]
    edges = np.array(same + pairs, dtype=int).reshape(-1, 2)
    graph = coo_matrix((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), shape=(len(numbers),) * 2)
    _, component = connected_components(graph, directed=False)
    for i in range(len(numbers)):
        for j in range(i):
            assert (now[i] == now[j]) == (component[i] == component[j])
    if not any(numbers[one] != numbers[other] for one, other in pairs):
        assert count == 0
