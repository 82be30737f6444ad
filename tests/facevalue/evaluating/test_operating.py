"""True positive rates at few false alarms, as they are written: numbers, or the reason why there are none."""

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from facevalue.common.methods import METHODS
from facevalue.evaluating import evaluation, folds

HALF = dict.fromkeys(METHODS, 0.5)


def pictures(reals: int, fakes: int, group_size: int = 1, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    fake = np.repeat([0, 1], [reals, fakes])
    label = np.where(fake, "fake", "real")
    group = [f"{label[index]} {index // group_size}" for index in range(reals + fakes)]
    picture = [f"{index:04}.jpg" for index in range(reals + fakes)]
    facts = {"picture": picture, "label": label, "kind": label, "group": group, "face_share": 0.5, "confidence": 0.9}
    scores = {f"logit_{name}": 2 * fake + rng.normal(size=fake.size) for name in ("full", "crop")}
    return pd.DataFrame({**facts, **scores})


def points(tables: list[pd.DataFrame]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is written of both rates in `comparison.json`, and of the faces in `crop.json`."""
    found = evaluation.evaluate(tables, [HALF] * len(tables), resamples=80)
    comparison: Any = json.loads(json.dumps(found.to_metrics(), allow_nan=False))
    return comparison["operating_points"], found.methods["crop"].to_metrics()


def test_few_reals_are_said_to_be_few() -> None:
    said, numbers = points([pictures(30, 12)])
    assert said["tpr_at_fpr_1"] == {
        "false_alarm_rate": 0.01,
        "real_groups": 30,
        "reason": "30 reals cannot show a false-alarm rate of 1 %; 100 could",
    }
    assert said["tpr_at_fpr_5"] == {"false_alarm_rate": 0.05, "real_groups": 30, "reason": None}
    assert {numbers[f"tpr_at_fpr_1{end}"] for end in ("", "_low", "_high", "_sd")} == {None}
    low, value, high = (numbers[f"tpr_at_fpr_5{end}"] for end in ("_low", "", "_high"))
    assert 0 < low < value < high <= 1
    assert numbers["tpr_at_fpr_5_sd"] is None


@pytest.mark.parametrize(
    ("reals", "group_size", "reason"),
    [
        (54, 2, "27 groups of reals cannot show a false-alarm rate of 1 %; 100 could"),
        (2, 2, "1 group of reals cannot show a false-alarm rate of 1 %; 100 could"),
        (1, 1, "1 real cannot show a false-alarm rate of 1 %; 100 could"),
    ],
)
def test_what_is_counted_are_groups_of_reals(reals: int, group_size: int, reason: str) -> None:
    said, _ = points([pictures(reals, 30, group_size)])
    assert said["tpr_at_fpr_1"]["reason"] == reason


def test_without_fakes_there_is_none_to_find() -> None:
    said, numbers = points([pictures(120, 0)])
    assert said["tpr_at_fpr_1"]["reason"] == said["tpr_at_fpr_5"]["reason"] == "there is no fake to be found"
    assert numbers["tpr_at_fpr_5"] is None


def test_a_hundred_reals_show_both_and_the_higher_rate_finds_more() -> None:
    said, numbers = points([pictures(100, 60), pictures(100, 60, seed=1), pictures(100, 60, seed=2)])
    assert said["tpr_at_fpr_1"]["reason"] is said["tpr_at_fpr_5"]["reason"] is None
    one, five = numbers["tpr_at_fpr_1"], numbers["tpr_at_fpr_5"]
    assert one is not None
    assert five is not None
    assert one <= five
    assert numbers["tpr_at_fpr_5_sd"] is not None


def test_videos_are_counted_as_videos() -> None:
    frames = pictures(200, 100, group_size=10)
    table = frames.assign(video=frames["group"])
    found: Any = folds.judge_videos([[table]], [[HALF]], (30, 30))
    assert (found["videos"], found["frames"]) == (30, 300)
    assert found["operating_points"]["tpr_at_fpr_5"] == {"false_alarm_rate": 0.05, "real_groups": 20, "reason": None}
    assert found["operating_points"]["tpr_at_fpr_1"]["reason"].startswith("20 reals cannot show")
    assert 0 <= found["crop"]["tpr_at_fpr_5_low"] <= found["crop"]["tpr_at_fpr_5"] <= 1
