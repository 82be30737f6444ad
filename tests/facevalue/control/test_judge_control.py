import json

import numpy as np
import pandas as pd
import pytest

from facevalue.control import judge
from facevalue.statistics.delong import Placements


def scored(full: float, crop: float, square: float, seed: int = 0, pictures: int = 120) -> pd.DataFrame:
    """Pictures with what three networks say of them, by how far each moves a fake."""
    chance = np.random.default_rng(seed)
    fake = np.arange(pictures) % 2 == 1
    names = [f"{number:03}.png" for number in range(pictures)]
    logits = {
        f"logit_{name}": far * fake + chance.normal(size=pictures)
        for name, far in (("full", full), ("crop", crop), ("square", square))
    }
    labels = np.where(fake, "fake", "real")
    return pd.DataFrame({"picture": names, "label": labels, "kind": labels, "group": names, "shared": 0.25, **logits})


def judged(full: float, crop: float, square: float, trainings: int = 3) -> judge.Found:
    return judge.judge([[scored(full, crop, square, training)] for training in range(trainings)])


def test_what_the_face_tells_beyond_its_size() -> None:
    found = judged(0.5, 2.5, 0.5)
    start = "against a square as large at a random place (25 % of the face's is in it), crop is better: AUC 0.9"
    assert found.sentence.startswith(start)
    assert found.sentence.endswith(": the face tells more than another part of its size")


def test_resolution_alone() -> None:
    found = judged(0.3, 2.0, 2.0)
    assert "(25 % of the face's is in it), no difference shown: AUC " in found.sentence
    assert "; and it against the whole picture, square is better: AUC " in found.sentence
    last = ": a part of the picture seen larger wins too, and resolution alone may account for what the face wins"
    assert found.sentence.endswith(last)


def test_a_square_that_shows_most_of_the_face_is_a_weak_control() -> None:
    said = judge.judge([[scored(1, 1, 1).assign(shared=0.95)]]).sentence
    assert said.startswith(
        "against a square as large at a random place (95 % of the face's is in it, so this control is "
    )
    assert "a weak one), " in said
    assert "weak" not in judged(1, 1, 1).sentence


def test_where_nothing_is_shown_and_where_the_square_wins() -> None:
    assert judged(1, 1, 1).sentence.endswith(": that the face tells more than another part of its size is not shown")
    assert judged(1, 0.5, 2.5).sentence.endswith(": another part of its size tells more than the face")
    two = judged(0, 3, 0, trainings=2)
    assert two.to_metrics()["answer"] == "no difference shown"
    assert two.sentence.endswith(" is not shown; with 2 trainings each no difference is claimed")


def test_what_the_intervals_hold_fixed_is_said() -> None:
    table = scored(0.3, 2.0, 2.0)
    assert ", for these two networks alone: " in judge.judge([[table]]).sentence
    assert ", for trainings from these 90 pictures: " in judge.judge([[table], [scored(0.3, 2, 2, 1)]], 90).sentence
    folds = judge.judge([[table[:60], table[60:]]]).sentence
    assert ", for these networks alone, approximate since folds train on one another's test pictures: " in folds


def test_where_full_sees_the_face_as_large_resolution_is_no_reason() -> None:
    tests = [[scored(0.3, 2.0, 2.0, seed=seed)] for seed in range(3)]
    assert "resolution alone" in judge.judge(tests).sentence
    assert "resolution" not in judge.judge(tests, matched=True).sentence


def test_the_numbers_are_delongs_of_one_training() -> None:
    table = scored(0.5, 1.5, 1.0)
    found = judge.judge([[table.sample(frac=1, random_state=1)]])
    logits = table[["logit_full", "logit_crop", "logit_square"]].to_numpy()
    known = Placements.of((table["label"] == "fake").to_numpy().astype(int), logits)
    assert found.face
    assert found.face.found == known.compare(2, 1)
    assert found.magnified
    assert found.magnified.found == known.compare(0, 2)
    assert found.row()["auc"] == pytest.approx(known.aucs[2])
    plain = json.loads(json.dumps(found.to_metrics(), allow_nan=False))
    assert plain["against_square"]["crop"] == pytest.approx(known.aucs[1])
    assert plain["square_against_full"]["square"] == pytest.approx(known.aucs[2])
    assert plain["remains"].startswith(plain["sentence"].partition(", difference")[0] + "; ")


def test_pictures_that_one_of_the_three_cannot_score_are_left_out() -> None:
    table = scored(0.5, 1.5, 1.0)
    table.loc[3, "logit_square"] = np.nan
    assert judge.judge([[table]]).pictures == 119
    found = judge.judge([[table[table["label"] == "real"]]])
    said = "against a square as large at a random place (25 % of the face's is in it): no AUC"
    assert found.sentence == found.remains == said
    auc = dict.fromkeys(("auc", "auc_low", "auc_high", "auc_sd"))
    assert found.row() == {**auc, "pictures": 60, "trainings": 1}


def test_folds_are_ranked_each_by_itself() -> None:
    first, second = scored(2, 2, 2, seed=1), scored(2, 2, 2, seed=2).assign(picture=lambda rows: "b" + rows["picture"])
    second["group"] = second["picture"]
    apart = second.assign(**{f"logit_{name}": second[f"logit_{name}"] + 100 for name in judge.COLUMNS})
    found, moved = judge.judge([[first, second]]), judge.judge([[first, apart]])
    assert found.auc
    assert moved.auc
    assert found.auc.value == moved.auc.value


def test_a_squares_row_is_joined_by_its_picture() -> None:
    table = scored(1, 1, 1).drop(columns=["logit_square", "shared"])
    squares = pd.DataFrame({"picture": table["picture"][::-1], "logit": np.arange(120.0), "kind": "x"})
    places = pd.DataFrame({"picture": table["picture"], "shared": np.linspace(0, 1, 120)})
    found = judge.with_square(table, squares, places)
    assert found["picture"].tolist() == table["picture"].tolist()
    assert found["logit_square"].tolist() == list(np.arange(120.0)[::-1])
    assert found["kind"].tolist() == table["kind"].tolist()
