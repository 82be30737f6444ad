from itertools import chain
from pathlib import Path

import pytest

from facevalue.common import trainings


@pytest.mark.parametrize("repeats", [1, 3, 12])
@pytest.mark.parametrize("folds", [1, 2, 11])
def test_what_was_named_is_found_in_its_order(tmp_path: Path, repeats: int, folds: int) -> None:
    named = trainings.names(repeats, folds)
    for name in reversed(list(chain.from_iterable(named))):
        (tmp_path / name).mkdir(parents=True, exist_ok=True)
    (tmp_path / "plots").mkdir()  # the mean of their curves lies beside them
    assert trainings.found(tmp_path) == [[tmp_path / name for name in repeat] for repeat in named]
    assert (len(named), {len(repeat) for repeat in named}) == (repeats, {folds})


def test_one_of_either_has_no_folder_of_its_own() -> None:
    assert trainings.names(1, 1) == [["."]]
    assert trainings.names(2, 1) == [["repeat_01"], ["repeat_02"]]
    assert trainings.names(1, 2) == [["fold_01", "fold_02"]]
    assert trainings.names(2, 2)[1] == ["repeat_02/fold_01", "repeat_02/fold_02"]


def test_seeds_differ_and_the_first_is_the_one_that_was_given() -> None:
    seeds = [trainings.seed(7, repeat) for repeat in range(50)]
    assert seeds[0] == 7
    assert len(set(seeds)) == 50
    assert set(seeds[1:]).isdisjoint(trainings.seed(8, repeat) for repeat in range(50))
    assert all(0 <= seed < 2**32 for seed in seeds)
