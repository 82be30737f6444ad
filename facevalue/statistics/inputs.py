"""What every estimate starts from: pictures with a target and a score each."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray


class Scores(NamedTuple):
    """Targets, int64 (n,), fake = 1 and real = 0; logits, float64 (n,), higher means fake."""

    targets: NDArray[np.int64]
    logits: NDArray[np.float64]

    @property
    def has_both_classes(self) -> bool:
        """Whether there is at least one real and one fake picture."""
        return both_classes(self.targets)


def both_classes(targets: NDArray[np.int64]) -> bool:
    """Whether the targets (n,) hold at least one real and one fake."""
    return bool(0 < targets.sum() < targets.size)


def checked(targets: ArrayLike, logits: ArrayLike) -> Scores:
    """The same numbers, once they are known to be scores; there may be none.

    Raises:
        ValueError: they are of different lengths, a target is neither 0 nor 1, or a logit is NaN or infinite. Who calls
            this has left such pictures out.
    """
    labels, scores = np.asarray(targets), np.asarray(logits, dtype=np.float64)
    if labels.ndim != 1 or labels.shape != scores.shape:
        raise ValueError(f"targets {labels.shape} and logits {scores.shape} must be two rows of one length")
    if not np.isin(labels, (0, 1)).all():
        raise ValueError("a target is neither 0 (real) nor 1 (fake)")
    if broken := int(np.count_nonzero(~np.isfinite(scores))):
        raise ValueError(f"{broken} of {scores.size} logits are not finite")
    return Scores(labels.astype(np.int64), scores)
