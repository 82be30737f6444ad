"""Where work is done. What Ray does, tests/extras asks."""

import subprocess
import sys
from pathlib import Path

import pytest

from facevalue.common import engine
from facevalue.common.errors import ParameterError
from facevalue.common.machine import MachineParams

ROOT = Path(__file__).parents[3]


def test_the_local_engine_is_the_ordered_map() -> None:
    assert list(engine.ordered_map(lambda n: 2 * n, range(40), MachineParams())) == list(range(0, 80, 2))


def test_ray_is_imported_by_nobody_who_does_not_ask_for_it() -> None:
    script = """
import sys
import facevalue.training.remote
from facevalue.common import engine
list(engine.ordered_map(str, [1]))
sys.exit("ray" in sys.modules)
"""
    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT).returncode == 0


def test_an_engine_that_is_not_installed_is_refused_with_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "find_spec", lambda name: None)
    engine.check(MachineParams(), "params.yaml")
    with pytest.raises(ParameterError, match=r"^params\.yaml: machine\.engine is ray, .* Run `make ray`, once\.$"):
        engine.check(MachineParams(engine="ray"), "params.yaml")
    assert "\nray: " in (ROOT / "Makefile").read_text()


def test_a_training_on_several_nodes_is_no_work_for_ray(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "find_spec", lambda name: name)
    engine.check(MachineParams(num_nodes=2), "params.yaml")
    engine.check(MachineParams(engine="ray"), "params.yaml")
    with pytest.raises(ParameterError, match=r"machine\.num_nodes 2; .* Set machine\.num_nodes to 1, or"):
        engine.check(MachineParams(engine="ray", num_nodes=2), "params.yaml")


def test_single_pictures_are_for_processors_under_ray() -> None:
    assert MachineParams(engine="ray", accelerator="gpu").for_single_pictures == "cpu"
    assert MachineParams(accelerator="gpu").for_single_pictures == "gpu"
