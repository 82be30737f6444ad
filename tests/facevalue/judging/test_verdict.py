import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from facevalue.errors import FacevalueError
from facevalue.judging.delong import delong
from facevalue.judging.mcnemar import mcnemar
from facevalue.judging.verdict import CROP, FULL, NEITHER, judge, pictures_needed


def pictures(
    n: int, full: float, crop: float, group_size: int = 1, seed: int = 0
) -> tuple[pd.DataFrame, NDArray[np.int64]]:
    rng = np.random.default_rng(seed)
    targets = np.arange(n) % 2
    shared = rng.normal(size=n)
    paired = pd.DataFrame(
        {
            "picture": [f"{index:04d}.jpg" for index in range(n)],
            "group": [f"{index // group_size:04d}" for index in range(n)],
            "logit_full": (targets - 0.5) * full + shared + 0.3 * rng.normal(size=n),
            "logit_crop": (targets - 0.5) * crop + shared + 0.3 * rng.normal(size=n),
        }
    )
    return paired, targets


def swapped(paired: pd.DataFrame) -> pd.DataFrame:
    return paired.rename(columns={"logit_full": "logit_crop", "logit_crop": "logit_full"})


@pytest.mark.parametrize(("full", "crop", "answer"), [(1.0, 2.0, CROP), (2.0, 1.0, FULL), (1.5, 1.5, NEITHER)])
@pytest.mark.parametrize("group_size", [1, 2])
def test_the_three_answers(full: float, crop: float, answer: str, group_size: int) -> None:
    paired, targets = pictures(300, full, crop, group_size)
    found = judge(paired, targets, 0.5, resamples=300)
    assert found.answer == answer
    assert found.sentence.startswith(f"{answer}: AUC ")
    assert ("80 % power" in found.sentence) == (answer == NEITHER)
    assert (found.auc.pictures_needed is None) == (answer != NEITHER)


def test_the_sentence_says_all_a_reader_needs() -> None:
    paired, targets = pictures(40, 1.2, 1.4)
    found = judge(paired, targets, 0.5)
    auc = found.auc
    assert found.sentence == (
        f"no difference shown: AUC {auc.crop:.3f} (crop) against {auc.full:.3f} (full) on 40 test pictures, "
        f"difference {auc.difference:+.3f}, 95 % interval {auc.interval.low:+.3f} to {auc.interval.high:+.3f}, "
        f"p = {auc.p_value:.3f}. "
        f"About {auc.pictures_needed:,} test pictures would show this difference with 80 % power."
    )


def test_single_pictures_are_judged_by_delong_and_mcnemar() -> None:
    paired, targets = pictures(60, 1.0, 2.0)
    full, crop = paired["logit_full"].to_numpy(), paired["logit_crop"].to_numpy()
    found, auc = judge(paired, targets, 0.5), delong(targets, full, crop)
    accuracy = mcnemar((full >= 0) == (targets == 1), (crop >= 0) == (targets == 1))
    assert (found.auc.interval, found.auc.p_value) == (auc.interval, auc.p_value)
    assert (found.accuracy.interval, found.accuracy.p_value) == (accuracy.interval, accuracy.p_value)
    assert (found.method, found.pictures, found.groups) == ("DeLong, McNemar", 60, 60)


def test_groups_are_judged_by_the_bootstrap_and_are_less_sure() -> None:
    paired, targets = pictures(30, 1.0, 2.0)
    copied = pd.concat([paired.assign(picture=paired["picture"] + str(copy)) for copy in range(8)])
    alone = judge(paired, targets, 0.5)
    as_groups = judge(copied, np.tile(targets, 8), 0.5)
    as_pictures = judge(copied.assign(group=copied["picture"]), np.tile(targets, 8), 0.5)
    assert (as_groups.method, as_groups.groups, as_groups.pictures) == ("bootstrap of groups", 30, 240)
    assert "240 test pictures in 30 groups" in as_groups.sentence
    assert as_groups.auc.p_value == pytest.approx(alone.auc.p_value, abs=0.1)
    assert as_pictures.auc.p_value < as_groups.auc.p_value / 5


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([15, 16, 40]), st.sampled_from([1, 3]))
def test_swap_negates_and_row_order_changes_nothing(seed: int, n: int, group_size: int) -> None:
    paired, targets = pictures(n, 1.0, 1.6, group_size, seed)
    found = judge(paired, targets, 0.5, resamples=60)
    other = judge(swapped(paired), targets, 0.5, resamples=60)
    for one, two in ((found.auc, other.auc), (found.accuracy, other.accuracy)):
        assert two.difference == -one.difference
        assert two.p_value == pytest.approx(one.p_value, abs=1e-12)
        assert two.interval == pytest.approx((-one.interval.high, -one.interval.low), abs=1e-12)
        assert two.pictures_needed == one.pictures_needed
        assert {one.answer, two.answer} in ({NEITHER}, {CROP, FULL})
    order = np.random.default_rng(seed).permutation(n)
    assert judge(paired.iloc[order], targets[order], 0.5, resamples=60) == found


def test_pictures_needed_by_hand() -> None:
    # z(0.975) + z(0.8) = 1.959964 + 0.841621; 100 (2.801585 * 0.05 / 0.1)^2 = 196.2.
    assert pictures_needed(100, 0.1, 0.05) == 197
    assert pictures_needed(100, -0.1, 0.05) == 197
    assert pictures_needed(100, 0.0, 0.05) is None


def test_the_pictures_needed_show_the_difference_in_four_of_five_samples() -> None:
    paired, targets = pictures(4000, 1.2, 1.4, seed=5)
    found = delong(targets, paired["logit_full"].to_numpy(), paired["logit_crop"].to_numpy())
    needed = pictures_needed(4000, found.difference, found.standard_error)
    assert needed is not None
    shown = 0
    for seed in range(300):
        few, labels = pictures(needed, 1.2, 1.4, seed=seed)
        shown += delong(labels, few["logit_full"].to_numpy(), few["logit_crop"].to_numpy()).p_value < 0.05
    assert 0.70 < shown / 300 < 0.90


def test_equal_scores_need_no_number_of_pictures() -> None:
    paired, targets = pictures(20, 1.0, 1.0)
    found = judge(paired.assign(logit_crop=paired["logit_full"]), targets, 0.5)
    assert (found.answer, found.auc.p_value, found.auc.pictures_needed) == (NEITHER, 1.0, None)
    assert "no number of pictures" in found.sentence


def test_it_is_written_as_plain_json() -> None:
    paired, targets = pictures(30, 1.0, 1.5)
    written = json.loads(json.dumps(judge(paired, targets, 0.5).to_metrics(), allow_nan=False))
    assert written["answer"] == written["auc"]["answer"]
    assert {"difference", "interval", "p_value", "pictures_needed"} < set(written["accuracy"])


def test_one_class_is_refused() -> None:
    paired, targets = pictures(10, 1.0, 1.0)
    with pytest.raises(FacevalueError, match="an AUC needs both classes"):
        judge(paired, np.zeros_like(targets), 0.5)
