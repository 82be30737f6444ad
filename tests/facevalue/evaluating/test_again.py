import json
from dataclasses import replace

import numpy as np
import pytest

from facevalue.evaluating import verdict
from facevalue.evaluating.again import Again
from facevalue.evaluating.verdict import CROP, NEITHER, Verdict, judge
from facevalue.statistics.panel import Panel


def panel(
    pictures: int, trainings: int, apart: tuple[float, float] = (1.0, 1.4), scatter: float = 0.2, group_size: int = 1
) -> Panel:
    """Both methods and their mean; the classes `apart` in the mean, and that scattered between trainings."""
    rng = np.random.default_rng(pictures + trainings)
    groups = np.arange(pictures) // group_size
    targets = groups % 2
    noise = sum(rng.normal(size=(pictures, *shape)) for shape in ((1, 1), (2, 1), (2, trainings))) / 3**0.5
    learnt = np.array(apart)[:, None] + scatter * rng.normal(size=(2, trainings))
    full, crop = np.moveaxis(noise + (targets - 0.5)[:, None, None] * learnt, 1, 0)
    return Panel.of(targets, [full, crop, (full + crop) / 2], [0.5] * 3, groups)


def judged(given: Panel, pool: int | None = None) -> Verdict:
    return judge(given, given.auc(100), given.accuracy(100), pool=pool)


def test_one_training_speaks_of_two_networks_and_says_so() -> None:
    found = judged(panel(400, 1), pool=100)
    assert ", for these two networks alone." in found.sentence
    assert found.auc
    assert found.auc.again is None
    assert found.to_metrics()["trainings"] == 1


def test_two_trainings_give_estimates_and_claim_nothing() -> None:
    found = judged(panel(3000, 2, (1.0, 3.0), 0.0), pool=100)
    assert found.auc
    assert found.auc.found.p_value < 0.05
    assert found.answer == NEITHER
    assert found.sentence.endswith("With 2 trainings each no difference is claimed: set split.repeats to 5.")
    assert found.auc.again


def test_several_trainings_speak_of_trainings_from_a_pool() -> None:
    found = judged(panel(2000, 5, (1.0, 2.0)), pool=1_400)
    assert found.answer == CROP
    assert ", means of 5 trainings each, on 2,000 test pictures, " in found.sentence
    assert (
        ", for trainings from these 1,400 pictures. Beyond what the pictures make it, the AUC scatters "
        in found.sentence
    )
    assert found.sentence.endswith(" of 100 new pairs of trainings crop would be ahead, were the pictures many.")
    assert "would show" not in found.sentence
    assert json.dumps(found.to_metrics(), allow_nan=False)


def test_what_would_show_a_difference_is_said_where_none_is_shown() -> None:
    found = judged(panel(60, 5, (1.0, 1.3), 0.05))
    assert found.auc
    again = found.auc.again
    assert again
    assert found.answer == NEITHER
    assert f"About {again.pictures_needed:,} test pictures" in found.sentence
    measured = panel(60, 5, (1.0, 1.3), 0.05).auc()
    power = measured.foreseen(0, 1).power(5, (again.pictures_needed or 0) / 60)  # type: ignore[union-attr]
    assert power == pytest.approx(0.8, abs=0.01)


def test_where_nothing_would_show_it_that_is_said() -> None:
    found = judged(panel(40, 5, (1.0, 1.05), 0.6))
    assert found.auc
    again = found.auc.again
    assert again
    assert (again.pictures_needed, again.trainings_needed) == (None, None)
    power = "would show this difference with 80 % power."
    assert f"Neither more test pictures nor more trainings, each by themselves, {power}" in found.sentence
    auc = found.auc

    def needed(pictures: int | None, trainings: int | None) -> str:
        other = replace(again, pictures_needed=pictures, trainings_needed=trainings)
        return " ".join(verdict._needed(replace(auc, again=other), "picture"))

    assert needed(90, None) == f"About 90 test pictures {power} No number of trainings would with these pictures."
    more = f"About 7 trainings of each {power} No number of test pictures would with 5 trainings."
    assert needed(None, 7) == more


