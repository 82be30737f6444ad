"""What another study would show: how many pictures, or trainings, a difference asks for."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2, norm

from facevalue.statistics.components import freedom
from facevalue.statistics.intervals import quantile

POWER = 0.8

_MOST = 1e6  # times the pictures, or trainings: what more of them cannot show, no number does
_QUANTILES = (np.arange(200) + 0.5) / 200


@dataclass(frozen=True)
class Foreseen:
    """A difference of two methods' means, taken for the true one, and the variances that it was found with.

    Attributes:
        value: the difference.
        trainings: of each method.
        of_trainings: variance that each pair of trainings has by itself.
        of_both: what pictures add to it.
        of_pictures: what pictures add to all pairs alike.
        chance: as in `Trainings`, of both methods.
        freedom: of the pictures' parts.
    """

    value: float
    trainings: int
    of_trainings: float
    of_both: float
    of_pictures: float
    chance: float
    freedom: float

    def power(self, trainings: float, times: float = 1.0) -> float:
        """Chance to show the difference with so many trainings on so many times the pictures.

        The means and the scatter among trainings are independent, the latter chi-squared on r - 1 degrees of freedom.
        So it is the mean, over that scatter, of the chance that the difference passes what the test then asks for. The
        noncentral F of Hillis, Obuchowski and Berbaum 2011 (Academic Radiology 18:129) takes the scatter for known when
        it counts the degrees of freedom; with three trainings it foretold up to 6 points too little.
        """
        of_trainings = (self.of_trainings + self.of_both / times) / trainings
        of_pictures = self.of_pictures / times + self.chance / times**2
        scale = math.sqrt(of_trainings + of_pictures)
        if scale == 0:
            return float(self.value != 0)
        seen = of_trainings * chi2.isf(_QUANTILES, trainings - 1) / (trainings - 1)
        deviates = quantile(freedom([seen, of_pictures], trainings, self.freedom * times))
        asked = np.sqrt(seen + of_pictures) * deviates / scale
        return float(np.mean(norm.sf(asked - self.value / scale) + norm.sf(asked + self.value / scale)))

    @property
    def pictures_needed(self) -> float | None:
        """How many times the pictures would show it; None: no number with so many trainings."""
        return _least(lambda times: self.power(self.trainings, times), 1.0)

    @property
    def trainings_needed(self) -> int | None:
        """How many trainings of each would show it; None: no number on these pictures."""
        found = _least(lambda number: self.power(math.ceil(number)), float(self.trainings))
        return None if found is None else math.ceil(found)


def _least(power: Callable[[float], float], start: float) -> float | None:
    """The least number from `start` on whose power is `POWER`, within a thousandth; None: even `_MOST` has less."""
    if power(_MOST) < POWER:
        return None
    low, high = math.log(start), math.log(_MOST)
    while high - low > 1e-3:
        middle = (low + high) / 2
        low, high = (low, middle) if power(math.exp(middle)) >= POWER else (middle, high)
    return math.exp(high)
