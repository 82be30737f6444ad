from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import save_file

from facevalue.common.errors import TrainingError
from facevalue.model import reference
from facevalue.model.reference import Reference, some


def cloud(rows: int, seed: int, middle: float = 1.0) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """Features about a direction of their own."""
    directions = np.random.default_rng(7).normal(size=8) if middle == 1 else np.random.default_rng(8).normal(size=8)
    return np.asarray(directions + 0.3 * np.random.default_rng(seed).normal(size=(rows, 8)), np.float32)


def test_a_distance_is_that_to_the_fifth_nearest_by_angle() -> None:
    angles = np.radians([0, 10, 20, 30, 40, 90])
    learnt = np.column_stack([np.cos(angles), np.sin(angles)]).astype(np.float32) * 3  # length counts for nothing
    known = Reference.of(3, learnt, np.array([[0.0, 2.0]], np.float32))
    assert known.limit == pytest.approx(1 - np.cos(np.radians(80)), abs=1e-6)  # from 90 degrees: 0, 50, 60, 70, 80
    assert known.unlikeness(np.array([[5.0, 0.0]], np.float32)) * known.limit == pytest.approx(
        1 - np.cos(np.radians(40)), abs=1e-6
    )


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 2**32 - 1), st.integers(5, 200))
def test_of_the_watched_at_most_a_twentieth_is_unlike_and_of_another_kind_all_are(seed: int, watched: int) -> None:
    own = cloud(watched, seed)
    known = Reference.of(3, cloud(100, seed + 1), own)
    assert np.mean(known.unlikeness(own) > 1) <= 0.05
    assert (known.unlikeness(cloud(20, seed, middle=2)) > 1).all()


def test_new_pictures_of_the_same_kind_are_within_the_limit_as_often_as_it_promises() -> None:
    shares = [
        np.mean(Reference.of(3, cloud(60, 3 * seed), cloud(39, 3 * seed + 1)).unlikeness(cloud(50, 3 * seed + 2)) <= 1)
        for seed in range(200)
    ]
    assert 0.945 <= np.mean(shares) <= 0.97


def test_few_training_pictures_do() -> None:
    known = Reference.of(3, cloud(2, 0), cloud(1, 1))
    assert np.isfinite(known.unlikeness(cloud(3, 2))).all()
    same = Reference.of(3, cloud(1, 0), cloud(1, 0))
    assert same.limit > 0
    assert np.isfinite(same.unlikeness(np.zeros((1, 8), np.float32))).all()


@pytest.mark.parametrize(("rows", "kept"), [(1, 1), (3, 3), (500, 500), (501, 500), (100_000, 500)])
def test_so_many_are_kept_from_everywhere(rows: int, kept: int) -> None:
    chosen = some(rows)
    assert len(set(chosen.tolist())) == kept
    assert chosen[0] == 0
    assert chosen[-1] == rows - 1


def test_what_is_saved_comes_back_and_has_the_same_bytes(tmp_path: Path) -> None:
    known = Reference.of(3, cloud(30, 0), cloud(20, 1))
    known.save(tmp_path)
    content = (tmp_path / reference.FILE).read_bytes()
    back = Reference.load(tmp_path)
    assert back is not None
    assert back.layer == 3
    assert np.array_equal(back.unlikeness(cloud(5, 2)), known.unlikeness(cloud(5, 2)))
    back.save(tmp_path)
    assert (tmp_path / reference.FILE).read_bytes() == content


def test_a_network_without_one_has_none(tmp_path: Path) -> None:
    assert Reference.load(tmp_path) is None


GOOD = {"learnt": torch.ones(3, 8), "limit": torch.ones(1, dtype=torch.float64), "layer": torch.tensor([3])}


@pytest.mark.parametrize(
    "changed",
    [
        {"learnt": torch.ones(3, 2**15 + 1)},
        {"learnt": torch.ones(3)},
        {"learnt": torch.ones(0, 8)},
        {"learnt": torch.ones(reference.MOST + 1, 8)},
        {"learnt": torch.full((3, 8), float("nan"))},
        {"learnt": torch.ones(3, 8, dtype=torch.int64)},
        {"limit": torch.zeros(1)},
        {"limit": torch.full((1,), float("inf"))},
        {"limit": torch.ones(2)},
        {"limit": torch.tensor(1.0)},
        {"layer": torch.tensor([-1])},
        {"layer": torch.tensor([0.5])},
        {"layer": torch.tensor(3)},
    ],
)
def test_a_strangers_is_refused(tmp_path: Path, changed: dict[str, torch.Tensor]) -> None:
    save_file(GOOD, tmp_path / reference.FILE)
    assert Reference.load(tmp_path) is not None
    save_file({**GOOD, **changed}, tmp_path / reference.FILE)
    with pytest.raises(TrainingError, match=r"reference.safetensors: no reference of this pipeline \(.+\); train it"):
        Reference.load(tmp_path)


@pytest.mark.parametrize("content", [b"", b"\x00" * 100, b"\xff" * 8, b"\x02\x00\x00\x00\x00\x00\x00\x00{}"])
def test_a_damaged_one_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / reference.FILE).write_bytes(content)
    with pytest.raises(TrainingError, match="no reference of this pipeline"):
        Reference.load(tmp_path)
