"""What Ray computes is what this process would, to the byte; also where a machine is lost on the way."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import psutil
import pytest
import yaml
from numpy.typing import NDArray

from facevalue.common import engine, images, ray_cluster
from facevalue.common.cache import NO_CACHE, Cache
from facevalue.common.errors import FacevalueError, ParameterError, PictureError
from facevalue.common.files import temporary_folder
from facevalue.common.machine import MachineParams
from facevalue.common.methods import TRAINED, TrainedMethod
from facevalue.common.stored import Stored, pack, stored
from facevalue.cropping import table as crop_table
from facevalue.cropping.finding import Found
from facevalue.model.device import devices_of
from facevalue.model.transforms import preprocessing_of
from facevalue.predicting import both_methods
from facevalue.predicting.predictor import Predictor, predict_each
from facevalue.robustness import scores
from facevalue.robustness.equalise import Common
from facevalue.robustness.perturb import Condition
from facevalue.training import fit, head
from facevalue.training.backbone import build
from facevalue.training.known import Known
from facevalue.training.params import TrainParams
from facevalue.training.several import train_all
from facevalue.training.task import Task
from stages.crop import crop
from tests.extras.conftest import LOCAL, RAY, Passing
from tests.facevalue.cropping.conftest import crop_params
from tests.tiny_networks import saved

pytestmark = pytest.mark.extras
ROOT = Path(__file__).parents[2]
Image = NDArray[np.uint8]
Table = Callable[[int, int], pd.DataFrame]


def test_results_come_in_order_and_what_goes_wrong_at_its_turn(cluster: Any) -> None:
    def work(number: int) -> tuple[int, int]:
        if number == 40:
            raise PictureError("forty")
        return number, os.getpid()

    results = engine.ordered_map(work, range(100), RAY)
    found = list(islice(results, 40))
    assert [number for number, _ in found] == list(range(40))
    assert os.getpid() not in {process for _, process in found}
    with pytest.raises(PictureError, match="forty"):
        next(results)


def test_what_a_lost_machine_had_is_done_again(passing: Passing, tmp_path: Path) -> None:
    def work(number: int) -> int:
        with (tmp_path / str(number)).open("a") as file:
            file.write(f"{os.getpid()} ")
        time.sleep(0.05)
        return number

    def done() -> list[int]:
        return [int(process) for file in tmp_path.iterdir() for process in file.read_text().split()]

    rounds = 0
    for _ in passing.until_killed(lambda: not passing.workers().keys().isdisjoint(done())):
        assert list(engine.ordered_map(work, range(90), RAY, together=10)) == list(range(90))
        rounds += 1
    assert len(done()) > 90 * rounds


@pytest.fixture
def pictures(tmp_path: Path, portrait: Callable[[int], Image]) -> list[tuple[str, Stored]]:
    """Portraits of many sizes, in shards."""
    folder, names = tmp_path / "sampled", [f"{side}.png" for side in range(80, 176)]
    for side, name in zip(range(80, 176), names, strict=True):
        images.write_png(folder / name, portrait(side))
    pack(folder, names, 2)
    return list(zip(names, stored(folder, names), strict=True))


def cropped(
    pictures: Sequence[tuple[str, Stored]], machine: MachineParams
) -> tuple[dict[str, Found | None], dict[str, bytes]]:
    """What the stage is told, and stores."""
    cropper = crop_table.cropper(crop_params(detect_side=128, min_confidence=0.5), NO_CACHE, "cpu")
    kept: dict[str, bytes] = {}
    return dict(cropper.crop_all(pictures, kept.__setitem__, machine)), kept


def test_crops_are_the_same_also_where_a_machine_is_lost(pictures: list[tuple[str, Stored]], passing: Passing) -> None:
    found, kept = cropped(pictures, LOCAL)
    for _ in passing.until_killed():
        assert cropped(pictures, RAY) == (found, kept)
    assert len(kept) > 80


def test_an_unreadable_picture_is_named_as_here(pictures: list[tuple[str, Stored]], tmp_path: Path) -> None:
    content = pictures[0][1].content()
    for name, held in (("cut.png", content[:200]), ("empty.jpg", b""), ("text.png", b"hello")):
        (tmp_path / name).write_bytes(held)
        told = []
        for machine in (LOCAL, RAY):
            with pytest.raises(PictureError) as raised:
                cropped([*pictures[:3], (name, Stored(name, tmp_path / name))], machine)
            told.append(str(raised.value))
        assert told[0] == told[1]
        assert f"'{name}' cannot be read (" in told[0]


@pytest.fixture
def task(tmp_path: Path, root: Path, table: Table, settings: Callable[..., TrainParams]) -> Callable[..., Task]:
    def make(name: str, train: pd.DataFrame | None = None, **changes: object) -> Task:
        folder = tmp_path / name
        rows = table(0, 12) if train is None else train
        return Task(rows, table(12, 18), root, settings(**changes), folder / "model", folder / "curves")

    return make


def written(task: Task) -> dict[str, bytes]:
    folder = task.model_dir.parent
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_trainings_are_the_same_and_found_again_by_either(
    task: Callable[..., Task], cluster: Any, tmp_path: Path
) -> None:
    cache = Cache(tmp_path / "cache/results.sqlite", 10**9)
    here, there, again = ([task(f"{name}{seed}", seed=seed) for seed in (0, 1)] for name in ("here", "there", "again"))
    expected = [fit.train(*each, machine=LOCAL) for each in here]
    assert train_all(there, RAY, cache=cache) == expected
    assert [*map(written, there)] == [*map(written, here)]
    known = Known.of(again, cache, devices_of(LOCAL, one_thread=True))  # as the local engine asks for several
    assert [*map(known.bring, again)] == [True, True]
    assert [*map(written, again)] == [*map(written, here)]


def test_trainings_are_done_again_where_a_machine_is_lost(task: Callable[..., Task], passing: Passing) -> None:
    tasks = [task(f"{name}{seed}", seed=seed, epochs=6) for name in "abc" for seed in (0, 1)]
    for _ in passing.until_killed():
        done = train_all(tasks, RAY)
        assert done == done[:2] * 3
        assert [written(each) for each in tasks] == [written(each) for each in tasks[:2]] * 3


def test_a_training_that_fails_says_the_same(task: Callable[..., Task], table: Table, root: Path, cluster: Any) -> None:
    (root / "real/3.png").write_bytes((root / "real/3.png").read_bytes()[:99])
    for broken in (task("class", train=table(0, 5).iloc[:5]), task("picture")):
        told = []
        for machine in (LOCAL, RAY):
            with pytest.raises(FacevalueError) as raised:
                train_all([broken], machine)
            told.append((type(raised.value), str(raised.value)))
        assert told[0] == told[1]


def test_what_networks_say_is_the_same(
    root: Path, table: Table, tmp_path: Path, settings: Callable[..., TrainParams], cluster: Any
) -> None:
    pictures, models = table(0, 24), [saved(tmp_path / str(seed), seed=seed) for seed in (0, 1)]
    here, there = (predict_each(models, pictures, root, machine) for machine in (LOCAL, RAY))
    np.testing.assert_array_equal(here, there)
    network = build(settings())
    looked = partial(head.look, network, preprocessing_of(network, 32), pictures, root)
    np.testing.assert_array_equal(looked(LOCAL, False), looked(RAY, False))


def test_both_methods_are_asked_alike(pictures: list[tuple[str, Stored]], tmp_path: Path, cluster: Any) -> None:
    """On pictures made worse, and on some from elsewhere of which not all can be read."""
    params = crop_params(detect_side=128, min_confidence=0.5)
    models: dict[TrainedMethod, Path] = {"full": saved(tmp_path / "full"), "crop": saved(tmp_path / "crop", seed=1)}
    trained = both_methods.load(models, params, "none", "cpu")
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    for name, picture in pictures[::4]:
        (folder / name).write_bytes(picture.content())
    (folder / "cut.jpg").write_bytes(pictures[0][1].content()[:200])
    (folder / "film.mp4").touch()
    given = [(file.name, file) for file in [*sorted(folder.iterdir()), folder / "none.png"]]
    predictions = [list(trained.predictions(given, machine)) for machine in (LOCAL, RAY)]
    assert repr(predictions[0]) == repr(predictions[1])
    assert [each.problem for each in predictions[1] if each.problem] == [
        "truncated JPG",
        "videos are not scored here; name pictures, such as frames of it",
        "no such file",
    ]


def test_pictures_made_worse_are_scored_alike(pictures: list[tuple[str, Stored]], tmp_path: Path, cluster: Any) -> None:
    sampled = tmp_path / "sampled"
    rows = pd.DataFrame({"picture": [name for name, _ in pictures[:20]], "label": ["real", "fake"] * 10})
    square = {"square_left": 15, "square_top": 10, "square_side": 60}
    box = {"box_left": 20.5, "box_top": 15.5, "box_right": 70, "box_bottom": 65}
    test = rows.assign(group=rows["picture"], **square, **box)
    predictors: dict[TrainedMethod, Predictor] = {
        method: Predictor.load([saved(tmp_path / method, seed=seed)], "cpu") for seed, method in enumerate(TRAINED)
    }
    worse = [Condition(name, 1, value) for name, value in (("jpeg", 30), ("blur", 2), ("noise", 20), ("chain", 2))]
    here, there = (
        scores.score(test, sampled, predictors, worse, Common(75, 30, 100.0), "none", lambda: None, machine)
        for machine in (LOCAL, RAY)
    )
    pd.testing.assert_frame_equal(here, there, check_exact=True)


def test_what_no_machine_has_is_refused(task: Callable[..., Task], cluster: Any) -> None:
    for devices in (1, [0, 1]):
        machine = RAY.model_copy(update={"accelerator": "cuda", "devices": devices})
        with pytest.raises(ParameterError, match=r"machine\.devices .*; of the machines that Ray has, the most GPUs"):
            train_all([task("a"), task("b")], machine)


UNLIKE = """
import sys
from facevalue.common import engine
from facevalue.common.errors import EngineError
from facevalue.common.machine import MachineParams
sys.path.insert(0, sys.argv[1])
try:
    list(engine.ordered_map(str, [1], MachineParams(engine="ray")))
