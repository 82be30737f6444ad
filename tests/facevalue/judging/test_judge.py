"""The verdict on any two detectors: the figures are those of the pipeline, and of radiology."""

import json
import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from facevalue.common import files
from facevalue.common.errors import SourceError
from facevalue.common.methods import METHODS, TRAINED
from facevalue.evaluating import evaluation
from facevalue.judging import judge, table
from facevalue.judging.judge import Judged
from facevalue.statistics.trainings import Trainings, of_aucs
from tests import results

SHARED = Path(__file__).parents[4] / "shared"
ROOT = Path(__file__).parents[3]
VAN_DYKE = SHARED / "statistics/vandyke.csv"


def pipelines(trainings: int, groups: int, missing: bool = False) -> evaluation.Evaluation:
    """What `evaluate` makes of made scores."""
    first = results.scored(60)
    first["group"] = [f"person_{number % groups}" for number in range(60)]
    if missing:
        first.loc[3, "logit_full"] = np.nan
    tables = [first, *(results.again(first, number) for number in range(1, trainings))]
    return evaluation.evaluate(tables, [dict.fromkeys(METHODS, 0.5)] * trainings)


def flat(values: Mapping[str, object], key: str = "") -> dict[str, object]:
    """What is in a mapping of mappings, by its keys together."""
    found: dict[str, object] = {}
    for name, value in values.items():
        found |= flat(value, f"{key}{name}.") if isinstance(value, Mapping) else {f"{key}{name}": value}
    return {
        name: value if isinstance(value, float | int) else hash(value) for name, value in found.items()
    }  # for `approx`


def of_scores(found: evaluation.Evaluation, folder: Path, *of: str) -> Judged:
    """What its `scores.csv` is judged to be."""
    files.write_csv(found.scores(), folder / "scores.csv")
    return judge.judge(table.read(folder / "scores.csv", of))


@pytest.mark.parametrize(("trainings", "groups"), [(1, 60), (1, 40), (3, 60), (5, 40)])
def test_what_the_pipeline_wrote_gives_its_figures_again(tmp_path: Path, trainings: int, groups: int) -> None:
    expected = pipelines(trainings, groups)
    found = of_scores(expected, tmp_path)
    assert found.verdict == expected.verdict  # to the last digit, and letter
    expected_averaged = expected.averaged.aucs if expected.averaged else {}
    assert (found.averaged.aucs if found.averaged else {}) == {
        name: each for name, each in expected_averaged.items() if name in TRAINED
    }
    pd.testing.assert_frame_equal(found.trainings, expected.trainings.drop(columns="ensemble"), check_exact=True)
    own = expected.slices[expected.slices["method"].isin(TRAINED)].reset_index(drop=True)
    pd.testing.assert_frame_equal(found.slices, own, rtol=1e-12)  # sums over two methods' columns or over three's
    for name in TRAINED:
        ours, theirs = found.methods[name].to_metrics(), expected.methods[name].to_metrics()
        assert ours.pop("log_loss") == pytest.approx(theirs.pop("log_loss"), rel=1e-12)  # the one that takes logits
        assert flat(ours) == pytest.approx(flat(theirs), rel=1e-14)


def test_the_third_and_either_order(tmp_path: Path) -> None:
    expected = pipelines(3, 40)
    found = of_scores(expected, tmp_path, "crop", "ensemble").verdict.auc
    assert found == expected.ensemble["against_crop"]
    turned = of_scores(expected, tmp_path, "crop", "full").verdict.auc
    assert turned
    assert expected.verdict.auc
    assert turned.found.value == -expected.verdict.auc.found.value
    assert turned.found.p_value == pytest.approx(expected.verdict.auc.found.p_value, rel=1e-12)


def test_the_default_run_gives_its_figures_again() -> None:
    """The recorded one of this checkout, where DVC has brought its scores."""
    scores, recorded = ROOT / "plots/evaluate/scores.csv", ROOT / "metrics/comparison.json"
    if not (scores.exists() and recorded.exists()):
        pytest.skip("the pipeline's outputs are not in this checkout; dvc checkout brings them")
    comparison = json.loads(recorded.read_text())
    found = json.loads(json.dumps(judge.judge(table.read(scores)).to_metrics()))
    for measure in ("auc", "accuracy"):
        ours, theirs = (dict(each["verdict"][measure]) for each in (found, comparison))
        assert flat(ours.pop("trainings")) == pytest.approx(flat(theirs.pop("trainings")), rel=1e-14)
        assert ours == theirs  # the values, their intervals, the difference, its interval and p
    for key in ("answer", "pictures", "groups", "trainings", "method"):
        assert found["verdict"][key] == comparison["verdict"][key]
    for name, value in found["differences"].items():
        assert value == (None if comparison[name] is None else pytest.approx(comparison[name], rel=1e-12))
    for name in TRAINED:
        assert found["averaged"][name] == comparison["averaged"][name]
    sentence, recorded_sentence = (each["verdict"]["sentence"] for each in (found, comparison))
    pool = re.search("trainings from these [0-9,]+ pictures", recorded_sentence)  # which no table of scores tells
    assert pool
    assert recorded_sentence.startswith(sentence.removesuffix(".").replace("trainings like these", pool[0]))


