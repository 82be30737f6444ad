import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as settings_of
from hypothesis import strategies as st
from pydantic import ValidationError

from facevalue.common.catalogue import PARTS
from facevalue.common.errors import SplitError
from facevalue.splitting import assign, official
from facevalue.splitting.division import Division, divide
from facevalue.splitting.params import SplitParams


def settings(official: object = "auto", folds: int = 1, **others: object) -> SplitParams:
    given = {"val": 0.2, "test": 0.3, "folds": folds, "repeats": 1, "official": official, "seed": 0}
    return SplitParams.model_validate({**given, "swaps": "join", "near_duplicates": "join", "unseen": "none", **others})


def sampled(crossing: int = 0, own: bool = True) -> pd.DataFrame:
    """Twenty identities, each with two pictures of each class, divided by the dataset in train, val and test."""
    rows = [(label, f"id{i:02}", i) for i in range(20) for label in ("real", "fake", "real", "fake")]
    table = pd.DataFrame(rows, columns=["label", "identities", "n"])
    part = table["n"].map(lambda n: "train" if n < 10 else "val" if n < 14 else "test")
    part = part.where((table["n"] >= crossing) | (table.index % 2 == 0), "test")
    paths = [f"{i}.jpg" for i in range(len(table))]
    table = table.assign(kind=table["label"], path=paths, source=paths, video="", look="")
    return table.assign(group=table["identities"], part=part if own else "").drop(columns="n")


def only(division: Division) -> pd.Series:
    (parts,) = division.trainings.values()
    return parts


def test_the_datasets_own_split_is_used_where_there_is_one() -> None:
    table = sampled()
    found = divide(table, settings())
    assert only(found).equals(table["part"])
    line = "40 train, 16 val, 24 test; the dataset's own split; 20 groups, none on two sides"
    assert found.describe() == line
    assert divide(table, settings(official=True)).describe() == line.replace("split;", "split, as asked;")


def test_without_one_or_without_its_train_and_test_it_is_divided_anew() -> None:
    table = sampled(own=False)
    assert only(divide(table, settings())).equals(assign.assign(table, 0.2, 0.3, 0))
    assert divide(table, settings()).describe().endswith("; 20 groups, none on two sides")
    untested = sampled().replace({"part": {"test": ""}})
    assert only(divide(untested, settings())).equals(assign.assign(untested, 0.2, 0.3, 0))
    with pytest.raises(SplitError, match=r"this has no parts\. Set it to false"):
        divide(table, settings(official=True))


def test_a_wrong_split_is_an_error_unless_it_is_asked_for_or_refused() -> None:
    table = sampled(crossing=2)
    said = "groups on two sides of the official split: 2 (8 pictures), e.g. 'id00' in train and test"
    with pytest.raises(SplitError) as caught:
        divide(table, settings())
    assert str(caught.value).startswith(f"{said}. Set split.official to true to use")
    assert only(divide(table, settings(official=True))).equals(table["part"])
    assert divide(table, settings(official=True)).describe().endswith(f"; the dataset's own split, as asked; {said}")
    anew = divide(table, settings(official=False))
    assert official.crossing(table.assign(part=only(anew))).groups == 0
    assert anew.describe().endswith("; 20 groups, none on two sides")


def test_folds_take_no_split_of_the_dataset() -> None:
    found = divide(sampled(crossing=2), settings(folds=4))
    assert list(found.trainings) == ["fold_01", "fold_02", "fold_03", "fold_04"]
    unused = "; 20 groups, none on two sides; the dataset's own split is not used for folds"
    assert found.describe().startswith("4 folds, each ")
    assert found.describe().endswith(unused)
    assert unused not in divide(sampled(own=False), settings(folds=4)).describe()
    assert unused not in divide(sampled(), settings(official=False, folds=4)).describe()


def swaps(people: int, per_pair: int = 1, reals: int = 6) -> pd.DataFrame:
    """A dataset in which everybody wears everybody's face, such as Google's DeepFakeDetection."""
    faces = [(f"{a:02}", f"{b:02}") for a in range(people) for b in range(people) if a != b]
    rows = [("real", f"{a:02}", f"{a:02}__{scene}") for a in range(people) for scene in range(reals)]
    rows += [("fake", f"{a};{b}", f"{a}_{b}__{scene}") for a, b in faces for scene in range(per_pair)]
    table = pd.DataFrame(rows, columns=["label", "identities", "name"])
    paths = table["label"] + "/" + table["name"] + ".mp4"
    return table.assign(kind=table["label"], path=paths, source=paths, video=paths, look="", part="", group="")


