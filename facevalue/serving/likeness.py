"""Whether a picture resembles what the networks learnt from, in words."""

UNKNOWN = "Whether it resembles what the networks learnt from is not known here."


def in_words(unlikeness: float, unlike: bool | None) -> str:
    """The sentence.

    Args:
        unlikeness: how far it lies from the pictures of the training, 1 being the limit.
        unlike: whether it is beyond that.
    """
    if unlike is None:
        return UNKNOWN
    if unlike:
        return (
            "It does not resemble what the networks learnt from "
            f"({unlikeness:.2f} times the distance at which likeness ends): the probabilities below say little of it."
        )
    return f"It resembles what the networks learnt from ({unlikeness:.2f} times the distance at which likeness ends)."
