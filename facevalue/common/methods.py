"""The methods that are compared, and what tables, charts and sentences call them."""

from typing import Literal, TypeVar, get_args

import numpy as np
from numpy.typing import NDArray

TrainedMethod = Literal["full", "crop"]
TRAINED: tuple[TrainedMethod, ...] = get_args(TrainedMethod)
"""Those with networks of their own: the whole picture (Method 1) and the face (Method 2)."""

METHODS = (*TRAINED, "ensemble")
"""All, in the order of every table; the ensemble is both together."""

NAMES = {"full": "whole picture", "crop": "face", "ensemble": "both together"}

Logits = TypeVar("Logits", float, NDArray[np.float64])


def ensemble(full: Logits, crop: Logits) -> Logits:
    """The logit, or logits (n,), of both together: the mean of the two, halved first so that no sum overflows."""
    return full / 2 + crop / 2