def test_where_all_wear_each_others_faces_the_way_out_is_said_with_its_cost() -> None:
    table = swaps(12)
    with pytest.raises(SplitError) as caught:
        divide(table, settings())
    pattern = (
        r"132 fake pictures in 1 group cannot fill train, val and test: val would have none\. Fakes that show two "
        r"identities link 132 of 132 videos into one group, so sampling more does not help\. Set split\.swaps to "
        r"by_target \((\d+) of 132 fakes show an identity that also stands on another side\) or to leave_out "
        r"\((\d+) of 132 fakes left out, whose identities stand on two sides\) in params\.yaml\."
    )
    found = re.fullmatch(pattern, str(caught.value))
    assert found is not None
    by_target, apart = (divide(table, settings(swaps=name)) for name in ("by_target", "leave_out"))
    assert f"; {found[1]} of 132 fakes show an identity that also" in by_target.describe()
    assert f"; {found[2]} of 132 fakes left out, whose identities" in apart.describe()
    assert int(found[2]) == (only(apart) == "").sum()


@settings_of(max_examples=25, deadline=None)
@given(people=st.integers(8, 16), seed=st.integers(0, 100), folds=st.sampled_from([1, 3]))
def test_fakes_that_cross_are_left_out_and_no_others(people: int, seed: int, folds: int) -> None:
    """Checked on the names alone: identities stand on one side, and who could have stayed has stayed."""
    table = swaps(people, per_pair=3)
    chosen = settings(swaps="leave_out", folds=folds).model_copy(update={"seed": seed})
    for parts in divide(table, chosen).trainings.values():
        side = dict(zip(table["identities"][table["label"] == "real"], parts[table["label"] == "real"], strict=True))
        for names, part in zip(table["identities"], parts, strict=True):
            sides = {side[name] for name in names.split(";")}
            assert part == (sides.pop() if len(sides) == 1 else "")


@pytest.mark.parametrize("folds", [1, 4])
def test_by_target_a_fake_stays_with_the_video_that_it_was_made_of(folds: int) -> None:
    table = swaps(16)
    found = divide(table, settings(swaps="by_target", folds=folds))
    target = table["identities"].str.partition(";")[0]
    assert found.groups.tolist() == target.tolist()
    for parts in found.trainings.values():
        assert parts.groupby(target).nunique().max() == 1
        assert set(parts) == set(PARTS)
    assert "16 groups, none on two sides; " in found.remark


def test_an_identity_that_no_real_shows_keeps_its_fakes_together() -> None:
    """Sixty people, and fakes of them that all wear one of six other faces."""
    rows = [("real", f"{n:02}") for n in range(60)] + [("fake", f"{n:02};{'uvwxyz'[n % 6]}") for n in range(60)]
    table = pd.DataFrame(rows, columns=["label", "identities"])
    paths = [f"{n}.jpg" for n in range(120)]
    table = table.assign(kind=table["label"], path=paths, source=paths, video="", look="", part="", group="")
    parts = only(divide(table, settings(swaps="leave_out")))
    worn = table["identities"].str.partition(";")[2]
    assert parts[(worn != "") & (parts != "")].groupby(worn).nunique().max() == 1


def test_pictures_that_all_look_alike_are_named_as_such() -> None:
    table = sampled(own=False).assign(look="0.jpg")
    with pytest.raises(SplitError) as caught:
        divide(table, settings())
    assert str(caught.value).endswith(
        "Pictures that look alike, as before a fixed camera, link 40 of 40 pictures into one group, so sampling more "
        "does not help. Set split.near_duplicates to ignore, or change split.val and split.test in params.yaml."
    )
    found = divide(table, settings(near_duplicates="ignore"))
    assert found.remark == "20 groups, none on two sides; 80 pictures look like one on another side"
    alone = divide(sampled(own=False), settings(near_duplicates="ignore"))
    assert alone.remark.endswith("; no picture looks like one on another side")