def van_dyke(folder: Path) -> Path:
    """5 readers' ratings of 114 patients in 2 kinds of pictures, as a table of 2 detectors with 5 trainings each."""
    if not VAN_DYKE.exists():
        pytest.skip("Van Dyke's data are not ours to publish")
    read = pd.read_csv(VAN_DYKE)
    kinds, readers = read["treatment"].map({1: "cine", 2: "spin"}), (read["reader"] + 1).map("{:02}".format)
    wide = read.assign(column=kinds + "_" + readers).pivot(index="case", columns="column", values="rating")
    positive = read.groupby("case")["positive"].first()
    rows = wide.assign(label=positive.map({0: "real", 1: "fake"})).rename_axis("picture").reset_index()
    files.write_csv(rows, folder / "vandyke.csv")
    return folder / "vandyke.csv"


def test_van_dykes_table(tmp_path: Path) -> None:
    # Hillis 2007's formulas on DeLong's covariance; the numbers to six digits.
    found = judge.judge(table.read(van_dyke(tmp_path)), scale="logits")
    assert found.names == ("cine", "spin")
    aucs = found.trainings
    assert aucs["cine"].tolist() == pytest.approx(
        [0.91964573, 0.85877617, 0.90386473, 0.97310789, 0.82979066], abs=1e-8
    )
    assert aucs["spin"].tolist() == pytest.approx(
        [0.94782609, 0.90531401, 0.92173913, 0.99935588, 0.92995169], abs=1e-8
    )
    assert found.verdict.auc
    assert found.verdict.auc.found.value == pytest.approx(0.04380032, rel=1e-6)
    measured = of_aucs(found.panel.targets, found.panel.logits, found.panel.groups)
    expected = (0.0007921325, 0.0003420090, 0.0003395265, 0.0002358497)
    assert measured.components(0, 1) == pytest.approx(expected, rel=1e-6)
    plain = Trainings(measured.values, measured.covariance).difference(1, 0)  # without what is added for few pictures
    assert [plain.value, plain.standard_error] == pytest.approx([-0.04380032, 0.0206825], rel=1e-5)
    assert plain.interval == pytest.approx((-0.0878672, 0.0002666), abs=1e-6)
    assert [plain.degrees_of_freedom, plain.p_value] == pytest.approx([15.06611, 0.0512330], rel=1e-6)
    assert 0.0512330 < found.verdict.auc.found.p_value < 0.1  # the verdict's, with what is added
    assert found.verdict.answer == "no difference shown"


def test_ratings_are_not_taken_for_what_they_may_not_be(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="reach from 1 to 5, so they are no probabilities"):
        judge.judge(table.read(van_dyke(tmp_path)))


def written(folder: Path, **changed: object) -> Path:
    """Forty pictures and two detectors, of which the second is the better one."""
    rng = np.random.default_rng(0)
    fake = np.arange(40) % 2
    rows = {
        "picture": [f"{number:02}.jpg" for number in range(40)],
        "label": np.where(fake, "fake", "real"),
        "weak": (0.3 + 0.2 * fake + 0.4 * rng.random(40)).round(2),
        "strong": (0.2 + 0.5 * fake + 0.2 * rng.random(40)).round(2),
    }
    files.write_csv(pd.DataFrame({**rows, **changed}), folder / "scores.csv")
    return folder / "scores.csv"


def test_the_names_of_the_table_are_in_the_sentence(tmp_path: Path) -> None:
    found = judge.judge(table.read(written(tmp_path)))
    assert found.verdict.sentence.startswith("strong is better: AUC 1.000 (strong) against ")
    assert found.verdict.sentence.endswith("for these two networks alone.")
    metrics = json.loads(json.dumps(found.to_metrics(), allow_nan=False))
    assert list(metrics["detectors"]) == ["weak", "strong"]
    assert metrics["scores"] == {"weak": "probabilities", "strong": "probabilities"}


def test_a_score_that_is_equal_to_the_threshold_reaches_it(tmp_path: Path) -> None:
    tenths = (np.arange(40) % 10) / 10
    file = written(tmp_path, weak=tenths, strong=tenths)
    for limit in range(10):
        found = judge.judge(table.read(file), (limit / 10, 1.0))
        weak, strong = (found.methods[name].called() for name in ("weak", "strong"))
        assert ((weak == "fake") == (tenths >= limit / 10)).all()
        assert (strong == "real").all()


def test_what_is_missing_is_left_out_and_counted(tmp_path: Path) -> None:
    scores = np.linspace(0, 1, 40)
    weak, strong = scores.astype(object), scores.astype(object)
    weak[[1, 2]], strong[[2, 5, 7]] = "", ("inf", "nan", "")
    found = judge.judge(table.read(written(tmp_path, weak=weak, strong=strong)))
    assert found.left_out == {"pictures": 4, "weak": 2, "strong": 3}
    assert "4 of 40 pictures have a score that is not a finite number (weak 2, strong 3) and are left out" in (
        found.verdict.sentence
    )
    assert [row["coverage"] for row in found.metrics().values()] == [0.95, 0.925]


def test_one_class_has_no_auc(tmp_path: Path) -> None:
    found = judge.judge(table.read(written(tmp_path, label="fake")))
    assert found.verdict.sentence.startswith("no difference shown; no AUC: all 40 test pictures are fake. Accuracy ")
    assert found.verdict.auc is None


def test_two_trainings_claim_nothing_and_say_what_would(tmp_path: Path) -> None:
    scores = pd.read_csv(written(tmp_path))
    several = {f"{name}_{number:02}": scores[name] for name in ("weak", "strong") for number in (1, 2)}
    files.write_csv(scores[["picture", "label"]].assign(**several), tmp_path / "scores.csv")
    sentence = judge.judge(table.read(tmp_path / "scores.csv")).verdict.sentence
    assert "With 2 trainings each no difference is claimed: give the scores of 5; all" in sentence
    assert sentence.endswith("all trainings of weak and of strong give the same scores, and count as one.")