except EngineError as error:
    print(error)
"""


def start(*arguments: object, address: str, at: Path | None = None) -> "subprocess.Popen[str]":
    """Python with our code, that uses the Ray of an address, or one of its own."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), ray_cluster.ADDRESS: address}
    command = [sys.executable, *map(str, arguments)]
    return subprocess.Popen(command, cwd=at, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_a_worker_of_other_packages_is_refused(cluster: Any, tmp_path: Path) -> None:
    older = tmp_path / "site/torch-1.9.dist-info/METADATA"
    older.parent.mkdir(parents=True)
    older.write_text("Metadata-Version: 2.1\nName: torch\nVersion: 1.9\n")
    said, _ = start("-c", UNLIKE, tmp_path / "site", address=cluster.address).communicate()
    here = re.escape(version("torch"))
    rule = rf"Ray's machine \S+ has torch {here}, and this process torch 1\.9; install the same there\.\n"
    assert re.fullmatch(rule, said), said


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("127.0.0.1:1", "cannot be reached"),
        ("nowhere", "cannot be used (Invalid address format: nowhere)"),
        ("ray://127.0.0.1:1", "is a client's address; work on a machine of the cluster"),
    ],
)
def test_a_cluster_that_is_none_is_one_line(address: str, said: str) -> None:
    out, err = start("-c", UNLIKE, "", address=address).communicate()
    (line,) = out.splitlines()
    assert f"The Ray of RAY_ADDRESS={address} {said}" in line
    assert err == ""


