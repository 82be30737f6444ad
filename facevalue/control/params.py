"""The key `control` at the top of `params.yaml`."""

from typing import Literal

from facevalue.common.params import Excerpt


class ControlParams(Excerpt):
    """What the face's method is set against, besides the whole picture."""

    KEY = ""

    control: Literal["none", "random_square"]  # a square of the face's size, placed at random
