"""What is said of networks that need the face, that do not, and of which these pictures cannot tell."""

import json

import numpy as np
import pandas as pd
import pytest

from facevalue.robustness.hiding import HIDDEN
from facevalue.robustness.perturb import UNDISTURBED
from facevalue.robustness.rests import Rests, rests


def table(strengths: dict[str, float], pictures: int = 80, seed: int = 0, group: int = 1) -> pd.DataFrame:
    """Scores that part the classes so far under each condition; most of what parts two pictures is common to all."""
    random = np.random.default_rng(seed)
    fake = np.arange(pictures) // group % 2 == 1
    own = random.normal(size=pictures)
    rows = [
        pd.DataFrame(
            {
                "picture": [f"{number:03}.png" for number in range(pictures)],
                "label": np.where(fake, "fake", "real"),
                "group": [f"person {number // group}" for number in range(pictures)],
                "name": condition.name,
                "level": condition.level,
                "full": strengths[condition.name] * fake + own + random.normal(0, 0.3, pictures),
                "crop": np.nan,
            }
        )
        for condition in (UNDISTURBED, *HIDDEN)
    ]
    return pd.concat(rows, ignore_index=True)


def found(whole: float, face: float, background: float, **options: int) -> Rests:
    names = [condition.name for condition in (UNDISTURBED, *HIDDEN)]
    return rests([table(dict(zip(names, (whole, face, background), strict=True)), **options)])


def test_who_answers_without_the_face_does_not_need_it() -> None:
    it = found(2.0, 1.9, 0.5)
    assert it.needs_no_face
    value, (low, high), _ = it.face.auc
    assert it.warning == (
        f"without the face the whole-picture network still reaches AUC {value:.2f} ({low:.2f} to {high:.2f}), "
        f"{it.whole.value:.2f} with it: it does not need the face"
    )
    assert it.sentence.startswith(f"{it.warning}; without the background AUC ")


@pytest.mark.parametrize(
    ("whole", "face", "ends"),
    [
        (2.0, 0.0, "the face is a part of its answer"),
        (2.0, 0.7, "the face is a part of its answer"),  # above chance, but less than half is left
        (0.1, 0.0, "these pictures do not tell whether it needs the face"),
    ],
)
def test_who_loses_most_without_the_face_is_no_warning(whole: float, face: float, ends: str) -> None:
    it = found(whole, face, whole)
    assert it.warning is None
    assert it.sentence.split("; ")[0].endswith(f": {ends}")


def test_few_pictures_are_no_warning_however_well_it_does() -> None:
    assert found(1.0, 1.0, 1.0, pictures=12).warning is None
    assert found(1.0, 1.0, 1.0, pictures=200).warning


def test_a_network_that_knows_nothing_is_hardly_ever_said_to_need_no_face() -> None:
    """That its interval lies above chance happens in 2.5 of 100 cases, were the interval exact."""
    assert sum(found(0.0, 0.0, 0.0, seed=seed).needs_no_face for seed in range(100)) <= 6


def test_pictures_of_one_person_count_as_one() -> None:
    single, grouped = found(2.0, 1.5, 1.0), found(2.0, 1.5, 1.0, group=4)
    width = [np.diff(each.face.auc.interval)[0] for each in (single, grouped)]
    assert width[1] > 1.3 * width[0]


def test_several_trainings_are_averaged() -> None:
    names = [condition.name for condition in (UNDISTURBED, *HIDDEN)]
    strengths = dict(zip(names, (2.0, 1.9, 0.5), strict=True))
    tables = [table(strengths), table(strengths).assign(full=lambda rows: rows["full"] * 2)]
    both, one = rests(tables), rests(tables[:1])
    assert (both.trainings, both.pictures) == (2, 80)
    assert both.face.auc.value == pytest.approx(one.face.auc.value)  # twice a score ranks as the score


def test_a_logit_that_is_no_number_leaves_its_picture_out_of_all() -> None:
    names = [condition.name for condition in (UNDISTURBED, *HIDDEN)]
    scores = table(dict.fromkeys(names, 1.0))
    scores.loc[(scores["name"] == "face hidden") & (scores["picture"] == "007.png"), "full"] = np.inf
    assert rests([scores]).pictures == 79


@pytest.mark.parametrize("kept", ["label == 'real'", "label == 'nothing'"])
def test_without_both_classes_there_are_no_numbers(kept: str) -> None:
    names = [condition.name for condition in (UNDISTURBED, *HIDDEN)]
    it = rests([table(dict.fromkeys(names, 1.0)).query(kept)])
    assert it.sentence == "no AUC with a part of the picture hidden"
    assert it.warning is None
    values = json.loads(json.dumps({**it.to_metrics(), **it.to_details()}, allow_nan=False))
    assert values["face_hidden"]["auc_low"] is None


def test_one_group_that_is_a_class_has_no_interval() -> None:
    names = [condition.name for condition in (UNDISTURBED, *HIDDEN)]
    scores = table(dict.fromkeys(names, 2.0))
    it = rests([scores.assign(group=scores["group"].where(scores["label"] == "real", "one"))])
    assert it.warning is None
    assert it.sentence.split("; ")[0].endswith("with it")
    assert it.to_metrics()["whole"]["auc_low"] is None
