import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facevalue.common.catalogue import called, items
from facevalue.common.errors import PictureError, SourceError
from facevalue.sampling.draw import draw, drawing_order


def offered(real: int, **fakes: int) -> pd.DataFrame:
    rows = [("real", "real", i) for i in range(real)]
    rows += [("fake", kind, i) for kind, n in fakes.items() for i in range(n)]
    table = pd.DataFrame(rows, columns=["label", "kind", "n"])
    table["path"] = table["label"] + "/" + table["kind"] + "/" + table["n"].astype(str) + ".jpg"
    return table.assign(group=table["path"], part="", video="").drop(columns="n")


def anything(path: str) -> None:
    """Use every picture."""


def paths(table: pd.DataFrame, size: int, seed: int = 0) -> set[str]:
    return set(draw(table, size, seed, anything, "here").catalogue["path"])


@given(st.integers(0, 2**32 - 1), st.integers(1, 30), st.integers(1, 30))
@settings(max_examples=25)
def test_a_larger_sample_contains_the_smaller_one(seed: int, a: int, b: int) -> None:
    table = offered(30, swap=20, synthesis=7, edit=3)
    small, large = sorted((2 * a, 2 * b))
    assert paths(table, small, seed) <= paths(table, large, seed)


@given(st.integers(0, 100), st.integers(1, 60))
@settings(max_examples=25)
def test_every_kind_has_its_share_within_one_picture(seed: int, half: int) -> None:
    counts = {"swap": 60, "synthesis": 30, "edit": 10}
    drawn = draw(offered(100, **counts), 2 * half, seed, anything, "here").catalogue
    assert (drawn["label"] == "real").sum() == half
    for kind, n in counts.items():
        assert abs((drawn["kind"] == kind).sum() - half * n / 100) <= 1


def test_what_a_datasets_own_split_leaves_out_is_drawn_last() -> None:
    """FaceForensics++'s lists do not know the actors that lie beside its videos."""
    table = offered(40, swap=30, actors=60)
    listed = table["kind"].isin(["real", "swap"]) & ~table["path"].str.endswith("9.jpg")
    part = pd.Series(["train", "val", "test"] * 50)[: len(table)].where(listed, "")
    with_split = table.assign(part=part.to_numpy())
    drawn = draw(with_split, 54, 0, anything, "here").catalogue
    assert (drawn["part"] != "").all()
    assert set(drawn["part"]) == {"train", "val", "test"}
    more = draw(with_split, 60, 0, anything, "here").catalogue
    assert set(drawn["path"]) <= set(more["path"])
    assert (more["part"] == "").sum() == 3
    without_test = with_split.assign(part=with_split["part"].replace("test", ""))
    assert "actors" in set(draw(without_test, 54, 0, anything, "here").catalogue["kind"])


def test_the_seed_decides_and_nothing_else() -> None:
    table = offered(50, swap=50)
    assert paths(table, 20) == paths(table.sample(frac=1, random_state=1), 20)
    assert paths(table, 20, seed=0) != paths(table, 20, seed=1)


def test_every_picture_is_as_likely() -> None:
    table = offered(10, swap=10)
    hits = pd.Series(0, index=table["path"])
    for seed in range(400):
        hits[list(paths(table, 4, seed))] += 1
    # Binomial(400, 0.2): mean 80, standard deviation 8; five of them.
    assert hits.between(40, 120).all()


def test_an_unusable_picture_is_replaced_counted_and_named() -> None:
    table = offered(6, swap=6)
    broken = set(drawing_order(table, 0).query("label == 'real'")["path"].head(2))

    def use(path: str) -> None:
        if path in broken:
            raise PictureError("truncated JPG")

    sample = draw(table, 8, 0, use, "here")
    assert len(sample.catalogue) == 8
    assert not broken & set(sample.catalogue["path"])
    assert set(sample.left_out["path"]) == broken
    assert set(sample.left_out["reason"]) == {"truncated JPG"}
    assert "; 2 could not be read, e.g. 'real/real/" in sample.describe(table, "here")


def test_all_takes_every_usable_picture() -> None:
    table = offered(5, swap=3)
    sample = draw(table, "all", 0, anything, "here")
    assert sample.describe(table, "here") == "8 of 8 pictures in here (5 real, 3 fake)"


def test_too_few_pictures_are_counted_with_the_remedy() -> None:
    with pytest.raises(SourceError, match=r"sample.size is 10, but 'here' has only 3 fake .* at most 6"):
        draw(offered(5, swap=3), 10, 0, anything, "here")


def test_no_readable_picture_of_a_class_is_said() -> None:
    def use(path: str) -> None:
        if path.startswith("fake"):
            raise PictureError("zero bytes")

    with pytest.raises(
        SourceError, match=r"no fake pictures that can be read \(3 could not be read, e.g. .*zero bytes"
    ):
        draw(offered(5, swap=3), "all", 0, use, "here")


def test_every_part_of_the_datasets_own_split_has_its_share() -> None:
    table = offered(100, swap=60, synthesis=40)
    table["part"] = np.where(table.groupby("label").cumcount() % 10 < 7, "train", "test")
    table["part"] = table["part"].where(table.groupby("label").cumcount() % 10 > 0, "val")
    for size in (12, 20, 60):
        drawn = draw(table, size, 0, anything, "here").catalogue
        for label in ("real", "fake"):
            counts = drawn["part"][drawn["label"] == label].value_counts()
            for part, share in {"train": 0.6, "val": 0.1, "test": 0.3}.items():
                assert abs(counts.get(part, 0) - share * size / 2) <= 1
        assert abs((drawn["kind"] == "swap").sum() - 0.6 * size / 2) <= 2


def test_a_video_is_one_unit_whether_a_file_or_a_folder_of_frames() -> None:
    rows = [("a.jpg", ""), ("film.mp4", "film.mp4"), ("x/1.jpg", "x"), ("x/2.jpg", "x"), ("y/1.jpg", "y")]
    found = items(pd.DataFrame(rows, columns=["path", "video"]))
    assert found["path"].tolist() == ["a.jpg", "film.mp4", "x", "y"]
    assert [called(found), called(found[1:]), called(found[:1])] == ["pictures and videos", "videos", "pictures"]


def test_too_few_videos_are_called_videos() -> None:
    table = offered(5, swap=3).assign(video=lambda rows: rows["path"])
    with pytest.raises(SourceError, match="has only 3 fake videos that can be read"):
        draw(table, 10, 0, anything, "here")
