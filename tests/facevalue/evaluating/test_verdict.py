import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from facevalue.evaluating.verdict import CROP, FULL, NEITHER, Verdict, compare, judge, pictures_needed
from facevalue.statistics.panel import Panel
from tests.two_methods import by_delong, by_mcnemar

Pictures = tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]


def pictures(n: int, full: float, crop: float, group_size: int = 1, seed: int = 0) -> Pictures:
    rng = np.random.default_rng(seed)
    targets = np.arange(n) % 2
    shared = rng.normal(size=n)
    first, second = ((targets - 0.5) * apart + shared + 0.3 * rng.normal(size=n) for apart in (full, crop))
    return targets, first, second, np.arange(n) // group_size


def judged(given: Pictures, resamples: int = 60) -> Verdict:
    targets, full, crop, groups = given
    panel = Panel.of(targets, [full, crop, (full + crop) / 2], [0.5] * 3, groups)
    return judge(panel, panel.auc(resamples), panel.accuracy(resamples))


@pytest.mark.parametrize(("full", "crop", "answer"), [(1.0, 2.0, CROP), (2.0, 1.0, FULL), (1.5, 1.5, NEITHER)])
@pytest.mark.parametrize("group_size", [1, 2])
def test_the_three_answers(full: float, crop: float, answer: str, group_size: int) -> None:
    found = judged(pictures(300, full, crop, group_size), resamples=300)
    assert found.answer == answer
    assert found.sentence.startswith(f"{answer}: AUC ")
    assert ("80 % power" in found.sentence) == (answer == NEITHER)
    assert found.auc
    assert (found.auc.pictures_needed is None) == (answer != NEITHER)


def test_the_sentence_says_all_a_reader_needs() -> None:
    found = judged(pictures(40, 1.2, 1.4))
    assert found.auc
    auc = found.auc.found
    assert found.sentence == (
        f"no difference shown: AUC {auc.second.value:.3f} (crop) against {auc.first.value:.3f} (full) "
        f"on 40 test pictures, difference {auc.value:+.3f}, "
        f"95 % interval {auc.interval.low:+.3f} to {auc.interval.high:+.3f}, "
        f"p = {auc.p_value:.3f}, for these two networks alone. "
        f"About {found.auc.pictures_needed:,} test pictures would show this difference with 80 % power."
    )


@pytest.mark.parametrize(
    ("full", "crop", "who"),
    [(-1.0, -2.0, ["crop", "full"]), (-1.0, 2.0, ["full"]), (0.0, -2.0, ["crop"]), (-0.05, 0.05, [])],
)
@pytest.mark.parametrize("noun", ["picture", "video"])
def test_a_network_that_surely_ranks_the_wrong_way_round_is_remarked_on(
    full: float, crop: float, who: list[str], noun: str
) -> None:
    targets, first, second, groups = pictures(200, full, crop)
    panel = Panel.of(targets, [first, second, first + second], [0.5] * 3, groups)
    found = judge(panel, panel.auc(60), panel.accuracy(60), noun)
    assert found.auc
    ends = {"full": found.auc.found.first.interval, "crop": found.auc.found.second.interval}
    said = " and ".join(f"by {name} (AUC {ends[name].low:.3f} to {ends[name].high:.3f})" for name in who)
    remark = f"Fakes are ranked below reals more often than not {said}; look whether labels are swapped."
    assert (remark in found.sentence) == bool(who)
    assert ("ranked below" in found.sentence) == bool(who)


def test_single_pictures_are_judged_by_delong_and_mcnemar() -> None:
    targets, full, crop, groups = pictures(60, 1.0, 2.0)
    found = judged((targets, full, crop, groups))
    assert found.auc
    assert found.accuracy
    assert found.auc.found == by_delong(targets, full, crop)
    assert found.accuracy.found == by_mcnemar((full >= 0) == (targets == 1), (crop >= 0) == (targets == 1))
    assert (found.method, found.pictures, found.groups) == ("DeLong, McNemar", 60, 60)


def test_groups_are_judged_by_the_bootstrap_and_are_less_sure() -> None:
    targets, full, crop, groups = pictures(30, 1.0, 2.0)
    alone = judged((targets, full, crop, groups))
    copied = np.tile(targets, 8), np.tile(full, 8), np.tile(crop, 8)
    as_groups = judged((*copied, np.tile(groups, 8)), resamples=2000)
    as_pictures = judged((*copied, np.arange(240)))
    assert (as_groups.method, as_groups.groups, as_groups.pictures) == ("bootstrap of groups", 30, 240)
    assert "240 test pictures in 30 groups" in as_groups.sentence
    assert alone.auc
    assert as_groups.auc
    assert as_pictures.auc
    assert as_groups.auc.found.p_value == pytest.approx(alone.auc.found.p_value, abs=0.1)
    assert as_pictures.auc.found.p_value < as_groups.auc.found.p_value / 5


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([15, 16, 40]), st.sampled_from([1, 3]))
def test_swapping_negates(seed: int, n: int, group_size: int) -> None:
    targets, full, crop, groups = pictures(n, 1.0, 1.6, group_size, seed)
    found, other = judged((targets, full, crop, groups)), judged((targets, crop, full, groups))
    for one, two in ((found.auc, other.auc), (found.accuracy, other.accuracy)):
        assert one
        assert two
        assert two.found.value == -one.found.value
        assert two.found.p_value == one.found.p_value
        assert two.found.interval == pytest.approx((-one.found.interval.high, -one.found.interval.low), abs=1e-12)
        assert two.pictures_needed == one.pictures_needed
        assert {one.answer, two.answer} in ({NEITHER}, {CROP, FULL})


