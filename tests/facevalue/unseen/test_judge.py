import json

import numpy as np
import pandas as pd
import pytest

from facevalue.common.methods import METHODS
from facevalue.statistics.delong import Placements
from facevalue.statistics.holm import holm
from facevalue.unseen import judge, matrix

KINDS = ("a", "b", "c")


def scored(signal: dict[str, tuple[float, float]], seed: int, reals: int = 40, fakes: int = 20) -> pd.DataFrame:
    """Pictures as `pairing.pair` gives them: how far full's and crop's logits move with each kind."""
    chance = np.random.default_rng(seed)
    kinds = ["real"] * reals + [kind for kind in KINDS for _ in range(fakes)]
    moved = np.array([signal.get(kind, (0.0, 0.0)) for kind in kinds])
    names = [f"{kind}/{number}.png" for number, kind in enumerate(kinds)]
    return pd.DataFrame(
        {
            "picture": names,
            "label": ["real" if kind == "real" else "fake" for kind in kinds],
            "kind": kinds,
            "group": names,
            "logit_full": moved[:, 0] + chance.normal(size=len(kinds)),
            "logit_crop": moved[:, 1] + chance.normal(size=len(kinds)),
        }
    )


def by_kind(seen: tuple[float, float], unseen: tuple[float, float], trainings: int = 3) -> list[list[pd.DataFrame]]:
    """By the kind that is left out: how well each method knows kinds that its networks have seen, or not."""
    return [
        [
            scored({kind: unseen if kind == without else seen for kind in KINDS}, seed=100 * number + training)
            for training in range(trainings)
        ]
        for number, without in enumerate(KINDS)
    ]


def unlike(unseen: dict[str, tuple[float, float]], trainings: int = 3) -> list[list[pd.DataFrame]]:
    """The same where each kind has signals of its own to networks that have not seen it, and (1, 1) to others."""
    signals = [{kind: unseen[kind] if kind == without else (1.0, 1.0) for kind in KINDS} for without in KINDS]
    return [
        [scored(signal, seed=100 * number + training) for training in range(trainings)]
        for number, signal in enumerate(signals)
    ]


def kinds(*reasons: tuple[str, str]) -> pd.DataFrame:
    rows = [(f"kind_{number:02}", kind, "20", "") for number, kind in enumerate(KINDS, 1)]
    rows += [("", kind, "1", reason) for kind, reason in reasons]
    return pd.DataFrame(rows, columns=["folder", "kind", "fakes", "reason"])


def test_each_cell_is_the_auc_of_a_kind_against_all_reals() -> None:
    tests = by_kind((2, 1), (0.5, 1), trainings=2)
    found = judge.judge(kinds(), tests, 90).matrix
    table = found.tables()["matrix"]
    assert table[["without", "kind"]].to_numpy().tolist() == [[one, other] for one in KINDS for other in KINDS]
    assert set(table["fakes"]) == {20}
    assert set(table["reals"]) == {40}
    for row in table.to_dict("records"):
        aucs = []
        for test in tests[KINDS.index(row["without"])]:
            part = test[test["kind"].isin(["real", row["kind"]])]
            logits = part[["logit_full", "logit_crop"]].to_numpy()
            aucs.append(Placements.of((part["label"] == "fake").to_numpy().astype(int), logits).aucs)
        full, crop = np.mean(aucs, axis=0)
        assert (row["full"], row["crop"], row["difference"]) == pytest.approx((full, crop, crop - full))
        assert row["full_low"] < row["full"] < row["full_high"]
        assert row["difference_low"] < row["difference"] < row["difference_high"]


def test_unseen_is_the_diagonal_and_seen_what_is_beside_it() -> None:
    found = judge.judge(kinds(), by_kind((2, 1), (0.5, 1)), 90)
    table = found.matrix.tables()["matrix"]
    diagonal = table["without"] == table["kind"]
    assert found.unseen
    assert found.seen
    assert found.unseen.found.first.value == pytest.approx(table[diagonal]["full"].mean())
    assert found.unseen.found.second.value == pytest.approx(table[diagonal]["crop"].mean())
    assert found.seen.found.first.value == pytest.approx(table[~diagonal]["full"].mean())
    assert found.seen.found.value == pytest.approx(table[~diagonal]["difference"].mean())
    assert found.costs["full"].value == pytest.approx(found.seen.found.first.value - found.unseen.found.first.value)
    kind_by_kind = found.matrix.tables()["kinds"]
    assert kind_by_kind["full"].tolist() == pytest.approx(table[diagonal]["full"].tolist())
    others = table[~diagonal].groupby("kind")["crop"].mean()
    assert kind_by_kind["seen_crop"].tolist() == pytest.approx(others[kind_by_kind["kind"]].tolist())


