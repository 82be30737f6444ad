import copy
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from facevalue.checking import parameters
from facevalue.checking.parameters import SECTIONS
from facevalue.common import params
from facevalue.common.errors import ParameterError
from facevalue.common.machine import MachineParams
from facevalue.cropping.params import CropParams
from facevalue.evaluating.params import EvaluateParams, FalseAlarms
from facevalue.sampling.params import SampleParams
from facevalue.sources import read
from facevalue.sources.params import Layout, SourceParams
from facevalue.splitting.params import SplitParams
from facevalue.training import embedded
from facevalue.training.params import EMBEDDED, METHOD_PARAMS, TrainParams

COMMITTED = Path(__file__).parents[3] / "params.yaml"
DEFAULTS: dict[str, Any] = yaml.safe_load(COMMITTED.read_text())


def changed(key: str, value: object) -> dict[str, Any]:
    content = copy.deepcopy(DEFAULTS)
    *sections, last = key.split(".")
    place = content
    for section in sections:
        place = place[section]
    place[last] = value
    return content


def test_the_committed_parameters_are_valid() -> None:
    parameters.check(COMMITTED)
    assert SourceParams.load(COMMITTED).source == "demo/pictures"
    assert SampleParams.load(COMMITTED).size == 200


# The key, the value that is wrong, and what is said of it.
MISTAKES: tuple[tuple[str, object, str], ...] = (
    ("sample.sise", 4, "sample.sise is not a parameter. Closest: 'size'."),
    ("trian", {}, "trian is not a parameter. Closest: 'train'."),
    ("train_crop.imag_size", 4, "train_crop.imag_size is not a parameter. Closest: 'image_size'."),
    ("sample.zzz", 4, "sample.zzz is not a parameter. Known: size, frames_per_video, seed, recode."),
    ("sample.size", 7, "sample.size is 7; it must be even (half real, half fake) or 'all'."),
    ("sample.size", "al", "sample.size is 'al'; it must be a whole number or 'all'."),
    ("sample.size", True, "sample.size is true; it must be a whole number or 'all'."),
    ("sample.seed", -1, "sample.seed is -1; it must be at least 0."),
    (
        "crop",
        None,
        "crop is missing; its keys: detector, min_confidence, detect_side, margin, keep, max_side, precision.",
    ),
    ("crop", 5, "crop is 5; it must be a section of keys."),
    (
        "evaluate.sliced",
        [],
        "evaluate.sliced is not a parameter. Closest: 'slices'.",
    ),
    ("machine.workers", -1, "machine.workers is -1; it must be at least 0 or 'auto'."),
    ("data.shards", -1, "data.shards is -1; it must be at least 0."),
    ("data.shards", 1.5, "data.shards is 1.5; it must be a whole number."),
    ("machine.engine", "dask", "machine.engine is 'dask'; it must be 'local' or 'ray'."),
    (
        "machine.devices",
        [0, 0],
        "machine.devices is [0, 0]; it must be a whole number or a list that names each device once or 'auto' or -1.",
    ),
    ("machine.devices", 0, "machine.devices is 0; it must be at least 1 or a list or 'auto' or -1."),
    (
        "train.workers",
        2,
        "train.workers is not a parameter. Known: backbone, pretrained, tune, image_size, epochs, "
        "batch_size, learning_rate, weight_decay, patience, precision, seed, augment.",
    ),
    ("crop.detector", "dlib", "crop.detector is 'dlib'; it must be 'mtcnn' or 'retinaface'."),
    ("crop.margin", float("nan"), "crop.margin is .nan; it must be a finite number."),
    (
        "split",
        {
            "val": 0.5,
            "test": 0.1,
            "folds": 2,
            "repeats": 1,
            "official": "auto",
            "unseen": "none",
            "seed": 0,
            "swaps": "join",
            "near_duplicates": "join",
        },
        "split.val + 1 / 2 (split.folds) is 1; it must be below 1, the rest is for training.",
    ),
    ("split.val", 0.8, "split.val + split.test is 1.1; it must be below 1, the rest is for training."),
    ("train.epochs", "ten", "train.epochs is 'ten'; it must be a whole number."),
    ("train.epochs", 0, "train.epochs is 0; it must be at least 1."),
    ("train.learning_rate", "fast", "train.learning_rate is 'fast'; it must be a number."),
    ("train.pretrained", "no", "train.pretrained is 'no'; it must be true or false."),
    (
        "train_full.image_size",
        "match",
        "train_full.image_size is 'match'; it must be a whole number or 'match_face'.",
    ),
    (
        "train_crop.image_size",
        "match_face",
        "train_crop.image_size is 'match_face'; it must be a whole number.",
    ),
    ("train_full.epochs", 0, "train_full.epochs is 0; it must be at least 1."),
    ("evaluate.threshold", 1.5, "evaluate.threshold is 1.5; it must be at most 1 or 'val' or {fpr: ...}."),
    (
        "evaluate.threshold",
        "best",
        "evaluate.threshold is 'best'; it must be a number or 'val' or {fpr: ...}.",
    ),
    ("evaluate.threshold", {}, "evaluate.threshold.fpr is missing."),
    ("evaluate.threshold", {"fpr": 0}, "evaluate.threshold.fpr is 0; it must be above 0."),
    ("evaluate.threshold", {"fpr": 1}, "evaluate.threshold.fpr is 1; it must be below 1."),
    ("evaluate.threshold", {"fpr": "5 %"}, "evaluate.threshold.fpr is '5 %'; it must be a number."),
    ("evaluate.threshold", {"fpr": float("nan")}, "evaluate.threshold.fpr is .nan; it must be a finite number."),
    ("evaluate.threshold", {"fpr": None}, "evaluate.threshold.fpr is null; it must be a number."),
    ("evaluate.threshold", {"tpr": 0.9}, "evaluate.threshold.tpr is not a parameter. Closest: 'fpr'."),
    (
        "evaluate.threshold",
        {"fpr": 0.05, "fnr": 0.05},
        "evaluate.threshold.fnr is not a parameter. Closest: 'fpr'.",
    ),
    ("evaluate.slices", "age", "evaluate.slices is 'age'; it must be a list."),
    ("evaluate.slices", None, "evaluate.slices is null; it must be a list."),
    ("evaluate.slices", [3], "evaluate.slices is 3; it must be a string."),
    ("evaluate.slices", ["age", " "], "evaluate.slices is ' '; it must be a name, of 200 letters at most."),
    ("evaluate.slices", ["a\nb"], r"evaluate.slices is 'a\nb'; it must be a name, of 200 letters at most."),
    (
        "evaluate.slices",
        ["age", "Age "],
        "evaluate.slices is [age, 'Age ']; it must be a list of different names, in which neither case nor blanks "
        "count.",
    ),
    (
        "evaluate.slices",
        [f"c{number}" for number in range(21)],
        f"evaluate.slices is {str([f'c{number}' for number in range(21)]).replace(chr(39), '')[:80]} ...; "
        "it must be a list of at most 20.",
    ),
    ("evaluate.external", None, "evaluate.external is null; it must be names and values."),
    ("evaluate.external", "theirs", "evaluate.external is 'theirs'; it must be names and values."),
    ("sample.recode", "jpeg", "sample.recode is 'jpeg'; it must be 'none' or {quality: ..., max_side: ...}."),
    ("sample.recode", {"quality": 90}, "sample.recode.max_side is missing."),
    ("sample.recode", {"quality": 101, "max_side": 9}, "sample.recode.quality is 101; it must be at most 100."),
    (
        "sample.recode",
        {"quality": 90, "max_side": 99, "side": 9},
        "sample.recode.side is not a parameter. Closest: 'max_side'.",
    ),
    ("evaluate.perturbations", {}, "evaluate.perturbations.jpeg is missing; write [] for none."),
    ("evaluate.perturbations.jpeg", [0, 101], "evaluate.perturbations.jpeg is 0; it must be at least 1."),
    ("evaluate.perturbations.jpeg", [90, 0], "evaluate.perturbations.jpeg is 0; it must be at least 1."),
    ("evaluate.perturbations.resize", 0.5, "evaluate.perturbations.resize is 0.5; it must be a list."),
    (
        "evaluate.perturbations.fog",
        [1],
        "evaluate.perturbations.fog is not a parameter. Known: jpeg, blur, resize, noise, chain.",
    ),
    ("evaluate.robustness_pictures", 1, "evaluate.robustness_pictures is 1; it must be at least 2."),
    ("evaluate.robustness_pictures", "all", "evaluate.robustness_pictures is 'all'; it must be a whole number."),
    ("sample.frames_per_video", 10**9, "sample.frames_per_video is 1000000000; it must be at most 10000."),
    ("sample.size", 10**30, f"sample.size is {10**30}; it must be at most 1000000000 or 'all'."),
    ("machine.devices", 99999, "machine.devices is 99999; it must be at most 64 or a list or 'auto' or -1."),
    (
        "machine.devices",
        [],
        "machine.devices is []; it must be a whole number or a list of at least 1 or 'auto' or -1.",
    ),
    ("machine.num_nodes", 0, "machine.num_nodes is 0; it must be at least 1."),
    ("machine.num_nodes", 10**6, "machine.num_nodes is 1000000; it must be at most 1024."),
    ("machine.strategy", "fsdp", "machine.strategy is 'fsdp'; it must be 'auto' or 'ddp'."),
    ("machine.workers", 257, "machine.workers is 257; it must be at most 256 or 'auto'."),
    ("train.image_size", 4096, "train.image_size is 4096; it must be at most 2048."),
    ("train.epochs", 10**9, "train.epochs is 1000000000; it must be at most 10000."),
    ("train.batch_size", 10**6, "train.batch_size is 1000000; it must be at most 65536."),
    ("train.learning_rate", 1e9, "train.learning_rate is 1000000000.0; it must be at most 10."),
    ("split.folds", 51, "split.folds is 51; it must be at most 50."),
    (
        "evaluate.perturbations.jpeg",
        [90] * 21,
        f"evaluate.perturbations.jpeg is [{'90, ' * 19}90, ...; it must be a list of at most 20.",
    ),
    ("source", "", "source is ''; it must be the path of a folder or a CSV."),
    ("source", None, "source is null; it must be a string."),
    ("source", 5, "source is 5; it must be a string."),
    ("source", ["a", "b"], "source is [a, b]; it must be a string."),
    (
        "source",
        "s3://bucket/faces",
        "source is 's3://bucket/faces'; it must be a path on this machine; fetch it first, "
        "for example by `dvc import-url`.",
    ),
    ("source", "~/faces", f"source is '~/faces'; it must be written in full: {Path.home()}/faces."),
    ("source", "a\nb", r"source is 'a\nb'; it must be a path without control characters."),
    ("evaluate.external", {"a": "~"}, f"evaluate.external.a is '~'; it must be written in full: {Path.home()}."),
    (
        "evaluate.external",
        {"../a": "x"},
        "evaluate.external has the name '../a'; it must be a name of letters, digits, _ and -, 40 at most.",
    ),
    ("evaluate.external", {1: "x"}, "evaluate.external has the name 1; it must be a string."),
    (
        "evaluate.external",
        {"a": "x", "A": "y"},
        "evaluate.external is {A: y, a: x}; it must be names that differ by more than case, since files are called "
        "by them.",
    ),
    ("train.backbone", "", "train.backbone is ''; it must be a name, of 200 letters at most."),
    (
        "train.backbone",
        "x" * 5000,
        f"train.backbone is '{'x' * 79} ...; it must be a name, of 200 letters at most.",
    ),
    ("sample.frames_per_video", 0, "sample.frames_per_video is 0; it must be at least 1."),
    ("split.official", "yes", "split.official is 'yes'; it must be 'auto' or true or false."),
    (
        "split",
        {
            "val": 0.2,
            "test": 0.1,
            "folds": 2,
            "repeats": 1,
            "official": True,
            "unseen": "none",
            "seed": 0,
            "swaps": "join",
            "near_duplicates": "join",
        },
        "split.official is true, and split.folds is 2; a dataset's own split is one split. Set split.folds to 1, "
        "or split.official to false.",
    ),
    ("split.folds", 0, "split.folds is 0; it must be at least 1."),
    ("split.repeats", 0, "split.repeats is 0; it must be at least 1."),
    ("split.repeats", 100, "split.repeats is 100; it must be at most 99."),
    ("evaluate.robustness_trainings", "all", "evaluate.robustness_trainings is 'all'; it must be a whole number."),
    ("split.swaps", "apart", "split.swaps is 'apart'; it must be 'join', 'by_target' or 'leave_out'."),
    ("split.near_duplicates", True, "split.near_duplicates is true; it must be 'join' or 'ignore'."),
)


