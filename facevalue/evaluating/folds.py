"""The test parts of every repeat's folds, judged as one; pictures by themselves, and videos by their frames."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from facevalue.common.methods import METHODS
from facevalue.evaluating import evaluation, operating
from facevalue.statistics.thresholds import Threshold

_MEANS = ["logit_full", "logit_crop", "face_share", "confidence"]


def metrics(found: evaluation.Evaluation, full: int, crop: int) -> dict[str, dict[str, float | None]]:
    """The flat numbers of each of `METHODS`, with its `coverage`: the share of the test pictures that it can score.

    Args:
        found: what was judged.
        full: how many pictures Method 1 can score: all.
        crop: how many Method 2 can; without a face there is nothing for it.
    """
    covered = {name: 1.0 if name == "full" else crop / full for name in METHODS}
    return {name: {**method.to_metrics(), "coverage": covered[name]} for name, method in found.methods.items()}


Tests = Sequence[Sequence[pd.DataFrame]]
"""Of every repeat's every fold, its test part as `evaluation.evaluate` takes it."""

Limits = Sequence[Sequence[Mapping[str, float]]]
"""Of the same, the probability of each of `METHODS` from which a picture is called fake."""


def judge(
    tests: Tests,
    thresholds: Limits,
    noun: str = "picture",
    pool: int | None = None,
    further: pd.DataFrame | None = None,
) -> evaluation.Evaluation:
    """Judge all test pictures together, each with its fold's thresholds.

    Args:
        tests: the tables.
        thresholds: the probabilities.
        noun: what the verdict's sentence calls a row.
        pool: from how many pictures each training draws.
        further: columns to slice by, as `evaluation.evaluate` takes them.
    """
    limits = [_by_row(*repeat) for repeat in zip(tests, thresholds, strict=True)]
    return evaluation.evaluate(joined(tests), limits, noun=noun, pool=pool, further=further)


def joined(tests: Tests) -> list[pd.DataFrame]:
    """Of every repeat one table, with `fold`, the number of the one whose network scored a picture."""
    return [
        pd.concat([test.assign(fold=number) for number, test in enumerate(folds)], ignore_index=True) for folds in tests
    ]


def _by_row(folds: Sequence[pd.DataFrame], thresholds: Sequence[Mapping[str, float]]) -> Mapping[str, Threshold]:
    counts = [len(test) for test in folds]
    return {name: np.repeat([threshold[name] for threshold in thresholds], counts) for name in METHODS}


def judge_videos(
    tests: Tests, thresholds: Limits, tested: tuple[int, int], pool: int | None = None
) -> dict[str, object]:
    """What both methods are worth on whole videos, as plain values for JSON; without any, counts and a sentence.

    Args:
        tests: as in `judge`, with `video`, which is empty for a picture that is no frame.
        thresholds: as in `judge`; the same as for frames.
        tested: how many videos the test parts of Method 1 and of Method 2 hold.
        pool: as in `judge`.
    """
    videos = [[by_video(test) for test in folds] for folds in tests]
    counts = {
        "videos": sum(map(len, videos[0])),
        "frames": sum(int((test["video"] != "").sum()) for test in tests[0]),
    }
    if not tested[0]:
        return {**counts, **dict.fromkeys((*METHODS, "verdict", "operating_points")), "sentence": "no videos"}
    found = judge(videos, thresholds, "video", pool)
    verdict = found.verdict
    return {
        **counts,
        **metrics(found, *tested),
        "verdict": verdict.to_metrics(),
        "operating_points": operating.to_metrics(found.operating_points),
        "sentence": verdict.sentence,
    }


def by_video(scored: pd.DataFrame) -> pd.DataFrame:
    """One row per video: it is the `picture`, and its numbers are the means of its frames'.

    A frame whose logit is not finite leaves its video without one, which `evaluation.evaluate` counts. The order of
    the rows is of no account.

    Args:
        scored: frames and other pictures as `pairing.pair` gives them, with `video`.
    """
    frames = scored[scored["video"] != ""].sort_values("picture").groupby("video")
    facts = frames[["label", "kind", "group"]].first()
    return facts.join(frames[_MEANS].mean(skipna=False)).reset_index(names="picture")
