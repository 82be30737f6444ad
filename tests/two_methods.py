"""Two methods on the same pictures, compared in one call."""

import numpy as np
from numpy.typing import NDArray

from facevalue.statistics.delong import Placements
from facevalue.statistics.intervals import Difference
from facevalue.statistics.mcnemar import Hits


def by_delong(targets: NDArray[np.int64], full: NDArray[np.float64], crop: NDArray[np.float64]) -> Difference:
    return Placements.of(targets, np.column_stack([full, crop])).compare(0, 1)


def by_mcnemar(full: NDArray[np.bool_], crop: NDArray[np.bool_]) -> Difference:
    return Hits(np.column_stack([full, crop])).compare(0, 1)