def test_fewer_than_five_trainings_foretell_no_winner() -> None:
    found = judged(panel(2000, 3, (1.0, 2.0)))
    assert found.answer == CROP
    assert found.auc
    assert found.auc.again
    assert found.auc.again.to_metrics()["wins_of_100"] is None
    assert "new pairs" not in found.sentence


@pytest.mark.parametrize(("trainings", "pictures"), [(2, 15), (3, 8), (5, 6), (1, 4)])
@pytest.mark.parametrize("group_size", [1, 2])
def test_few_pictures_have_a_sentence(trainings: int, pictures: int, group_size: int) -> None:
    found = judged(panel(pictures, trainings, group_size=group_size))
    assert found.sentence.endswith(".")
    assert json.dumps(found.to_metrics(), allow_nan=False)


def test_equal_scores_and_a_perfect_method_have_a_sentence() -> None:
    given = panel(20, 3)
    logits = given.logits.copy()
    logits[:, 0] = given.targets[:, None]  # perfect
    logits[:, 1, 1] = 0.5  # one training that knows nothing
    strange = Panel(given.targets, given.groups, logits, given.thresholds, given.folds)
    found = judged(strange)
    assert found.auc
    assert found.auc.found.first.value == 1
    assert found.auc.found.interval.known
    same = judged(Panel(given.targets, given.groups, logits[:, [0, 0, 0]], given.thresholds, given.folds))
    assert same.answer == NEITHER
    assert "Both AUCs are equal here" in same.sentence


def test_a_class_in_one_group_has_no_interval_and_a_reason() -> None:
    given = panel(20, 3)
    alone = Panel(given.targets, np.where(given.targets == 1, 0, given.groups), *(
        getattr(given, name) for name in ("logits", "thresholds", "folds")
    ))  # fmt: skip
    found = judged(alone)
    assert found.sentence.endswith("No interval: all fake ones are of one group, so nothing tells how others would do.")
    assert found.answer == NEITHER
    assert found.auc
    assert found.auc.to_metrics()["interval"] is None
    assert isinstance(Again.of(given.auc(), (0, 1), 20).sentences, list)  # type: ignore[arg-type]


def test_one_group_in_every_pair_within_folds_has_no_interval_and_a_reason() -> None:
    targets = np.array([1, 1, 0, 0, 0, 0, 1, 1])
    folds = np.array([[0] * 3] * 6 + [[1] * 3] * 2)
    scores = [np.random.default_rng(seed).normal(size=(8, 3)) + targets[:, None] for seed in (0, 1)]
    scores.append((scores[0] + scores[1]) / 2)
    found = judged(Panel.of(targets, scores, [0.5] * 3, list("AABBCCDE"), folds))
    assert "No interval: one group is in every pair of a fake and a real" in found.sentence
    assert json.dumps(found.to_metrics(), allow_nan=False)


def test_trainings_that_are_one_foretell_nothing() -> None:
    one = panel(60, 1)
    same = Panel(
        one.targets,
        one.groups,
        np.repeat(one.logits, 5, axis=2),
        np.repeat(one.thresholds, 5, axis=2),
        np.repeat(one.folds, 5, axis=1),
    )
    found = judged(same)
    assert found.auc
    assert found.auc.again
    assert found.auc.again.wins is None
    assert found.auc.again.difference.trainings == 0


def test_networks_of_folds_are_more_than_two() -> None:
    given = panel(40, 1)
    folds = np.arange(40)[:, None] // 20
    found = judged(Panel(given.targets, given.groups, given.logits, given.thresholds, folds))
    assert ", for these networks alone, approximate since folds train on one another's test pictures." in found.sentence
