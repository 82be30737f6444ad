"""Sixty wrong parameters through `make` and through `dvc`: one line each that names the key, and nothing is lost."""

import copy
import re
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any

import pytest
import yaml

from tests.campaign.conftest import Tally
from tests.pipeline.conftest import Project, executed, usable

pytestmark = [pytest.mark.campaign, pytest.mark.timeout(1500)]


class Absence(Enum):
    """A key that is not there; it has one name in every process, as the names of tests must."""

    MISSING = "missing"


MISSING = Absence.MISSING


# The key, the value that is wrong, and the key that the error names, where it is another.
WRONG: tuple[tuple[str, object, str], ...] = (
    ("source", "", "source"),
    ("source", None, "source"),
    ("source", 5, "source"),
    ("source", True, "source"),
    ("source", ["a", "b"], "source"),
    ("source", "s3://bucket/faces", "source"),
    ("source", "~/faces", "source"),
    ("source", "/nonexistent", "source"),
    ("source", "nowhere/faces", "source"),
    ("source", ".", "source"),
    ("source", "nowhere", "source"),
    ("source", "/dev/zero", "source"),
    ("source", "a\nb", "source"),
    ("source", "x" * 5000, "source"),
    ("source", "\0", "source"),
    ("layout", "ff+", "layout"),
    ("layout", None, "layout"),
    ("layout", 1, "layout"),
    ("sample.size", 10**30, "sample.size"),
    ("sample.size", 5, "sample.size"),
    ("sample.size", 0, "sample.size"),
    ("sample.size", -2, "sample.size"),
    ("sample.size", "many", "sample.size"),
    ("sample.size", 100.5, "sample.size"),
    ("sample.size", MISSING, "sample.size"),
    ("sample.sizes", 3, "sample.sizes"),
    ("sample.seed", -1, "sample.seed"),
    ("sample.seed", 2**64, "sample.seed"),
    ("sample.frames_per_video", 10**9, "sample.frames_per_video"),
    ("sample.recode", {"quality": 500, "max_side": 10}, "sample.recode"),
    ("sample.recode", "jpeg", "sample.recode"),
    ("crop.margin", -1, "crop.margin"),
    ("crop.margin", float("nan"), "crop.margin"),
    ("crop.detector", "haar", "crop.detector"),
    ("crop.min_confidence", 1.5, "crop.min_confidence"),
    ("split.val", 0.9, "split.val"),
    ("split.test", "half", "split.test"),
    ("split.folds", 10**6, "split.folds"),
    ("split.repeats", 0, "split.repeats"),
    ("split.swaps", "apart", "split.swaps"),
    ("split", None, "split"),
    ("split", [], "split"),
    ("train.backbone", "", "train.backbone"),
    ("train.backbone", "resnet5", "train.backbone"),
    ("train.backbone", "hf-hub:someone/model", "train.backbone"),
    ("train.backbone", "../../x", "train.backbone"),
    ("train.image_size", 10**6, "train.image_size"),
    ("train.epochs", 10**12, "train.epochs"),
    ("train.batch_size", 10**9, "train.batch_size"),
    ("train.learning_rate", float("inf"), "train.learning_rate"),
    ("train.precision", "float7", "train.precision"),
    ("train_crop.backbones", "resnet18", "train_crop.backbones"),
    ("evaluate.threshold", 2, "evaluate.threshold"),
    ("evaluate.threshold", {"fpr": 1}, "evaluate.threshold.fpr"),
    ("evaluate.external", {"theirs": "/nonexistent"}, "evaluate.external"),
    ("evaluate.perturbations.jpeg", [0], "evaluate.perturbations.jpeg"),
    ("evaluate.perturbations.sharpen", [1], "evaluate.perturbations.sharpen"),
    ("evaluate.robustness_pictures", 10**12, "evaluate.robustness_pictures"),
    ("machine.devices", 99999, "machine.devices"),
    ("machine.num_nodes", 0, "machine.num_nodes"),
    ("machine.strategy", "dp", "machine.strategy"),
    ("machine.workers", -1, "machine.workers"),
    ("machine.engine", "dask", "machine.engine"),
    ("foo", 1, "foo"),
)


def changed(content: Mapping[str, Any], key: str, value: object) -> str:
    """The parameters as text, with one value put in or taken out."""
    result = copy.deepcopy(dict(content))
    *sections, last = key.split(".")
    place = result
    for section in sections:
        place = place[section]
    if value is MISSING:
        del place[last]
    else:
        place[last] = value
    return yaml.safe_dump(result)


def test_sixty_wrong_parameters(untouched: Project, tally: Callable[[str], Tally]) -> None:
    project = usable(untouched)
    by_make, by_dvc, back = tally("wrong parameters, make"), tally("wrong parameters, dvc"), tally("put back")
    file = project.root / "params.yaml"
    text, before = file.read_text(), project.files()
    content = yaml.safe_load(text)
    answered_by_dvc = []
    for key, value, named in WRONG:
        case = f"{key}: {value!r:.40}"
        file.write_text(changed(content, key, value))
        with by_make.tried(case):
            code, output = project.ended("make")
            assert code != 0
            one_line(output, named)
            assert "Running stage" not in output
            assert project.files() == before
        with by_dvc.tried(case):
            code, output = project.ended("dvc", "repro")
            assert code != 0, output
            assert "Traceback" not in output, output
            if "check: params.yaml" in output or "sample: " in output:
                one_line(output, named)
            else:
                answered_by_dvc.append(case)
        file.write_text(text)
        with back.tried(case):
            ran = executed(project.run("dvc", "repro"))
            assert not set(ran) & {"train_full", "train_crop"}, ran
            assert project.files() == before
    print("answered by dvc itself:", *answered_by_dvc, sep="\n  ")
    assert by_make.number == by_dvc.number == back.number
    assert back.number >= 60
    for each in (by_make, by_dvc, back):
        each.check()


def one_line(output: str, named: str) -> None:
    """One line of ours tells the key, the rule and the remedy."""
    assert "Traceback" not in output, output
    ours = [line for line in output.splitlines() if re.match(r"(check|sample): ", line)]
    assert len(ours) == 1, output
    assert re.search(rf"\b{re.escape(named)}\b", ours[0]), output
    assert ours[0].isprintable()
    assert len(ours[0]) < 500
