"""Whether a probability means what it says: of the pictures called fake with 0.8, are four in five fake?"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit

from facevalue.statistics.inputs import checked
from facevalue.statistics.intervals import share_interval

BINS = 10
_COLUMNS = ["probability", "share", "low", "high", "pictures"]


def brier(targets: NDArray[np.int64], logits: NDArray[np.float64]) -> float | None:
    """Mean squared distance of the probability from 0 (real) or 1 (fake): 0 is best, 0.25 is always saying one half.

    Brier 1950, Monthly Weather Review 78, 1-3; `None` without pictures.

    Args:
        targets: (n,), fake = 1.
        logits: (n,), higher means fake.

    Raises:
        ValueError: a logit is NaN or infinite.
    """
    scores = checked(targets, logits)
    if not scores.targets.size:
        return None
    return float(np.square(expit(scores.logits) - scores.targets).mean())


def expected_calibration_error(
    targets: NDArray[np.int64], logits: NDArray[np.float64], bins: int = BINS
) -> float | None:
    """Mean distance, over the pictures, of their bin's mean probability from its share of fakes; in 0..1.

    Naeini, Cooper & Hauskrecht 2015 (AAAI), "Obtaining well calibrated probabilities using Bayesian binning", of the
    probability of fake; the bins are as in Guo, Pleiss, Sun & Weinberger 2017 (ICML), section 2. On few pictures it is
    far from 0 also for a method that is calibrated. `None` without pictures.

    Args:
        targets: (n,), fake = 1.
        logits: (n,), higher means fake.
        bins: How many, of equal width.

    Raises:
        ValueError: a logit is NaN or infinite.
    """
    points = reliability_points(targets, logits, bins)
    if points.empty:
        return None
    apart = (points["probability"] - points["share"]).abs()
    return float((apart * points["pictures"]).sum() / points["pictures"].sum())


def reliability_points(
    targets: NDArray[np.int64], logits: NDArray[np.float64], bins: int = BINS, trainings: int = 1
) -> pd.DataFrame:
    """The reliability curve: a row per bin of probability that holds a picture.

    Bins have equal width and hold their upper end, the first its lower end too. Columns: `probability` (the bin's
    mean), `share` of fakes with Wilson's interval from `low` to `high` (which takes pictures as independent), and
    `pictures`, how many. Where the scores are those of several `trainings`, one after the other, their bins are taken
    together, and a bin counts as many pictures as it holds in the mean.

    Raises:
        ValueError: a logit is NaN or infinite.
    """
    scores = checked(targets, logits)
    probability = expit(scores.logits)
    of_picture = np.searchsorted(np.linspace(0, 1, bins + 1)[1:-1], probability)
    counts, fakes, sums = (np.bincount(of_picture, weights, bins) for weights in (None, scores.targets, probability))
    rows = []
    for index in np.flatnonzero(counts):
        share, held = fakes[index] / counts[index], max(1, round(counts[index] / trainings))
        rows.append((sums[index] / counts[index], share, *share_interval(round(share * held), held), held))
    return pd.DataFrame(rows, columns=_COLUMNS).astype(
        dict.fromkeys(_COLUMNS[:-1], np.float64) | {"pictures": np.int64}
    )
