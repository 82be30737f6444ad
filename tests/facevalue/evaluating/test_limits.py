import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from facevalue.common.methods import METHODS
from facevalue.evaluating import limits
from facevalue.evaluating.evaluation import evaluate
from facevalue.evaluating.params import FalseAlarms

FIVE = FalseAlarms(fpr=0.05)


def validated(reals: int, fakes: int, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    fake = np.repeat([0, 1], [reals, fakes])
    scores = {f"logit_{name}": 1.5 * fake + rng.normal(size=fake.size) for name in ("full", "crop")}
    return pd.DataFrame({"label": np.where(fake, "fake", "real"), **scores})


def test_the_best_thresholds_of_a_validation_part_part_its_classes() -> None:
    few = pd.DataFrame(
        {"label": ["real", "real", "fake", "fake"], "logit_full": [-3.0, -2.0, -1.0, 1.0], "logit_crop": [0.0] * 4}
    )
    best = limits.chosen(few, "val")
    assert expit(-2.0) < best["full"] < expit(-1.0)
    assert expit(-1.0) < best["ensemble"] < expit(-0.5)
    assert 0 <= best["crop"] <= 1  # equal scores part nothing; any threshold is as good


def test_every_method_keeps_to_the_false_alarm_rate_on_the_validation_part() -> None:
    table = validated(60, 40)
    found = limits.chosen(table, FIVE)
    assert list(found) == list(METHODS)
    facts = {"picture": [f"{index:03}" for index in table.index], "kind": "any", "group": None}
    same = table.assign(**facts, face_share=0.5, confidence=0.9)
    judged = evaluate([same], [found], resamples=20)
    for name, method in judged.methods.items():
        measures = method.measures
        assert measures.recall_real == 57 / 60, name  # three of sixty reals are 5 %
        assert measures.recall_fake == measures.tpr_at_fpr_5, name  # on the same pictures both are one point


@pytest.mark.parametrize(("reals", "few"), [(19, True), (20, False)])
def test_too_few_reals_are_said_to_be_too_few(reals: int, few: bool) -> None:
    said = limits.too_few([validated(40, 5), validated(reals, 5)], FIVE)
    assert said == (
        "evaluate.threshold.fpr is 0.05, and 19 validation reals cannot show that, 20 could: "
        "the threshold lies above all of them"
        if few
        else ""
    )
    assert limits.too_few([validated(2, 2)], "val") == ""
    table = validated(reals, 5)
    highest = expit(table.loc[table["label"] == "real", "logit_full"].max())
    assert (limits.chosen(table, FIVE)["full"] > highest) == few
