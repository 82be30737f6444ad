"""`python -m facevalue predict` on tiny networks, the face detector alone a stand-in; and `catalogue`."""

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import timm
import yaml
from numpy.typing import NDArray

from facevalue import __main__ as command_line
from facevalue.common import images
from facevalue.cropping.detection import Faces
from facevalue.cropping.finding import FaceFinder
from facevalue.model import saved
from facevalue.model.transforms import preprocessing_of
from facevalue.predicting import both_methods

ROOT = Path(__file__).parents[2]


class BrightDetector:
    """One face, the whole picture, wherever it is not black."""

    def detect(self, images: Sequence[NDArray[np.uint8]]) -> list[Faces]:
        return [self._face(image) for image in images]

    def _face(self, image: NDArray[np.uint8]) -> Faces:
        count = int(image.max() > 0)
        boxes = np.array([[0, 0, image.shape[1], image.shape[0]]] * count, np.float32).reshape(-1, 4)
        return Faces(boxes, np.zeros((count, 5, 2), np.float32), np.full(count, 0.95, np.float32))


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Trained models, parameters and three pictures, in the current folder."""
    for method in ("full", "crop"):
        network = timm.create_model("test_resnet", num_classes=1).eval()
        saved.save(network, preprocessing_of(network, 32), tmp_path / "models" / method)
    (tmp_path / "params.yaml").write_text((ROOT / "params.yaml").read_text())
    rng = np.random.default_rng(0)
    for name in ("b", "a"):
        (tmp_path / "mine").mkdir(exist_ok=True)
        images.write_png(tmp_path / f"mine/{name}.png", rng.integers(1, 255, (40, 30, 3), np.uint8))
    images.write_png(tmp_path / "black.png", np.zeros((40, 30, 3), np.uint8))
    finder = FaceFinder(BrightDetector(), 0.9, 64, 0.0, "largest")
    monkeypatch.setattr(both_methods, "face_finder", lambda settings, accelerator: finder)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_folder_and_a_picture_make_one_table(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.main(["predict", "mine", "black.png"]) == 0
    said, _, printed = capsys.readouterr().out.partition("\n\n")
    assert said.startswith("Networks: test_resnet, 1 training of each method. What they learnt from is not")
    head, *rows = printed.splitlines()
    assert head.split()[-1] == "verdict"
    assert [row.split()[0] for row in rows] == ["mine/a.png", "mine/b.png", "black.png"]
    assert [row.split()[1] for row in rows] == ["yes", "yes", "no"]
    assert max(map(len, [*said.splitlines(), head, *rows])) <= 80


def test_what_a_folder_holds_besides_is_counted(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "mine/two\nlines.png").touch()
    assert command_line.main(["predict", "mine"]) == 0
    reason = "a name with control characters or a backslash, or no file"
    said = f"1 other files or folders in mine are not read, e.g. 'two\\nlines.png': {reason}\n"
    assert capsys.readouterr().err == said


def test_csv_and_json_hold_the_same(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command_line.main(["predict", "--csv", "mine"])
    table = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    command_line.main(["predict", "--json", "mine"])
    objects = json.loads(capsys.readouterr().out)["pictures"]
    assert [row["picture"] for row in table] == [row["picture"] for row in objects] == ["mine/a.png", "mine/b.png"]
    assert [float(row["ensemble"]) for row in table] == [row["ensemble"] for row in objects]
    assert 0 < objects[0]["full"] < 1


def test_a_batch_gives_what_single_pictures_give(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command_line.main(["predict", "--json", "mine"])
    both = json.loads(capsys.readouterr().out)["pictures"]
    command_line.main(["predict", "--json", "mine/b.png"])
    (alone,) = json.loads(capsys.readouterr().out)["pictures"]
    for name in ("full", "crop", "ensemble"):
        assert alone[name] == pytest.approx(both[1][name], abs=1e-6)


def test_the_threshold_decides(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for threshold, verdict in (("0", "fake"), ("1", "real")):
        command_line.main(["predict", "--json", "--threshold", threshold, "mine/a.png"])
        assert json.loads(capsys.readouterr().out)["pictures"][0]["verdict"] == verdict


@pytest.mark.parametrize(("rule", "called"), [("val", "val"), ({"fpr": 0.05}, "{fpr: 0.05}")])
def test_the_validated_threshold_is_the_recorded_one(
    project: Path, capsys: pytest.CaptureFixture[str], rule: object, called: str
) -> None:
    content = yaml.safe_load((project / "params.yaml").read_text())
    content["evaluate"]["threshold"] = rule
    (project / "params.yaml").write_text(yaml.safe_dump(content))
    assert command_line.main(["predict", "mine/a.png"]) == 1
    assert capsys.readouterr().err == (
        f"predict: evaluate.threshold is {called}, and metrics/ensemble.json does not tell it; run dvc repro.\n"
    )
    (project / "metrics").mkdir()
    (project / "metrics/ensemble.json").write_text('{"threshold": 0.0}')
    assert command_line.main(["predict", "--json", "mine/a.png"]) == 0
    assert json.loads(capsys.readouterr().out)["pictures"][0]["verdict"] == "fake"


def test_a_broken_picture_is_said_and_stops_nothing(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "mine/c.jpg").write_bytes(b"")
    assert command_line.main(["predict", "mine"]) == 1
    out = capsys.readouterr().out.partition("\n\n")[2].splitlines()
    assert len(out) == 4
    assert out[3].endswith("zero bytes")


def test_a_video_is_said_not_to_be_scored(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "mine/film.MP4").write_bytes(b"")
    assert command_line.main(["predict", "mine"]) == 1
    out = capsys.readouterr().out.partition("\n\n")[2].splitlines()
    assert [line.split()[0] for line in out] == ["picture", "mine/a.png", "mine/b.png", "mine/film.MP4"]
    assert out[3].endswith("videos are not scored here; name pictures, such as frames of it")


def test_networks_of_several_folds_are_averaged(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def full_logit() -> float:
        command_line.main(["predict", "--json", "mine/a.png"])
        probability = json.loads(capsys.readouterr().out)["pictures"][0]["full"]
        return float(np.log(probability / (1 - probability)))

    first = full_logit()
    other = timm.create_model("test_resnet", num_classes=1).eval()
    saved.save(other, preprocessing_of(other, 32), project / "models/full")
    second = full_logit()
    (project / "models/full").rename(project / "models/second")
    saved.save(other, preprocessing_of(other, 32), project / "models/full/fold_01")
    assert full_logit() == pytest.approx(second, abs=1e-4)
    assert first != second


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["nowhere.png"], "'nowhere.png' does not exist; name pictures or folders of pictures."),
        (["models"], "'models' holds no file that is named like a picture or a video."),
        (["--params", "no.yaml", "mine"], "no.yaml: no such file; run from the project's root."),
        (["--models", "mine", "mine"], "mine/full: no model of this pipeline"),
    ],
)
def test_a_mistake_is_one_line(
    project: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], line: str
) -> None:
    assert command_line.main(["predict", *arguments]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(f"predict: {line}")
    assert captured.err.count("\n") == 1


@pytest.mark.parametrize(
    "arguments", [[], ["predict"], ["predict", "--csv", "--json", "a"], ["guess", "a"], ["catalogue"]]
)
def test_a_wrong_command_line_shows_the_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        command_line.main(arguments)
    assert capsys.readouterr().err.startswith("usage: python -m facevalue")


@pytest.mark.parametrize("value", ["2", "-0.1", "high", "nan"])
def test_a_threshold_is_a_probability(value: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        command_line.main(["predict", "--threshold", value, "a.png"])
    assert "--threshold" in capsys.readouterr().err


def test_help_tells_what_it_does(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        command_line.main(["predict", "--help"])
    assert "the probability of fake" in capsys.readouterr().out


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two pictures that a table names, one that nothing tells of."""
    (tmp_path / "mine").mkdir()
    for name in ("a.jpg", "b.jpg", "c.jpg"):
        (tmp_path / "mine" / name).write_bytes(b"")
    (tmp_path / "mine/labels.csv").write_text("filename,is_fake\na.jpg,1\nb.jpg,0\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "mine"


def run(arguments: Sequence[str], into: Path) -> subprocess.CompletedProcess[bytes]:
    """As a shell does that writes into a file, which is there and empty before the command starts."""
    command = [sys.executable, "-m", "facevalue", *arguments]
    with into.open("wb") as out:
        env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "latin-1"}
        return subprocess.run(command, env=env, stdout=out, stderr=subprocess.PIPE, check=False)


