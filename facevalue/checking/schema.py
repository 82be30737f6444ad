"""The JSON schema of `params.yaml`, by which editors complete and check it: `python -m facevalue.checking.schema`.

It is made from the parameter classes and accepts what they accept. Some mistakes only `check` finds: a network that
timm does not have, a place that is not there, names that differ in case alone, fractions that leave nothing for
training by less than a tenth, a stored face smaller than its network takes it, `2.0` where a whole number belongs, and
the size of a number that is written as text (`1e-3` in YAML 1.1).
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, models_json_schema
from pydantic_core import core_schema

from facevalue.checking.parameters import SECTIONS
from facevalue.common import files
from facevalue.common.machine import MachineParams
from facevalue.training.params import METHOD_PARAMS, TrainParams

Schema = dict[str, Any]

FILE = Path("params.schema.json")
_DIALECT = "http://json-schema.org/draft-07/schema#"  # the newest that every editor knows
_OPTIONAL = (MachineParams, *METHOD_PARAMS.values())  # whose keys need not be there
_TEXT = r"^(?![\s\S]*[\u0000-\u001f\u007f-\u009f])(?=[\s\S]*\S)"
_NUMBER = r"^\s*[-+]?([0-9][0-9_]*\.?[0-9_]*|\.[0-9][0-9_]*)([eE][-+]?[0-9_]+)?\s*$"
# Pydantic's words for bounds that stand behind a validator, and a schema's.
_BOUNDS = {"ge": "minimum", "le": "maximum", "gt": "exclusiveMinimum", "lt": "exclusiveMaximum"}
_FINITE = {"not": {"exclusiveMinimum": 1e300}}  # NaN is not below it either


def make(parameters: str) -> Schema:
    """The schema, with the comments of a parameter file, given as text, as descriptions."""
    wanted: list[tuple[type[BaseModel], JsonSchemaMode]] = [(section, "validation") for section in SECTIONS]
    named = models_json_schema(wanted, schema_generator=_Generator)[1]["$defs"]
    root: Schema = {"$schema": _DIALECT, "title": "Parameters of facevalue", **_keys()}
    for section in SECTIONS:
        own = _inlined(named[section.__name__], named)
        place = root["properties"].setdefault(section.KEY, _keys()) if section.KEY else root
        place.setdefault("description", own["description"])
        place["properties"] |= own["properties"] if section not in _methods() else _nullable(own["properties"])
        place["required"] += [] if section in _OPTIONAL else own["required"]
        place["allOf"] += own.get("allOf", [])
        if section.KEY and section not in _methods() and section.KEY not in root["required"]:
            root["required"].append(section.KEY)
    for section in _methods():
        root["properties"][section.KEY]["type"] = ["object", "null"]
    root["allOf"] += _RULES_ACROSS
    for place in (root, *root["properties"].values()):
        if place.get("allOf") == []:  # which no schema may hold
            del place["allOf"]
    _describe(root, comments(parameters))
    return root


def _methods() -> Sequence[type[TrainParams]]:
    return tuple(METHOD_PARAMS.values())


def _keys() -> Schema:
    """A section that knows no key yet."""
    return {"type": "object", "additionalProperties": False, "required": [], "properties": {}, "allOf": []}


def _nullable(properties: Schema) -> Schema:
    return {key: {"anyOf": [value, {"type": "null"}]} for key, value in properties.items()}


def _inlined(node: Any, named: Mapping[str, Schema]) -> Any:
    """The same with the definitions that it refers to in their places, and bounds in a schema's words."""
    if isinstance(node, list):
        return [_inlined(each, named) for each in node]
    if not isinstance(node, dict):
        return node
    referred = named[node["$ref"].rpartition("/")[2]] if "$ref" in node else {}
    whole = {**referred, **node}
    return {_BOUNDS.get(key, key): _inlined(value, named) for key, value in whole.items() if key != "$ref"}


def _describe(root: Schema, described: Mapping[str, str]) -> None:
    """Put a description to every key that has one; a method's own keys have those of `train`."""
    for path, text in described.items():
        *above, last = path.split(".")
        places = [root]
        for key in above:
            places = [place["properties"][key] for place in places]
        if above == [TrainParams.KEY]:
            places += [root["properties"][section.KEY] for section in _methods()]
        for place in places:
            place["properties"][last]["description"] = text


# The comments ---------------------------------------------------------------------------------------------------------


def comments(parameters: str) -> dict[str, str]:
    """What a parameter file says of its keys, by their dotted names: beside them and below that, or else above."""
    lines = parameters.splitlines()
    found = {path: _comment(lines, start, end) for path, start, end in _marks(yaml.compose(parameters))}
    return {path: text for path, text in found.items() if text}


def _marks(node: yaml.Node | None, above: tuple[str, ...] = ()) -> Iterator[tuple[str, yaml.Mark, yaml.Mark]]:
    """Of every key: its dotted name, where it begins, and where it ends, or its value in the same line."""
    assert isinstance(node, yaml.MappingNode)
    for key, value in node.value:
        path = (*above, key.value)
        section = isinstance(value, yaml.MappingNode) and not value.flow_style
        yield ".".join(path), key.start_mark, (key if section else value).end_mark
        if section:
            yield from _marks(value, path)


def _comment(lines: Sequence[str], start: yaml.Mark, end: yaml.Mark) -> str:
    beside = lines[end.line][end.column :].lstrip(": ")
    if beside.startswith("#"):
        column = len(lines[end.line]) - len(beside)
        told = [beside, *takewhile(lambda line: _begins(line) == column, lines[end.line + 1 :])]
    else:
        told = [*takewhile(lambda line: _begins(line) == start.column, reversed(lines[: start.line]))][::-1]
    return " ".join(line.strip().lstrip("#").strip() for line in told)


