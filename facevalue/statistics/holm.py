"""Holm's correction of p-values: several tests, any of which may find something."""

from collections.abc import Sequence

import numpy as np


def holm(p_values: Sequence[float]) -> list[float]:
    """The p-values, (k,), as they count where any of k tests may find something: Holm 1979.

    The smallest is multiplied by k, the next by k - 1, and so on, none being below the one before it. So in at most 5
    of 100 studies in which nothing is to be found, any falls below 0.05. NaN stays NaN and counts as no test.
    """
    values = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(values)[: np.count_nonzero(~np.isnan(values))]  # NaN is sorted to the end
    adjusted = np.full(values.shape, np.nan)
    steps = values[order] * np.arange(order.size, 0, -1)
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(steps)) if order.size else steps
    return [float(value) for value in adjusted]
