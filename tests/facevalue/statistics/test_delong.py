from random import Random

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from scipy.stats import norm
from sklearn.metrics import roc_auc_score

from facevalue.statistics.delong import Placements
from tests.two_methods import by_delong

Scored = tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]

# 41 patients with a poor and 72 with a good outcome, in the order of pROC's data set aSAH (Turck et al. 2010). The
# numbers are ranks that stand in the same order as wfns and s100b, ties included: worked out from the placements that
# pROC records in tests/testthat/helper-deLongPlacementsCpp-expected.R.
WFNS = """
117 94 128 140 140 140 140 94 140 94 37 94 140 128 128 94 140 140 140 94 140 94 140 94 128 140 128 128 37 128 128 94 94
140 140 94 94 140 140 140 140
37 37 37 37 140 37 94 94 37 94 94 37 37 37 94 37 94 37 37 117 128 37 128 37 140 140 37 37 94 128 37 37 94 94 37 94 37
94 94 37 37 37 37 94 37 94 37 37 117 94 128 94 37 128 37 37 140 128 94 94 37 37 37 117 37 94 94 128 128 37 37 37"""
S100B = """
81 63 103 78 130 144 140 26 123 50 26 128 126 139 144 118 144 144 144 26 144 120 0 50 116 144 118 144 38 118 81 63 74
116 144 88 144 121 144 144 130
81 88 63 10 134 111 63 63 10 38 10 50 74 26 111 26 74 81 111 10 103 88 125 50 142 134 103 26 129 134 74 38 50 38 10 81
63 88 96 10 10 50 10 50 38 103 50 38 123 74 119 26 63 121 26 10 117 127 63 96 38 88 63 26 10 111 96 134 111 96 142
139"""


def placements(pictures: Scored) -> list[NDArray[np.float64]]:
    targets, full, crop = pictures
    placed = Placements.of(targets, np.column_stack([full, crop]))
    return [placed.fakes.passed / len(placed.reals.passed), placed.reals.passed / len(placed.fakes.passed)]


def covariance(pictures: Scored) -> NDArray[np.float64]:
    """DeLong's own of both AUCs, (2, 2), from the placements."""
    return np.asarray(sum(np.cov(placed, rowvar=False) / len(placed) for placed in placements(pictures)))


def normal_test(pictures: Scored) -> tuple[float, float, float]:
    """DeLong's own z and 95 % interval, as R prints them."""
    (full, both), (_, crop) = covariance(pictures)
    error, value = (full + crop - 2 * both) ** 0.5, by_delong(*pictures).value
    reach = norm.isf(0.025) * error
    return value / error, value - reach, value + reach


@st.composite
def scored(draw: st.DrawFn) -> Scored:
    n = draw(st.integers(4, 24))
    targets = draw(arrays(np.int64, n, elements=st.integers(0, 1)))
    assume(2 <= targets.sum() <= n - 2)
    logits = arrays(np.float64, n, elements=st.integers(-5, 5).map(float))
    return targets, draw(logits), draw(logits)


