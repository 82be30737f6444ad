"""What DVC cannot check: that dvc.yaml names every module a stage imports and every parameter it reads."""

import ast
from pathlib import Path

import grimp
import pytest
import yaml
from pydantic import BaseModel

from facevalue.params import METHODS, Params
from tests.pipeline.conftest import ROOT

STAGES = yaml.safe_load((ROOT / "dvc.yaml").read_text())["stages"]
DEMO = yaml.safe_load((ROOT / "demo/dvc.yaml").read_text())["stages"]["demo"]


def script(stage: str) -> str:
    """The module that a stage's command runs."""
    return str(STAGES[stage]["cmd"].split()[2])


def imported(module: str, *packages: str) -> set[str]:
    """The files of all our modules that importing a module brings in."""
    graph = grimp.build_graph(*packages, cache_dir=None)
    modules = {module} | graph.find_upstream_modules(module)
    parts = [name.split(".") for name in modules]
    names = {"/".join(part[: n + 1]) for part in parts for n in range(len(part))}
    return {f"{name}/__init__.py" if (ROOT / name).is_dir() else f"{name}.py" for name in names}


@pytest.mark.parametrize("stage", STAGES)
def test_deps_name_exactly_the_modules_that_a_stage_imports(stage: str) -> None:
    named = {dep for dep in STAGES[stage]["deps"] if dep.endswith(".py")}
    assert named == imported(script(stage), "stages", "facevalue")


def test_the_demo_names_exactly_its_modules() -> None:
    assert set(DEMO["deps"]) == imported("demo.draw", "demo")


def sections_read(stage: str) -> set[str]:
    """The attributes of `params.load(...)` that a script touches, directly or through the name `settings`."""
    tree = ast.parse((ROOT / script(stage).replace(".", "/")).with_suffix(".py").read_text())
    loads = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Call)
        and ast.unparse(node.value.func) == "params.load"
    }
    whole = any(
        isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Call)
        and ast.unparse(node.value.func) == "params.load"
        for node in ast.walk(tree)
    )
    named = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "settings"
    }
    return loads | (named & set(Params.model_fields) if whole else set())


@pytest.mark.parametrize("stage", STAGES)
def test_params_name_exactly_the_keys_that_a_stage_reads(stage: str) -> None:
    expected = set()
    for section in sections_read(stage):
        if section == "train_for":
            method = STAGES[stage]["cmd"].split()[3]
            assert method in METHODS
            expected |= {"train", f"train_{method}"}
            continue
        kind = Params.model_fields[section].annotation
        is_section = isinstance(kind, type) and issubclass(kind, BaseModel)
        expected |= {f"{section}.{key}" for key in kind.model_fields} if is_section else {section}  # type: ignore[union-attr]
    assert expected
    assert set(STAGES[stage]["params"]) == expected


def test_every_plot_is_written_by_a_stage() -> None:
    pipeline = yaml.safe_load((ROOT / "dvc.yaml").read_text())
    outs = [next(iter(out)) if isinstance(out, dict) else out for s in STAGES.values() for out in s["outs"]]
    for plot in pipeline["plots"]:
        definition = next(iter(plot.values())) if isinstance(plot, dict) else {"y": {plot: None}}
        for file in definition["y"]:
            assert any(Path(file).is_relative_to(out) for out in outs), file


def test_stages_stay_short() -> None:
    lengths = {path.name: len(path.read_text().splitlines()) for path in (ROOT / "stages").glob("*.py")}
    assert {name: n for name, n in lengths.items() if n >= 80} == {}
