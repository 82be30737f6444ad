from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from facevalue.common import images
from facevalue.external import overlap
from facevalue.external.overlap import Overlap
from facevalue.sampling import file_facts

LEARNT, TESTED = {"0.png", "1.png", "2.png"}, {"2.png", "3.png"}


def picture(number: int) -> Image.Image:
    """One that looks like no other."""
    coarse = np.random.default_rng(number).integers(0, 256, (8, 8, 3), dtype=np.uint8)
    return Image.fromarray(coarse).resize((96, 96), Image.Resampling.BICUBIC)


@pytest.fixture
def sampled(tmp_path: Path) -> pd.DataFrame:
    """The facts of `0.png` to `4.png`, of which no training drew the last."""
    found = {}
    for number in range(5):
        file = tmp_path / f"{number}.png"
        picture(number).save(file)
        found[file.name] = file_facts.facts_of(file, images.read(file))
    return file_facts.table(pd.Series(list(found)), found)


def find(folder: Path, sampled: pd.DataFrame, *names: str) -> Overlap:
    return overlap.find(folder, pd.Series(names, dtype=str), sampled, LEARNT, TESTED)


def test_the_same_files_are_found_under_other_names(tmp_path: Path, sampled: pd.DataFrame) -> None:
    (tmp_path / "theirs").mkdir()
    for number in range(5):
        (tmp_path / f"{number}.png").rename(tmp_path / f"theirs/{9 - number}.png")
    picture(5).save(tmp_path / "theirs/0.png")
    found = find(tmp_path / "theirs", sampled, *(f"{number}.png" for number in (9, 8, 7, 6, 5, 0)))
    assert found.known.tolist() == ["learnt", "learnt", "learnt", "tested", "", ""]  # where both, the worse
    assert found.to_metrics() == {"learnt": 3, "tested": 1}
    assert found.remarks == (
        "pictures that the networks learnt from, or near-duplicates of such, on which they do too well: 3 of 6, e.g. "
        "'9.png'",
        "pictures of the own test part, or near-duplicates of such, which are not from elsewhere: 1 of 6, e.g. '6.png'",
    )


def test_near_duplicates_are_found(tmp_path: Path, sampled: pd.DataFrame) -> None:
    picture(0).resize((64, 64)).save(tmp_path / "small.jpg", quality=40)
    picture(3).convert("L").save(tmp_path / "grey.png")
    assert find(tmp_path, sampled, "small.jpg", "grey.png").known.tolist() == ["learnt", "tested"]


def test_what_cannot_be_read_or_shows_nothing_is_like_nothing(tmp_path: Path, sampled: pd.DataFrame) -> None:
    Image.new("RGB", (8, 8)).save(tmp_path / "black.png")
    (tmp_path / "broken.png").write_bytes(b"")
    facts = file_facts.table(
        pd.Series(["0.png"]),
        {"0.png": file_facts.facts_of(tmp_path / "black.png", np.zeros((8, 8, 3), np.uint8))},
    )
    found = find(tmp_path, pd.concat([sampled, facts]), "black.png", "broken.png", "0.png")
    assert found.known.tolist() == ["", "", "learnt"]


def test_an_empty_set_has_nothing_in_common(tmp_path: Path, sampled: pd.DataFrame) -> None:
    found = find(tmp_path, sampled)
    assert (found.to_metrics(), found.remarks) == ({"learnt": 0, "tested": 0}, ())
