"""The stand-ins are called as the real modules are: a test that runs with them says something of the real ones."""

import importlib
import importlib.util
import inspect
from pathlib import Path
from types import ModuleType

import pytest

from tests.pipeline.conftest import STUBS


def stub(name: str) -> ModuleType:
    file = Path(__file__).parent / "stubs" / name
    spec = importlib.util.spec_from_file_location(f"stub_{file.stem}", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def signatures(module: ModuleType, names: set[str]) -> dict[str, list[tuple[str, object]]]:
    """The parameters, with their defaults, of the functions and of the methods of the classes of these names."""
    found = {}
    for name in names:
        member = getattr(module, name)
        called = {name: member}
        if inspect.isclass(member):
            called = {f"{name}.{key}": getattr(member, key) for key in ("load", "letterbox", "logits", "judge")}
        for key, function in called.items():
            parameters = inspect.signature(function).parameters.values()
            found[key] = [(each.name, each.default) for each in parameters]
    return found


@pytest.mark.parametrize(("module", "name"), STUBS.items())
def test_a_stand_in_has_the_signatures_of_the_real_module(module: str, name: str) -> None:
    real, stand_in = importlib.import_module(f"facevalue.{module.removesuffix('.py').replace('/', '.')}"), stub(name)
    public = {
        key
        for key, member in vars(stand_in).items()
        if not key.startswith("_") and (inspect.isfunction(member) or inspect.isclass(member)) and hasattr(real, key)
        if getattr(member, "__module__", "").startswith("stub_")
    }
    assert public
    assert signatures(stand_in, public) == signatures(real, public)
