"""What of the section `evaluate` decides how the methods are compared."""

from typing import Literal

from facevalue.common.params import Excerpt, Probability


class EvaluateParams(Excerpt):
    """How the methods are compared."""

    KEY = "evaluate"

    threshold: Probability | Literal["val"]  # a picture is called fake from this probability on
