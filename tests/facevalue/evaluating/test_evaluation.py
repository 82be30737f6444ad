import io
import json
import re
from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit
from sklearn.metrics import roc_auc_score

from facevalue.common.methods import METHODS
from facevalue.evaluating.evaluation import Evaluation, evaluate, logits
from facevalue.evaluating.verdict import NEITHER
from facevalue.statistics.thresholds import Threshold
from tests import results
from tests.two_methods import by_delong

THRESHOLDS: dict[str, Threshold] = dict.fromkeys(METHODS, 0.5)
KEYS = (
    "accuracy accuracy_low accuracy_high accuracy_sd balanced_accuracy auc auc_low auc_high auc_sd average_precision "
    "eer tpr_at_fpr_1 tpr_at_fpr_1_low tpr_at_fpr_1_high tpr_at_fpr_1_sd tpr_at_fpr_5 tpr_at_fpr_5_low "
    "tpr_at_fpr_5_high tpr_at_fpr_5_sd log_loss brier ece recall_real recall_fake threshold pictures trainings"
)


def pictures(n: int, group_size: int = 1, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    fake = np.arange(n) % 2
    shared = rng.normal(size=n)
    return pd.DataFrame(
        {
            "picture": [f"{index:03d}.jpg" for index in range(n)],
            "label": np.where(fake, "fake", "real"),
            "kind": np.where(fake, rng.choice(["synthesis", "attribute"], n), "real"),
            "group": [f"person {index // group_size}" for index in range(n)],
            "logit_full": (fake + shared + rng.normal(size=n)).round(1),
            "logit_crop": (1.5 * fake + shared + rng.normal(size=n)).round(1),
            "face_share": rng.random(n).round(2),
            "confidence": (1 - rng.random(n) / 10).round(3),
        }
    )


def judged(scored: pd.DataFrame, thresholds: Mapping[str, Threshold] = THRESHOLDS) -> Evaluation:
    return evaluate([scored], [thresholds], resamples=40)


def read_back(found: Evaluation) -> list[str]:
    """What a stage writes as JSON and CSV and a reader finds; a number in it is finite or absent."""
    numbers, *tables = everything(found)
    assert not {"NaN", "Infinity", "-Infinity"} & set(re.findall(r"-?[A-Za-z]+", str(numbers)))
    for table in tables:
        cells = pd.read_csv(io.StringIO(str(table)), keep_default_na=False, dtype=str)
        assert not cells.isin(["nan", "inf", "-inf"]).any(axis=None)
    return [str(part) for part in (numbers, *tables)]


def everything(found: Evaluation) -> list[object]:
    """All that can be written, as it is written."""
    tables = [found.scores(), found.slices]
    for method in found.methods.values():
        tables += [method.roc(), method.precision_recall(), method.confusion(), method.reliability()]
    numbers = [found.to_metrics(), *(method.to_metrics() for method in found.methods.values())]
    return [json.dumps(numbers, allow_nan=False), *(table.to_csv(index=False) for table in tables)]


def test_the_agreed_keys_and_columns() -> None:
    found = judged(pictures(20))
    assert list(found.methods) == list(METHODS)
    for method in found.methods.values():
        assert " ".join(method.to_metrics()) == KEYS
    metrics = found.to_metrics()
    scores = list(found.methods["full"].measures.to_metrics())
    assert list(metrics) == [*scores, "verdict", "ensemble", "averaged", "operating_points", "left_out"]
    assert list(found.ensemble) == ["against_full", "against_crop"]
    names = "picture label kind group face_share confidence full crop ensemble called_full called_crop called_ensemble"
    assert " ".join(found.scores().columns) == names


def test_further_columns_are_slices_and_have_gaps() -> None:
    scored = pictures(60)
    skin = pd.DataFrame({"skin": np.where(np.arange(60) % 4 < 2, "light", "dark")}, index=scored["picture"])
    scored.loc[3, "logit_full"] = np.nan
    mixed = skin.sample(frac=1, random_state=1).rename(index={"001.jpg": "another"})
    found = evaluate([scored], [THRESHOLDS], resamples=40, further=mixed)
    own = found.slices[(found.slices["by"] == "skin") & (found.slices["method"] == "full")]
    assert dict(zip(own["value"], own["pictures"], strict=True)) == {"dark": 29, "light": 29}
    (gaps,) = found.gaps
    assert gaps.column.missing == 1
    assert gaps.sentences[0].endswith("1 of 59 test pictures have none and are in no part.")
    without = judged(scored)
    assert without.gaps == []
    pd.testing.assert_frame_equal(found.slices[found.slices["by"] != "skin"], without.slices)


@pytest.mark.parametrize("group_size", [1, 2])
def test_the_numbers_belong_together(group_size: int) -> None:
    scored = pictures(30, group_size)
    found = judged(scored)
    full, crop = (found.methods[row].to_metrics() for row in ("full", "crop"))
    auc = found.verdict.auc
    assert auc
    assert (full["auc"], (full["auc_low"], full["auc_high"])) == auc.found.first[:2]  # to the last digit
    assert (crop["auc"], (crop["auc_low"], crop["auc_high"])) == auc.found.second[:2]
    assert found.to_metrics()["auc"] == pytest.approx(auc.found.value, abs=1e-12)
    for method in found.methods.values():
        metrics = method.to_metrics()
        for name in ("auc", "accuracy"):
            low, value, high = (metrics[key] for key in (f"{name}_low", name, f"{name}_high"))
            assert low is not None
            assert value is not None
            assert high is not None
            assert 0 <= low <= value + 1e-12 <= high + 2e-12 <= 1 + 2e-12
    called = (found.scores()["called_crop"] == scored["label"]).mean()
    assert crop["accuracy"] == called


def test_the_ensemble_is_the_mean_of_the_logits() -> None:
    scored = pictures(30)
    found = judged(scored)
    mean = (scored["logit_full"] + scored["logit_crop"]) / 2
    targets = (scored["label"] == "fake").to_numpy().astype(np.int64)
    assert found.methods["ensemble"].measures.auc == pytest.approx(roc_auc_score(targets, mean))
    assert found.scores()["ensemble"].tolist() == pytest.approx(expit(mean).tolist())
    assert list(logits(scored)) == list(METHODS)
    assert found.ensemble["against_full"]
    expected = by_delong(targets, scored["logit_full"].to_numpy(), logits(scored)["ensemble"])
    assert found.ensemble["against_full"].found == expected


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([8, 15, 24]), st.sampled_from([1, 3]))
def test_row_order_changes_nothing(seed: int, n: int, group_size: int) -> None:
    scored = pictures(n, group_size, seed)
    rng = np.random.default_rng(seed)
    order = rng.permutation(n)
    thresholds: dict[str, Threshold] = {"full": rng.random(n), "crop": 0.4, "ensemble": rng.random(n)}
    moved = {row: each[order] if isinstance(each, np.ndarray) else each for row, each in thresholds.items()}
    assert everything(judged(scored.iloc[order], moved)) == everything(judged(scored, thresholds))


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([8, 15, 24]), st.sampled_from([1, 3]))
def test_swapping_the_methods_negates_every_difference_and_keeps_every_p_value(
    seed: int, n: int, group_size: int
) -> None:
    scored = pictures(n, group_size, seed)
    swapped = scored.rename(columns={"logit_full": "logit_crop", "logit_crop": "logit_full"})
    found, other = judged(scored), judged(swapped)
    negated = {name: None if value is None else -value for name, value in found.differences().items()}
    assert other.differences() == negated
    for one, two in ((found.verdict.auc, other.verdict.auc), (found.verdict.accuracy, other.verdict.accuracy)):
        assert one
        assert two
        assert (two.found.value, two.found.p_value) == (-one.found.value, one.found.p_value)
        assert (two.found.first.interval, two.found.second.interval) == (
            one.found.second.interval,
            one.found.first.interval,
        )
    against_full, against_crop = found.ensemble["against_full"], other.ensemble["against_crop"]
    assert against_full
    assert against_crop
    assert against_full.found == against_crop.found
    assert other.methods["ensemble"].to_metrics() == found.methods["ensemble"].to_metrics()