def test_a_catalogue_may_be_written_into_the_folder_that_it_lists(folder: Path) -> None:
    (folder / "b.jpg").rename(folder / "é.jpg")
    done = run(["catalogue", "mine"], folder / "catalogue.csv")
    assert done.returncode == 0
    lines = list(csv.DictReader((folder / "catalogue.csv").read_text("utf-8").splitlines()))
    assert [(line["path"], line["label"]) for line in lines] == [("a.jpg", "fake"), ("c.jpg", ""), ("é.jpg", "")]
    assert done.stderr.decode().splitlines() == [
        "catalogue: 3 rows: 0 real, 1 fake, 2 without a label",
        "catalogue: no layout fits, so this is guessed: label from labels.csv (1)",
        "catalogue: labels.csv names 1 of them by `filename`",
        "catalogue: fill in the label of 2 of 3 rows, real or fake, e.g. "
        "row 3 ('c.jpg': no word and no table tells the label)",
    ]


def test_a_catalogue_that_is_there_is_left_aside(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "catalogue.csv").write_text("path,label\na.jpg,real\n")
    assert command_line.main(["catalogue", "mine"]) == 0
    captured = capsys.readouterr()
    assert captured.out.splitlines()[1].startswith('"a.jpg","fake"')
    assert captured.err.startswith("catalogue: catalogue.csv that is there already was not read\n")