@pytest.mark.parametrize(("key", "value", "message"), MISTAKES)
def test_a_mistake_is_named_with_its_rule_and_remedy(key: str, value: object, message: str) -> None:
    with pytest.raises(ParameterError) as caught:
        params.check(changed(key, value), SECTIONS)
    assert str(caught.value) == f"params.yaml: {message}"


@pytest.mark.parametrize(
    ("section", "key", "remedy"),
    [
        ("split", "seed", ""),
        ("evaluate", "threshold", ""),
        ("evaluate", "slices", "; write [] for none"),
        ("evaluate", "external", "; write {} for none"),
    ],
)
def test_a_missing_key_is_named_and_what_to_write_where_it_may_hold_nothing(
    section: str, key: str, remedy: str
) -> None:
    content = copy.deepcopy(DEFAULTS)
    del content[section][key]
    with pytest.raises(ParameterError) as caught:
        params.check(content, SECTIONS)
    assert str(caught.value) == f"params.yaml: {section}.{key} is missing{remedy}."


@given(st.floats(min_value=1e-12, max_value=10))
def test_a_number_may_be_text_with_an_exponent(value: float) -> None:
    assert TrainParams.parse(changed("train.learning_rate", f"{value:e}")).learning_rate == float(f"{value:e}")


def test_a_method_may_differ_and_null_means_as_in_train() -> None:
    content = changed("train_crop.image_size", 96)
    content["train_full"] = None
    shared, full, crop = TrainParams.parse(content), *(kind.parse(content) for kind in METHOD_PARAMS.values())
    assert (crop.image_size, crop.epochs) == (96, shared.epochs)
    assert full.model_dump() == shared.model_dump()


