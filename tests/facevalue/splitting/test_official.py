import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facevalue.common.errors import SplitError
from facevalue.splitting import official


def catalogue(*rows: tuple[str, str, str]) -> pd.DataFrame:
    """Of (label, group, part)."""
    table = pd.DataFrame(rows, columns=["label", "group", "part"])
    return table.assign(kind=table["label"], path=[f"{i}.jpg" for i in range(len(rows))], video="")


def many(part: str, groups: range, each: int = 2) -> list[tuple[str, str, str]]:
    return [(label, f"g{group}", part) for group in groups for label in ("real", "fake") for _ in range(each)]


def test_a_split_of_three_parts_is_taken_as_it_is() -> None:
    table = catalogue(*many("train", range(5)), *many("val", range(5, 7)), *many("test", range(7, 9)))
    split = official.assign(table, val=0.4, seed=0)
    assert split.parts.equals(table["part"])
    assert not split.carved
    assert split.describe() == ""


def test_a_missing_validation_part_is_carved_from_train_by_groups() -> None:
    table = catalogue(*many("train", range(20)), *many("test", range(20, 25)))
    split = official.assign(table, val=0.2, seed=0)
    assert split.carved == "group"
    assert (split.parts[table["part"] == "test"] == "test").all()
    assert split.parts.value_counts().to_dict() == {"train": 60, "val": 20, "test": 20}
    assert table.assign(now=split.parts).groupby("group")["now"].nunique().max() == 1
    assert split.parts.index.equals(table.index)
    assert split.describe() == "the dataset has no val; it is taken from train"


def test_where_one_group_holds_train_val_is_carved_by_videos() -> None:
    """As in Celeb-DF, whose celebrities are all linked."""
    celebrities = [(label, "id0", part) for part in ("train",) * 20 + ("test",) * 5 for label in ("real", "fake")]
    table = catalogue(*celebrities, *(("real", f"youtube{i}", "train") for i in range(10)))
    table = table.assign(video=[f"video{i // 4}" for i in range(len(table))])
    split = official.assign(table, val=0.2, seed=0)
    assert split.carved == "video"
    assert (split.parts == "val").sum() == 12
    assert set(table["label"][split.parts == "val"]) == {"real", "fake"}
    train = table[table["part"] == "train"]
    assert train.assign(now=split.parts).groupby("video")["now"].nunique().max() == 1
    assert split.describe() == (
        "the dataset has no val; it is taken from train by videos, since a group is too large to stay whole; "
        "groups on two sides of the official split: 1 (50 pictures), e.g. 'id0' in train and test"
    )


def test_groups_on_two_sides_are_counted_and_one_is_shown() -> None:
    table = catalogue(*many("train", range(6)), *many("val", range(5, 8)), *many("test", range(4, 6)))
    found = official.crossing(table)
    assert (found.groups, found.pictures) == (2, 20)
    assert found.example == "'g4' in train and test"
    split = official.assign(table, val=0.2, seed=0)
    assert split.parts.equals(table["part"])
    assert split.describe() == (
        "groups on two sides of the official split: 2 (20 pictures), e.g. 'g4' in train and test"
    )


def test_pictures_in_no_official_part_are_left_out_and_counted() -> None:
    table = catalogue(*many("train", range(9)), *many("test", range(9, 12)), *many("", range(12, 13)))
    split = official.assign(table, val=0.2, seed=0)
    assert (split.parts == "").sum() == 4
    assert "4 pictures in no official part, left out" in split.describe()
    assert official.crossing(table.assign(group="one", part="")).groups == 0


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (many("", range(9)), "own train and test; this has no parts. Set it to false."),
        (many("train", range(9)), "this has only train. Set"),
        (many("val", range(9)) + many("test", range(9, 12)), "this has only val and test"),
        (
            [*many("train", range(9)), *many("val", range(9, 12)), ("real", "x", "test")],
            "cannot fill the official train, val and test: test would have none. .* set split.official to false",
        ),
        (many("train", range(1)) + many("test", range(9, 12)), r"split.val is 0.5 of all"),
        (many("train", range(1), 1) + many("test", range(9, 10)), "val would have none"),
    ],
)
def test_a_split_that_cannot_be_followed_is_refused(rows: list[tuple[str, str, str]], message: str) -> None:
    with pytest.raises(SplitError, match=message):
        official.assign(catalogue(*rows), val=0.5 if "0.5" in message else 0.1, seed=0)


@settings(max_examples=20)
@given(st.permutations(range(60)), st.integers(0, 5))
def test_the_order_of_rows_does_not_matter(order: list[int], seed: int) -> None:
    table = catalogue(*many("train", range(12)), *many("test", range(12, 15)))
    split = official.assign(table, val=0.2, seed=seed)
    again = official.assign(table.iloc[order], val=0.2, seed=seed)
    assert again.parts.sort_index().equals(split.parts)
