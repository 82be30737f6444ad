import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from facevalue.evaluating import slices as slicing
from facevalue.evaluating.slices import slices, thirds
from facevalue.statistics.delong import Placements
from facevalue.statistics.intervals import share_interval
from facevalue.statistics.panel import Panel
from facevalue.statistics.rates import clopper_pearson

MEASURES = ("auc", "accuracy", "recall_real", "recall_fake", "false_alarms")
COLUMNS = " ".join(
    [
        "by value method pictures reals fakes",
        *(f"{measure} {measure}_low {measure}_high {measure}_sd" for measure in MEASURES),
    ]
)


def pictures(n: int, group_size: int = 1, seed: int = 0) -> tuple[pd.DataFrame, Panel]:
    rng = np.random.default_rng(seed)
    targets = np.arange(n) % 2
    kinds = np.where(targets == 1, rng.choice(["attribute", "identity_swap"], n), "real")
    table = pd.DataFrame({"kind": kinds, "face_share": rng.random(n).round(2), "confidence": 1 - rng.random(n) / 500})
    logits = [targets + rng.normal(size=n) for _ in range(3)]
    return table, Panel.of(targets, logits, [0.5] * 3, np.arange(n) // group_size)


def line(table: pd.DataFrame, by: str, value: str, name: str = "full") -> pd.Series:
    found = table[(table["by"] == by) & (table["value"] == value) & (table["method"] == name)]
    assert len(found) == 1
    return found.iloc[0]


@pytest.mark.parametrize("group_size", [1, 3])
def test_counts_add_up_and_every_row_is_there(group_size: int) -> None:
    table = slices(*pictures(60, group_size), resamples=50)
    assert " ".join(table.columns) == COLUMNS
    for _, part in table.groupby(["by", "method"]):
        assert part["pictures"].sum() == 60
        assert (part["reals"].sum(), part["fakes"].sum()) == (30, 30)
        assert (part["pictures"] == part["reals"] + part["fakes"]).all()
    assert table["method"].tolist() == ["full", "crop", "ensemble"] * 9
    assert table["by"].drop_duplicates().tolist() == ["kind", "face size", "confidence"]


def test_a_kind_is_set_against_all_reals() -> None:
    given, panel = pictures(60)
    table = slices(given, panel, resamples=50)
    kind = (given["kind"] == "attribute").to_numpy()
    kept = kind | (panel.targets == 0)
    found, logits = line(table, "kind", "attribute", "crop"), panel.logits[:, 1, 0]
    assert found["auc"] == pytest.approx(roc_auc_score(panel.targets[kept], logits[kept]))
    own = Placements.of(panel.targets[kept], panel.logits[kept, :, 0]).estimate(1)
    assert (found["auc_low"], found["auc_high"]) == own.interval
    hits, size = int((logits[kind] >= 0).sum()), int(kind.sum())
    assert found["accuracy"] == hits / size
    assert (found["accuracy_low"], found["accuracy_high"]) == share_interval(hits, size)
    assert (found["pictures"], found["reals"], found["fakes"]) == (size, 0, size)


def test_reals_have_the_share_called_real_and_no_auc() -> None:
    given, panel = pictures(60)
    found = line(slices(given, panel, resamples=50), "kind", "real")
    assert found["accuracy"] == (panel.logits[panel.targets == 0, 0, 0] < 0).mean()
    assert found[["auc", "auc_low", "auc_high"]].isna().all()


@pytest.mark.parametrize("group_size", [1, 2])
def test_recalls_and_false_alarms_belong_together(group_size: int) -> None:
    given, panel = pictures(60, group_size)
    table = slices(given, panel, resamples=50)
    thirds_of_faces = table[table["by"] == "face size"]
    rebuilt = (
        thirds_of_faces["recall_real"] * thirds_of_faces["reals"]
        + thirds_of_faces["recall_fake"] * thirds_of_faces["fakes"]
    )
    assert (rebuilt / thirds_of_faces["pictures"]).tolist() == pytest.approx(thirds_of_faces["accuracy"].tolist())
    assert table["false_alarms"].equals(1 - table["recall_real"])
    assert table["false_alarms_low"].equals(1 - table["recall_real_high"])
    assert line(table, "kind", "real")["recall_fake_low":"recall_fake_high"].isna().all()
    assert line(table, "kind", "attribute")[["recall_real", "false_alarms", "false_alarms_low"]].isna().all()
    assert line(table, "kind", "attribute")["recall_fake"] == line(table, "kind", "attribute")["accuracy"]


def test_the_users_parts_come_last_and_rank_by_themselves() -> None:
    given, panel = pictures(60)
    inside = np.arange(60) < 20
    table = slices(given, panel, resamples=50, own=[("skin", "<dark>", inside, inside)])
    assert table["by"].tolist()[-3:] == ["skin"] * 3
    found = line(table, "skin", "<dark>")
    assert (found["pictures"], found["reals"], found["fakes"]) == (20, 10, 10)
    assert found["auc"] == pytest.approx(roc_auc_score(panel.targets[:20], panel.logits[:20, 0, 0]))
    alarms = int((panel.logits[:20, 0, 0][panel.targets[:20] == 0] >= 0).sum())
    exact = clopper_pearson(alarms, 10)
    assert found["false_alarms"] == pytest.approx(alarms / 10)
    assert (found["false_alarms_low"], found["false_alarms_high"]) == pytest.approx(exact)
    assert table[:-3].equals(slices(given, panel, resamples=50))


def test_a_third_is_judged_like_the_whole() -> None:
    given, panel = pictures(60)
    table = slices(given, panel, resamples=50)
    smallest = table[table["by"] == "face size"].iloc[0]
    kept = given["face_share"].to_numpy() <= float(smallest["value"].split(" to ")[1])
    assert smallest["pictures"] == kept.sum()
    assert smallest["auc"] == pytest.approx(roc_auc_score(panel.targets[kept], panel.logits[kept, 0, 0]))


def test_groups_widen_the_intervals() -> None:
    given, panel = pictures(20)
    table = pd.concat([given] * 6, ignore_index=True)
    columns = [np.tile(column, 6) for column in panel.logits[..., 0].T]
    targets = np.tile(panel.targets, 6)
    alone, grouped = (
        slices(table, Panel.of(targets, columns, [0.5] * 3, groups), resamples=300)
        for groups in (np.arange(120), np.tile(np.arange(20), 6))
    )
    same = alone["auc"].notna()
    assert grouped["auc"][same].to_numpy() == pytest.approx(alone["auc"][same].to_numpy())
    width, naive = (each["accuracy_high"] - each["accuracy_low"] for each in (grouped, alone))
    assert (width > naive).all()


def test_a_kind_with_one_picture_and_a_slice_with_one_class() -> None:
    given, panel = pictures(12)
    given["kind"] = ["real", "alone"] + ["real", "other"] * 5
    given["confidence"] = np.where(panel.targets == 1, 0.9, 0.99)
    table = slices(given, panel, resamples=50)
    alone = line(table, "kind", "alone")
    assert alone["pictures"] == 1
    assert 0 <= alone["auc_low"] <= alone["auc"] <= alone["auc_high"] <= 1
    assert alone["accuracy_high"] - alone["accuracy_low"] > 0.5
    certain = table[table["by"] == "confidence"]
    assert certain["value"].drop_duplicates().tolist() == ["0.90 to 0.90", "0.99 to 0.99"]
    assert certain["auc"].isna().all()
    assert certain["accuracy"].notna().all()


def test_numbers_that_are_missing_are_in_no_part() -> None:
    given, panel = pictures(12)
    given["confidence"] = np.nan
    given.loc[:3, "face_share"] = np.nan
    table = slices(given, panel, resamples=50)
    assert "confidence" not in set(table["by"])
    assert table[(table["by"] == "face size") & (table["method"] == "full")]["pictures"].sum() == 8


def test_no_picture_has_a_header_only() -> None:
    given, panel = pictures(0)
    table = slices(given, panel, resamples=50)
    assert table.empty
    assert " ".join(table.columns) == COLUMNS


def test_only_the_commonest_kinds_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slicing, "KINDS", 3)
    given, panel = pictures(20)
    given["kind"] = [*"aabbbbcd", *"bbbbbbbbbbcd"]
    table = slices(given, panel, resamples=50)
    assert table[table["by"] == "kind"]["value"].drop_duplicates().tolist() == ["b", "a", "c"]