def test_thresholds_go_with_their_pictures_and_their_mean_is_shown() -> None:
    scored = pictures(20)
    thresholds: dict[str, Threshold] = {"full": np.repeat([0.2, 0.9], 10), "crop": 0.3, "ensemble": np.full(20, 0.3)}
    found = judged(scored, thresholds)
    expected = np.where(expit(scored["logit_full"]) >= thresholds["full"], "fake", "real").tolist()
    assert found.scores()["called_full"].tolist() == expected
    assert found.methods["full"].confusion()["predicted"].tolist() == expected
    means = [found.methods[row].to_metrics()["threshold"] for row in METHODS]
    assert means == [pytest.approx(0.55), 0.3, 0.3]


def test_scores_that_are_not_finite_are_left_out_counted_and_mentioned() -> None:
    scored = pictures(61, group_size=2)
    broken = scored.copy()
    broken.loc[[3, 8, 9], "logit_full"] = [np.nan, np.inf, -np.inf]
    found = judged(broken)
    assert found.left_out == {"pictures": 3, "full": 3, "crop": 0}
    assert found.verdict.sentence.endswith(
        "; 3 of 61 pictures have a score that is not a finite number (full 3, crop 0) and are left out."
    )
    rest = judged(scored.drop([3, 8, 9]))
    assert everything(found)[1:] == everything(rest)[1:]
    assert found.verdict.pictures == 58
    broken.loc[[8, 10], "logit_crop"] = np.nan
    assert judged(broken).left_out == {"pictures": 4, "full": 3, "crop": 2}