def test_every_layout_may_be_named() -> None:
    assert set(get_args(Layout)) == {"auto", *read.NAMES}


def test_parameters_are_frozen() -> None:
    with pytest.raises(ValueError, match="frozen"):
        SampleParams.parse(DEFAULTS).size = 2  # type: ignore[misc]


@pytest.mark.parametrize(
    ("text", "message"),
    [("a: [1", "line 1"), ("", "it must hold sections"), ("- 1", "it must hold sections"), ("\x00", "not valid YAML")],
)
def test_a_file_that_holds_no_parameters_is_named(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "params.yaml"
    file.write_text(text)
    with pytest.raises(ParameterError, match=message):
        CropParams.load(file)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="no such file"):
        CropParams.load(tmp_path / "params.yaml")


SCALARS = st.none() | st.booleans() | st.integers() | st.text()
ANYTHING = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))


@settings(max_examples=40)
@given(st.dictionaries(st.text(), ANYTHING))
def test_whatever_the_file_holds_the_answer_is_one_line(content: dict[str, Any]) -> None:
    with pytest.raises(ParameterError) as caught:
        params.check(content, SECTIONS)
    assert "\n" not in str(caught.value)


@settings(max_examples=40)
@given(st.sampled_from(list(DEFAULTS)), ANYTHING)
def test_whatever_a_section_holds_the_answer_is_one_line(section: str, content: object) -> None:
    said = ""
    try:
        params.check({**DEFAULTS, section: content}, SECTIONS)
    except ParameterError as error:
        said = str(error)
    assert "\n" not in said
    assert said.startswith("params.yaml: ") or section in ("source", "train_full", "train_crop", "machine")


