import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from scipy.special import logit
from sklearn.calibration import calibration_curve
from sklearn.metrics import brier_score_loss

from facevalue.evaluating.calibration import brier, expected_calibration_error, reliability_points
from facevalue.evaluating.measures import measure
from facevalue.statistics.intervals import share_interval

TARGETS = np.array([0, 0, 1, 1, 1, 0])
PROBABILITIES = np.array([0.05, 0.15, 0.15, 0.85, 0.95, 0.95])
LOGITS = logit(PROBABILITIES)


@st.composite
def scored(draw: st.DrawFn) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    n = draw(st.integers(1, 40))
    return draw(arrays(np.int64, n, elements=st.integers(0, 1))), draw(
        arrays(np.float64, n, elements=st.integers(-21, 21).map(lambda tick: tick / 4))
    )


def test_by_hand() -> None:
    assert brier(TARGETS, LOGITS) == pytest.approx((0.05**2 + 0.15**2 + 0.85**2 + 0.15**2 + 0.05**2 + 0.95**2) / 6)
    # Bins 0-0.1 (0.05, no fake), 0.1-0.2 (0.15 twice, one fake), 0.8-0.9 (0.85, fake), 0.9-1 (0.95 twice, one fake).
    assert expected_calibration_error(TARGETS, LOGITS) == pytest.approx((1 * 0.05 + 2 * 0.35 + 1 * 0.15 + 2 * 0.45) / 6)


def test_reliability_by_hand() -> None:
    points = reliability_points(TARGETS, LOGITS)
    assert list(points) == ["probability", "share", "low", "high", "pictures"]
    assert points["probability"].tolist() == pytest.approx([0.05, 0.15, 0.85, 0.95])
    assert points["share"].tolist() == [0.0, 0.5, 1.0, 0.5]
    assert points["pictures"].tolist() == [1, 2, 1, 2]
    assert tuple(points.loc[1, ["low", "high"]]) == share_interval(1, 2)


def test_two_wide_bins() -> None:
    # 0-0.5: mean (0.05 + 0.15 + 0.15) / 3, share 1/3; 0.5-1: mean (0.85 + 0.95 + 0.95) / 3, share 2/3.
    error = expected_calibration_error(TARGETS, LOGITS, bins=2)
    assert error == pytest.approx((abs(0.35 - 1) + abs(2.75 - 2)) / 6)


@given(scored())
def test_agrees_with_scikit_learn(pictures: tuple[NDArray[np.int64], NDArray[np.float64]]) -> None:
    targets, logits = pictures
    probability = 1 / (1 + np.exp(-logits))
    assert brier(targets, logits) == pytest.approx(brier_score_loss(targets, probability, pos_label=1))
    points = reliability_points(targets, logits)
    share, mean = calibration_curve(targets, probability, n_bins=10)
    assert points["share"].tolist() == pytest.approx(share.tolist())
    assert points["probability"].tolist() == pytest.approx(mean.tolist())


@given(scored())
def test_bins_hold_every_picture_once(pictures: tuple[NDArray[np.int64], NDArray[np.float64]]) -> None:
    points = reliability_points(*pictures)
    assert points["pictures"].sum() == pictures[0].size
    assert (points["pictures"] * points["share"]).sum() == pytest.approx(pictures[0].sum())
    assert ((points["low"] <= points["share"]) & (points["share"] <= points["high"])).all()
    error = expected_calibration_error(*pictures)
    assert error is not None
    assert 0 <= error <= 1


def test_a_calibrated_detector_has_almost_no_error_and_an_overconfident_one_has() -> None:
    rng = np.random.default_rng(0)
    logits = rng.normal(size=100_000) * 2
    targets = (rng.random(100_000) < 1 / (1 + np.exp(-logits))).astype(np.int64)
    calibrated = expected_calibration_error(targets, logits)
    overconfident = expected_calibration_error(targets, 3 * logits)
    assert calibrated is not None
    assert overconfident is not None
    assert calibrated < 0.01
    assert overconfident > 0.08


def test_certainty_on_both_ends_has_a_bin() -> None:
    points = reliability_points(np.array([0, 1]), np.array([-1000.0, 1000.0]))
    assert points["probability"].tolist() == [0.0, 1.0]
    assert expected_calibration_error(np.array([0, 1]), np.array([-1000.0, 1000.0])) == 0.0


def test_no_picture_has_no_calibration() -> None:
    nothing = np.array([], dtype=np.int64), np.array([])
    assert brier(*nothing) is None
    assert expected_calibration_error(*nothing) is None
    assert reliability_points(*nothing).empty
    assert list(reliability_points(*nothing)) == list(reliability_points(TARGETS, LOGITS))


def test_the_scores_carry_them() -> None:
    found = measure(TARGETS, LOGITS, 0.5)
    assert (found.brier, found.ece) == (brier(TARGETS, LOGITS), expected_calibration_error(TARGETS, LOGITS))


def test_a_score_that_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="1 of 2 logits are not finite"):
        brier(np.array([0, 1]), np.array([0.0, np.nan]))
