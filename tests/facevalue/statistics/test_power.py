import math

import numpy as np
import pytest
from scipy.stats import norm

from facevalue.statistics.power import POWER, Foreseen


def foreseen(
    value: float = 0.05, of_trainings: float = 3e-4, of_both: float = 1e-3, of_pictures: float = 1e-3
) -> Foreseen:
    return Foreseen(value, 5, of_trainings, of_both, of_pictures, chance=0.0, freedom=98.0)


def test_power_grows_with_trainings_and_pictures_up_to_certainty() -> None:
    found = foreseen()
    by_trainings = [found.power(trainings) for trainings in (3, 5, 10, 100)]
    by_pictures = [found.power(5, times) for times in (1, 2, 10, 1000)]
    assert by_trainings == sorted(by_trainings)
    assert by_pictures == sorted(by_pictures)
    assert by_pictures[-1] > 0.95


def test_with_trainings_without_number_pictures_alone_decide() -> None:
    # Then the difference is normal with the pictures' variance, which its degrees of freedom hardly widen.
    found = Foreseen(0.1, 5, 1e-3, 1e-3, of_pictures=2e-3, chance=0.0, freedom=math.inf)
    ratio = 0.1 / 2e-3**0.5
    assert found.power(1e6) == pytest.approx(
        norm.sf(norm.isf(0.025) - ratio) + norm.sf(norm.isf(0.025) + ratio), abs=1e-3
    )


def test_what_is_needed_has_the_power_and_one_less_has_not() -> None:
    found = foreseen()
    times, trainings = found.pictures_needed, Foreseen(0.1, 3, 1e-2, 0.0, 1e-4, 0.0, 98.0).trainings_needed
    assert times
    assert trainings
    assert found.power(5, times) == pytest.approx(POWER, abs=0.002)
    powers = [Foreseen(0.1, 3, 1e-2, 0.0, 1e-4, 0.0, 98.0).power(number) for number in (trainings - 1, trainings)]
    assert powers[0] < POWER + 0.002 <= powers[1] + 0.004


def test_where_the_pictures_part_is_too_wide_no_number_of_trainings_would_do() -> None:
    assert foreseen(value=0.02, of_pictures=1e-2).trainings_needed is None
    assert foreseen(value=0.02, of_trainings=1e-2, of_pictures=0.0).pictures_needed is None


def test_without_any_variance_a_difference_is_certain() -> None:
    assert foreseen(0.1, 0.0, 0.0, 0.0).power(5) == 1
    assert foreseen(0.0, 0.0, 0.0, 0.0).power(5) == 0
    assert np.isfinite(foreseen(0.0).power(5))