def test_a_method_that_wins_on_seen_kinds_and_loses_on_unseen_ones_is_told_so() -> None:
    found = judge.judge(kinds(("d", "1 of its fakes")), by_kind(seen=(3, 1), unseen=(0, 1)), 90)
    assert found.unseen
    assert found.unseen.answer == "crop is better"
    assert found.seen
    assert found.seen.answer == "full is better"
    said = found.sentence
    assert said.startswith("on kinds of fakes that neither had seen, crop is better: AUC 0.")
    assert "(crop) against 0." in said
    assert ", means over 3 kinds and 3 trainings each, on 100 test pictures, " in said
    assert ", for these kinds and trainings from these 90 pictures; by kind, crop is better on " in said
    assert "; by networks that had seen the kind and not another, full is better: AUC " in said
    assert "; not to have seen a kind costs crop " in said
    assert said.endswith("; not judged: 'd' (1 of its fakes)")
    assert found.costs["full"].interval.low > 0.3
    assert found.costs["crop"].interval.low < 0 < found.costs["crop"].interval.high


def test_where_the_methods_change_places_on_one_kind_the_sentence_names_the_kinds() -> None:
    """The mean over kinds shows nothing."""
    found = judge.judge(kinds(), unlike({"a": (2.5, 0.7), "b": (2.5, 0.7), "c": (0, 2.8)}), 90)
    assert found.unseen
    assert found.unseen.answer == "no difference shown"
    assert "; by kind, full is better on 'a' and 'b', crop is better on 'c' (Holm's p below 0.05); " in found.sentence
    plain = json.loads(json.dumps(found.to_metrics(), allow_nan=False))["by_kind"]
    assert [each["answer"] for each in plain.values()] == ["full is better", "full is better", "crop is better"]
    assert [each["p_adjusted"] for each in plain.values()] == holm([each["p_value"] for each in plain.values()])
    rows = found.matrix.tables()["kinds"].set_index("kind")
    for kind, each in plain.items():
        assert (each["full"], each["crop"]) == tuple(rows.loc[kind, ["full", "crop"]])
        assert each["interval"] == rows.loc[kind, ["difference_low", "difference_high"]].tolist()


def test_what_holds_of_one_kind_alone_need_not_hold_among_several() -> None:
    found = judge.judge(kinds(), unlike({"a": (0.9, 2.4), "b": (1, 1), "c": (1, 1)}), 90)
    assert found.by_kind["a"].comparison.answer == "crop is better"
    assert found.by_kind["a"].comparison.found.p_value < 0.05 < found.by_kind["a"].p_adjusted
    assert found.by_kind["a"].answer == "no difference shown"
    assert "; by kind, no difference shown; " in found.sentence


@pytest.mark.parametrize(("trainings", "claimed"), [(1, True), (2, False), (3, True)])
def test_of_two_trainings_nothing_is_said_by_kind(trainings: int, claimed: bool) -> None:
    once = unlike({"a": (4, 0), "b": (4, 0), "c": (0, 4)}, trainings=1)
    found = judge.judge(kinds(), [networks * trainings for networks in once], 90)
    assert ("by kind, " in found.sentence) == claimed
    assert (found.by_kind["a"].answer == "full is better") == claimed
    assert found.by_kind["a"].p_adjusted < 0.05


def test_of_many_kinds_the_first_are_named_and_names_are_text() -> None:
    names = [f"{letter}\n{letter * 70}" for letter in "vwxyz"]
    test = scored({"a": (4, 0)}, seed=1)
    fakes = [
        test[test["kind"] == "a"].assign(kind=name, picture=lambda rows: rows["kind"] + rows["picture"])
        for name in names
    ]
    tables = pd.DataFrame({"folder": names, "kind": names, "reason": ""})
    found = judge.judge(tables, [[pd.concat([test[test["kind"] == "real"], *fakes])]] * 5, 90)
    listed = ", ".join(f"'{letter} {letter * 58} ...'" for letter in "vwx")
    assert f"; by kind, full is better on {listed} and 2 more (Holm's p below 0.05); " in found.sentence


def test_a_kind_is_no_surer_because_others_were_tested_beside_it() -> None:
    """Its interval is what its own few fakes and the reals make it."""
    tests = [[test.drop(test[test["kind"] == "a"].index[5:]) for test in each] for each in by_kind((2, 1), (0.5, 1))]
    beside = judge.judge(kinds(), tests, 90)
    alone = judge.judge(kinds().head(1), [[test[test["kind"].isin(["real", "a"])] for test in tests[0]]], 90)
    assert alone.unseen
    assert beside.by_kind["a"].comparison.found == alone.unseen.found == alone.by_kind["a"].comparison.found
    own, other = (each.matrix.tables()["matrix"].iloc[0] for each in (alone, beside))
    assert own.tolist() == other.tolist()


