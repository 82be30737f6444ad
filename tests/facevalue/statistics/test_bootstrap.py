import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import ArrayLike, NDArray
from sklearn.metrics import roc_auc_score

from facevalue.statistics import bootstrap
from facevalue.statistics import resampling as grouping
from facevalue.statistics.bootstrap import RESAMPLES, grouped_accuracy, grouped_auc
from facevalue.statistics.delong import Placements
from facevalue.statistics.intervals import Difference
from facevalue.statistics.resampling import Groups
from tests.two_methods import by_delong

Sample = tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]


def sample(n: int, seed: int = 0) -> Sample:
    rng = np.random.default_rng(seed)
    targets = np.arange(n) % 2
    shared = rng.normal(size=n)
    full, crop = (targets * apart + shared + rng.normal(size=n) for apart in (1.0, 1.4))
    return targets, full.round(1), crop.round(1)


def compared(
    targets: NDArray[np.int64],
    full: NDArray[np.float64],
    crop: NDArray[np.float64],
    names: ArrayLike,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Difference:
    return grouped_auc(targets, np.column_stack([full, crop]), names, resamples, seed).compare(0, 1)


def accuracies(
    full: NDArray[np.bool_], crop: NDArray[np.bool_], targets: NDArray[np.int64], names: ArrayLike, resamples: int
) -> Difference:
    return grouped_accuracy(targets, np.column_stack([full, crop]), names, resamples).compare(0, 1)


def test_weights_count_pictures_as_often_as_they_say() -> None:
    targets, full, _ = sample(40)
    weights = np.random.default_rng(1).integers(0, 4, size=(5, 40))
    found = bootstrap._weighted_auc(targets, full, np.zeros(40, np.int64), np.arange(40))(weights.astype(float))
    expected = [roc_auc_score(np.repeat(targets, row), np.repeat(full, row)) for row in weights]
    assert found == pytest.approx(expected, abs=1e-12)


def test_one_picture_per_group_is_the_ordinary_bootstrap() -> None:
    targets, full, crop = sample(200)
    found, closed = compared(targets, full, crop, np.arange(200), resamples=4000), by_delong(targets, full, crop)
    assert found.value == pytest.approx(closed.value, abs=1e-12)
    assert found.standard_error == pytest.approx(closed.standard_error, rel=0.05)
    assert found.interval == pytest.approx(closed.interval, abs=0.01)
    assert found.first.interval == pytest.approx(closed.first.interval, abs=0.01)
    assert found.second.interval == pytest.approx(closed.second.interval, abs=0.01)


def test_agrees_with_the_closed_form_for_clusters() -> None:
    # Obuchowski 1997, Biometrics 53, 567-578: the variance is that of the groups' summed placements.
    targets, full, crop = sample(600)
    groups = np.arange(600) // 3
    placed = Placements.of(targets, np.column_stack([full, crop]))
    of_fakes, of_reals = (each[:, 1] - each[:, 0] for each in (placed.fakes.deviations, placed.reals.deviations))
    of_picture = np.empty(600)
    of_picture[targets == 1] = (of_fakes - of_fakes.mean()) / 300
    of_picture[targets == 0] = (of_reals - of_reals.mean()) / 300
    by_group = np.bincount(groups, of_picture)
    found = compared(targets, full, crop, groups, resamples=4000)
    assert found.standard_error == pytest.approx((by_group**2).sum() ** 0.5, rel=0.05)


def test_copies_of_a_picture_add_nothing() -> None:
    targets, full, crop = sample(100)
    names = np.arange(100)
    alone = compared(targets, full, crop, names)
    copies = np.repeat(targets, 5), np.repeat(full, 5), np.repeat(crop, 5)
    copied, naive = compared(*copies, np.repeat(names, 5)), by_delong(*copies)
    assert copied.value == pytest.approx(alone.value)
    assert copied.standard_error == pytest.approx(alone.standard_error, rel=0.02)
    assert naive.standard_error < 0.5 * copied.standard_error


@settings(max_examples=30)
@given(st.integers(0, 10_000), st.integers(6, 40), st.integers(1, 4))
def test_swap_and_row_order(seed: int, n: int, size: int) -> None:
    targets, full, crop = sample(n, seed)
    groups = np.array([f"person {index}" for index in np.arange(n) // size])
    found = compared(targets, full, crop, groups, resamples=50)
    swapped = compared(targets, crop, full, groups, resamples=50)
    assert swapped.value == -found.value
    assert swapped.p_value == found.p_value
    assert swapped.interval == (-found.interval.high, -found.interval.low)
    order = np.random.default_rng(seed).permutation(n)
    assert compared(targets[order], full[order], crop[order], groups[order], resamples=50) == found


@settings(max_examples=30)
@given(st.integers(0, 10_000), st.integers(2, 40), st.integers(1, 4))
def test_accuracy_swap_and_row_order(seed: int, n: int, size: int) -> None:
    rng = np.random.default_rng(seed)
    full, crop, targets, groups = rng.random(n) < 0.7, rng.random(n) < 0.8, np.arange(n) % 2, np.arange(n) // size
    found = accuracies(full, crop, targets, groups, resamples=50)
    swapped = accuracies(crop, full, targets, groups, resamples=50)
    assert found.value == pytest.approx(crop.mean() - full.mean(), abs=1e-12)
    assert (swapped.value, swapped.p_value) == (-found.value, found.p_value)
    order = rng.permutation(n)
    assert accuracies(full[order], crop[order], targets[order], groups[order], resamples=50) == found


def test_accuracy_agrees_with_the_formula_for_paired_shares() -> None:
    rng = np.random.default_rng(0)
    full, crop = rng.random(400) < 0.7, rng.random(400) < 0.8
    found = accuracies(full, crop, np.arange(400) % 2, np.arange(400), resamples=4000)
    apart = crop.astype(float) - full
    assert found.standard_error == pytest.approx((apart.var() / 400) ** 0.5, rel=0.05)


@pytest.mark.parametrize("size", [1, 3])
def test_every_resample_keeps_both_classes_and_every_group_whole(size: int) -> None:
    targets = np.array([0] * 12 + [1] * 3)
    names = np.arange(15) // size
    groups = Groups.of(names, targets)
    weights = np.concatenate(list(groups.draws(300, seed=0)))[:, groups.of_picture]
    assert weights.shape == (300, 15)
    assert (weights[:, targets == 1].sum(axis=1) > 0).all()
    assert (weights[:, targets == 0].sum(axis=1) > 0).all()
    for name in np.unique(names):
        inside = weights[:, names == name]
        assert (inside == inside[:, :1]).all()


def test_memory_is_bounded_by_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grouping, "_BLOCK", 100)
    shapes = [block.shape for block in Groups.of(np.arange(30) // 2, np.arange(30) % 2).draws(8, seed=0)]
    assert shapes == [(3, 15), (3, 15), (2, 15)]


def test_the_seed_decides() -> None:
    targets, full, crop = sample(60)
    groups = np.arange(60) // 2
    one, again = (compared(targets, full, crop, groups, 200, seed=1) for _ in range(2))
    assert one == again
    assert one != compared(targets, full, crop, groups, 200, seed=2)


def test_few_groups_and_perfect_methods_still_have_a_width() -> None:
    targets = np.array([0, 0, 1, 1])
    found = compared(targets, targets * 1.0, targets * 2.0, np.array(["a", "a", "b", "b"]), 100)
    assert (found.value, found.p_value) == (0.0, 1.0)
    assert found.interval == (-1.0, 1.0)


def test_one_class_is_refused() -> None:
    with pytest.raises(ValueError, match="an AUC needs both classes"):
        compared(np.ones(3, dtype=np.int64), np.arange(3.0), np.arange(3.0), np.arange(3))
