"""From which probability on a picture is called fake."""

import math

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from facevalue.statistics.inputs import both_classes

Threshold = float | NDArray[np.float64]
"""A probability for all pictures, or one per picture (n,), as where each fold's network has its own."""

HALF = 0.5

_ROUNDING = 1e-9  # of a count: 0.29 times 100 is 28.999999999999996


def called_fake(logits: NDArray[np.float64], threshold: Threshold) -> NDArray[np.bool_]:
    """Which pictures, (n,), a method calls fake: those whose probability reaches the threshold."""
    return np.asarray(expit(logits) >= threshold)


def balanced_accuracy_threshold(targets: NDArray[np.int64], logits: NDArray[np.float64]) -> float:
    """The threshold that has the highest balanced accuracy on these pictures, such as those of the validation part.

    Candidates lie halfway between neighbouring probabilities, and halfway from the outermost ones to 0 and 1, where
    every picture and none is called fake. Of equally good ones the nearest to 1/2 is taken, then the lower. Logits
    whose probabilities are the same number are one candidate, because `called_fake` cannot part them either. Pictures
    whose logit is not finite are left out; where one class alone remains, nothing can be chosen and it is 1/2.

    Args:
        targets: (n,), fake = 1.
        logits: (n,), higher means fake.
    """
    finite = np.isfinite(logits)
    labels, probability = targets[finite], expit(logits[finite])
    if not both_classes(labels):
        return HALF
    seen = np.unique(probability)
    candidates = (np.concatenate([[0.0], seen]) + np.concatenate([seen, [1.0]])) / 2
    fakes, reals = (np.sort(probability[labels == label]) for label in (1, 0))
    caught = fakes.size - np.searchsorted(fakes, candidates)
    spared = np.searchsorted(reals, candidates)
    hits = caught * reals.size + spared * fakes.size  # balanced accuracy in whole numbers, so that ties are ties
    best = candidates[hits == hits.max()]
    return float(best[np.argmin(np.abs(best - HALF))])


def false_alarms_allowed(rate: float, reals: int) -> int:
    """How many of so many reals may be called fake where at most `rate` of them are; fewer than all, as `rate` is."""
    return math.floor(rate * reals + _ROUNDING)


def false_alarm_threshold(targets: NDArray[np.int64], logits: NDArray[np.float64], rate: float) -> float:
    """The smallest threshold that calls at most `rate` of these reals fake, such as those of the validation part.

    It lies just above the highest real that must not be called fake, so that as many fakes are found as can be. Of
    fewer reals than 1 / `rate` none may be called fake, and it lies just above all of them. Where that real's
    probability is 1 to the computer's last digit, it is just above 1 and nothing is called fake. Pictures whose logit
    is not finite are left out; without a real nothing can be chosen, and it is 1/2.

    Args:
        targets: (n,), fake = 1.
        logits: (n,), higher means fake.
        rate: of false alarms, above 0 and below 1.
    """
    reals = np.sort(expit(logits[(targets == 0) & np.isfinite(logits)]))[::-1]
    if not reals.size:
        return HALF
    return float(np.nextafter(reals[false_alarms_allowed(rate, reals.size)], np.inf))
