import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from facevalue.statistics.bootstrap import Resampled
from facevalue.statistics.delong import Placements
from facevalue.statistics.intervals import Values
from facevalue.statistics.mcnemar import Hits
from facevalue.statistics.panel import Panel
from facevalue.statistics.trainings import Trainings

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


def test_several_trainings_are_readers_of_the_same_pictures() -> None:
    several = [np.column_stack([each, each[::-1], each]) for each in LOGITS]
    single, grouped = (Panel.of(TARGETS, several, [0.5, 0.9], names) for names in (list("abcdef"), list("aabbcc")))
    assert single.trainings == 3
    assert (single.method, grouped.method) == (
        "Obuchowski and Rockette, DeLong",
        "Obuchowski and Rockette, jackknife of groups",
    )
    assert isinstance(single.auc(), Trainings)
    assert isinstance(grouped.accuracy(), Trainings)
    assert single.averaged().logits[:, 0, 0] == pytest.approx((2 * LOGITS[0] + LOGITS[0][::-1]) / 3)


@pytest.mark.parametrize("trainings", [1, 3])
def test_a_class_in_one_group_tells_nothing_of_others(trainings: int) -> None:
    scores = [np.column_stack([each] * trainings) for each in LOGITS]
    found = Panel.of(TARGETS, scores, [0.5, 0.5], list("axbxcx"))
    assert found.alone == "fake"
    auc = found.auc()
    assert isinstance(auc, Values)
    difference = auc.compare(0, 1)
    expected = [roc_auc_score(TARGETS, each) for each in LOGITS]
    assert [difference.first.value, difference.second.value] == pytest.approx(expected)
    assert (difference.interval.known, difference.first.interval.known) == (None, None)
    assert np.isnan([difference.p_value, difference.standard_error]).all()
    assert np.isnan(difference.first.spread) == (trainings == 1)


@pytest.mark.parametrize("names", [[str(number) for number in range(60)], [str(number // 3) for number in range(60)]])
@pytest.mark.parametrize("trainings", [1, 4])
def test_scores_of_different_folds_are_never_compared(names: list[str], trainings: int) -> None:
    rng = np.random.default_rng(0)
    targets, folds = np.arange(60) // 3 % 2, np.column_stack([np.arange(60) // 15] * trainings)
    scores = [rng.normal(size=(60, trainings)) + targets[:, None] for _ in range(2)]
    moved = [each + 100.0 * folds for each in scores]
    found, shifted = (Panel.of(targets, each, [0.5, 0.5], names, folds).auc(100) for each in (scores, moved))
    assert found
    assert shifted
    assert shifted.compare(0, 1) == found.compare(0, 1)
    by_fold = [roc_auc_score(targets[folds[:, 0] == fold], scores[0][folds[:, 0] == fold, 0]) for fold in range(4)]
    fakes = np.bincount(folds[:, 0], targets)
    whole = np.average(by_fold, weights=fakes * (15 - fakes))
    aucs = Panel.of(targets, scores, [0.5, 0.5], names, folds).aucs()
    assert aucs is not None
    assert aucs[0, 0] == pytest.approx(whole)
