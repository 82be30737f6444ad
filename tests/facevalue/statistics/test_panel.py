import numpy as np
import pytest

from facevalue.statistics.bootstrap import Resampled
from facevalue.statistics.delong import Placements
from facevalue.statistics.mcnemar import Hits
from facevalue.statistics.panel import Panel

TARGETS = np.array([0, 1, 0, 1, 0, 1])
LOGITS = [np.array([-2.0, -1, 0, 1, 2, 3]), np.array([-1.0, 1, -2, 3, 0, 2])]


def panel(names: list[str]) -> Panel:
    return Panel.of(TARGETS, LOGITS, [0.5, 0.9], names)


def test_single_pictures_are_judged_in_closed_form() -> None:
    found = panel(list("abcdef"))
    assert (found.grouped, found.group_count, found.method) == (False, 6, "DeLong, McNemar")
    assert isinstance(found.auc(), Placements)
    assert isinstance(found.accuracy(), Hits)


def test_one_pair_of_pictures_is_enough_for_the_bootstrap() -> None:
    found = panel(list("abcdee"))
    assert (found.grouped, found.group_count, found.method) == (True, 5, "bootstrap of groups")
    assert isinstance(found.auc(resamples=10), Resampled)
    assert isinstance(found.accuracy(resamples=10), Resampled)


def test_both_ways_have_the_same_values() -> None:
    single, grouped = panel(list("abcdef")), panel(list("aabbcc"))
    for one, other in ((single.auc(), grouped.auc(50)), (single.accuracy(), grouped.accuracy(50))):
        assert one
        assert other
        for column in (0, 1):
            assert one.estimate(column).value == pytest.approx(other.estimate(column).value)
        assert one.compare(0, 1).value == pytest.approx(other.compare(0, 1).value)


def test_each_detector_has_its_threshold() -> None:
    accuracy = panel(list("abcdef")).accuracy()
    assert accuracy
    # 0.9 is a logit of 2.2: the second detector finds one fake of three, and spares all reals.
    assert [accuracy.estimate(column).value for column in (0, 1)] == pytest.approx([3 / 6, 4 / 6])


def test_a_part_may_be_single_where_the_whole_is_grouped() -> None:
    whole = panel(list("aabbcd"))
    part = whole.where(np.array([True, False, True, False, True, True]))
    assert (whole.grouped, part.grouped, part.pictures) == (True, False, 4)
    assert part.targets.tolist() == [0, 0, 0, 1]


@pytest.mark.parametrize("names", [list("abcdef"), list("aabbcc")])
def test_what_a_part_cannot_tell_is_none(names: list[str]) -> None:
    found = panel(names)
    reals, nothing = found.where(TARGETS == 0), found.where(TARGETS == 2)
    assert reals.auc() is None
    assert reals.accuracy()
    assert (nothing.auc(), nothing.accuracy(), nothing.group_count) == (None, None, 0)
