"""What of the section `evaluate` names test sets from elsewhere."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from facevalue.common.params import Excerpt, Place
from facevalue.common.words import plain


def _set_name(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}", value):
        raise ValueError("a name of letters, digits, _ and -, 40 at most")
    return value


def _apart(value: dict[str, str]) -> dict[str, str]:
    if len({plain(name) for name in value}) < len(value):
        raise ValueError("names that differ by more than case, since files are called by them")
    return value


SetName = Annotated[str, AfterValidator(_set_name)]  # also of a stage and of files


class ExternalParams(Excerpt):
    """Which sets, by their names, and where each lies."""

    KEY = "evaluate"

    external: Annotated[dict[SetName, Place], Field(max_length=20), AfterValidator(_apart)]
