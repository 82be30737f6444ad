"""Two folders, `real/` and `fake/`; folders inside the latter name the kinds.

Also other words for the classes (`Original`, `real_images`, `AI-generated` ...), in any case; the word decides, never
its place in the alphabet. Copies of FaceForensics++ name its methods instead of `fake/`: `original/`, `Deepfakes/`, ...
"""

from collections.abc import Iterator

from facevalue.sources.base import Reading, label_of, table
from facevalue.sources.tree import Tree

NAME = "folders"
STRUCTURE = "real/, fake/[KIND/]"

_METHODS = frozenset({"deepfakes", "face2face", "faceswap", "neuraltextures", "faceshifter", "deepfakedetection"})


def recognises(tree: Tree) -> bool:
    """A folder of either class."""
    return any(label_of(name) for name in tree.folders)


def read(tree: Tree) -> Reading:
    """Label from the folder, kind from the folder inside."""
    return Reading(table(labelled(tree), "path", "label", "kind"))


def labelled(tree: Tree, prefix: str = "") -> Iterator[tuple[str, str, str]]:
    """Path, label and kind of all that lies in folders of either class; `prefix` (with its slash) leads to them."""
    for name, child in tree.folders.items():
        label = "fake" if is_method(name) else label_of(name)
        for path in child.paths(prefix + name) if label else ():
            kind, *file = path[len(prefix + name) + 1 :].split("/")
            yield path, label, name if is_method(name) else kind if label == "fake" and file else ""


def is_method(name: str) -> bool:
    """Whether a folder is named after a method of FaceForensics++, in any case."""
    return name.casefold() in _METHODS