def test_ranges_that_round_alike_get_more_digits() -> None:
    given, panel = pictures(9)
    given["confidence"] = 0.999 + np.arange(9) / 1e5
    found = slices(given, panel, resamples=50)
    names = found[found["by"] == "confidence"]["value"].drop_duplicates().tolist()
    assert names == ["0.99900 to 0.99902", "0.99903 to 0.99905", "0.99906 to 0.99908"]


def test_thirds_by_hand() -> None:
    assert thirds(np.array([5.0, 1.0, 3.0, 2.0, 9.0, 4.0])).tolist() == [2, 0, 1, 0, 2, 1]
    assert thirds(np.array([1.0, 1.0, 1.0, 1.0, 2.0])).tolist() == [1, 1, 1, 1, 2]
    assert thirds(np.ones(4)).tolist() == [1] * 4
    assert thirds(np.array([])).tolist() == []


@given(st.lists(st.integers(0, 8), min_size=1, max_size=40))
def test_thirds_keep_equals_together_and_order(values: list[int]) -> None:
    numbers: NDArray[np.float64] = np.array(values, dtype=np.float64)
    third = thirds(numbers)
    assert set(third) <= {0, 1, 2}
    for one, part in zip(numbers, third, strict=True):
        assert (third[numbers == one] == part).all()
        assert (third[numbers > one] >= part).all()


@given(st.integers(1, 60))
def test_thirds_of_distinct_values_differ_by_one_at_most(n: int) -> None:
    counts = np.bincount(thirds(np.arange(n, dtype=np.float64)), minlength=3)
    assert counts.max() - counts.min() <= 1
