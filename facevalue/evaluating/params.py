"""What of the section `evaluate` decides how the methods are compared."""

from typing import Literal

from facevalue.common.params import Excerpt, Fraction, Keys, Probability


class FalseAlarms(Keys):
    """How many reals may be called fake."""

    fpr: Fraction  # false positive rate: at most this share of the validation part's reals


class EvaluateParams(Excerpt):
    """How the methods are compared."""

    KEY = "evaluate"

    # A picture is called fake from this probability on; the others are found on the validation part.
    threshold: FalseAlarms | Probability | Literal["val"]