def test_a_threshold_per_picture_survives_what_is_left_out() -> None:
    scored, limit = pictures(20), np.linspace(0.1, 0.9, 20)
    broken = scored.assign(logit_crop=np.where(np.arange(20) == 4, np.nan, scored["logit_crop"]))
    found = judged(broken, dict.fromkeys(METHODS, limit))
    rest = judged(scored.drop(4), dict.fromkeys(METHODS, np.delete(limit, 4)))
    assert everything(found)[1:] == everything(rest)[1:]


@pytest.mark.parametrize("group_size", [1, 3])
@pytest.mark.parametrize("label", ["real", "fake"])
def test_one_class_leaves_the_rest_intact(label: str, group_size: int) -> None:
    scored = pictures(30, group_size)
    found = judged(scored[scored["label"] == label])
    assert len(read_back(found)) == 15
    assert f"no AUC: all 15 test pictures are {label}" in found.verdict.sentence
    assert (found.verdict.answer, found.verdict.auc) == (NEITHER, None)
    assert found.verdict.accuracy
    metrics = found.methods["crop"].to_metrics()
    assert (metrics["auc"], metrics["auc_low"], metrics["balanced_accuracy"]) == (None, None, None)
    assert metrics["accuracy"] is not None
    assert found.methods["full"].roc().empty
    assert found.methods["full"].precision_recall().empty
    assert len(found.methods["full"].confusion()) == 15
    assert found.slices["accuracy"].notna().all()


@pytest.mark.parametrize("group_size", [1, 3])
def test_equal_scores_are_chance_with_an_interval(group_size: int) -> None:
    found = judged(pictures(15, group_size).assign(logit_full=0.0, logit_crop=0.0))
    assert len(read_back(found)) == 15
    metrics = found.methods["full"].to_metrics()
    assert metrics["auc"] == 0.5
    assert metrics["auc_low"] is not None
    assert metrics["auc_high"] is not None
    assert metrics["auc_low"] < 0.4 < 0.6 < metrics["auc_high"]
    assert found.verdict.auc
    assert (found.verdict.auc.found.value, found.verdict.auc.found.p_value) == (0.0, 1.0)