def by_pairs(targets: NDArray[np.int64], logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """The kernel of every pair of fake and real, (m, n): 1, 0, or 1/2 for a tie."""
    fakes, reals = logits[targets == 1][:, None], logits[targets == 0]
    return np.asarray((fakes > reals) + 0.5 * (fakes == reals))


def test_agrees_with_r() -> None:
    # R: library(pROC); data(aSAH); roc.test(roc(aSAH$outcome, aSAH$wfns), roc(aSAH$outcome, aSAH$s100b)) has the AUCs,
    # statistic, p.value and conf.int below, as pROC's own test of roc.test expects them.
    targets = np.repeat([1, 0], [41, 72])
    wfns, s100b = (np.array(text.split(), dtype=np.float64) for text in (WFNS, S100B))
    found = by_delong(targets, s100b, wfns)
    z, low, high = normal_test((targets, s100b, wfns))
    assert found.second.value == pytest.approx(0.823678861788618, abs=1e-12)
    assert found.first.value == pytest.approx(0.731368563685637, abs=1e-12)
    assert z == pytest.approx(2.20898359144091, abs=1e-9)
    assert 2 * norm.sf(z) == pytest.approx(0.0271757822291882, abs=1e-11)
    assert (low, high) == pytest.approx((0.0104061769564846, 0.174214419249478), abs=1e-9)


def test_regularised_figures_on_the_same_data_are_a_little_more_careful() -> None:
    targets = np.repeat([1, 0], [41, 72])
    wfns, s100b = (np.array(text.split(), dtype=np.float64) for text in (WFNS, S100B))
    found = by_delong(targets, s100b, wfns)
    _, low, high = normal_test((targets, s100b, wfns))
    assert 0.0271757 < found.p_value < 0.05
    assert found.interval.low < low < high < found.interval.high
    assert found.interval.high - found.interval.low < 1.06 * (high - low)


@given(scored())
def test_agrees_with_all_pairs(pictures: Scored) -> None:
    targets, full, crop = pictures
    kernels = [by_pairs(targets, logits) for logits in (full, crop)]
    found = by_delong(*pictures)
    expected = sum(
        np.cov([kernel.mean(axis=axis) for kernel in kernels]) / kernels[0].shape[1 - axis] for axis in (0, 1)
    )
    assert covariance(pictures) == pytest.approx(expected, abs=1e-12)
    assert (found.first.value, found.second.value) == pytest.approx([kernel.mean() for kernel in kernels], abs=1e-12)
    assert found.first.value == pytest.approx(roc_auc_score(targets, full), abs=1e-12)
    of_fakes, of_reals = placements(pictures)
    assert of_fakes[:, 0] == pytest.approx(kernels[0].mean(axis=1))
    assert of_reals[:, 1] == pytest.approx(kernels[1].mean(axis=0))


@given(scored())
def test_standard_error_by_its_formula(pictures: Scored) -> None:
    of_fakes, of_reals = (placed[:, 1] - placed[:, 0] for placed in placements(pictures))
    variance = sum((((d - d.mean()) ** 2).sum() + 1 / 6) / d.size**2 for d in (of_fakes, of_reals))
    assert by_delong(*pictures).standard_error == pytest.approx(variance**0.5)


@given(scored())
def test_swapping_the_methods_negates_the_difference_and_keeps_the_p_value(pictures: Scored) -> None:
    targets, full, crop = pictures
    found, swapped = by_delong(targets, full, crop), by_delong(targets, crop, full)
    assert swapped.value == -found.value
    assert swapped.p_value == found.p_value
    assert swapped.interval == pytest.approx((-found.interval.high, -found.interval.low), abs=1e-12)
    assert (swapped.first.interval, swapped.second.interval) == (found.second.interval, found.first.interval)


@given(scored(), st.randoms(use_true_random=False))
def test_row_order_is_of_no_account(pictures: Scored, random: Random) -> None:
    targets, full, crop = pictures
    order = np.array(random.sample(range(targets.size), targets.size))
    found, other = by_delong(targets, full, crop), by_delong(targets[order], full[order], crop[order])
    assert other.value == pytest.approx(found.value, abs=1e-12)
    assert other.p_value == pytest.approx(found.p_value, abs=1e-9)


@given(scored())
def test_flipped_labels_and_negated_logits_change_nothing(pictures: Scored) -> None:
    targets, full, crop = pictures
    found, mirrored = by_delong(targets, full, crop), by_delong(1 - targets, -full, -crop)
    assert mirrored.value == pytest.approx(found.value, abs=1e-12)
    assert mirrored.p_value == pytest.approx(found.p_value, abs=1e-9)


@given(scored())
def test_interval_and_p_value_never_disagree(pictures: Scored) -> None:
    found = by_delong(*pictures)
    assert -1 <= found.interval.low <= found.value <= found.interval.high <= 1
    assert 0 <= found.p_value <= 1
    assert (found.p_value < 0.05) == (found.interval.low > 0 or found.interval.high < 0)
    for auc, own in ((found.first.value, found.first.interval), (found.second.value, found.second.interval)):
        assert 0 <= own.low <= auc <= own.high <= 1
        assert own.low < own.high


def test_two_perfect_methods_are_equal_but_not_known_to_be() -> None:
    targets = np.repeat([0, 1], [8, 7])
    found = by_delong(targets, targets * 1.0, targets * 5.0)
    assert (found.first.value, found.second.value, found.value, found.p_value) == (1.0, 1.0, 0.0, 1.0)
    assert found.interval.low == -found.interval.high
    assert 0.1 < found.interval.high < 0.3
    assert found.first.interval.high == 1.0
    assert found.first.interval.low < 0.9


def test_scores_that_are_all_equal_are_chance() -> None:
    found = by_delong(np.array([0, 0, 1, 1]), np.zeros(4), np.zeros(4))
    assert (found.first.value, found.second.value, found.p_value) == (0.5, 0.5, 1.0)


def test_one_picture_of_a_class_has_an_interval() -> None:
    found = by_delong(np.array([0, 0, 0, 1]), np.array([0.0, 1, 2, 3]), np.array([0.0, 1, 3, 2]))
    assert found.value == pytest.approx(-1 / 3)
    assert found.interval.low == -1.0
    assert found.p_value > 0.05


def test_on_many_pictures_it_is_delongs_normal_test() -> None:
    rng = np.random.default_rng(0)
    targets = np.repeat([0, 1], 20_000)
    shared = rng.normal(size=40_000)
    full, crop = (targets + shared + rng.normal(size=40_000) for _ in range(2))
    found, (z, low, high) = by_delong(targets, full, crop), normal_test((targets, full, crop))
    assert found.p_value == pytest.approx(2 * norm.sf(abs(z)), rel=1e-3)
    assert found.interval == pytest.approx((low, high), abs=1e-6)


@pytest.mark.parametrize(
    ("targets", "full", "message"),
    [
        ([1, 1, 1], [0.0, 1.0, 2.0], "an AUC needs both classes"),
        ([0, 1, 1], [0.0, np.nan, 2.0], "1 of 3 logits are not finite"),
        ([], [], "an AUC needs both classes"),
    ],
)
def test_what_cannot_be_compared_is_said(targets: list[int], full: list[float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        by_delong(np.array(targets, dtype=np.int64), np.array(full), np.zeros(len(full)))
