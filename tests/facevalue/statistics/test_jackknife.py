"""The covariance that leaves groups out, against leaving them out one by one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.metrics import roc_auc_score

from facevalue.statistics.delong import Placements
from facevalue.statistics.jackknife import aucs_without, covariance, means_without
from facevalue.statistics.resampling import Groups


@given(st.data())
def test_what_is_left_without_a_group_is_what_the_others_make(data: st.DataObject) -> None:
    n = data.draw(st.integers(6, 30))
    targets = np.concatenate([[0, 1, 0, 1], data.draw(arrays(np.int64, n - 4, elements=st.integers(0, 1)))])
    names = np.concatenate([[0, 0, 1, 1], data.draw(arrays(np.int64, n - 4, elements=st.integers(0, 4)))])
    logits = data.draw(arrays(np.float64, (n, 2), elements=st.integers(-3, 3).map(float)))
    groups = Groups.of(names, targets)
    kept = [groups.of_picture != group for group in range(groups.count)]
    left = [[roc_auc_score(targets[rows], column[rows]) for column in logits.T] for rows in kept]
    one = np.zeros(logits.shape, dtype=np.int64)
    found = aucs_without(Placements.of(targets, logits), targets, logits, one, groups)
    assert found == pytest.approx(np.array(left), abs=1e-12)
    means = [logits[rows].mean(axis=0) for rows in kept]
    assert means_without(logits, groups) == pytest.approx(np.array(means), abs=1e-12)


def test_one_picture_per_group_gives_the_variance_of_a_mean() -> None:
    values = np.random.default_rng(0).normal(size=(50, 3))
    groups = Groups.of(np.arange(50), np.arange(50) % 2)
    expected = np.cov(values, rowvar=False) / 50
    assert covariance(means_without(values, groups)) == pytest.approx(expected, rel=1e-12)


def test_with_folds_every_fold_is_made_anew() -> None:
    rng = np.random.default_rng(3)
    targets, names = np.arange(48) % 2, np.arange(48) // 3
    folds = np.column_stack([names % 3, names % 2])
    logits = rng.normal(size=(48, 2)) + targets[:, None]
    groups = Groups.of(names, targets)
    found = aucs_without(Placements.of(targets, logits, folds), targets, logits, folds, groups)
    for group in range(groups.count):
        kept = groups.of_picture != group
        again = Placements.of(targets[kept], logits[kept], folds[kept])
        assert found[group] == pytest.approx(again.aucs, abs=1e-12)
