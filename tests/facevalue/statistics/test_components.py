import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from facevalue.statistics.components import FEWEST_FOR_HILLIS, Components, freedom
from facevalue.statistics.intervals import quantile, satterthwaite


def test_components_are_the_means_of_their_entries() -> None:
    covariance = np.empty((2, 3, 2, 3))
    for place in np.ndindex(covariance.shape):
        same = place[0] == place[2], place[1] == place[3]
        covariance[place] = {(True, True): 4, (False, True): 3, (True, False): 2, (False, False): 1}[same]
    found = Components.of(covariance)
    assert found == (4, 3, 2, 1)
    assert found.within_training == 0


def test_one_method_has_no_other_and_one_training_no_second() -> None:
    assert Components.of(np.full((1, 2, 1, 2), 5.0)) == (5, 0, 5, 0)
    assert Components.of(np.full((2, 1, 2, 1), 5.0)) == (5, 5, 0, 0)


@given(st.floats(0.01, 100), st.floats(0.01, 100), st.integers(2, 12), st.floats(1, 1e4))
def test_few_trainings_are_judged_more_carefully(one: float, other: float, trainings: int, of_pictures: float) -> None:
    found, hillis = (
        freedom([one, other], trainings, of_pictures),
        satterthwaite([one, other], [trainings - 1, of_pictures]),
    )
    if trainings >= FEWEST_FOR_HILLIS:
        assert found == hillis
    else:
        assert quantile(found) >= quantile(hillis) * (1 - 1e-6)


def test_it_lies_between_its_parts() -> None:
    assert freedom([1.0, 0.0], 3, 50.0) == pytest.approx(2)
    assert freedom([0.0, 1.0], 3, 50.0) == pytest.approx(50)
