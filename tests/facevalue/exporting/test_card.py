import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from huggingface_hub import ModelCard

from facevalue.common.errors import SourceError
from facevalue.exporting import card, results
from facevalue.exporting.results import Results

ABOUT = card.About(
    method="crop",
    networks=["repeat_01", "repeat_02", "repeat_03"],
    architectures=["test_resnet"] * 3,
    size=(32, 32),
    interpolation="bicubic",
    fill="#7c7468",
    opset=18,
    ports=("pixels", "logit"),
    difference=3.2e-7,
    tried="12 test pictures and 38 drawn pictures",
    compared=True,
)


@pytest.fixture
def found(project: Path) -> Results:
    return results.read(project, "crop")


def parsed(content: str) -> Any:
    """What the hub's own parser makes of the front matter."""
    return ModelCard(content).data


def text(content: str) -> str:
    """In one line, without the escapes that Markdown takes away."""
    return re.sub(r"\\([^\w\s])", r"\1", " ".join(content.split()))


def test_the_hub_s_own_parser_reads_it(found: Results) -> None:
    data = parsed(card.render(ABOUT, found))
    assert (data.license, data.library_name, data.pipeline_tag) == ("mit", "timm", "image-classification")
    assert {"deepfake-detection", "onnx", "timm"} <= set(data.tags)
    assert data.model_name == "facevalue-crop"
    named = {(each.metric_type, each.metric_name.partition(" (")[0]): each for each in data.eval_results}
    assert named["roc_auc", "AUC, mean of single networks"].metric_value == found.metrics["auc"]
    averaged = found.comparison["averaged"]["crop"]
    together = named["roc_auc", "AUC of all networks together"]
    assert together.metric_value == averaged["auc"]
    low, high = averaged["interval"]
    assert f"(95 % interval {low:.3f} to {high:.3f})" in together.metric_name
    assert named["accuracy", "Accuracy, mean of single networks"].metric_value == found.metrics["accuracy"]


def test_it_says_what_was_measured_on_which_pictures(found: Results) -> None:
    said = text(card.render(ABOUT, found))
    metrics = found.metrics
    assert f"| AUC | {metrics['auc']:.3f} | {metrics['auc_low']:.3f} to {metrics['auc_high']:.3f} |" in said
    assert f"{metrics['pictures']} test pictures that no network has seen in training; means of 3 trainings." in said
    assert "12 pictures of demo/pictures were divided" in said
    assert "| fake | swap | 3 |" in said
    for number, auc in enumerate(found.trainings, 1):
        assert f"| `repeat_{number:02}` | {auc:.3f} |" in said
    assert found.comparison["verdict"]["sentence"] in said
    assert found.audit["sentence"].removesuffix(".") in said
    assert "the square around the box of the face detector (mtcnn, of several faces the largest)" in said
    assert "differs by 3.2e-07 at the most on 12 test pictures and 38 drawn pictures" in said


def test_pictures_that_params_yaml_names_by_now_are_not_those_that_they_learnt_from(project: Path) -> None:
    given = project / "params.yaml"
    given.write_text(given.read_text().replace("source: demo/pictures", "source: /home/ada/photographs"))
    said = card.render(ABOUT, results.read(project, "crop"))
    assert "photographs were divided" not in said
    assert "that a program has drawn" in said
    (project / "dvc.lock").unlink()
    assert "demo/pictures" not in card.render(ABOUT, results.read(project, "crop"))


def test_each_network_has_a_row_of_the_table(found: Results) -> None:
    rows = card.render(ABOUT, found).partition("| network |")[2].splitlines()
    assert rows[0] == " AUC |"
    assert rows[1] == "|---|---:|"
    assert len([row for row in rows[2:] if re.fullmatch(r"\| `[^`]+` \| [0-9.]+ \|", row)]) == len(ABOUT.networks)


