"""What DVC cannot check: that dvc.yaml names every module a stage imports and every parameter it reads."""

import ast
from pathlib import Path

import grimp
import pytest
import yaml
from pydantic import BaseModel

from facevalue.params import Params
from tests.pipeline.conftest import ROOT

STAGES = yaml.safe_load((ROOT / "dvc.yaml").read_text())["stages"]
LOAD = "params.load(paths.PARAMS)."
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


def reads(stage: str) -> set[str]:
    """What a script reads of its parameters, as `sample.size` or `source`.

    It says `params.load(paths.PARAMS).crop`, or names that `settings` and says `settings.sample.size`; a section that
    it hands on as a whole is read as a whole.
    """
    tree = ast.parse((ROOT / script(stage).replace(".", "/")).with_suffix(".py").read_text())
    chains = {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    loaded = {chain.removeprefix(LOAD) for chain in chains if chain.startswith(LOAD)}
    if f"settings = {LOAD.removesuffix('.')}\n" in ast.unparse(tree) + "\n":
        loaded |= {chain.removeprefix("settings.") for chain in chains if chain.startswith("settings.")}
    whole = {chain for chain in loaded if not any(longer.startswith(f"{chain}.") for longer in loaded)}
    return {key for chain in whole for key in keys(stage, chain.split("."))}


def keys(stage: str, chain: list[str]) -> set[str]:
    """The keys behind `train_for` (both of its sections), behind a section, or the key itself."""
    section, *key = chain
    if section == "train_for":
        return {"train", f"train_{STAGES[stage]['cmd'].split()[3]}"}
    kind = Params.model_fields[section].annotation
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return {f"{section}.{key[0]}"} if key else {f"{section}.{name}" for name in kind.model_fields}
    return {section}


@pytest.mark.parametrize("stage", STAGES)
def test_params_name_exactly_the_keys_that_a_stage_reads(stage: str) -> None:
    assert set(STAGES[stage].get("params", [])) == reads(stage)


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