def test_pictures_in_no_official_part_are_not_left_out_for_their_identities() -> None:
    table = swaps(16)
    part = table["identities"].map(lambda names: {0: "train", 1: "val", 2: "test", 3: ""}[int(names[:2]) % 4])
    found = divide(table.assign(part=part), settings(swaps="by_target", official=True))
    assert "left out, whose identities" not in found.remark
    listed = part != ""
    sides = {
        name: set(part[listed & table["identities"].str.contains(name)]) for name in map("{:02}".format, range(16))
    }
    torn = [names for names in table["identities"][listed] if ";" in names and any(
        len(sides[name]) > 1 for name in names.split(";"))]  # fmt: skip
    assert f"{len(torn)} of 240 fakes show an identity that also stands on another side" in found.remark


def test_links_through_the_other_class_are_no_reason_to_sample_more() -> None:
    """Reals that share a name link fakes that share none among themselves."""
    rows = [("real", f"{n};all") for n in range(20)] + [("fake", f"{n}") for n in range(20)]
    table = pd.DataFrame(rows, columns=["label", "identities"])
    paths = [f"{n}.jpg" for n in range(40)]
    table = table.assign(kind=table["label"], path=paths, source=paths, video="", look="", part="", group="")
    with pytest.raises(SplitError, match="link 20 of 20 pictures into one group, so sampling more does not help"):
        divide(table, settings())


def test_groups_that_looks_join_are_counted() -> None:
    table = sampled(own=False)
    table.loc[[0, 7, 20], "look"] = "0.jpg"
    found = divide(table, settings())
    assert found.remark == "18 groups (3 that names tell share one with another by near-duplicates), none on two sides"
    assert only(found)[[0, 7, 20]].nunique() == 1


def test_one_person_alone_cannot_be_divided() -> None:
    table = sampled(own=False).assign(identities="anna")
    with pytest.raises(SplitError, match=r"What is known of identities links 40 of 40 pictures into one group"):
        divide(table, settings())


def test_what_is_left_out_decides_a_new_division() -> None:
    table = sampled()
    found = divide(table, settings(swaps="leave_out"))
    assert found.remark.endswith("; the dataset's own split is not used where fakes are left out")
    with pytest.raises(ValidationError, match=r"split\.swaps is leave_out, and split\.official is true"):
        settings(official=True, swaps="leave_out")


def test_every_repeat_divides_anew_what_is_not_tested() -> None:
    table = sampled(own=False)
    found = divide(table, settings(repeats=4))
    assert list(found.trainings) == ["repeat_01", "repeat_02", "repeat_03", "repeat_04"]
    first, *others = found.trainings.values()
    assert first.equals(only(divide(table, settings())))
    for parts in others:
        assert (parts == "test").equals(first == "test")
        assert not parts.equals(first)
        assert (parts.groupby(table["group"]).nunique() == 1).all()
    assert list(divide(table, settings(repeats=2)).trainings.values())[1].equals(others[0])  # adding repeats moves none
    assert found.describe() == "4 repeats, each 40 train, 16 val, 24 test; 20 groups, none on two sides"


def test_repeats_of_folds_are_cross_fittings_of_their_own() -> None:
    found = divide(sampled(own=False), settings(folds=4, repeats=2))
    assert list(found.trainings)[4:] == [f"repeat_02/fold_0{number}" for number in (1, 2, 3, 4)]
    for repeat in ("repeat_01", "repeat_02"):
        tested = pd.concat(
            [(found.trainings[f"{repeat}/fold_0{number}"] == "test").astype(int) for number in (1, 2, 3, 4)]
        )
        assert (tested.groupby(level=0).sum() == 1).all()
    assert found.describe().startswith("2 repeats of 4 folds, each ")


def test_a_datasets_own_split_stays_and_its_repeats_differ_by_their_seed_alone() -> None:
    table = sampled()
    found = divide(table, settings(repeats=3))
    assert all(parts.equals(table["part"]) for parts in found.trainings.values())
    assert "which every repeat keeps, so that repeats differ by their seed alone" in found.describe()


def test_repeats_that_leave_fakes_out_keep_the_test_part() -> None:
    table = sampled(own=False)
    swapped = table["label"] == "fake"
    table.loc[swapped, "identities"] = [
        f"{name};id{(int(name[2:]) + 7) % 20:02}" for name in table.loc[swapped, "identities"]
    ]
    found = divide(table, settings(repeats=3, swaps="leave_out"))
    tests = [frozenset(parts.index[parts == "test"]) for parts in found.trainings.values()]
    assert len(set(tests)) == 1