@pytest.mark.parametrize(
    "scored",
    [pictures(15)[:0], pd.DataFrame(columns=list(pictures(1))), pictures(15).assign(logit_full=np.nan)],
    ids=["no row", "no row, no types", "no finite score"],
)
def test_nothing_to_compare(scored: pd.DataFrame) -> None:
    found = judged(scored)
    assert json.loads(read_back(found)[0])[0]["verdict"]["auc"] is None
    assert found.verdict.sentence.startswith("nothing to compare: no test picture was scored by both methods")
    metrics = found.methods["full"].to_metrics()
    assert (metrics.pop("pictures"), metrics.pop("trainings")) == (0, 1)
    assert set(metrics.values()) == {None}
    assert set(found.differences().values()) == {None}
    assert set(found.ensemble.values()) == {None}
    headers = judged(pictures(6))
    assert found.slices.empty
    assert list(found.slices) == list(headers.slices)
    assert found.scores().empty
    assert list(found.scores()) == list(headers.scores())


@pytest.mark.parametrize("n", [1, 2, 3])
def test_a_handful_of_pictures(n: int) -> None:
    for group_size in (1, 2):
        comparison, *methods = json.loads(read_back(judged(pictures(n, group_size)))[0])
        assert [method["pictures"] for method in methods] == [n] * 3
        assert (comparison["verdict"]["auc"] is None) == (n == 1)


def test_a_kind_with_one_picture() -> None:
    scored = pictures(15)
    scored.loc[1, "kind"] = "expression_swap"
    found = judged(scored)
    assert len(read_back(found)) == 15
    assert found.slices.query("value == 'expression_swap'")["pictures"].tolist() == [1, 1, 1]


def test_a_picture_without_a_group_is_its_own() -> None:
    scored = pictures(15)
    found = judged(scored.assign(group=np.nan))
    assert (found.verdict.groups, found.verdict.method) == (15, "DeLong, McNemar")
    assert found.verdict == judged(scored).verdict


def test_caveats_reach_the_sentence() -> None:
    found = judged(pictures(15)).qualified(["file facts alone tell"])
    assert found.verdict.sentence.endswith("; file facts alone tell.")


def test_crop_minus_full_under_the_names_of_the_measures() -> None:
    found = judged(pictures(30))
    full, crop = (found.methods[method].measures.to_metrics() for method in ("full", "crop"))
    differences = found.differences()
    assert list(differences) == list(full)
    unknown = [name for name, value in differences.items() if value is None]
    assert unknown == ["tpr_at_fpr_1", "tpr_at_fpr_5"]  # of 15 reals
    for name, value in differences.items():
        left, right = full[name], crop[name]
        if value is None:
            assert left is right is None
        else:
            assert left is not None
            assert right is not None
            assert value == right - left


def several(n: int, trainings: int, group_size: int = 1) -> list[pd.DataFrame]:
    """The same pictures, scored in so many trainings."""
    rng = np.random.default_rng(trainings)
    first = pictures(n, group_size)
    noise = {name: rng.normal(size=(trainings, n)) / 2 for name in ("logit_full", "logit_crop")}
    return [
        first.assign(**{name: first[name] + by_training[number] for name, by_training in noise.items()})
        for number in range(trainings)
    ]


def together(tables: list[pd.DataFrame]) -> Evaluation:
    return evaluate(tables, [THRESHOLDS] * len(tables), resamples=40, pool=100)


