"""The schema finds what the pipeline refuses, and refuses nothing that it accepts."""

import copy
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from facevalue.checking import schema
from facevalue.checking.parameters import SECTIONS
from facevalue.common import engine, params
from facevalue.common.errors import ParameterError
from facevalue.common.machine import MachineParams
from tests.campaign.test_wrong_parameters import MISSING, WRONG
from tests.facevalue.checking.test_parameters import MISTAKES

ROOT = Path(__file__).parents[3]
TEXT = (ROOT / "params.yaml").read_text(encoding="utf-8")
DEFAULTS: dict[str, Any] = yaml.safe_load(TEXT)
MADE = schema.make(TEXT)
VALIDATOR = jsonschema.Draft7Validator(MADE)
EMPTY: dict[str, Any] = {}

# What the pipeline refuses for what this machine holds: places, networks that timm has, who `~nobody` is.
OF_THE_MACHINE = {
    ("source", "/nonexistent"),
    ("source", "nowhere/faces"),
    ("source", "."),
    ("source", "nowhere"),
    ("source", "/dev/zero"),
    ("source", "x" * 5000),
    ("evaluate.external", "{'theirs': '/nonexistent'}"),
    ("train.backbone", "resnet5"),
    ("train.backbone", "hf-hub:someone/model"),
    ("train.backbone", "../../x"),
}
# What no schema can say: that names are apart in more than case and blanks.
UNSAID = {("evaluate.slices", "['age', 'Age ']"), ("evaluate.external", "{'a': 'x', 'A': 'y'}")}


def changed(*changes: tuple[str, object]) -> dict[str, Any]:
    """The shipped parameters with some values put in, or taken out."""
    content = copy.deepcopy(DEFAULTS)
    for key, value in changes:
        *sections, last = key.split(".")
        place = content
        for section in sections:
            place = place[section]
        if value is MISSING:
            del place[last]
        else:
            place[last] = value
    return content


def check(content: dict[str, Any]) -> None:
    """All that `check` refuses without a look at the machine."""
    params.check(content, SECTIONS)
    machine = MachineParams.parse(content)
    if machine.engine != "ray" or machine.num_nodes > 1:  # else it asks whether Ray is installed
        engine.check(machine, "params.yaml")


def case(key: str, value: object) -> tuple[str, str]:
    return key, value if isinstance(value, str) else str(value)


def test_it_is_a_schema_and_the_committed_one_is_current() -> None:
    jsonschema.Draft7Validator.check_schema(MADE)
    assert json.loads((ROOT / schema.FILE).read_text(encoding="utf-8")) == MADE, "run make schema"


def test_the_shipped_parameters_name_it_and_are_accepted() -> None:
    assert TEXT.startswith(f"# yaml-language-server: $schema={schema.FILE}\n")
    VALIDATOR.validate(DEFAULTS)
    associated = json.loads((ROOT / ".vscode/settings.json").read_text())["yaml.schemas"]
    assert associated == {f"./{schema.FILE}": ["params.yaml", "!demo/params.yaml"]}


def test_it_is_made_anew_by_its_command(tmp_path: Path) -> None:
    (tmp_path / "params.yaml").write_text(TEXT.replace("# pictures, or videos", "# fish, or videos"))
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-m", "facevalue.checking.schema"], cwd=tmp_path, env=env, check=True)
    written = json.loads((tmp_path / schema.FILE).read_text())
    assert written["properties"]["sample"]["properties"]["size"]["description"].startswith("fish, or videos")


ALL_WRONG = {case(key, value): (key, value) for key, value, _ in (*WRONG, *MISTAKES)}
FOUND = [each for named, each in ALL_WRONG.items() if named not in OF_THE_MACHINE | UNSAID]


@pytest.mark.parametrize(("key", "value"), FOUND, ids=[f"{key}: {value!r:.40}" for key, value in FOUND])
def test_it_finds_what_the_pipeline_refuses(key: str, value: object) -> None:
    content = changed((key, value))
    with pytest.raises(ParameterError):
        check(content)
    places = {".".join(map(str, error.absolute_path)) for error in VALIDATOR.iter_errors(content)}
    section = key.partition(".")[0]
    assert any(place.partition(".")[0] in ("", section) for place in places), places


def test_it_was_asked_for_every_mistake_that_the_tests_know() -> None:
    assert len(FOUND) > 100
    assert set(ALL_WRONG) >= OF_THE_MACHINE | UNSAID
    for named in OF_THE_MACHINE | UNSAID:
        VALIDATOR.validate(changed(ALL_WRONG[named]))


@pytest.mark.parametrize(
    "changes",
    [
        [("split.swaps", "leave_out"), ("split.official", True)],
        [("split.folds", 5), ("split.official", True)],
        [("split.folds", 5), ("split.unseen", "by_kind")],
        [("split.folds", 2), ("split.val", 0.5)],
        [("split.folds", 4), ("split.val", 0.75)],
        [("split.val", 0.5), ("split.test", 0.5)],
        [("train.tune", "head"), ("train.pretrained", False)],
        [("train_full.tune", "head"), ("train.pretrained", False)],
        [("train_full.tune", "head"), ("train_full.pretrained", False)],
        [("train.tune", "head"), ("train_crop.pretrained", False)],
        [("train.tune", "head"), ("train_crop.pretrained", False), ("train_crop.tune", None)],
        [("machine.engine", "ray"), ("machine.num_nodes", 2)],
    ],
    ids=str,
)
def test_it_finds_what_does_not_go_together(changes: list[tuple[str, object]]) -> None:
    content = changed(*changes)
    with pytest.raises(ParameterError):
        check(content)
    assert not VALIDATOR.is_valid(content)


