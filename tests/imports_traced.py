"""Which installed packages are imported, read from source: one that is merely required may be needed by nothing."""

import ast
import heapq
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import Distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

OURS = ""  # the package of our own modules


@dataclass(frozen=True)
class Module:
    """A module: the package that installed it, and its file, which holds Python or machine code."""

    package: str
    file: Path

    @property
    def imports(self) -> Iterable[ast.stmt]:
        """Its import statements, wherever they stand: in functions, too, and where a lazy package lists them."""
        return _imports(ast.parse(self.file.read_bytes())) if self.file.suffix == ".py" else ()


@dataclass
class Installed:
    """All modules by their dotted names, and what each package requires here: by its metadata, without extras."""

    modules: dict[str, Module] = field(default_factory=dict)
    requires: dict[str, set[str]] = field(default_factory=dict)

    def add(self, distribution: Distribution) -> None:
        """Take in an installed package."""
        package = canonicalize_name(distribution.name)
        requirements = map(Requirement, distribution.requires or ())
        self.requires[package] = {
            canonicalize_name(one.name)
            for one in requirements
            if one.marker is None or one.marker.evaluate({"extra": ""})
        }
        for file in distribution.files or ():
            if file.suffix in {".py", ".so", ".pyd"} and ".." not in file.parts:
                self.modules[_dotted(Path(*file.parts))] = Module(package, Path(str(file.locate())))

    def add_ours(self, folder: Path, root: Path) -> list[str]:
        """Take in our own modules below a folder of the root; their names."""
        ours = {_dotted(file.relative_to(root)): Module(OURS, file) for file in folder.rglob("*.py")}
        self.modules |= ours
        return list(ours)


def importers(installed: Installed, roots: Iterable[str], wanted: Collection[str]) -> dict[str, str]:
    """For each wanted package that code reached from the roots imports: the first module found to import it.

    An import leads into another package only where the importer requires that package: the rest are offers to use what
    happens to be there. Packages that require something still wanted are read first, all alike, and the search ends
    when nothing is wanted any more: only a package that is not found costs the reading of everything.
    """
    found: dict[str, str] = {}
    missing = set(wanted)
    read: Counter[str] = Counter()
    queue: list[tuple[bool, int, int, str]] = []
    seen: set[str] = set()

    def promising(package: str) -> bool:
        return package == OURS or not missing.isdisjoint(installed.requires[package])

    def visit(name: str) -> None:
        package = installed.modules[name].package
        heapq.heappush(queue, (not promising(package), read[package], len(seen), name))

    def follow(name: str) -> None:
        if name not in seen:
            seen.add(name)
            visit(name)

    for root in roots:
        follow(root)
    while queue and missing:
        unpromising, _, _, name = heapq.heappop(queue)
        module = installed.modules[name]
        if not unpromising and not promising(module.package):  # what was missing has been found meanwhile
            visit(name)
            continue
        read[module.package] += 1
        for target in _targets(module, name, installed.modules):
            package = installed.modules[target].package
            if package not in {OURS, module.package}:
                if module.package != OURS and package not in installed.requires[module.package]:
                    continue
                found.setdefault(package, name)
                missing.discard(package)
            follow(target)
    return found


def _targets(module: Module, name: str, modules: Mapping[str, Module]) -> Iterator[str]:
    around = name if module.file.stem == "__init__" else name.rpartition(".")[0]
    for statement in module.imports:
        for target in _named(statement, around):
            parts = target.split(".")
            yield from (prefix for end in range(len(parts)) if (prefix := ".".join(parts[: end + 1])) in modules)


def _named(statement: ast.stmt, around: str) -> Iterator[str]:
    if isinstance(statement, ast.Import):
        yield from (alias.name for alias in statement.names)
    elif isinstance(statement, ast.ImportFrom):
        above = around.split(".")[: len(around.split(".")) - statement.level + 1] if statement.level else []
        base = ".".join([*above, *([statement.module] if statement.module else [])])
        yield from (f"{base}.{alias.name}" for alias in statement.names)


def _imports(node: ast.AST) -> Iterator[ast.stmt]:
    if isinstance(node, ast.Import | ast.ImportFrom):
        yield node
    elif not isinstance(node, ast.expr):
        for child in ast.iter_child_nodes(node):
            yield from _imports(child)


def _dotted(file: Path) -> str:
    parts = [*file.parts[:-1], file.name.split(".")[0]]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
