import numpy as np
import pandas as pd
import pytest

from facevalue.evaluating.pairing import pair


@pytest.fixture
def full() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "picture": ["fake/2.jpg", "real/1.jpg", "fake/1.jpg", "real/2.jpg"],
            "label": ["fake", "real", "fake", "real"],
            "kind": ["synthesis", "real", "attribute", "real"],
            "group": ["a", "b", "a", "c"],
            "logit": [2.0, -1.0, 1.0, -2.0],
        }
    )


@pytest.fixture
def crop(full: pd.DataFrame) -> pd.DataFrame:
    seen = full[full["picture"] != "fake/2.jpg"].copy()
    return seen.assign(logit=seen["logit"] * 10, face_share=[0.1, 0.2, 0.3], confidence=[0.97, 0.98, 0.99])


def test_only_pictures_that_both_see_in_key_order(full: pd.DataFrame, crop: pd.DataFrame) -> None:
    paired = pair(full, crop)
    assert " ".join(paired.columns) == "picture label kind group logit_full logit_crop face_share confidence"
    assert paired["picture"].tolist() == ["fake/1.jpg", "real/1.jpg", "real/2.jpg"]
    assert paired["label"].tolist() == ["fake", "real", "real"]
    assert paired["kind"].tolist() == ["attribute", "real", "real"]
    assert paired["group"].tolist() == ["a", "b", "c"]
    assert paired["logit_full"].tolist() == [1.0, -1.0, -2.0]
    assert paired["logit_crop"].tolist() == [10.0, -10.0, -20.0]
    assert paired["face_share"].tolist() == [0.2, 0.1, 0.3]
    assert paired["confidence"].tolist() == [0.98, 0.97, 0.99]


def test_the_video_comes_along(full: pd.DataFrame, crop: pd.DataFrame) -> None:
    paired = pair(full.assign(video=["a", "b", "a", ""]), crop.assign(video=["b", "a", ""]))
    assert paired["video"].tolist() == ["a", "b", ""]
    with pytest.raises(ValueError, match="has another video"):
        pair(full.assign(video="a"), crop.assign(video=["a", "a", ""]))


def test_row_order_is_of_no_account(full: pd.DataFrame, crop: pd.DataFrame) -> None:
    shuffled = pair(full.sample(frac=1, random_state=1), crop.sample(frac=1, random_state=2))
    pd.testing.assert_frame_equal(shuffled, pair(full, crop))


def test_swapped_tables_swap_the_logits(full: pd.DataFrame, crop: pd.DataFrame) -> None:
    faces = crop[["face_share", "confidence"]]
    swapped = pair(crop, full.loc[crop.index].join(faces))
    swapped = swapped.rename(columns={"logit_full": "logit_crop", "logit_crop": "logit_full"})
    pd.testing.assert_frame_equal(swapped[pair(full, crop).columns], pair(full, crop))


@pytest.mark.parametrize("fact", ["label", "kind", "group"])
def test_methods_that_disagree_on_a_picture_are_refused(full: pd.DataFrame, crop: pd.DataFrame, fact: str) -> None:
    crop.loc[crop["picture"] == "real/1.jpg", fact] = "other"
    with pytest.raises(ValueError, match=f"'real/1.jpg' has another {fact}"):
        pair(full, crop)


def test_a_missing_group_agrees_with_a_missing_group(full: pd.DataFrame, crop: pd.DataFrame) -> None:
    full["group"] = crop["group"] = np.nan
    assert pair(full, crop)["group"].isna().all()


def test_no_common_picture_gives_no_row(full: pd.DataFrame, crop: pd.DataFrame) -> None:
    assert pair(full.iloc[:1], crop).empty
    assert list(pair(full.iloc[:1], crop)) == list(pair(full, crop))


def test_a_picture_scored_twice_is_refused(full: pd.DataFrame, crop: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match=r"'real/2\.jpg' stands there twice"):
        pair(full, pd.concat([crop, crop.tail(1)]))
