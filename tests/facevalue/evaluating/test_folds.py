import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from facevalue.common.methods import METHODS
from facevalue.evaluating import evaluation, folds

HALF = dict.fromkeys(METHODS, 0.5)


def frames(videos: int = 12, each: int = 5, seed: int = 0) -> pd.DataFrame:
    """Frames of videos, every other one fake, both methods a little better than chance."""
    chance = np.random.default_rng(seed)
    rows = pd.DataFrame({"n": np.arange(videos).repeat(each)})
    fake = rows["n"] % 2 == 1
    label = pd.Series(np.where(fake, "fake", "real"))
    scores = {f"logit_{method}": fake * 2 - 1 + chance.normal(0, 2, len(rows)) for method in ("full", "crop")}
    video = "v" + rows["n"].astype(str) + ".mp4"
    picture = video + "." + rows.index.astype(str) + ".png"
    facts = {"label": label, "kind": label, "group": video, "video": video, "picture": picture}
    return pd.DataFrame({**facts, **scores, "face_share": chance.uniform(size=len(rows)), "confidence": 0.9})


def test_a_video_is_the_mean_of_its_frames() -> None:
    table = frames()
    found = folds.by_video(table.sample(frac=1, random_state=0))
    assert found["picture"].tolist() == sorted(set(table["video"]))
    for row in found.to_dict("records"):
        own = table[table["video"] == row["picture"]]
        assert row["logit_crop"] == pytest.approx(own["logit_crop"].mean())
        assert row["face_share"] == pytest.approx(own["face_share"].mean())
        assert {row["label"]} == set(own["label"])
    pd.testing.assert_frame_equal(found, folds.by_video(table))


def test_one_frame_per_video_gives_the_same_measures_as_pictures() -> None:
    table = frames(videos=30, each=1)
    videos: Any = folds.judge_videos([[table]], [[HALF]], (30, 30))
    pictures = folds.judge([[table]], [[HALF]])
    assert (videos["videos"], videos["frames"]) == (30, 30)
    for row in METHODS:
        assert {**pictures.methods[row].to_metrics(), "coverage": 1.0} == videos[row]
    assert videos["sentence"] == pictures.verdict.sentence.replace("test pictures", "test videos")
    assert "30 test videos" in videos["sentence"]
    assert json.dumps(videos, allow_nan=False)


def test_pictures_that_are_no_frames_count_for_no_video() -> None:
    table = frames()
    alone = table.assign(video="", picture="alone/" + table["picture"], logit_full=9.0)
    mixed = pd.concat([table, alone], ignore_index=True)
    assert folds.judge_videos([[mixed]], [[HALF]], (12, 12)) == folds.judge_videos([[table]], [[HALF]], (12, 12))


def test_without_videos_there_is_a_sentence() -> None:
    found = folds.judge_videos([[frames().assign(video="")]], [[HALF]], (0, 0))
    assert found == {
        "videos": 0, "frames": 0, "full": None, "crop": None, "ensemble": None, "verdict": None,
        "operating_points": None, "sentence": "no videos"
    }  # fmt: skip


def test_coverage_counts_the_videos_without_any_face() -> None:
    found: Any = folds.judge_videos([[frames()]], [[HALF]], (16, 12))
    assert [found[row]["coverage"] for row in METHODS] == [1.0, 0.75, 0.75]
    none: Any = folds.judge_videos([[frames()[:0]]], [[HALF]], (3, 0))
    assert none["sentence"] == "nothing to compare: no test video was scored by both methods"
    assert none["crop"]["coverage"] == 0


def test_a_frame_without_a_score_leaves_its_video_out_and_that_is_said() -> None:
    table = frames()
    table.loc[0, "logit_crop"] = np.nan
    found: Any = folds.judge_videos([[table]], [[HALF]], (12, 12))
    assert found["full"]["pictures"] == 11
    assert "1 of 12 videos have a score that is not a finite number" in found["sentence"]


def test_every_fold_has_its_own_threshold() -> None:
    tables = {seed: frames(seed=seed) for seed in (0, 1)}
    tests = [
        table.assign(video=f"{seed}/" + table["video"], picture=f"{seed}/" + table["picture"])
        for seed, table in tables.items()
    ]
    limits = [dict.fromkeys(METHODS, 0.0), dict.fromkeys(METHODS, 1.0)]
    found = folds.judge([tests], [limits])
    assert (found.methods["full"].called()[:60] == "fake").all()
    assert (found.methods["full"].called()[60:] == "real").all()
    assert folds.judge([tests[:1]], [[HALF]]).to_metrics() == evaluation.evaluate([tests[0]], [HALF]).to_metrics()
    videos: Any = folds.judge_videos([tests], [limits], (24, 24))
    assert videos["full"]["recall_fake"] == 0.5
