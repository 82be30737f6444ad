"""What DVC cannot check: that dvc.yaml names every package that a stage imports and every parameter that it reads."""

import ast
import importlib
from pathlib import Path
from typing import Any

import grimp
import pytest
import yaml

from facevalue.checking.parameters import SECTIONS
from facevalue.common.machine import MachineParams
from facevalue.common.params import Excerpt, Section
from facevalue.training.params import TrainParams
from tests.pipeline.conftest import ROOT

PIPELINE = yaml.safe_load((ROOT / "dvc.yaml").read_text())
STAGES: dict[str, dict[str, Any]] = {name: stage.get("do", stage) for name, stage in PIPELINE["stages"].items()}
DEMO = yaml.safe_load((ROOT / "demo/dvc.yaml").read_text())["stages"]["demo"]
CODE = ("stages/", "facevalue/", "demo/drawing")
BLIND = {"size", "nfiles"}
"""Keys that the run cache's own key leaves out wherever they stand (`_get_cache_hash` in `dvc/stage/cache.py`): with
`params: [sample]`, a sample of 60 pictures would be taken for one of 200."""


def script(stage: str) -> str:
    """The module that a stage's command runs."""
    return str(STAGES[stage]["cmd"].split()[2])


def imported(module: str, *packages: str) -> set[Path]:
    """The files of all our modules that importing a module brings in."""
    graph = grimp.build_graph(*packages, cache_dir=None)
    modules = {module} | graph.find_upstream_modules(module)
    parts = [name.split(".") for name in modules]
    names = {"/".join(part[: n + 1]) for part in parts for n in range(len(part))}
    return {Path(f"{name}/__init__.py") if (ROOT / name).is_dir() else Path(f"{name}.py") for name in names}


def has_code(file: Path) -> bool:
    """Whether a module is more than a docstring and imports of modules that are looked at themselves."""
    body = ast.parse((ROOT / file).read_text()).body
    return not all(isinstance(node, ast.Expr | ast.ImportFrom) for node in body)


def covered(files: set[Path], deps: list[str]) -> None:
    """Each file lies in a dep, unless there is no code in it; each dep that is code holds one of the files."""
    code = [Path(dep) for dep in deps if dep.startswith(CODE)]
    outside = {file for file in files if not any(file.is_relative_to(dep) for dep in code)}
    assert {file.as_posix() for file in outside if has_code(file)} == set()
    assert {file.name for file in outside} <= {"__init__.py"}
    assert [dep for dep in code if not any(file.is_relative_to(dep) for file in files)] == []


@pytest.mark.parametrize("stage", STAGES)
def test_deps_cover_what_a_stage_imports_and_hold_nothing_else(stage: str) -> None:
    covered(imported(script(stage), "stages", "facevalue"), STAGES[stage]["deps"])


def test_the_demo_depends_on_its_drawing_code() -> None:
    covered(imported("demo.drawing.__main__", "demo"), DEMO["deps"])


def test_the_check_reads_every_parameter_class() -> None:
    named = [Path(dep) for dep in STAGES["check"]["deps"]]
    classes = {file.relative_to(ROOT) for file in (ROOT / "facevalue").glob("*/params.py")}
    assert {file for file in classes if not any(file.is_relative_to(dep) for dep in named)} == set()
    sections = {found for file in classes for found in section_classes(file)}
    assert sections | {MachineParams} == set(SECTIONS)


def section_classes(file: Path) -> set[type[Section]]:
    """The sections that a module defines, but for those that others are made from."""
    module = importlib.import_module(".".join(file.with_suffix("").parts))
    classes = (found for found in vars(module).values() if isinstance(found, type) and issubclass(found, Section))
    return {found for found in classes if hasattr(found, "KEY")} - {Section, Excerpt} - bases(module)


def bases(module: object) -> set[type]:
    """Those whose name says that they are nobody's section."""
    return {found for name, found in vars(module).items() if name.startswith("_") and isinstance(found, type)}