def test_it_says_on_what_it_was_not_tested(found: Results) -> None:
    said = text(card.render(ABOUT, found))
    assert "- Photographs. These pictures show people that a program has drawn" in said
    assert "- Fakes of other kinds than a <b>kind</b>, swap." in said
    assert "- Pictures from any other source than its training pictures." in said
    assert "- Videos." in said
    assert "- Pictures without a face" in said
    assert "- Pictures without a face" not in text(card.render(replace(ABOUT, method="full"), found))
    more = replace(
        found,
        parameters={**found.parameters, "source": "/home/ada/faces"},
        external={"theirs": {"sentence": "20 pictures; no difference shown"}},
        videos={"videos": 4},
        slices={"columns": [{}]},
        unseen={"kinds": {"swap": 9}, "sentence": "crop is better on what it has not seen"},
    )
    said = text(card.render(ABOUT, more))
    assert "Photographs" not in said
    assert "Of pictures from elsewhere, theirs: 20 pictures; no difference shown" in said
    assert "On kinds that were left out of training: crop is better on what it has not seen" in said
    assert "- Videos." not in said
    assert "of one kind against those of another" not in said


@pytest.mark.parametrize(
    ("source", "called"),
    [
        ("/home/ada/secret/faces", "faces"),
        ("../../ada/secret/faces.csv", "faces.csv"),
        ("data/mine", "data/mine"),
    ],
)
def test_no_path_of_the_machine_is_told(found: Results, source: str, called: str) -> None:
    content = card.render(ABOUT, replace(found, parameters={**found.parameters, "source": source}))
    assert f"pictures of {called} were divided" in text(content)
    assert "ada" not in content


HOSTILE = "x](http://evil) <script>alert(1)</script> | **b** `c` ${7*7}$ \n---\n# d www.evil.example @all \u202e &lt;"


def test_strangers_words_are_text(found: Results) -> None:
    kinds = found.kinds.assign(kind=[HOSTILE] * len(found.kinds))
    comparison = {**found.comparison, "verdict": {"sentence": HOSTILE}}
    audit, external = {"sentence": HOSTILE}, {HOSTILE: {"sentence": HOSTILE}}
    parameters = {**found.parameters, "source": HOSTILE.replace("\n", " ").replace("\u202e", "")}
    content = card.render(
        ABOUT, replace(found, kinds=kinds, comparison=comparison, audit=audit, external=external, parameters=parameters)
    )
    _, front, body = re.split(r"^---$", content, maxsplit=2, flags=re.MULTILINE)
    assert yaml.safe_load(front)["license"] == "mit"
    bare = re.sub(r"\\.", "", body)
    assert "script" in bare
    for markup in ("<script", "](http", "**b", "`c`", "://", "www.", "\n# d", "\n---", "\u202e", "&lt;", "$", "@all"):
        assert markup not in bare, markup
    assert parsed(content).library_name == "timm"


def test_many_kinds_are_counted(found: Results) -> None:
    many = [{"label": "fake", "kind": f"kind {number:03}", "pictures": 2} for number in range(100)]
    said = text(card.render(ABOUT, replace(found, kinds=pd.DataFrame(many))))
    assert "| fake | kind 019 | 2 |" in said
    assert "kind 020" not in said
    assert "and 160 pictures of 80 further kinds." in said


def test_without_results_it_promises_nothing() -> None:
    content = card.render(replace(ABOUT, compared=False), Results())
    assert "None are known of these networks alone." in content
    data = parsed(content)
    assert data.eval_results is None
    assert data.license == "mit"


@pytest.mark.parametrize("method", ["full", "crop"])
def test_its_form(found: Results, method: Any) -> None:
    """Tables stand apart, no line is empty twice, and nothing of the template is left."""
    content = card.render(replace(ABOUT, method=method), found)
    assert not re.search(r"\n\n\n|\{[{%]|[%}]\}|(?<!\[)None\b(?! are)|\bnan\b", content)
    lines = content.splitlines()
    for above, line, below in zip(lines, lines[1:], lines[2:], strict=False):
        if line.startswith("|--") or line.startswith("|---"):
            assert above.startswith("|")
            assert below.startswith("|")


def damaged_json(root: Path) -> None:
    (root / "metrics/audit.json").write_text("{")


def damaged_table(root: Path) -> None:
    (root / "plots/evaluate/scores.csv").write_bytes(b'a,"b\n1')


def damaged_sample(root: Path) -> None:
    (root / "data/sampled/catalogue.csv").write_text("path\na\n")


@pytest.mark.parametrize("harm", [damaged_json, damaged_table, damaged_sample])
def test_damaged_results_are_named(project: Path, harm: Callable[[Path], None]) -> None:
    harm(project)
    with pytest.raises(SourceError, match=r"' is damaged \(.*\); run dvc repro\.$"):
        results.read(project, "crop")
