import numpy as np
import pandas as pd
import pytest

from facevalue.external.drop import drop
from facevalue.statistics.delong import Placements


def pictures(shift: float, seed: int, count: int = 80, trainings: int = 1) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """The own test part with its probabilities, and the same pictures as a set: fakes lie so much higher than reals."""
    chance = np.random.default_rng(seed)
    labels = np.where(np.arange(count) % 2, "fake", "real")
    names = [f"{number}.png" for number in range(count)]
    facts = pd.DataFrame({"picture": names, "label": labels, "kind": labels, "group": names})
    logits = {
        name: shift * (labels == "fake")[:, None] + chance.normal(size=(count, trainings)) for name in ("full", "crop")
    }
    logits["ensemble"] = (logits["full"] + logits["crop"]) / 2
    own = facts.assign(
        **{
            name if trainings == 1 else f"{name}_{number + 1:02}": 1 / (1 + np.exp(-values[:, number]))
            for name, values in logits.items()
            for number in range(trainings)
        }
    )
    tables = [
        facts.assign(logit_full=logits["full"][:, number], logit_crop=logits["crop"][:, number])
        for number in range(trainings)
    ]
    return own, tables


@pytest.mark.parametrize("trainings", [1, 3])
def test_it_is_the_difference_of_both_aucs(trainings: int) -> None:
    own, _ = pictures(2.0, seed=1, trainings=trainings)
    _, tables = pictures(0.3, seed=2, count=60, trainings=trainings)
    found = drop(own, tables)
    assert found
    for column, name in enumerate(("full", "crop")):
        each = found.of_methods[name]
        columns = [name] if trainings == 1 else [f"{name}_{number:02}" for number in range(1, trainings + 1)]
        at_home = Placements.of((own["label"] == "fake").to_numpy().astype(int), own[columns].to_numpy()).aucs.mean()
        targets = (tables[0]["label"] == "fake").to_numpy().astype(int)
        logits = np.column_stack([table[f"logit_{name}"] for table in tables])
        elsewhere = Placements.of(targets, logits).aucs.mean()
        assert (each.second.value, each.first.value) == pytest.approx((at_home, elsewhere)), column
        assert each.value == pytest.approx(at_home - elsewhere)
        assert 0 < each.interval.low < each.value < each.interval.high
    assert found.sentence.startswith("the AUC on the own test part less that on this set is +0.")
    told = found.to_metrics()["crop"]
    assert isinstance(told, dict)
    assert list(told) == ["own", "set", "drop", "interval", "p_value"]


def test_pictures_of_one_name_are_not_one_group() -> None:
    """The two parts are independent: their variances add up, one more picture of each at chance included."""
    own, _ = pictures(1.0, seed=3, count=200)
    _, tables = pictures(1.0, seed=4, count=200)
    found = drop(own, tables)
    assert found
    errors = []
    for table, column in ((own, "full"), (tables[0], "logit_full")):
        targets = (table["label"] == "fake").to_numpy().astype(int)
        placed = Placements.of(targets, table[[column]].to_numpy())
        errors.append(float(placed.covariance[0, 0]) + 2 / 12 / 100**2)
    assert found.of_methods["full"].standard_error == pytest.approx(sum(errors) ** 0.5, rel=0.02)


def test_without_both_classes_or_with_other_trainings_there_is_none() -> None:
    own, tables = pictures(1.0, seed=5)
    assert drop(own[own["label"] == "real"], tables) is None
    assert drop(own, [tables[0][tables[0]["label"] == "real"]]) is None
    assert drop(own, tables * 2) is None  # the record is of one training