@pytest.fixture
def project(pictures: list[tuple[str, Stored]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A sample of forty pictures."""
    rows = [(name, label, label) for (name, _), label in zip(pictures[:40], ["real", "fake"] * 20, strict=True)]
    sampled = pd.DataFrame(rows, columns=["path", "label", "kind"]).assign(group="", video="", source="")
    for name, picture in pictures[:40]:
        file = tmp_path / "project/data/sampled" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(picture.content())
    sampled.to_csv(tmp_path / "project/data/sampled/catalogue.csv", index=False)
    monkeypatch.chdir(tmp_path / "project")
    return tmp_path / "project"


def servers() -> set[int]:
    """The processes of Ray's own, of whatever cluster."""
    return {each.pid for each in psutil.process_iter() if each.name() in ("raylet", "gcs_server")}


def use(engine: str) -> None:
    content = yaml.safe_load((ROOT / "params.yaml").read_text())
    content["machine"] |= {"engine": engine, "accelerator": "cpu", "cache": "none"}
    content["crop"] |= {"detect_side": 128, "min_confidence": 0.5}
    Path("params.yaml").write_text(yaml.safe_dump(content))


def results(project: Path) -> dict[str, bytes]:
    files = [file for name in ("data/cropped", "plots") for file in (project / name).rglob("*") if file.is_file()]
    return {file.relative_to(project).as_posix(): file.read_bytes() for file in files}


def test_a_stage_writes_the_same_on_a_cluster_and_on_a_ray_of_its_own(project: Path, cluster: Any) -> None:
    use("ray")
    before, started = servers(), []
    for name, address in (("own", ""), ("shared", cluster.address)):
        shutil.copytree(project, project.with_name(name))
        started.append(start("-m", "stages.crop", address=address, at=project.with_name(name)))
    use("local")
    said, here = crop(), results(project)
    assert len(here) == 43
    for process in started:
        assert process.communicate() == (f"crop: {said}\n", "")
    assert servers() == before
    for name in ("own", "shared"):
        assert results(project.with_name(name)) == here


WAITS = """
import time
from facevalue.common import ray_cluster
from stages.shared import shell
def stage():
    ray_cluster.processors()
    print("ready", flush=True)
    time.sleep(600)
shell.run("waits", stage)
"""


def test_nothing_is_left_of_a_ray_of_its_own_however_the_stage_ends() -> None:
    signals = (signal.SIGKILL, signal.SIGTERM)
    started = [start("-c", WAITS, address="") for _ in signals]
    below: dict[psutil.Process, str] = {}
    for process in started:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        below |= {each: each.name() for each in psutil.Process(process.pid).children(recursive=True)}
    assert {"raylet", "gcs_server"} <= set(below.values())
    for process, number in zip(started, signals, strict=True):
        process.send_signal(number)
    assert [process.wait(60) for process in started] == [-signal.SIGKILL, 130]
    ending = [each for each, name in below.items() if not name.endswith("Agent")]  # which wait for an answer, a minute
    assert psutil.wait_procs(ending, timeout=20)[1] == []
    with temporary_folder("ray", "/tmp"), temporary_folder("facevalue-ray"):
        pass  # it has cleared what was left on the disk
