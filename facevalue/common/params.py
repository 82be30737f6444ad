"""How a section of `params.yaml` is read, checked and frozen; what it holds, the package that reads it says.

Reading never touches anything but the file; whether a picture or a network of that name exists is for the package
that needs it to say.
"""

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, ClassVar, Self

import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from facevalue.common.errors import ParameterError
from facevalue.common.param_messages import explain, unknown
from facevalue.common.words import is_text

Content = Mapping[str, Any]

_LONGEST_NAME = 200


def _number(value: object) -> object:
    """YAML 1.1 reads `1e-3` as text, and so does what DVC writes back (`1e-05`)."""
    try:
        return float(value) if isinstance(value, str) else value
    except ValueError:
        return value


def _name(value: str) -> str:
    if not value.strip() or not is_text(value) or len(value) > _LONGEST_NAME:
        raise ValueError(f"a name, of {_LONGEST_NAME} letters at most")
    return value


def _place(value: str) -> str:
    if not value.strip():
        raise ValueError("the path of a folder or a CSV")
    if not is_text(value):
        raise ValueError("a path without control characters")
    if re.match(r"[a-z][a-z0-9+.-]+://", value, re.IGNORECASE):
        raise ValueError("a path on this machine; fetch it first, for example by `dvc import-url`")
    if (full := os.path.expanduser(value)) != value:  # noqa: PTH111  # text, which may be no user's
        raise ValueError(f"written in full: {full}")
    return value


# What costs time or memory has an upper bound far beyond use: a slip of the finger is told, not tried.
Number = Annotated[float, BeforeValidator(_number), Field(allow_inf_nan=False)]
Count = Annotated[int, Field(ge=1, le=10_000)]
Seed = Annotated[int, Field(ge=0, lt=2**32)]
Fraction = Annotated[Number, Field(gt=0, lt=1)]
Probability = Annotated[Number, Field(ge=0, le=1)]
Name = Annotated[str, AfterValidator(_name)]
Place = Annotated[str, AfterValidator(_place)]  # a folder or a CSV


class Keys(BaseModel):
    """Frozen, typed keys that know each other and refuse others."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


# What YAML 1.1 takes for a number or a truth value, which is read here, and 1.2, which DVC reads, for the same one.
_AGREED = {
    "tag:yaml.org,2002:int": re.compile(r"[-+]?(0|[1-9][0-9]*)|0x[0-9a-fA-F]+"),
    "tag:yaml.org,2002:float": re.compile(
        r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"
    ),
    "tag:yaml.org,2002:bool": re.compile("true|True|TRUE|false|False|FALSE"),
}


class _Loader(yaml.SafeLoader):
    """YAML that says each key once, and nothing that `dvc` would read otherwise."""

    def compose_mapping_node(self, anchor: Any) -> yaml.MappingNode:
        """As ever, but for a key that is there twice, of which the last would win unsaid, and for `size: 0040`."""
        node = super().compose_mapping_node(anchor)
        seen = set()
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode):
                if key.value in seen:
                    raise yaml.composer.ComposerError(None, None, f"{key.value} is there twice", key.start_mark)
                seen.add(key.value)
                _refuse_two_readings(key.value, value)
        return node


def _refuse_two_readings(key: str, node: yaml.Node) -> None:
    """Refuse `0040`, which is 32 here and 40 to DVC, or `yes`, which is a word to it, also in a list."""
    if isinstance(node, yaml.SequenceNode):
        for each in node.value:
            _refuse_two_readings(key, each)
    agreed = _AGREED.get(node.tag)
    if agreed and not agreed.fullmatch(node.value):
        write = "true or false" if node.tag.endswith("bool") else "decimal digits"
        problem = f"{key} is {node.value}, which is read in two ways; write {write}, or a word in quotes"
        raise yaml.composer.ComposerError(None, None, problem, node.start_mark)


class Section(Keys):
    """A section of `params.yaml`, named `KEY`."""

    KEY: ClassVar[str]  # empty: keys at the top of the file

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read and check it in a parameter file.

        Raises:
            ParameterError: the file is missing, is not YAML, or a key, type or value in the section is wrong.
        """
        return cls.parse(read(path), path.name)

    @classmethod
    def parse(cls, content: Content, name: str = "params.yaml") -> Self:
        """Check it in what was read; `name` is how messages call the file.

        Raises:
            ParameterError: a key, type or value is wrong; the text names the first.
        """
        given = cls._given(content)
        if given is None:
            raise ParameterError(f"{name}: {cls.KEY} is missing; its keys: {', '.join(cls.model_fields)}.")
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            raise ParameterError(f"{name}: {explain(error, cls, cls.KEY)}") from None

    @classmethod
    def _given(cls, content: Content) -> object:
        """What the file says of it."""
        return content.get(cls.KEY) if cls.KEY else dict(content)


class Excerpt(Section):
    """Some keys of a section, those that one package reads; the others are for others to read."""

    model_config = ConfigDict(extra="ignore")


_UNREADABLE = {RecursionError: "nested too deeply", UnicodeDecodeError: "not text in UTF-8"}


def read(path: Path) -> dict[str, Any]:
    """The content of a parameter file.

    Raises:
        ParameterError: there is no such file, it is not YAML (the text gives the line), or it holds no sections.
    """
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), _Loader)  # noqa: S506  # it is a safe one
    except FileNotFoundError:
        raise ParameterError(f"{path}: no such file; run from the project's root.") from None
    except IsADirectoryError:
        raise ParameterError(f"{path} is a folder; it must be a file.") from None
    except (yaml.YAMLError, ValueError, RecursionError, OverflowError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or _UNREADABLE.get(type(error), "a number or a date that is none")
        raise ParameterError(f"{path.name}{where}: not valid YAML ({problem}).") from None
    if not isinstance(content, Mapping):
        found = type(content).__name__
        raise ParameterError(f"{path.name}: it must hold sections such as `sample:`; found {found}.")
    return {str(key): value for key, value in content.items()}


def check(content: Content, sections: Iterable[type[Section]], name: str = "params.yaml") -> None:
    """Check a whole file: every section, and that there is no key that none of them knows.

    Raises:
        ParameterError: a key, type or value is wrong; the text names the first.
    """
    known: dict[str, list[str]] = {"": []}
    for section in sections:
        known.setdefault(section.KEY, []).extend(section.model_fields)
    known[""] += [key for key in known if key]
    for key, names in known.items():
        given = content.get(key) if key else content
        for found in given if isinstance(given, Mapping) else ():
            if found not in names:
                raise ParameterError(f"{name}: {unknown(str(found), names, key)}")
    for section in sections:
        section.parse(content, name)