def test_pictures_needed_by_hand() -> None:
    # z(0.975) + z(0.8) = 1.959964 + 0.841621; 100 (2.801585 * 0.05 / 0.1)^2 = 196.2.
    assert pictures_needed(100, 0.1, 0.05) == 197
    assert pictures_needed(100, -0.1, 0.05) == 197
    assert pictures_needed(100, 0.0, 0.05) is None


def test_the_pictures_needed_show_the_difference_in_four_of_five_samples() -> None:
    targets, full, crop, _ = pictures(4000, 1.2, 1.4, seed=5)
    found = by_delong(targets, full, crop)
    needed = pictures_needed(4000, found.value, found.standard_error)
    assert needed is not None
    shown = 0
    for seed in range(300):
        targets, full, crop, _ = pictures(needed, 1.2, 1.4, seed=seed)
        shown += by_delong(targets, full, crop).p_value < 0.05
    assert 0.70 < shown / 300 < 0.90


def test_equal_scores_need_no_number_of_pictures() -> None:
    targets, full, _, groups = pictures(20, 1.0, 1.0)
    found = judged((targets, full, full, groups))
    assert found.auc
    assert (found.answer, found.auc.found.p_value, found.auc.pictures_needed) == (NEITHER, 1.0, None)
    assert "no number of pictures" in found.sentence


def test_equal_aucs_of_different_scores_need_none_either() -> None:
    # Both put one of 7 x 11 pairs in the wrong order, but not the same one.
    targets = np.array([0] * 7 + [1] * 11)
    full, crop = np.arange(18.0), np.arange(18.0)
    full[5:8] = 5, 7, 6
    crop[5:8] = 7, 5, 6
    found = judged((targets, full, crop, np.arange(18)))
    assert found.auc
    assert (found.auc.found.value, found.auc.pictures_needed) == (0.0, None)
    assert found.auc.found.interval.high > 0


@pytest.mark.parametrize(("label", "word"), [(0, "real"), (1, "fake")])
@pytest.mark.parametrize("group_size", [1, 3])
def test_one_class_has_no_auc_but_an_accuracy(label: int, word: str, group_size: int) -> None:
    targets, full, crop, groups = pictures(15, 1.0, 1.0, group_size)
    found = judged((np.full_like(targets, label), full, crop, groups))
    assert (found.answer, found.auc) == (NEITHER, None)
    assert f"no AUC: all 15 test pictures are {word}. Accuracy " in found.sentence
    assert found.sentence.startswith("no difference shown; ")
    assert found.accuracy
    assert found.accuracy.facts in found.sentence


def test_no_picture_has_nothing_to_compare() -> None:
    found = judged(pictures(0, 1.0, 1.0))
    assert (found.answer, found.auc, found.accuracy, found.pictures) == (NEITHER, None, None, 0)
    assert found.sentence == "nothing to compare: no test picture was scored by both methods"


def test_caveats_end_the_sentence() -> None:
    found = judged(pictures(40, 1.2, 1.4))
    said = found.qualified(["the files differ: they may tell.", "3 pictures are left out"])
    assert said.sentence == f"{found.sentence[:-1]}; the files differ: they may tell; 3 pictures are left out."
    assert said.to_metrics() | {"sentence": ""} == found.to_metrics() | {"sentence": ""}
    assert found.qualified([]) == found


def test_it_is_written_as_plain_json_under_the_methods_names() -> None:
    given = pictures(30, 1.0, 1.5)
    written = json.loads(json.dumps(judged(given).to_metrics(), allow_nan=False))
    assert written["answer"] == written["auc"]["answer"]
    names = "full full_interval crop crop_interval difference interval p_value answer pictures_needed trainings"
    assert list(written["auc"]) == list(written["accuracy"]) == names.split()
    none = json.loads(json.dumps(judged(pictures(0, 1.0, 1.5)).to_metrics(), allow_nan=False))
    assert list(none) == list(written)
    assert (none["auc"], none["accuracy"]) == (None, None)


def test_any_two_rows_can_be_compared() -> None:
    targets, full, crop, groups = pictures(60, 0.2, 2.0)
    panel = Panel.of(targets, [full, crop, crop + 1], [0.5] * 3, groups)
    found, same = (compare(panel.auc(), row, "ensemble", panel) for row in ("full", "crop"))
    assert found
    assert same
    assert found.answer == "ensemble is better"
    assert list(found.to_metrics())[:4] == ["full", "full_interval", "ensemble", "ensemble_interval"]
    assert (same.answer, same.found.value) == (NEITHER, 0.0)
