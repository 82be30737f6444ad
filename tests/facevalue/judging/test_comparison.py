import numpy as np
import pytest

from facevalue.judging.comparison import differences
from facevalue.judging.scores import score

TARGETS = np.array([0, 1, 0, 1])
FULL = score(TARGETS, np.array([1.0, 2.0, 3.0, -4.0]), 0.5)
CROP = score(TARGETS, np.array([-1.0, 2.0, -3.0, 4.0]), 0.5)


def test_crop_minus_full_under_the_names_of_the_measures() -> None:
    found = differences(FULL, CROP)
    assert list(found) == list(FULL.to_metrics())
    assert found["accuracy"] == pytest.approx(1.0 - 0.25)
    assert found["auc"] == pytest.approx(1.0 - 0.25)
    assert found["recall_real"] == 1.0
    full, crop = FULL.log_loss, CROP.log_loss
    assert full is not None
    assert crop is not None
    assert found["log_loss"] == pytest.approx(crop - full)


def test_swapping_the_methods_negates_every_difference() -> None:
    assert differences(CROP, FULL) == {
        name: -value for name, value in differences(FULL, CROP).items() if value is not None
    }


def test_what_is_undefined_has_no_difference() -> None:
    reals = score(np.zeros(2, dtype=int), np.array([1.0, -1.0]), 0.5)
    found = differences(reals, reals)
    assert found["auc"] is None
    assert found["accuracy"] == 0.0
