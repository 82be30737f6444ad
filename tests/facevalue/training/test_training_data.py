import errno
import os
from collections import Counter
from collections.abc import Callable
from itertools import chain
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from facevalue.common.errors import PictureError, TrainingError
from facevalue.model import pictures as reading
from facevalue.model.pictures import Pictures, cached
from facevalue.model.transforms import Preprocessing
from facevalue.training.augmentation import Augmentation
from facevalue.training.data import Draw, Draws, Examples, Shares, _leaves_one

PLAIN = Preprocessing((3, 32, 32), "bicubic", (0.5, 0.5, 0.5), (0.2, 0.2, 0.2), 1.0, "border")


@given(st.integers(1, 50), st.integers(1, 12), st.integers(1, 4), st.integers(0, 3))
def test_devices_share_the_batches_of_one(pictures: int, batch_size: int, ranks: int, epoch: int) -> None:
    def batches(rank: int, ranks: int) -> list[list[Draw]]:
        shares = Shares(Draws(pictures, 5), batch_size, rank, ranks)
        shares.sampler.set_epoch(epoch)
        drawn = list(shares)
        assert len(drawn) == len(shares)
        counted = [shares.sizes(index)[0] for index in range(len(drawn))]
        assert [len(batch) for batch in drawn] == [max(1, count) for count in counted]
        return [batch[:count] for batch, count in zip(drawn, counted, strict=True)]

    whole = batches(0, 1)
    parts = [batches(rank, ranks) for rank in range(ranks)]
    assert [sorted(chain(*shares)) for shares in zip(*parts, strict=True)] == [sorted(batch) for batch in whole]
    assert [Shares(Draws(pictures, 5), batch_size).sizes(i) for i in range(len(whole))] == [
        (len(batch), len(batch)) for batch in whole
    ]
    left = _leaves_one(pictures, batch_size)
    assert sorted(Counter(draw.row for batch in whole for draw in batch).values()) == [1] * (pictures - left)


def test_an_epoch_depends_on_seed_and_epoch_alone() -> None:
    draws, again, other = Draws(30, 1), Draws(30, 1), Draws(30, 2)
    first = list(draws)
    assert first == list(draws) == list(again) != list(other)
    draws.set_epoch(1)
    assert first != list(draws)
    assert len({draw.seed for draw in first}) == 30


@given(st.integers(1, 200), st.integers(1, 40))
def test_the_last_batch_is_dropped_only_when_it_is_one_picture(pictures: int, batch_size: int) -> None:
    left = pictures % batch_size if _leaves_one(pictures, batch_size) else 0
    assert left in (0, 1)
    assert pictures - left > 0
    if batch_size > 1 and pictures > 1:
        assert (pictures - left) % batch_size != 1


def test_caching_changes_no_pixel_and_respects_the_bound(
    root: Path, table: Callable[[int, int], pd.DataFrame], monkeypatch: pytest.MonkeyPatch
) -> None:
    pictures = Pictures(table(0, 20), root, PLAIN)
    kept = cached(pictures, progress=False)
    assert isinstance(kept, np.ndarray)
    assert kept.shape == (40, 32, 32, 3)
    assert all((kept[row] == pictures[row]).all() for row in range(40))
    monkeypatch.setattr(reading, "CACHE_BYTES", 40 * 32 * 32 * 3 - 1)
    on_disk = cached(pictures, progress=False)
    assert isinstance(on_disk, np.memmap)
    assert not Path(str(on_disk.filename)).exists()
    np.testing.assert_array_equal(on_disk, kept)


def test_a_disk_that_is_too_small_is_told_before_a_picture_is_read(
    root: Path, table: Callable[[int, int], pd.DataFrame], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "CACHE_BYTES", 0)
    monkeypatch.setattr(os, "posix_fallocate", full)
    monkeypatch.setattr(Pictures, "__getitem__", lambda *_: pytest.fail("read"))
    with pytest.raises(
        TrainingError, match=r"^40 pictures of 32 px take 0\.1 MB on the disk of '.*', which has .* MB free"
    ):
        cached(Pictures(table(0, 20), root, PLAIN), progress=False)


def full(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_fake_is_one(root: Path, table: Callable[[int, int], pd.DataFrame]) -> None:
    rows = table(0, 2)
    examples = Examples(Pictures(rows, root, PLAIN), rows["label"], Augmentation("none", 32))
    assert [float(examples[Draw(row, 0)][1]) for row in range(4)] == [0, 0, 1, 1]


def test_an_unreadable_picture_is_named(root: Path, table: Callable[[int, int], pd.DataFrame]) -> None:
    (root / "fake" / "1.png").write_bytes(b"")
    with pytest.raises(PictureError, match=r"fake/1\.png' cannot be read \(zero bytes\); run the stage"):
        cached(Pictures(table(0, 2), root, PLAIN), progress=False)
