"""A wrong parameter, in one line of plain words."""

import difflib
import functools
from collections.abc import Iterable, Mapping, Sequence
from typing import get_args, get_origin

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from facevalue.common.words import printable, shortened

_LONGEST = 80  # characters of a value that a message repeats
_NO_SECTION = ("model_type", "model_attributes_type")
_EMPTY: Mapping[object, str] = {list: "[]", dict: "{}"}
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


def explain(error: ValidationError, model: type[BaseModel], section: str) -> str:
    """The first mistake that pydantic found in the model's input: key, value, rule.

    Args:
        error: what it raised.
        model: whose keys these are.
        section: the key that leads to them; empty at the top of the file.
    """
    details = error.errors(include_url=False)
    first = next((detail for detail in details if detail["type"] == "extra_forbidden"), details[0])  # often misspelt
    keys, inner = _path(first["loc"], model)
    key = ".".join([*filter(None, [section]), *keys])
    if first["type"] == "extra_forbidden":
        assert inner is not None
        return unknown(str(first["loc"][-1]), inner.model_fields, key)
    if first["type"] == "missing":
        return f"{key} is missing{_without(first['loc'], model)}."
    if first["type"] == "value_error" and not keys:
        return f"{_rule(first)}."  # a rule about several keys, which it names
    same = [each for each in details if _path(each["loc"], model)[0] == keys and each["input"] is first["input"]]
    rules = dict.fromkeys(_branches(same, inner) if len(same) > 1 else map(_rule, same))
    found = "has the name" if "[key]" in first["loc"] else "is"
    return f"{key} {found} {_shown(first['input'])}; it must be {' or '.join(rules)}."


def unknown(key: str, known: Iterable[str], section: str) -> str:
    """What to say of a key that its section (empty: the top of the file) does not have."""
    names = list(known)
    closest = difflib.get_close_matches(key, names, n=1, cutoff=0.5)
    hint = f"Closest: {closest[0]!r}." if closest else f"Known: {', '.join(names)}."
    return f"{'.'.join([*filter(None, [section]), printable(key)])} is not a parameter. {hint}"


def _path(loc: Sequence[int | str], model: type[BaseModel]) -> tuple[list[str], type[BaseModel] | None]:
    """The keys that lead to a mistake, without pydantic's names of branches, and the section that the last holds.

    So it is `size` for every branch of a union on that key.
    """
    keys: list[str] = []
    section: type[BaseModel] | None = model
    named = False  # whether the next part is a name that the user gave
    for part in loc:
        if named and "[key]" not in loc:
            keys.append(printable(str(part)))
        named = False
        if section and part in section.model_fields:
            keys.append(str(part))
            annotation = section.model_fields[str(part)].annotation
            section, named = _section(annotation), get_origin(annotation) is dict
    return keys, section


def _without(loc: Sequence[int | str], model: type[BaseModel]) -> str:
    """What to write for a missing key that may hold nothing."""
    _, section = _path(loc[:-1], model)
    field = section.model_fields.get(str(loc[-1])) if section else None
    empty = _EMPTY.get(get_origin(field.annotation)) if field else None
    return f"; write {empty} for none" if empty else ""


def _section(annotation: object) -> type[BaseModel] | None:
    kinds = (annotation, *get_args(annotation))
    return next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)), None)


def _shown(value: object) -> str:
    """As YAML writes it, so that `null` and `true` look as they do in the file."""
    text = repr(value) if isinstance(value, str) else yaml.safe_dump(value, default_flow_style=True).split("\n")[0]
    return shortened(text, _LONGEST)


def _branches(details: Sequence[ErrorDetails], section: type[BaseModel] | None) -> list[str]:
    """The rules of a key that may be one of several things; a section, by its keys, comes last."""
    rules = [_rule(detail) for detail in details if detail["type"] not in _NO_SECTION]
    if section and len(rules) < len(details):
        rules.append(f"{{{', '.join(f'{name}: ...' for name in section.model_fields)}}}")
    return rules


def _rule(detail: ErrorDetails) -> str:
    if detail["type"] == "literal_error":
        return str(detail["ctx"]["expected"])
    if detail["type"] == "value_error":
        return str(detail["ctx"]["error"])
    if detail["type"] in _NO_SECTION:
        return "a section of keys"
    if detail["type"] == "dict_type":
        return "names and values"
    if detail["type"] in ("too_long", "too_short"):
        bound = detail["ctx"].get("max_length") or detail["ctx"]["min_length"]
        return f"a list of at {'most' if detail['type'] == 'too_long' else 'least'} {bound}"
    rule = detail["msg"].removeprefix("Input should be ")
    return functools.reduce(lambda text, words: text.replace(*words), _PLAIN_WORDS.items(), rule)