def reads(stage: str) -> set[str]:
    """What a script reads of its parameters, as `sample.recode`, `crop` or `source`.

    It says `CropParams.load(paths.PARAMS)`; of a whole section it reads all, but where it takes one key of it at once
    (`SampleParams.load(paths.PARAMS).recode`) that alone. Of a part of a section it reads the part's keys. `machine` is
    everybody's and nobody's.
    """
    tree = ast.parse((ROOT / script(stage).replace(".", "/")).with_suffix(".py").read_text())
    kinds = {kind.__name__: kind for kind in SECTIONS}
    calls = {id(node): node for node in ast.walk(tree) if isinstance(node, ast.Call) and is_load(node)}
    taken = {id(node.value): node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    found: set[str] = set()
    for key, call in calls.items():
        assert isinstance(call.func, ast.Attribute)
        name = ast.unparse(call.func.value)
        if name == "METHOD_PARAMS[method]":
            found |= {"train", f"train_{STAGES[stage]['cmd'].split()[3]}"}
        elif kinds[name] is not MachineParams:
            found |= keys(kinds[name], taken.get(key))
    return found


def is_load(node: ast.Call) -> bool:
    return ast.unparse(node).endswith(".load(paths.PARAMS)")


def keys(kind: type[Section], taken: str | None) -> set[str]:
    if taken and issubclass(kind, TrainParams) and kind is not TrainParams:  # laid over `train`
        return {f"{each.KEY}.{taken}" for each in (kind, TrainParams)}
    prefix = f"{kind.KEY}." if kind.KEY else ""
    if issubclass(kind, Excerpt) or (not taken and BLIND & set(kind.model_fields)):
        return {f"{prefix}{name}" for name in kind.model_fields}
    return {f"{prefix}{taken}"} if taken else {kind.KEY}


@pytest.mark.parametrize("stage", [stage for stage in STAGES if stage not in ("check", "report")])
def test_params_name_exactly_what_a_stage_reads(stage: str) -> None:
    declared = {name.removesuffix(".${key}") for name in STAGES[stage].get("params", [])}  # of a name that is foreach's
    assert declared == reads(stage)


def test_the_report_declares_what_it_shows() -> None:
    from stages.report import SHOWN

    sections = [str(key).partition(".")[0] for key in STAGES["report"]["params"]]
    assert list(dict.fromkeys(sections)) == list(SHOWN)
    everything = yaml.safe_load((ROOT / "params.yaml").read_text())
    assert set(SHOWN) == set(everything) - {"machine"}


def test_the_run_cache_sees_every_parameter() -> None:
    """What a stage declares holds no key that it is blind for, but at the end of a dotted name."""
    for pipeline, parameters in (("dvc.yaml", "params.yaml"), ("demo/dvc.yaml", "demo/params.yaml")):
        everything = yaml.safe_load((ROOT / parameters).read_text())
        for stage in yaml.safe_load((ROOT / pipeline).read_text())["stages"].values():
            for declared in stage.get("params", []):
                names = declared[parameters] if isinstance(declared, dict) else [declared]
                for name in names:
                    assert name not in BLIND
                    assert BLIND & inner_keys(value_of(everything, name)) == set(), name
    for section in SECTIONS:
        declared = {str(key) for stage in STAGES.values() for key in stage.get("params", [])}
        assert section.KEY not in declared or not BLIND & set(section.model_fields)


def value_of(content: Any, name: str) -> Any:
    for key in name.split("."):
        content = content[key]
    return content


def inner_keys(value: object) -> set[str]:
    if not isinstance(value, dict):
        return set()
    return {str(key) for key in value} | {key for inner in value.values() for key in inner_keys(inner)}


def test_no_stage_declares_the_machine() -> None:
    declared = [str(key) for stage in STAGES.values() for key in stage.get("params", [])]
    assert [key for key in declared if key.startswith("machine")] == []


def outputs() -> dict[str, bool]:
    """Every output, and whether it is kept in DVC's cache."""
    found = {}
    for stage in STAGES.values():
        for out in [out for kind in ("outs", "metrics", "plots") for out in stage.get(kind, [])]:
            name, options = next(iter(out.items())) if isinstance(out, dict) else (out, {})
            found[name] = options.get("cache", True)
    return found


def test_no_output_keeps_the_run_cache_from_a_stage() -> None:
    """DVC brings an earlier result back only where every `outs:` is cached."""
    for stage in STAGES.values():
        assert [out for out in stage.get("outs", []) if isinstance(out, dict)] == []
        assert not stage.get("always_changed")


def test_every_plot_is_written_by_a_stage() -> None:
    for plot in PIPELINE["plots"]:
        for file in next(iter(plot.values()))["y"]:
            assert any(Path(file).is_relative_to(out) for out in outputs()), file


def test_a_stage_does_no_arithmetic() -> None:
    """Its script loads, reads, calls the library and writes."""
    arithmetic = (ast.Mult, ast.Add, ast.Sub, ast.FloorDiv, ast.Mod, ast.Pow, ast.MatMult)  # `/` joins paths
    for file in (ROOT / "stages").glob("*.py"):
        tree = ast.parse(file.read_text())
        found = [ast.unparse(n) for n in ast.walk(tree) if isinstance(n, ast.BinOp) and isinstance(n.op, arithmetic)]
        assert [text for text in found if "describe()" not in text] == [], file.name
        assert sum(isinstance(node, ast.FunctionDef) for node in tree.body) <= 6, file.name
