import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as settings_of
from hypothesis import strategies as st
from pydantic import ValidationError

from facevalue.common.errors import SplitError
from facevalue.splitting import assign, unseen
from facevalue.splitting.params import SplitParams


def faked_in_every_way(
    identities: int = 20, kinds: tuple[str, ...] = ("Deepfakes", "Face2Face", "FaceSwap")
) -> pd.DataFrame:
    """As in FaceForensics++: of every identity a real picture and a fake of every kind, all in one group."""
    rows = [
        (f"{kind}/{identity:03}.png", "real" if kind == "original" else "fake", kind, f"id{identity:03}")
        for identity in range(identities)
        for kind in ("original", *kinds)
    ]
    return pd.DataFrame(rows, columns=["path", "label", "kind", "group"])


def divided(pictures: pd.DataFrame, seeds: tuple[int, ...] = (0,)) -> dict[str, pd.Series]:
    found = assign.assign_repeatedly(pictures, 0.2, 0.3, seeds)
    return {f"repeat_{number:02}" if len(seeds) > 1 else ".": parts for number, parts in enumerate(found, 1)}


@given(st.integers(0, 1000))
@settings_of(max_examples=15, deadline=None)
def test_a_kind_is_gone_from_what_is_learnt_and_the_test_part_is_whole(seed: int) -> None:
    pictures = faked_in_every_way()
    parts = divided(pictures, (seed, seed + 1))
    kinds = unseen.kinds(pictures, parts.values())
    found = unseen.trainings(pictures, kinds, parts)
    assert list(found) == [f"kind_{kind:02}/repeat_{repeat:02}" for kind in (1, 2, 3) for repeat in (1, 2)]
    for folder, without in found.items():
        kind = {each.folder: each.kind for each in kinds}[folder.split("/")[0]]
        seen = parts[folder.split("/")[1]]
        of_kind = pictures["kind"] == kind
        assert set(without[of_kind]) <= {"test", ""}
        pd.testing.assert_series_equal(without[~of_kind], seen[~of_kind])
        assert (without[seen == "test"] == "test").all()


def test_one_training_of_a_kind_lies_in_the_kinds_own_folder() -> None:
    pictures = faked_in_every_way()
    parts = divided(pictures)
    kinds = unseen.kinds(pictures, parts.values())
    assert list(unseen.trainings(pictures, kinds, parts)) == ["kind_01", "kind_02", "kind_03"]
    assert [(kind.kind, kind.fakes, kind.reason) for kind in kinds] == [
        ("Deepfakes", 6, ""), ("Face2Face", 6, ""), ("FaceSwap", 6, ""),
    ]  # fmt: skip
    assert unseen.describe(kinds, 5) == "3 kinds are left out in turn, 15 further trainings of each method"


def test_a_real_picture_whose_kind_is_called_as_a_fakes_stays() -> None:
    pictures = faked_in_every_way()
    pictures.loc[pictures["label"] == "real", "kind"] = "FaceSwap"
    (parts,) = divided(pictures).values()
    without = unseen.without(pictures, "FaceSwap", parts)
    real = pictures["label"] == "real"
    assert without[real].equals(parts[real])
    assert set(without[~real & (pictures["kind"] == "FaceSwap")]) == {"test", ""}


def test_kinds_that_cannot_be_left_out_are_named_with_their_reason() -> None:
    pictures = faked_in_every_way()
    (parts,) = divided(pictures).values()
    tested = parts == "test"
    few = pictures.drop(index=pictures.index[tested & (pictures["kind"] == "Face2Face")][:2])
    found = unseen.kinds(few, [parts[few.index]])
    assert [kind.folder for kind in found] == ["kind_01", "", "kind_02"]
    assert found[1].reason == "4 of its fakes are in the test part, 5 are wanted"
    assert unseen.describe(found, 1).endswith("; 'Face2Face' is not: 4 of its fakes are in the test part, 5 are wanted")
    alone = pictures.copy()
    alone.loc[tested & (pictures["kind"] == "FaceSwap"), "group"] = "one"
    assert unseen.kinds(alone, [parts])[2].reason == "its fakes in the test part are of one group"


def test_a_kind_without_which_a_part_has_no_fakes_is_not_left_out() -> None:
    pictures = faked_in_every_way(kinds=("Deepfakes", "FaceSwap"))
    (parts,) = divided(pictures).values()
    rare = pictures[(pictures["kind"] != "FaceSwap") | parts.isin(["train", "test"])]
    found = unseen.kinds(rare, [parts[rare.index]])
    assert [kind.reason for kind in found] == ["without it no fakes are left in val", ""]
    two_few = rare.drop(index=rare.index[(rare["kind"] == "FaceSwap") & (parts[rare.index] == "test")][:2])
    with pytest.raises(SplitError, match=r"no kind of fakes can .*'Deepfakes': .* in val; 'FaceSwap': 4 of"):
        unseen.kinds(two_few, [parts[two_few.index]])


def test_a_kind_that_no_network_learns_from_is_not_left_out() -> None:
    """Its networks would be the ordinary ones, and none would have seen it."""
    pictures = faked_in_every_way()
    (parts,) = divided(pictures).values()
    official = pictures[(pictures["kind"] != "FaceSwap") | (parts == "test")]
    found = unseen.kinds(official, [parts[official.index]])
    assert [kind.reason for kind in found] == ["", "", "none of its fakes are learnt from anyway"]


def test_one_kind_alone_cannot_be_left_out() -> None:
    pictures = faked_in_every_way(kinds=("Deepfakes",))
    with pytest.raises(
        SplitError, match=r"\('Deepfakes': without it no fakes are left\)\. Sample more, or set split\."
    ):
        unseen.kinds(pictures, divided(pictures).values())


def test_nothing_is_said_where_nothing_is_left_out() -> None:
    assert unseen.describe([], 5) == ""
    assert unseen.table([]).columns.tolist() == ["folder", "kind", "fakes", "reason"]


def test_folds_and_kinds_exclude_each_other() -> None:
    given = {
        "val": 0.2, "test": 0.3, "folds": 3, "repeats": 1, "official": "auto", "seed": 0, "swaps": "join",
        "near_duplicates": "join", "unseen": "by_kind",
    }  # fmt: skip
    with pytest.raises(ValidationError, match=r"split\.unseen is by_kind, and split\.folds is 3"):
        SplitParams.model_validate(given)
    assert SplitParams.model_validate({**given, "folds": 1}).unseen == "by_kind"
