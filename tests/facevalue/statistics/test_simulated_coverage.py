"""The full simulation is benchmarks/coverage.py; this is a reduced form of it."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from benchmarks.coverage import CASES, GROUPED, Case, draw, simulate, true_accuracy, true_auc

REPEATS = 400
SLACK = 0.033  # three standard errors of a share of 0.05 in 400 repeats
BY_NAME = {case.name: case for case in (*CASES, *GROUPED)}


@pytest.mark.parametrize("size", [15, 100])
@pytest.mark.parametrize(
    "name",
    [
        "equal, AUC 0.70, unrelated",
        "equal, AUC 0.86, tied",
        "equal, both perfect",
        "AUC 0.76 and 0.92",
        "AUC 0.76 and perfect, tied",
    ],
)
def test_single_pictures(name: str, size: int) -> None:
    found = simulate(BY_NAME[name], size, REPEATS)
    for covered in (found.auc_covered, found.accuracy_covered, found.own_auc_covered, found.own_accuracy_covered):
        assert covered >= 0.95 - SLACK
    if BY_NAME[name].no_difference:
        assert found.auc_rejected <= 0.05 + SLACK
        assert found.accuracy_rejected <= 0.05 + SLACK


@pytest.mark.parametrize("name", ["AUC 0.76 and 0.92", "AUC 0.76 and perfect"])
def test_intervals_are_not_wide_for_nothing(name: str) -> None:
    found = simulate(BY_NAME[name], 400, REPEATS)
    assert found.auc_covered <= 0.95 + SLACK
    assert found.accuracy_covered <= 0.95 + SLACK


@pytest.mark.parametrize("name", ["groups of 3, equal, AUC 0.70", "groups of 3, AUC 0.76 and perfect"])
def test_groups(name: str) -> None:
    found = simulate(BY_NAME[name], 99, 200, resamples=200)
    assert found.auc_covered >= 0.95 - 0.046
    assert found.accuracy_covered >= 0.95 - 0.046
    assert found.own_auc_covered >= 0.95 - 0.046
    assert found.own_accuracy_covered >= 0.95 - 0.046
    if BY_NAME[name].no_difference:
        assert found.auc_rejected <= 0.05 + 0.046


def test_the_simulation_knows_the_truth() -> None:
    assert true_auc(0.0, ties=False) == true_auc(0.0, ties=True) == pytest.approx(0.5)
    assert true_auc(1.5, ties=False) == pytest.approx(0.8556, abs=1e-4)  # Phi(1.5 / sqrt(2))
    assert true_auc(40.0, ties=True) == pytest.approx(1.0)
    assert true_accuracy(2.0, ties=False, share_fake=0.25) == pytest.approx(0.8413, abs=1e-4)  # Phi(1)


@pytest.mark.parametrize("case", [Case("", 1.0, 2.0, ties=True), Case("", 1.0, 2.0, group_size=3, mixed=True)])
def test_the_simulated_pictures_are_as_good_as_they_are_said_to_be(case: Case) -> None:
    sample = draw(case, 60_000, np.random.default_rng(0))
    for apart, scores in ((case.apart_full, sample.full), (case.apart_crop, sample.crop)):
        assert roc_auc_score(sample.targets, scores) == pytest.approx(true_auc(apart, case.ties), abs=0.008)
        right = ((scores >= 0) == (sample.targets == 1)).mean()
        assert right == pytest.approx(true_accuracy(apart, case.ties, 0.5), abs=0.008)