def test_a_real_picture_is_one_case_however_many_networks_score_it() -> None:
    """Thrice the same networks know no more of the reals than once: the interval does not shrink."""
    once = [[scored(dict.fromkeys(KINDS, (1.0, 1.5)), seed=7)] for _ in KINDS]
    found = judge.judge(kinds(), once, 90)
    pooled = once[0][0]
    targets = (pooled["label"] == "fake").to_numpy().astype(int)
    known = Placements.of(targets, pooled[["logit_full", "logit_crop"]].to_numpy())
    assert found.unseen
    assert found.unseen.found.value == pytest.approx(known.compare(0, 1).value)
    assert found.unseen.found.standard_error == pytest.approx(known.compare(0, 1).standard_error, rel=0.03)
    assert found.costs["full"].value == 0
    assert "for these kinds and these networks alone" in found.sentence


def test_what_is_said_as_plain_values() -> None:
    found = judge.judge(kinds(), by_kind((2, 1), (0.5, 1)), 90)
    plain = json.loads(json.dumps(found.to_metrics(), allow_nan=False))
    assert plain["answer"] == plain["unseen"]["answer"]
    assert plain["kinds"] == {"a": 20, "b": 20, "c": 20}
    assert set(plain["costs"]) == set(METHODS)
    rows = json.loads(json.dumps(found.metrics(), allow_nan=False))
    assert list(rows) == list(METHODS)
    assert rows["crop"]["auc"] == plain["unseen"]["crop"]
    assert rows["full"]["auc_seen"] == plain["seen"]["full"]
    assert rows["full"]["auc_low"] < rows["full"]["auc"] < rows["full"]["auc_high"]


def test_a_kind_without_a_scored_picture_is_not_judged() -> None:
    tests = [[test[test["kind"] != "b"] for test in trainings] for trainings in by_kind((2, 1), (0.5, 1))]
    found = judge.judge(kinds(), tests, 90)
    assert list(found.matrix.fakes) == ["a", "c"]
    assert found.sentence.endswith("; not judged: 'b' (no test picture has a score of both methods)")
    no_reals = [[test[test["kind"] != "real"] for test in trainings] for trainings in tests]
    nothing = judge.judge(kinds(), no_reals, 90)
    assert nothing.sentence.startswith("nothing to compare: ")
    assert nothing.unseen is None
    assert nothing.metrics() == {}
    assert nothing.matrix.tables()["matrix"].empty
    json.dumps(nothing.to_metrics(), allow_nan=False)


def test_scores_that_are_no_numbers_are_left_out_and_counted() -> None:
    tests = by_kind((2, 1), (0.5, 1))
    tests[1][0].loc[3, "logit_crop"] = np.nan
    found = judge.judge(kinds(), tests, 90)
    assert found.matrix.reals == 39
    assert found.sentence.endswith("; 1 pictures have a score that is not a finite number and are left out")


def test_one_kind_alone_has_no_seen_beside_it() -> None:
    found = judge.judge(kinds().head(1), by_kind((2, 1), (0.5, 1))[:1], 90)
    assert found.seen is None
    assert found.costs == {}
    assert "of one kind and 3 trainings each" in found.sentence
    assert "by kind" not in found.sentence
    assert "; no networks had seen the kind and not another, since one kind alone is left out" in found.sentence
    assert set(found.metrics()["full"]) & {"auc_seen"} == set()
    assert set(found.matrix.tables()["kinds"].columns) == set(matrix.EMPTY["kinds"].columns)


def test_the_order_of_the_rows_is_of_no_account() -> None:
    tests = by_kind((2, 1), (0.5, 1))
    turned = [[test.sample(frac=1, random_state=3) for test in trainings] for trainings in tests]
    assert judge.judge(kinds(), tests, 90).to_metrics() == judge.judge(kinds(), turned, 90).to_metrics()


def test_groups_are_respected() -> None:
    """Where every identity has been faked in every way, fewer groups make the interval wider."""
    tests = by_kind((1, 1.5), (1, 1.5))
    people = [
        [test.assign(group=[f"id{number % 10}" for number in range(len(test))]) for test in trainings]
        for trainings in tests
    ]
    alone, grouped = (judge.judge(kinds(), each, 90) for each in (tests, people))
    assert alone.unseen
    assert grouped.unseen
    assert alone.unseen.found.value == grouped.unseen.found.value
    assert grouped.matrix.groups.count == 10
    assert " in 10 groups, " in grouped.sentence
    assert grouped.unseen.found.interval != alone.unseen.found.interval
