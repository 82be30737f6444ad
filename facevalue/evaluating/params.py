"""What of the section `evaluate` decides how the methods are compared."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from facevalue.common.params import Excerpt, Fraction, Keys, Name, Probability
from facevalue.common.words import plain


def _unique(names: list[str]) -> list[str]:
    if len({plain(name) for name in names}) < len(names):
        raise ValueError("a list of different names, in which neither case nor blanks count")
    return names


class FalseAlarms(Keys):
    """How many reals may be called fake."""

    fpr: Fraction  # false positive rate: at most this share of the validation part's reals


class EvaluateParams(Excerpt):
    """How the methods are compared."""

    KEY = "evaluate"

    # A picture is called fake from this probability on; the others are found on the validation part.
    threshold: FalseAlarms | Probability | Literal["val"]
    # Further columns of the source's CSV, by each of which the methods are looked at.
    slices: Annotated[list[Name], Field(max_length=20), AfterValidator(_unique)]