@pytest.mark.parametrize("group_size", [1, 2])
def test_a_row_carries_the_mean_over_trainings_and_the_spread(group_size: int) -> None:
    tables = several(40, 4, group_size)
    found, single = together(tables), [judged(table) for table in tables]
    for name, method in found.methods.items():
        numbers, each = method.to_metrics(), [one.methods[name].to_metrics() for one in single]
        for measure in ("auc", "accuracy", "eer", "brier", "ece", "recall_fake", "average_precision"):
            assert numbers[measure] == pytest.approx(np.mean([one[measure] for one in each])), measure
        assert numbers["auc_sd"] == pytest.approx(np.std([one["auc"] or 0.0 for one in each], ddof=1))
        assert numbers["trainings"] == 4
        assert found.trainings[name].tolist() == pytest.approx([one["auc"] for one in each])
    assert found.trainings["training"].tolist() == [1, 2, 3, 4]
    assert json.loads(read_back(found)[0])


def test_scores_have_a_column_per_method_and_training() -> None:
    tables = several(30, 3)
    scores = together(tables).scores()
    for number, table in enumerate(tables, 1):
        assert scores[f"crop_{number:02}"].tolist() == pytest.approx(expit(table["logit_crop"]).tolist())
    mean = np.mean([table["logit_full"] for table in tables], axis=0)
    assert scores["full"].tolist() == pytest.approx(expit(mean).tolist())
    assert (scores["called_full"] == np.where(mean >= 0, "fake", "real")).all()


def test_swapping_methods_negates_and_the_order_of_trainings_and_rows_is_of_no_account() -> None:
    tables = several(36, 3, 2)
    found = together(tables).differences()
    rng = np.random.default_rng(0)
    shuffled = [tables[number].sample(frac=1, random_state=number) for number in rng.permutation(3)]
    swapped = [table.rename(columns={"logit_full": "logit_crop", "logit_crop": "logit_full"}) for table in tables]
    known = {name: value for name, value in found.items() if value is not None}
    assert found.keys() - known.keys() == {"tpr_at_fpr_1", "tpr_at_fpr_5"}
    moved, negated = together(shuffled).differences(), together(swapped).differences()
    for name, value in known.items():
        assert moved[name] == pytest.approx(value, abs=1e-12)
        assert negated[name] == pytest.approx(-value, abs=1e-12)


def test_averaging_the_networks_is_one_more_detector() -> None:
    tables = several(40, 3)
    found = together(tables)
    assert found.averaged
    mean = np.mean([table["logit_crop"] for table in tables], axis=0)
    targets = (tables[0]["label"] == "fake").to_numpy()
    assert found.averaged.aucs["crop"].value == pytest.approx(roc_auc_score(targets, mean))
    low, high = found.averaged.aucs["crop"].interval
    assert f"(crop, {low:.3f} to {high:.3f})" in found.averaged.sentence
    assert judged(tables[0]).averaged is None
    folds = [table.assign(fold=np.arange(40) % 2) for table in tables]
    assert together(folds).averaged is None


def test_pictures_that_some_trainings_have_not_scored_are_left_out_and_that_is_said() -> None:
    tables = several(30, 3)
    tables[1] = tables[1][4:]
    found = together(tables)
    assert len(found.pictures) == 26
    assert "4 pictures are tested in some repeats alone and are left out" in found.verdict.sentence


def test_trainings_that_give_the_same_scores_are_said_to_be_one() -> None:
    found = together([pictures(30)] * 3)
    assert "all trainings of full and of crop give the same scores, and count as one" in found.verdict.sentence
    assert "count as one" not in together(several(30, 3)).verdict.sentence


def test_what_remains_at_equal_resolution_is_the_answer() -> None:
    found = evaluate([results.scored()], [dict.fromkeys(METHODS, 0.5)])
    said = found.at_equal_resolution(384).verdict.sentence
    assert said.startswith(found.verdict.sentence.removesuffix("."))
    assert said.endswith(f"; with the median face at least as large for full, at 384 px: {found.verdict.answer}.")
