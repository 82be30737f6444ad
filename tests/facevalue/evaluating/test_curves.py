import json
import math
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import auc, roc_auc_score

from facevalue.evaluating.curves import (
    confusion,
    mean_precision_recall,
    mean_roc,
    precision_recall_points,
    roc_points,
)

Curve = Callable[..., pd.DataFrame]
TARGETS = np.array([1, 0, 1, 0, 0])
LOGITS = np.array([2.0, 1.0, 0.0, -1.0, -3.0])


def sigmoid(logit: float) -> float:
    return 1 / (1 + math.exp(-logit))


def test_roc_by_hand() -> None:
    points = roc_points(TARGETS, LOGITS)
    assert list(points.columns) == ["false_positive_rate", "true_positive_rate", "threshold"]
    assert points["false_positive_rate"].tolist() == pytest.approx([0, 0, 1 / 3, 1 / 3, 1])
    assert points["true_positive_rate"].tolist() == pytest.approx([0, 0.5, 0.5, 1, 1])
    assert points["threshold"].tolist() == pytest.approx([1.0, sigmoid(2), sigmoid(1), 0.5, sigmoid(-3)])


def test_precision_recall_by_hand() -> None:
    points = precision_recall_points(TARGETS, LOGITS)
    assert list(points.columns) == ["recall", "precision", "threshold"]
    at = points.assign(threshold=points["threshold"].round(6)).set_index("threshold")
    assert list(at.loc[0.5]) == pytest.approx([1.0, 2 / 3])
    assert list(at.loc[round(sigmoid(2), 6)]) == pytest.approx([0.5, 1.0])
    assert points.iloc[-1].tolist() == [0.0, 1.0, 1.0]


def test_a_threshold_does_to_the_pictures_what_its_row_says() -> None:
    rng = np.random.default_rng(0)
    targets, logits = rng.integers(0, 2, 60), rng.integers(-9, 9, 60) / 3
    for false_positive_rate, true_positive_rate, threshold in roc_points(targets, logits).to_numpy()[1:]:
        called = confusion(targets, logits, threshold)["predicted"] == "fake"
        assert called[targets == 0].mean() == pytest.approx(false_positive_rate)
        assert called[targets == 1].mean() == pytest.approx(true_positive_rate)


def test_area_under_the_points_is_the_auc() -> None:
    rng = np.random.default_rng(1)
    targets, logits = rng.integers(0, 2, 200), rng.normal(size=200).round(1)
    points = roc_points(targets, logits)
    area = auc(points["false_positive_rate"], points["true_positive_rate"])
    assert area == pytest.approx(roc_auc_score(targets, logits))


@pytest.mark.parametrize("curve", [roc_points, precision_recall_points])
def test_every_number_survives_strict_json(curve: Curve) -> None:
    points = curve(TARGETS, LOGITS * 1000)
    text = json.dumps(points.to_dict("records"), allow_nan=False)
    assert len(json.loads(text)) == len(points)


@pytest.mark.parametrize("curve", [roc_points, precision_recall_points])
@pytest.mark.parametrize(("label", "pictures"), [(0, 3), (1, 3), (1, 1), (0, 0)])
def test_one_class_has_no_curve_but_its_header(curve: Curve, label: int, pictures: int) -> None:
    points = curve(np.full(pictures, label), np.arange(float(pictures)))
    assert points.empty
    assert list(points) == list(curve(TARGETS, LOGITS))


@pytest.mark.parametrize("curve", [roc_points, precision_recall_points])
def test_a_score_that_is_no_number_is_refused(curve: Curve) -> None:
    with pytest.raises(ValueError, match="1 of 5 logits are not finite"):
        curve(TARGETS, np.where(LOGITS > 1, np.nan, LOGITS))


def test_confusion_keeps_the_pictures_in_order() -> None:
    table = confusion(TARGETS, LOGITS, 0.5)
    assert table["actual"].tolist() == ["fake", "real", "fake", "real", "real"]
    assert table["predicted"].tolist() == ["fake", "fake", "fake", "real", "real"]
    assert confusion(TARGETS, LOGITS, 0.51)["predicted"].tolist() == ["fake", "fake", "real", "real", "real"]


def test_confusion_with_a_threshold_per_picture() -> None:
    thresholds = np.array([0.9, 0.7, 0.5, 0.2, 0.9])  # probabilities are 0.88, 0.73, 0.5, 0.27, 0.05
    assert confusion(TARGETS, LOGITS, thresholds)["predicted"].tolist() == ["real", "fake", "fake", "fake", "real"]


def test_no_picture_has_no_confusion() -> None:
    assert confusion(TARGETS[:0], LOGITS[:0], 0.5).empty


def test_the_mean_of_one_curve_is_that_curve() -> None:
    roc, pr = roc_points(TARGETS, LOGITS), precision_recall_points(TARGETS, LOGITS)
    pd.testing.assert_frame_equal(mean_roc([roc]), roc.drop(columns="threshold"))
    pd.testing.assert_frame_equal(mean_precision_recall([pr]), pr.drop(columns="threshold"))
    for several, one in ((mean_roc([roc, roc]), roc), (mean_precision_recall([pr, pr]), pr)):
        known = {tuple(point) for point in several.to_numpy().round(9)}
        assert {tuple(point) for point in one.drop(columns="threshold").to_numpy().round(9)} <= known


def test_the_area_under_the_mean_roc_is_the_mean_area() -> None:
    rng = np.random.default_rng(1)
    targets = rng.integers(0, 2, 80)
    curves = [roc_points(targets, rng.normal(size=80).round(1) + targets) for _ in range(4)]
    mean = mean_roc(curves)
    areas = [auc(curve["false_positive_rate"], curve["true_positive_rate"]) for curve in curves]
    assert auc(mean["false_positive_rate"], mean["true_positive_rate"]) == pytest.approx(np.mean(areas))
    assert mean.iloc[[0, -1]].to_numpy().tolist() == [[0, 0], [1, 1]]


def test_the_mean_precision_is_that_of_the_higher_recall_between_points() -> None:
    one = pd.DataFrame({"recall": [1.0, 0.5, 0.0], "precision": [0.5, 0.8, 1.0], "threshold": [0.1, 0.5, 1.0]})
    other = pd.DataFrame({"recall": [1.0, 0.0], "precision": [0.5, 1.0], "threshold": [0.1, 1.0]})
    mean = mean_precision_recall([one, other])
    assert mean["recall"].is_monotonic_decreasing
    assert mean[mean["recall"] == 0.5]["precision"].tolist() == [pytest.approx((0.8 + 0.5) / 2)]


def test_without_a_curve_there_is_no_mean() -> None:
    empty = roc_points(TARGETS[:1], LOGITS[:1])
    assert mean_roc([empty, empty]).empty
    assert list(mean_roc([empty])) == ["false_positive_rate", "true_positive_rate"]
    assert mean_precision_recall([precision_recall_points(TARGETS[:1], LOGITS[:1])]).empty
