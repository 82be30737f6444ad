"""What every judgement starts from: pictures with a target and a logit each."""

from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from facevalue.errors import FacevalueError

ROWS = ("full", "crop", "ensemble")
"""The detectors of every table, in this order: whole picture, face, both together."""


Logits = TypeVar("Logits", float, NDArray[np.float64])


def ensemble(full: Logits, crop: Logits) -> Logits:
    """The logit, or logits (n,), of both together: the mean of the two, halved first so that no sum overflows."""
    return full / 2 + crop / 2


class Scored(NamedTuple):
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


def checked(targets: ArrayLike, logits: ArrayLike) -> Scored:
    """The same numbers, once they are known to be scores; there may be none.

    Raises:
        FacevalueError: a logit is NaN or infinite.
    """
    labels, scores = np.asarray(targets), np.asarray(logits, dtype=np.float64)
    if labels.ndim != 1 or labels.shape != scores.shape:
        raise ValueError(f"targets {labels.shape} and logits {scores.shape} must be two rows of one length")
    if not np.isin(labels, (0, 1)).all():
        raise ValueError("a target is neither 0 (real) nor 1 (fake)")
    if broken := int(np.count_nonzero(~np.isfinite(scores))):
        raise FacevalueError(
            f"{broken} of {scores.size} pictures have a score that is not a finite number; "
            "the model has diverged: lower train.learning_rate and train again."
        )
    return Scored(labels.astype(np.int64), scores)


def of_both_classes(targets: ArrayLike, logits: ArrayLike, purpose: str) -> Scored:
    """`checked`, for a purpose (a few words, such as `an AUC`) that one class alone cannot serve.

    Raises:
        FacevalueError: as `checked`, or there is no picture, or all are real, or all are fake.
    """
    scored = checked(targets, logits)
    if not scored.targets.size:
        raise FacevalueError(f"There is no scored picture; {purpose} needs both classes. Sample more pictures.")
    if not scored.has_both_classes:
        only = "fake" if scored.targets[0] else "real"
        raise FacevalueError(
            f"All {scored.targets.size} scored pictures are {only}; {purpose} needs both classes. "
            "Sample more pictures or raise split.test."
        )
    return scored
