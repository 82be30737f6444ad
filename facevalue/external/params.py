"""What of the section `evaluate` names a test set from elsewhere."""

from facevalue.common.params import Excerpt, Place


class ExternalParams(Excerpt):
    """Where the set lies."""

    KEY = "evaluate"

    external: Place
