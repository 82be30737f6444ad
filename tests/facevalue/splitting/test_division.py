import pandas as pd
import pytest

from facevalue.common.errors import SplitError
from facevalue.splitting import assign, official
from facevalue.splitting.division import Division, divide
from facevalue.splitting.params import SplitParams


def settings(official: object = "auto", folds: int = 1) -> SplitParams:
    return SplitParams.model_validate({"val": 0.2, "test": 0.3, "folds": folds, "official": official, "seed": 0})


def sampled(crossing: int = 0, own: bool = True) -> pd.DataFrame:
    """Twenty identities, each with two pictures of each class, divided by the dataset in train, val and test."""
    rows = [(label, f"id{i:02}", i) for i in range(20) for label in ("real", "fake", "real", "fake")]
    table = pd.DataFrame(rows, columns=["label", "group", "n"])
    part = table["n"].map(lambda n: "train" if n < 10 else "val" if n < 14 else "test")
    part = part.where((table["n"] >= crossing) | (table.index % 2 == 0), "test")
    paths = [f"{i}.jpg" for i in range(len(table))]
    return table.assign(kind=table["label"], path=paths, video="", part=part if own else "").drop(columns="n")


def only(division: Division) -> pd.Series:
    (parts,) = division.folds.values()
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
    assert list(found.folds) == ["fold_01", "fold_02", "fold_03", "fold_04"]
    unused = "; 20 groups, none on two sides; the dataset's own split is not used for folds"
    assert found.describe().startswith("4 folds, each ")
    assert found.describe().endswith(unused)
    assert unused not in divide(sampled(own=False), settings(folds=4)).describe()
    assert unused not in divide(sampled(), settings(official=False, folds=4)).describe()