def test_a_stage_reads_its_own_section_whatever_the_others_hold() -> None:
    content = {**DEFAULTS, "crop": None, "trian": 1, "split": {"val": 2}}
    assert SampleParams.parse(content).size == 200
    assert EvaluateParams.parse(content).threshold == 0.5
    with pytest.raises(ParameterError, match=r"split\.test is missing"):
        SplitParams.parse({**content, "split": {"val": 0.2}})


@pytest.mark.parametrize(("value", "expected"), [(1, 1.0), (0, 0.0), ("3e-1", 0.3), ("val", "val")])
def test_a_threshold_may_be_a_number_or_val(value: object, expected: object) -> None:
    assert EvaluateParams.parse(changed("evaluate.threshold", value)).threshold == expected


def test_a_threshold_may_be_a_false_alarm_rate() -> None:
    for rate in (0.05, "5e-2"):
        assert EvaluateParams.parse(changed("evaluate.threshold", {"fpr": rate})).threshold == FalseAlarms(fpr=0.05)


def test_a_machine_needs_to_say_only_what_differs() -> None:
    assert MachineParams.parse({"machine": {"accelerator": "cpu"}}).workers == "auto"


def test_an_unknown_backbone_is_named_with_the_closest(tmp_path: Path) -> None:
    file = tmp_path / "params.yaml"
    file.write_text(yaml.safe_dump(changed("train_crop.backbone", "resnet5")))
    with pytest.raises(ParameterError, match=r"'resnet5'; timm has no such model\. Closest: 'resnet"):
        parameters.check(file)


def test_the_names_in_timms_source_are_those_that_it_registers() -> None:
    import timm

    assert parameters.architectures() == set(timm.list_models())


def test_a_face_is_not_stored_smaller_than_its_network_takes_it(tmp_path: Path) -> None:
    file = tmp_path / "params.yaml"
    message = (
        "params.yaml: crop.max_side is 512, and the face's network takes 640 px .* Set crop.max_side to 640 or more"
    )
    for key in ("train.image_size", "train_crop.image_size"):
        file.write_text(yaml.safe_dump(changed(key, 640)))
        with pytest.raises(ParameterError, match=message):
            parameters.check(file)
    file.write_text(yaml.safe_dump(changed("train_full.image_size", 640)))
    parameters.check(file)
    file.write_text(
        yaml.safe_dump(changed("train.image_size", 640) | {"crop": DEFAULTS["crop"] | {"max_side": "none"}})
    )
    parameters.check(file)


def test_the_embedded_backbones_are_those_of_the_wheels() -> None:
    assert set(EMBEDDED) == set(embedded.WHEELS)
