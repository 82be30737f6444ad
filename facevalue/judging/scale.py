"""What scores mean: probabilities of fake, or logits; and the one from the other."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import special

from facevalue.common.errors import SourceError

Scale = Literal["probabilities", "logits"]
SCALES: tuple[Scale, ...] = ("probabilities", "logits")

# Logits of 0 and of 1, beyond those of all other doubles, which reach from -744.4 to 36.7: so that ranks stay.
_NEVER, _SURE = -750.0, 37.0
_NEAR = 2  # steps towards it, and neighbours on either side: of 20,000 logits all came back


def scale_of(name: str, scores: NDArray[np.float64], asked: Scale | None = None) -> Scale:
    """What a detector's scores are, of which those that are not finite do not count.

    Where it is not asked for, all from 0 to 1 are probabilities, and where one is below 0 they are logits. Others, such
    as percents or ratings, are neither by themselves.

    Raises:
        SourceError: they are not what is asked for, or nothing tells what they are.
    """
    finite = scores[np.isfinite(scores)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    within = low >= 0 and high <= 1
    reach = f"the scores of {name!r} reach from {low:g} to {high:g}"
    if asked == "probabilities" and not within:
        raise SourceError(f"{reach}, and probabilities from 0 to 1; say --scores logits if they are logits.")
    if asked:
        return asked
    if not within and low >= 0:
        raise SourceError(
            f"{reach}, so they are no probabilities, and nothing says that they are logits: divide percents by 100, "
            "or say --scores logits (for ratings too, of which the order alone counts)."
        )
    return "probabilities" if within else "logits"


def logits(scores: NDArray[np.float64], scale: Scale) -> NDArray[np.float64]:
    """The logits, of any shape; what is not finite is NaN.

    Those of probabilities are such that `expit` gives the probability again, to the last digit, wherever a double does.
    """
    given = np.where(np.isfinite(scores), scores, np.nan)
    return given if scale == "logits" else _of_probabilities(given)


def _of_probabilities(given: NDArray[np.float64]) -> NDArray[np.float64]:
    inner = np.where((given > 0) & (given < 1), given, 0.5)
    found = near = special.logit(inner)
    for _ in range(_NEAR):
        near = near + (inner - special.expit(near)) / (inner * (1 - inner))  # Newton's step
        found = _better(near, found, inner)
    for direction in (-np.inf, np.inf):
        near = found
        for _ in range(_NEAR):
            near = np.nextafter(near, direction)
            found = _better(near, found, inner)
    return np.select([np.isnan(given), given == 0, given == 1], [np.nan, _NEVER, _SURE], found)


def _better(near: NDArray[np.float64], found: NDArray[np.float64], inner: NDArray[np.float64]) -> NDArray[np.float64]:
    """What was found, or what is near it where that alone gives the probability again."""
    return np.where((special.expit(found) != inner) & (special.expit(near) == inner), near, found)
