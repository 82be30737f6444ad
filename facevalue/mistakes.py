"""A wrong parameter, in one line of plain words."""

import difflib
import functools
from typing import get_args

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

_PLAIN_WORDS = {
    "greater than or equal to": "at least",
    "less than or equal to": "at most",
    "greater than": "above",
    "less than": "below",
    "valid integer": "whole number",
    "valid boolean": "true or false",
    "a true or false": "true or false",
    "valid ": "",
}


def explain(error: ValidationError, model: type[BaseModel]) -> str:
    """The first mistake that pydantic found in the model's input: key, value, rule."""
    details = error.errors(include_url=False)
    first = details[0]
    if first["type"] == "extra_forbidden":
        return _unknown(first, model)
    if first["type"] == "missing":
        return f"{_key(first, model)} is missing."
    rules = dict.fromkeys(_rule(detail) for detail in details if _key(detail, model) == _key(first, model))
    return f"{_key(first, model)} is {_shown(first['input'])}; it must be {' or '.join(rules)}."


def _key(detail: ErrorDetails, model: type[BaseModel]) -> str:
    """`sample.size` for every branch of a union on that key."""
    return ".".join(_path(detail, model)[0])


def _path(detail: ErrorDetails, model: type[BaseModel]) -> tuple[list[str], type[BaseModel] | None]:
    """The keys that lead to a mistake, without pydantic's names of branches, and the section that the last holds."""
    keys: list[str] = []
    section: type[BaseModel] | None = model
    for part in detail["loc"]:
        if section and part in section.model_fields:
            keys.append(str(part))
            section = _section(section.model_fields[str(part)].annotation)
    return keys, section


def _section(annotation: object) -> type[BaseModel] | None:
    kinds = (annotation, *get_args(annotation))
    return next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)), None)


def _unknown(detail: ErrorDetails, model: type[BaseModel]) -> str:
    keys, section = _path(detail, model)
    assert section is not None
    key = str(detail["loc"][-1])
    closest = difflib.get_close_matches(key, section.model_fields, n=1, cutoff=0.5)
    hint = f"Closest: {closest[0]!r}." if closest else f"Known: {', '.join(section.model_fields)}."
    return f"{'.'.join([*keys, key])} is not a parameter. {hint}"


def _shown(value: object) -> str:
    """As YAML writes it, so that `null` and `true` look as they do in the file."""
    return repr(value) if isinstance(value, str) else yaml.safe_dump(value, default_flow_style=True).split("\n")[0]


def _rule(detail: ErrorDetails) -> str:
    if detail["type"] == "literal_error":
        return str(detail["ctx"]["expected"])
    if detail["type"] == "value_error":
        return str(detail["ctx"]["error"])
    if detail["type"] in ("model_type", "model_attributes_type"):
        return "a section of keys"
    rule = detail["msg"].removeprefix("Input should be ")
    return functools.reduce(lambda text, words: text.replace(*words), _PLAIN_WORDS.items(), rule)
