"""What is called a shortcut: both must be so, that the files differ and that the network minds."""

import json

import numpy as np
import pandas as pd
import pytest

from facevalue.common.methods import TRAINED
from facevalue.robustness.equalise import Common
from facevalue.robustness.interventions import Interventions, intervene, telling
from facevalue.robustness.perturb import UNDISTURBED
from facevalue.statistics.intervals import Estimate, Interval

CONDITIONS = Common(75, 256, 110.0).conditions()
BRIGHT = CONDITIONS[2].name
APART = {condition.name: Estimate(1.0, Interval(0.9, 1.0)) for condition in CONDITIONS}
SPREAD = 1.5  # standard deviation of a class's logits


def table(moved: float = 0.0, pictures: int = 80, seed: int = 0) -> pd.DataFrame:
    """Scores that scatter a little after every intervention; one brightness moves fakes of `full` by so much."""
    random = np.random.default_rng(seed)
    fake = np.arange(pictures) % 2 == 1
    own = {method: 3.0 * fake + random.normal(0, SPREAD, pictures) for method in TRAINED}
    rows = []
    for condition in (UNDISTURBED, *CONDITIONS):
        after = {
            method: own[method]
            + (condition != UNDISTURBED) * random.normal(0.2, 0.4, pictures)
            + (condition.name == BRIGHT and method == "full") * moved * fake
            for method in TRAINED
        }
        names = [f"{number:03}.png" for number in range(pictures)]
        row = pd.DataFrame({"picture": names, "label": np.where(fake, "fake", "real"), "group": names})
        rows.append(row.assign(name=condition.name, level=condition.level, **after))
    return pd.concat(rows, ignore_index=True)


def found(scores: pd.DataFrame, brighter: float = 40.0) -> Interventions:
    """Of files of which the fakes are so much brighter, and the same in all else."""
    test = scores[scores["name"] == UNDISTURBED.name]
    fake = (test["label"] == "fake").to_numpy()
    light = 110 + 3 * (np.arange(len(test)) // 2 % 20) + brighter * fake
    facts = pd.DataFrame({"luma_quantisation": 4.0, "width": 256, "height": 200, "brightness_mean": light})
    return intervene([scores], CONDITIONS, telling(test, facts))


def test_a_fact_that_differs_and_moves_fakes_towards_reals_is_used() -> None:
    it = found(table(moved=-1.0))
    assert [(each.condition.name, each.method) for each in it.found if each.used] == [(BRIGHT, "full")]
    bright = it.found[4]
    assert bright.moved.apart.value == pytest.approx(-1.0, abs=0.25)
    assert bright.deviation == pytest.approx(SPREAD, rel=0.2)
    assert bright.telling.value > 0.85
    assert it.warning
    assert it.warning.startswith("with one brightness (110) for all pictures, full's logits of fakes come closer to")
    assert it.warning.endswith("the network uses what tells the files apart")
    assert it.sentence == it.warning


@pytest.mark.parametrize(
    ("moved", "brighter"),
    [
        (-1.0, 0.0),  # the network minds brightness, but reals and fakes are equally bright
        (0.0, 40.0),  # they are not, but the network does not mind
        (1.0, 40.0),  # without the difference it parts them better
        (-0.25, 40.0),  # it minds, surely but by too little
    ],
)
def test_one_of_both_is_not_enough(moved: float, brighter: float) -> None:
    it = found(table(moved, pictures=300), brighter)
    assert it.warning is None
    assert it.sentence == (
        "with one JPEG quality, one size, one brightness for all pictures, "
        "no network is seen to use what tells the files apart"
    )


def test_where_all_facts_differ_and_no_network_minds_few_studies_find_any() -> None:
    """Six tests in each of 100 studies, however small a shift would be."""
    alarms = 0
    for seed in range(100):
        adjusted = [each.p_adjusted for each in intervene([table(pictures=40, seed=seed)], CONDITIONS, APART).found]
        alarms += min(adjusted) < 0.05
    assert alarms <= 11  # of 5 %, as many are seen in 99 of 100 cases


def test_what_differs_by_rounding_has_not_moved() -> None:
    scores = table()
    same = scores["name"] == "one size"
    before = scores.loc[scores["name"] == UNDISTURBED.name, list(TRAINED)].to_numpy()
    scores.loc[same, list(TRAINED)] = before + np.random.default_rng(1).normal(3e-6, 1e-6, before.shape)
    size = found(scores).found[2]
    assert (size.moved.apart.value, size.moved.apart.p_value, size.share) == (0, 1, 0)


@pytest.mark.parametrize("kept", ["label == 'real'", "label == 'nothing'", "picture in ('000.png', '001.png')"])
def test_too_few_pictures_have_a_sentence(kept: str) -> None:
    it = found(table().query(kept))
    assert it.warning is None
    assert it.sentence.startswith("too few groups of real or of fake pictures to ask what one JPEG quality, one size")
    json.dumps(it.to_details(), allow_nan=False)
    assert not any(each.used for each in it.found)
