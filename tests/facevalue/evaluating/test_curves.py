import json
import math
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import auc, roc_auc_score

from facevalue.evaluating.curves import confusion, precision_recall_points, roc_points

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
