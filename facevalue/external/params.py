"""What of the section `evaluate` names test sets from elsewhere."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from facevalue.common.params import Excerpt, Place


def _set_name(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}", value):
        raise ValueError("a name of letters, digits, _ and -, 40 at most")
    return value


SetName = Annotated[str, AfterValidator(_set_name)]  # also of a stage and of files


class ExternalParams(Excerpt):
    """Which sets, by their names, and where each lies."""

    KEY = "evaluate"

    external: Annotated[dict[SetName, Place], Field(max_length=20)]