@pytest.mark.parametrize(
    "changes",
    [
        [("split.swaps", "leave_out"), ("split.official", False)],
        [("split.folds", 5), ("split.test", 0.9), ("split.val", 0.79)],
        [("split.folds", 2), ("split.val", 0.49)],
        [("split.val", 0.69), ("split.test", 0.3)],
        [("split.val", "7e-1"), ("split.test", "2e-1")],
        [("split.val", 0.1), ("split.test", 0.89)],
        [("split.unseen", "by_kind"), ("split.official", True)],
        [("train.tune", "head"), ("train_crop.pretrained", False), ("train_crop.tune", "all")],
        [("train.pretrained", False), ("train_full.tune", "head"), ("train_full.pretrained", True)],
        [("train_full", None), ("train_crop", MISSING)],
        [("train_full", EMPTY), ("train_crop.epochs", 3)],
        [("train_full.image_size", "match_face"), ("train_full.learning_rate", "1e-3")],
        [("train.learning_rate", "1e-3")],
        [("train.learning_rate", "1_0e-0_4")],
        [("evaluate.threshold", "3e-1")],
        [("evaluate.threshold", {"fpr": "5e-2"})],
        [("evaluate.threshold", 1)],
        [("evaluate.threshold", "val")],
        [("evaluate.slices", ["skin tone", "age"])],
        [("evaluate.external", {"theirs": "/path/to/another/set", "in_the_wild": "data/wild.csv"})],
        [("evaluate.perturbations.blur", [1, "5e-1"])],
        [("sample.recode", {"quality": 90, "max_side": 512})],
        [("sample.size", "all")],
        [("crop.max_side", "none")],
        [("source", "/path/with blanks/and é/🙂")],
        [("source", "C:/pictures")],
        [("machine", EMPTY)],
        [("machine.devices", -1)],
        [("machine.devices", [0, 3])],
        [("machine.cache", "none")],
        [("machine.cache", 0.5)],
    ],
    ids=str,
)
def test_it_refuses_nothing_that_the_pipeline_accepts(changes: list[tuple[str, object]]) -> None:
    content = changed(*changes)
    check(content)
    VALIDATOR.validate(content)


def leaves(content: dict[str, Any], above: str = "") -> list[str]:
    """The dotted names of all keys but those of sections."""
    found = []
    for key, value in content.items():
        found += leaves(value, f"{above}{key}.") if isinstance(value, dict) and value else [f"{above}{key}"]
    return found


def accepted(content: dict[str, Any]) -> bool:
    try:
        check(content)
    except ParameterError:
        return False
    return True


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
LIKELY = st.sampled_from(["none", "all", "auto", "val", "join", "head", True, False, 0, 1, 2, 5, 16, 0.2, 0.5, "5e-1"])
ANYTHING = st.recursive(SCALARS | LIKELY, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))


@settings(max_examples=300)
@given(st.lists(st.tuples(st.sampled_from(leaves(DEFAULTS)), LIKELY | ANYTHING), min_size=1, max_size=3))
def test_whatever_the_pipeline_accepts_is_accepted(changes: list[tuple[str, object]]) -> None:
    content = changed(*changes)
    assert VALIDATOR.is_valid(content) or not accepted(content)


@settings(max_examples=200)
@given(st.floats(0.01, 0.99), st.floats(0.01, 0.99), st.integers(1, 50))
def test_what_leaves_some_for_training_is_accepted_and_what_lacks_a_tenth_is_found(
    val: float, test: float, folds: int
) -> None:
    content = changed(("split.val", val), ("split.test", test), ("split.folds", folds))
    assert VALIDATOR.is_valid(content) or not accepted(content)
    assert not VALIDATOR.is_valid(content) or folds > 1 or val + test < 1.1


def test_every_comment_is_a_description() -> None:
    said = " ".join(schema.comments(TEXT).values())
    lines = [line.partition("#")[2].strip() for line in TEXT.splitlines()[2:] if "#" in line]
    assert len(lines) > 50
    assert [line for line in lines if line not in said] == []


def test_comments_are_found_beside_above_and_further_down() -> None:
    text = (
        "# of the file\n\n# above a\n# and more\na: 1\nb: '#' # beside\n       # further down\n# above c\n"
        "c:  # of the section\n  # above d\n  d: {e: 1}\n  f: null # beside f\ng: 2\n"
    )
    found = {"a": "above a and more", "b": "beside further down", "c": "of the section", "c.d": "above d"}
    assert schema.comments(text) == found | {"c.f": "beside f"}


def test_a_method_has_the_descriptions_of_train_but_where_it_has_its_own() -> None:
    own, shared = (MADE["properties"][name]["properties"] for name in ("train_full", "train"))
    assert own["tune"]["description"] == shared["tune"]["description"]
    assert re.match("or match_face", own["image_size"]["description"])
