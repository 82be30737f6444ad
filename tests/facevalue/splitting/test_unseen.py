from collections.abc import Iterable

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


def kinds_of(pictures: pd.DataFrame, trainings: Iterable[pd.Series]) -> list[unseen.Kind]:
    """Where every picture has a face."""
    return unseen.kinds(pictures, trainings, pd.Series(True, pictures.index))


@given(st.integers(0, 1000))
@settings_of(max_examples=15, deadline=None)
def test_a_kind_is_gone_from_what_is_learnt_and_the_test_part_is_whole(seed: int) -> None:
    pictures = faked_in_every_way()
    parts = divided(pictures, (seed, seed + 1))
    kinds = kinds_of(pictures, parts.values())
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
    kinds = kinds_of(pictures, parts.values())
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
    found = kinds_of(few, [parts[few.index]])
    assert [kind.folder for kind in found] == ["kind_01", "", "kind_02"]
    assert found[1].reason == "4 of its fakes with a face are in the test part, 5 are wanted"
    assert unseen.describe(found, 1).endswith(
        "; 'Face2Face' is not: 4 of its fakes with a face are in the test part, 5 are wanted"
    )
    alone = pictures.copy()
    alone.loc[tested & (pictures["kind"] == "FaceSwap"), "group"] = "one"
    assert kinds_of(alone, [parts])[2].reason == "its fakes in the test part are of one group"


def test_a_kind_without_which_a_part_has_no_fakes_is_not_left_out() -> None:
    pictures = faked_in_every_way(kinds=("Deepfakes", "FaceSwap"))
    (parts,) = divided(pictures).values()
    rare = pictures[(pictures["kind"] != "FaceSwap") | parts.isin(["train", "test"])]
    found = kinds_of(rare, [parts[rare.index]])
    assert [kind.reason for kind in found] == ["without it no fakes with a face are left in val", ""]
    two_few = rare.drop(index=rare.index[(rare["kind"] == "FaceSwap") & (parts[rare.index] == "test")][:2])
    with pytest.raises(SplitError, match=r"no kind of fakes can .*'Deepfakes': .* in val; 'FaceSwap': 4 of"):
        kinds_of(two_few, [parts[two_few.index]])


def test_a_kind_that_no_network_learns_from_is_not_left_out() -> None:
    """Its networks would be the ordinary ones, and none would have seen it."""
    pictures = faked_in_every_way()
    (parts,) = divided(pictures).values()
    official = pictures[(pictures["kind"] != "FaceSwap") | (parts == "test")]
    found = kinds_of(official, [parts[official.index]])
    assert [kind.reason for kind in found] == ["", "", "none of its fakes with a face are learnt from anyway"]


def test_what_has_no_face_is_neither_learnt_from_nor_tested() -> None:
    """By Method 2: without a kind, what is left must have faces too, and so must the kind's own test fakes."""
    pictures = faked_in_every_way(kinds=("Deepfakes", "FaceSwap", "Masks"))
    (parts,) = divided(pictures).values()
    of = {kind: pictures["kind"] == kind for kind in ("Deepfakes", "FaceSwap", "Masks")}
    hidden = of["Masks"] | (of["FaceSwap"] & (parts == "val"))
    found = unseen.kinds(pictures, [parts], ~hidden)
    assert [(kind.kind, kind.fakes, kind.reason) for kind in found] == [
        ("Deepfakes", 6, "without it no fakes with a face are left in val"),
        ("FaceSwap", 6, ""),
        ("Masks", 0, "0 of its fakes with a face are in the test part, 5 are wanted"),
    ]


def test_kinds_whose_names_differ_in_case_alone_are_pointed_at() -> None:
    pictures = faked_in_every_way(kinds=("Deepfakes", "deepfakes", "FaceSwap"))
    said = unseen.describe(kinds_of(pictures, divided(pictures).values()), 1)
    assert said.endswith("; 'Deepfakes' and 'deepfakes' count as two kinds")


def test_one_kind_alone_cannot_be_left_out() -> None:
    pictures = faked_in_every_way(kinds=("Deepfakes",))
    with pytest.raises(SplitError, match=r"\('Deepfakes': it is the only kind\)\. Set split\.unseen to none"):
        kinds_of(pictures, divided(pictures).values())


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