def _begins(line: str) -> int | None:
    """The column of a comment that has a line for itself."""
    text = line.lstrip()
    return len(line) - len(text) if text.startswith("#") else None


# The rules ------------------------------------------------------------------------------------------------------------


def _when(given: Schema, then: Schema) -> Schema:
    """If the keys are there and so, others are to be so, where they are there."""
    return {"if": {"properties": given, "required": [*given]}, "then": {"properties": then}}


def _of(section: str, given: Schema) -> Schema:
    return {section: {"type": "object", "properties": given, "required": [*given]}}


def _leaves_some_for_training() -> list[Schema]:
    """By tenths of the test part, and for few folds: a schema adds nothing up."""
    tenths = [
        _when({"folds": {"const": 1}, "test": {"type": "number", "minimum": n / 10}}, {"val": _below((10 - n) / 10)})
        for n in range(1, 10)
    ]
    return [*tenths, *(_when({"folds": {"const": n}}, {"val": _below(1 - 1 / n)}) for n in range(2, 6))]


def _below(bound: float) -> Schema:
    return {"exclusiveMaximum": bound}


_CROSS_FITTING = {"folds": {"type": "integer", "minimum": 2}}
_NO_OFFICIAL_SPLIT = {"official": {"enum": ["auto", False]}}
_RULES: dict[str, Schema] = {
    "_even": {"multipleOf": 2},
    "_name": {"pattern": _TEXT, "patternErrorMessage": "A name, without control characters.", "maxLength": 200},
    "_place": {
        "pattern": rf"{_TEXT}(?!~(/|$))(?![A-Za-z][A-Za-z0-9+.-]+://)",
        "patternErrorMessage": "A path on this machine, written in full, of a folder or a CSV.",
    },
    "_set_name": {
        "pattern": "^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$",
        "patternErrorMessage": "A name of letters, digits, _ and -, 40 at most.",
    },
    "_each_once": {"uniqueItems": True},
    "_unique": {"uniqueItems": True},
    "_apart": {},
    "SplitParams._leave_some_for_training": {"allOf": _leaves_some_for_training()},
    "SplitParams._nothing_left_out_of_an_official_split": {
        "allOf": [_when({"swaps": {"const": "leave_out"}}, _NO_OFFICIAL_SPLIT)]
    },
    "SplitParams._one_official_split": {"allOf": [_when(_CROSS_FITTING, _NO_OFFICIAL_SPLIT)]},
    "SplitParams._kinds_or_folds": {"allOf": [_when(_CROSS_FITTING, {"unseen": {"const": "none"}})]},
    "TrainParams._features_that_tell": {
        "allOf": [_when({"tune": {"const": "head"}}, {"pretrained": {"enum": [True, None]}})]
    },
}
"""What our validators ask for, in a schema's words, as far as it has any; `patternErrorMessage` is one of VS Code's."""

_RULES_ACROSS: list[Schema] = [
    *(
        rule
        for section in METHOD_PARAMS.values()
        for rule in (
            _when(
                _of("train", {"pretrained": {"const": False}}) | _of(section.KEY, {"tune": {"const": "head"}}),
                _of(section.KEY, {"pretrained": {"const": True}}),
            ),
            _when(
                _of("train", {"tune": {"const": "head"}}) | _of(section.KEY, {"pretrained": {"const": False}}),
                _of(section.KEY, {"tune": {"const": "all"}}),
            ),
        )
    ),
    _when(
        _of("machine", {"engine": {"const": "ray"}}),
        {"machine": {"properties": {"num_nodes": {"const": 1}}}},
    ),
]
"""What is so of several sections, or told by another function."""


class _Generator(GenerateJsonSchema):
    """Pydantic's, with the rules of our validators, and without titles, which editors would show for each key."""

    def field_title_should_be_set(self, schema: Any) -> Literal[False]:
        """Never."""
        return False

    def model_schema(self, schema: core_schema.ModelSchema) -> Schema:
        """As ever, untitled."""
        return {key: value for key, value in super().model_schema(schema).items() if key != "title"}

    def float_schema(self, schema: core_schema.FloatSchema) -> Schema:
        """No key of ours takes NaN."""
        return {**super().float_schema(schema), **_FINITE}

    def function_before_schema(self, schema: core_schema.BeforeValidatorFunctionSchema) -> Schema:
        """A number may be text."""
        assert schema["function"]["function"].__qualname__ == "_number"
        return {"anyOf": [super().function_before_schema(schema), {"type": "string", "pattern": _NUMBER}]}

    def function_after_schema(self, schema: core_schema.AfterValidatorFunctionSchema) -> Schema:
        """With what our validator asks for; pydantic's own have said it already."""
        made, function = super().function_after_schema(schema), schema["function"]["function"]
        if function.__module__.startswith("facevalue."):
            rule = _RULES[function.__qualname__]
            together = [*made.get("allOf", []), *rule.get("allOf", [])]
            made = {**made, **rule, **({"allOf": together} if together else {})}
        return made

    def dict_schema(self, schema: core_schema.DictSchema) -> Schema:
        """With the rule for names as one, so that no other name is let through."""
        made = super().dict_schema(schema)
        for pattern, value in made.pop("patternProperties", {}).items():
            names = {"type": "string", **made.get("propertyNames", {}), "pattern": pattern}
            made |= {"propertyNames": names, "additionalProperties": value}
        return made


if __name__ == "__main__":
    files.write_json(make(Path("params.yaml").read_text(encoding="utf-8")), FILE)