def test_shards_need_no_catalogue(tmp_path: Path) -> None:
    table = pa.table({"image": [b"x"] * 3, "label": ["real", "fake", "fake"]})
    (tmp_path / "shards/data").mkdir(parents=True)
    pq.write_table(table, tmp_path / "shards/data/train.parquet")
    note = f"catalogue: 1 real and 2 fake pictures in shards, which no CSV can name; name '{tmp_path}/shards' as source"
    for into, end in (
        ("out.csv", " as it is\n"),
        ("shards/catalogue.csv", " as it is; remove catalogue.csv from it\n"),
    ):
        done = run(["catalogue", str(tmp_path / "shards")], tmp_path / into)
        assert (done.returncode, done.stderr.decode(), (tmp_path / into).read_bytes()) == (0, note + end, b"")
    pq.write_table(table.slice(1), tmp_path / "shards/data/train.parquet")
    done = run(["catalogue", str(tmp_path / "shards")], tmp_path / "out.csv")
    assert done.returncode == 1
    assert "read as parquet, has no real pictures" in done.stderr.decode()


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["nowhere"], "'nowhere' does not exist; name a folder of pictures or videos."),
        (["mine/a.jpg"], "'mine/a.jpg' is a file; name a folder of pictures or videos."),
        (["--layout", "dfdc", "mine"], "source 'mine' is not laid out as dfdc"),
    ],
)
def test_a_mistake_of_a_catalogue_is_one_line(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], line: str
) -> None:
    assert command_line.main(["catalogue", *arguments]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(f"catalogue: {line}")
    assert captured.err.count("\n") == 1


def test_an_interrupt_and_a_reader_that_leaves(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("facevalue.commands.catalogue.propose", interrupted)
    assert command_line.main(["catalogue", "mine"]) == 130
    assert capsys.readouterr().err == "facevalue: interrupted.\n"
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "facevalue", "catalogue", "mine"]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=env, stdout=write, stderr=subprocess.PIPE, check=False)
    os.close(write)
    assert done.returncode == 0
    assert b"Traceback" not in done.stderr


def test_a_catalogue_loads_no_network() -> None:
    code = (
        "import sys; from facevalue.commands import catalogue, check; "
        "sys.exit(bool({'torch', 'timm', 'pytorch_lightning'} & set(sys.modules)))"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    assert subprocess.run([sys.executable, "-c", code], env=env, check=False).returncode == 0
