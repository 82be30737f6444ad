"""Which pictures belong together, what they are worth, and how a bootstrap draws them."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

_WITHIN = 0.5  # correlation of two pictures of one group that the regularisation takes for granted
_BLOCK = 100_000  # pictures drawn at a time: what a processor's cache holds


@dataclass(frozen=True)
class Groups:
    """Which group each picture is in, and which groups are alike.

    `of_picture` (n,) and `stratum` (groups,) are indices; groups are numbered by their sorted names, so that the order
    of the pictures is of no account. Groups are alike that hold reals only, fakes only, or both. `fakes` and `reals`,
    (groups,), count pictures.
    """

    of_picture: NDArray[np.int64]
    stratum: NDArray[np.int64]
    fakes: NDArray[np.int64]
    reals: NDArray[np.int64]

    @classmethod
    def of(cls, names: ArrayLike, targets: NDArray[np.int64]) -> "Groups":
        """The groups that the pictures' group names (n,) and targets (n,) make."""
        of_picture, found = pd.factorize(np.asarray(names), sort=True)
        fakes = np.bincount(of_picture[targets == 1], minlength=len(found))
        reals = np.bincount(of_picture[targets == 0], minlength=len(found))
        _, stratum = np.unique(2 * (fakes > 0) + (reals > 0), return_inverse=True)
        return cls(of_picture, stratum, fakes, reals)

    @property
    def count(self) -> int:
        """How many there are."""
        return self.stratum.size

    @property
    def several(self) -> bool:
        """Whether any holds more than one picture."""
        return self.count < self.of_picture.size

    @property
    def freedom(self) -> float:
        """Degrees of freedom that they leave: their number less that of the strata."""
        return max(1.0, float(self.count - np.unique(self.stratum).size))

    def one_more(self, *counts: NDArray[np.int64]) -> float:
        """Variance, in units of one picture's, that one more group in each stratum adds to a mean.

        Args:
            counts: the pictures of each group, (groups,), over all of which a mean goes; several are summed.
        """
        worth = sum(each * (1 + (each - 1) * _WITHIN) / each.sum() ** 2 for each in counts)
        return float((np.bincount(self.stratum, worth) / np.bincount(self.stratum)).sum())

    def draws(self, resamples: int, seed: int) -> Iterator[NDArray[np.float64]]:
        """How often each group is drawn, in blocks of rows (rows, groups) that bound the memory, `resamples` in all.

        In each stratum as many groups are drawn as it has, with replacement. Counts are whole numbers in float64, so
        that sums of their products are exact and no order changes them.
        """
        rng = np.random.default_rng(seed)
        rows = max(1, _BLOCK // self.of_picture.size)
        for start in range(0, resamples, rows):
            yield self._counts(min(rows, resamples - start), rng)

    def _counts(self, rows: int, rng: np.random.Generator) -> NDArray[np.float64]:
        counts = np.zeros((rows, self.stratum.size))
        for stratum in range(self.stratum.max() + 1):
            members = np.flatnonzero(self.stratum == stratum)
            picked = rng.integers(members.size, size=(rows, members.size)) + members.size * np.arange(rows)[:, None]
            drawn = np.bincount(picked.ravel(), minlength=rows * members.size)
            counts[:, members] = drawn.reshape(rows, members.size)
        return counts
