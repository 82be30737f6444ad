"""Whether a picture resembles what the networks were trained on, in words."""

from facevalue.predicting.both_methods import Prediction

UNKNOWN = "Whether it resembles what the networks were trained on is not known here."


def of(prediction: Prediction) -> tuple[bool | None, str]:
    """Whether it does not, None where nobody knows, and the sentence."""
    unlikeness: float | None = None
    unlike: bool | None = None
    return unlike, in_words(unlikeness, unlike)


def in_words(unlikeness: float | None, unlike: bool | None) -> str:
    """The sentence.

    Args:
        unlikeness: how far it lies from the pictures of the training, 1 being the limit.
        unlike: whether it is beyond that.
    """
    if unlikeness is None or unlike is None:
        return UNKNOWN
    if unlike:
        return (
            "It does not resemble what the networks were trained on "
            f"({unlikeness:.2f} of the distance at which likeness ends): the probabilities below say little of it."
        )
    return f"It resembles what the networks were trained on ({unlikeness:.2f} of the distance at which likeness ends)."
