"""JSON that others wrote."""

import json
import re

_PAIRED = re.compile(r"\\u[dD][89a-fA-F]")  # how JSON writes a half of a character


def parsed(text: str) -> object:
    r"""What it holds; half of a character, such as `\ud800` alone, becomes `?`, since no table can hold it.

    Raises:
        ValueError: it is no JSON.
        RecursionError: it is nested too deep.
    """
    content: object = json.loads(text)
    if _PAIRED.search(text):
        content = json.loads(json.dumps(content, ensure_ascii=False).encode(errors="replace"))
    return content
