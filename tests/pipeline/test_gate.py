"""What stops the pipeline before anything is lost, and which changes of code rerun what."""

import pytest

from tests.pipeline.conftest import Project, executed

pytestmark = pytest.mark.pipeline

BAD: dict[str, dict[str, object]] = {
    "crop.margin is -1; it must be at least 0.": {"crop": {"margin": -1}},
    "evaluate.sliced is not a parameter.": {"evaluate": {"sliced": []}},
    "train_crop.backbone is 'resnet5'; timm has no such model.": {"train_crop": {"backbone": "resnet5"}},
    "machine.workers is 'many'; it must be a whole number or 'auto'.": {"machine": {"workers": "many"}},
    "split.val + split.test is 1.2; it must be below 1": {"split": {"val": 0.9}},
}


def test_a_bad_value_anywhere_removes_nothing(untouched: Project) -> None:
    before, parameters = untouched.files(), (untouched.root / "params.yaml").read_text()
    for message, change in BAD.items():
        untouched.set(**change)
        output = untouched.fails("dvc", "repro")
        assert f"check: params.yaml: {message}" in output
        assert executed(output) == ["check"]
        assert untouched.files() == before
        (untouched.root / "params.yaml").write_text(parameters)
    assert untouched.repro() == []


def test_a_new_key_for_evaluate_trains_nothing(untouched: Project) -> None:
    file = untouched.root / "facevalue/evaluating/params.py"
    file.write_text(file.read_text() + "    shown: int = 3  # a key that is optional\n")
    untouched.set(evaluate={"shown": 4})
    assert sorted(untouched.repro()) == ["check", "control", "evaluate", "report", "unseen"]


def test_a_docstring_in_evaluating_reruns_nothing_before_evaluate(untouched: Project) -> None:
    file = untouched.root / "facevalue/evaluating/verdict.py"
    file.write_text(file.read_text().replace('"""The answer', '"""What is said', 1))
    judging = ["control", "evaluate", "unseen"]
    assert sorted(untouched.repro()) == judging  # whose outputs are as they were: so nothing follows


def test_what_an_editor_leaves_reruns_nothing(untouched: Project) -> None:
    for name in (".verdict.py.swp", "verdict.py~", ".ipynb_checkpoints/verdict.py", "__pycache__/verdict.pyc"):
        file = untouched.root / "facevalue/evaluating" / name
        file.parent.mkdir(exist_ok=True)
        file.write_text("left")
    assert untouched.repro() == []


def test_a_sweep_crops_once_and_each_network_is_trained_once(untouched: Project) -> None:
    outputs = [
        untouched.run("dvc", "exp", "run", "--set-param", f"train.backbone={backbone}", "train_full", "train_crop")
        for backbone in ("test_vit", "test_efficientnet", "test_resnet")
    ]
    stages = [stage for output in outputs for stage in executed(output)]
    assert stages.count("crop") == stages.count("sample") == stages.count("split") == 0  # that was before the sweep
    assert (stages.count("train_full"), stages.count("train_crop")) == (
        2,
        2,
    )  # the third is what the project was made with
