"""Obuchowski and Rockette's analysis, against the radiology that it comes from."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from scipy.stats import f as fisher

from facevalue.statistics import jackknife
from facevalue.statistics.delong import Placements
from facevalue.statistics.resampling import Groups
from facevalue.statistics.trainings import Trainings, of_accuracies, of_aucs

VAN_DYKE = Path(__file__).parents[4] / "shared/statistics/vandyke.csv"
READERS, PATIENTS = 5, 114


def simulated(
    pictures: int, trainings: int, seed: int = 0, apart: tuple[float, float] = (1.0, 1.0), scatter: float = 0.3
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Targets (n,) and logits (n, 2, r): effects of the picture, of picture and method, of each score alone."""
    rng = np.random.default_rng(seed)
    targets = np.arange(pictures) % 2
    effects = sum(rng.normal(size=(pictures, *shape)) for shape in ((1, 1), (2, 1), (2, trainings)))
    means = np.array(apart)[:, None] + scatter * rng.normal(size=(2, trainings))
    return targets, effects / 3**0.5 + (targets - 0.5)[:, None, None] * means


@pytest.fixture(scope="module")
def van_dyke() -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Whether 114 patients had an aortic dissection, and what 5 readers thought in 2 kinds of pictures (n, 2, 5)."""
    if not VAN_DYKE.exists():
        pytest.skip("Van Dyke's data are not ours to publish")
    table = pd.read_csv(VAN_DYKE).sort_values(["case", "treatment", "reader"])
    ratings = table["rating"].to_numpy(dtype=np.float64).reshape(PATIENTS, 2, READERS)
    return table["positive"].to_numpy(dtype=np.int64)[:: 2 * READERS], ratings


def plain(measured: Trainings) -> tuple[float, float, float]:
    """F, degrees of freedom and p of the second method against the first, without what is added for few pictures."""
    found = Trainings(measured.values, measured.covariance).difference(0, 1)
    statistic = (found.value / found.standard_error) ** 2
    return statistic, found.degrees_of_freedom, float(fisher.sf(statistic, 1, found.degrees_of_freedom))


def test_delong_on_van_dykes_data(van_dyke: tuple[NDArray[np.int64], NDArray[np.float64]]) -> None:
    # Hillis 2007's formulas on DeLong's covariance; the numbers to six digits.
    targets, ratings = van_dyke
    measured = of_aucs(targets, ratings, np.arange(PATIENTS))
    assert measured.values[0] == pytest.approx([0.91964573, 0.85877617, 0.90386473, 0.97310789, 0.82979066], abs=1e-8)
    assert measured.values[1] == pytest.approx([0.94782609, 0.90531401, 0.92173913, 0.99935588, 0.92995169], abs=1e-8)
    expected = (0.0007921325, 0.0003420090, 0.0003395265, 0.0002358497)
    assert measured.components(0, 1) == pytest.approx(expected, rel=1e-6)
    found = Trainings(measured.values, measured.covariance).difference(1, 0)
    assert found.value == pytest.approx(-0.04380032, rel=1e-6)
    assert found.standard_error == pytest.approx(0.0206825, rel=1e-5)
    assert found.interval == pytest.approx((-0.0878672, 0.0002666), abs=1e-6)
    assert plain(measured) == pytest.approx((4.484854, 15.06611, 0.0512330), rel=1e-6)


def test_the_jackknife_on_van_dykes_data(van_dyke: tuple[NDArray[np.int64], NDArray[np.float64]]) -> None:
    # Published for Iowa's MRMC software: F 4.46, 15.26 degrees of freedom, p .0517, interval -.08796 to +.00036.
    targets, ratings = van_dyke
    columns = ratings.reshape(PATIENTS, -1)
    placed, groups = Placements.of(targets, columns), Groups.of(np.arange(PATIENTS), targets)
    left_out = jackknife.aucs_without(placed, targets, columns, np.zeros(columns.shape, np.int64), groups)
    aucs = placed.aucs.reshape(2, READERS)
    measured = Trainings(aucs, jackknife.covariance(left_out).reshape(2, READERS, 2, READERS))
    statistic, freedom, p_value = plain(measured)
    assert [statistic, freedom] == pytest.approx([4.46, 15.26], abs=0.005)
    assert p_value == pytest.approx(0.0517, rel=0.01)
    assert measured.difference(1, 0).interval == pytest.approx((-0.08796, 0.00036), abs=1e-5)


def test_swapping_methods_negates_and_orders_are_of_no_account() -> None:
    targets, logits = simulated(60, 5)
    groups = np.arange(60) // 3
    chance = np.random.default_rng(1)
    rows, trainings = chance.permutation(60), chance.permutation(5)
    correct = (logits > 0) == (targets == 1)[:, None, None]
    for measured, permuted in (
        (of_aucs(targets, logits, groups), of_aucs(targets[rows], logits[rows][:, :, trainings], groups[rows])),
        (
            of_accuracies(targets, correct, groups),
            of_accuracies(targets[rows], correct[rows][:, :, trainings], groups[rows]),
        ),
    ):
        there, back = measured.compare(0, 1), measured.compare(1, 0)
        assert (back.value, back.p_value) == pytest.approx((-there.value, there.p_value), rel=1e-9)
        again = permuted.compare(0, 1)
        assert (again.value, again.p_value, *again.interval) == pytest.approx(
            (there.value, there.p_value, *there.interval), rel=1e-9, abs=1e-12
        )


@pytest.mark.parametrize("groups", [np.arange(16), np.arange(16) // 2])
def test_what_has_no_scatter_has_an_interval_all_the_same(groups: NDArray[np.int64]) -> None:
    targets = np.arange(16) // 2 % 2
    perfect = np.broadcast_to(targets[:, None, None] * 2.0, (16, 2, 3))
    measured = of_aucs(targets, perfect, groups)
    found = measured.compare(0, 1)
    assert (found.value, found.p_value, found.first.value) == (0, 1, 1)
    assert found.interval.low < 0 < found.interval.high
    assert found.first.interval.low < 1 == found.first.interval.high
    assert (measured.scatter(0), measured.scatter_of_difference(0, 1), measured.wins(0, 1)) == (0, 0, None)


def test_a_training_that_gives_one_score_to_all_counts_as_chance() -> None:
    targets, logits = simulated(40, 5, apart=(3.0, 3.0))
    logits[:, 1, 2] = 0.7
    measured = of_aucs(targets, logits, np.arange(40))
    assert measured.values[1, 2] == 0.5
    assert measured.compare(0, 1).interval.low < 0


def test_new_pairs_of_trainings_are_foretold_from_five_on() -> None:
    targets, logits = simulated(2000, 40, apart=(1.0, 1.4), scatter=0.4)
    measured = of_aucs(targets, logits, np.arange(2000))
    full, crop = measured.values
    share = float((crop[:, None] > full).mean())  # all pairs: methods share no scatter here
    assert measured.wins(0, 1) == pytest.approx(share, abs=0.05)
    few = of_aucs(targets, logits[:, :, :4], np.arange(2000))
    assert few.wins(0, 1) is None


def rejected(trainings: int, share: float, draws: int = 2000) -> float:
    """How often equal methods are told apart where trainings make such a share of the difference's variance."""
    rng = np.random.default_rng(trainings)
    covariance = np.zeros((2, trainings, 2, trainings))
    for method in (0, 1):  # pictures make the same of all trainings of a method
        covariance[method, :, method, :] = (1 - share) / 2
    found = 0
    for _ in range(draws):
        values = rng.normal(size=(2, trainings)) * (share * trainings / 2) ** 0.5
        values += rng.normal(size=(2, 1)) * ((1 - share) / 2) ** 0.5
        found += Trainings(values / 100, covariance / 1e4).difference(0, 1).p_value < 0.05
    return found / draws


@pytest.mark.parametrize("trainings", [2, 3, 4, 5])
@pytest.mark.parametrize("share", [0.3, 0.9])
def test_equal_methods_are_told_apart_in_one_study_of_twenty_at_most(trainings: int, share: float) -> None:
    # Hillis' degrees of freedom alone gave 12.6 % of 2 trainings and 7.8 % of 3, where these make nine tenths.
    assert 0.01 <= rejected(trainings, share) <= 0.06 + 2 * (0.06 * 0.94 / 2000) ** 0.5
