"""What makes two methods' measures scatter: trainings, and the pictures that all of them share."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from facevalue.statistics.intervals import Number, freedom_of, satterthwaite, weighted_quantile

FEWEST_FOR_HILLIS = 5  # trainings


class Components(NamedTuple):
    """Variance of one training's measure over test pictures, and the covariance of two that share these.

    Attributes:
        variance: of one.
        same_training: of both methods in one training.
        same_method: of two trainings of one method; 0 where there is only one.
        neither: of two trainings, one of either method.
    """

    variance: float
    same_training: float
    same_method: float
    neither: float

    @classmethod
    def of(cls, covariance: NDArray[np.float64]) -> "Components":
        """Means of the entries of (methods, trainings, methods, trainings)."""
        methods, trainings = covariance.shape[:2]
        method, training = np.eye(methods, dtype=bool), np.eye(trainings, dtype=bool)
        kinds = [
            (one[:, None, :, None] & other[None, :, None, :])
            for one, other in ((method, training), (~method, training), (method, ~training), (~method, ~training))
        ]
        return cls(*(float(covariance[kind].mean()) if kind.any() else 0.0 for kind in kinds))

    @property
    def within_training(self) -> float:
        """What pictures alone add to the scatter of a difference between trainings, in half its variance."""
        return self.variance - self.same_training - self.same_method + self.neither


def freedom(variances: Sequence[Number], trainings: float, of_pictures: float) -> Number:
    """Of a variance in two parts, that of so many trainings and that of pictures: Cochran's of few, else Hillis'."""
    freedoms = [trainings - 1.0, of_pictures]
    if trainings < FEWEST_FOR_HILLIS:
        return freedom_of(weighted_quantile(variances, freedoms))
    return satterthwaite(variances, freedoms)
