"""Two folders, `real/` and `fake/`; folders inside the latter name the kinds.

Also `Real`, `REAL`, and `0_real` and `1_fake` as Wang et al. name them
(https://github.com/PeterWang512/CNNDetection): the word decides, in any case.
"""

from collections.abc import Iterator

from facevalue.sources.base import Reading, label_of, table
from facevalue.sources.tree import Tree

NAME = "folders"
STRUCTURE = "real/, fake/[KIND/]"


def recognises(tree: Tree) -> bool:
    """A folder of either class."""
    return any(label_of(name) for name in tree.folders)


def read(tree: Tree) -> Reading:
    """Label from the folder, kind from the folder inside."""
    return Reading(table(labelled(tree), "path", "label", "kind"))


def labelled(tree: Tree, prefix: str = "") -> Iterator[tuple[str, str, str]]:
    """Path, label and kind of all that lies in folders of either class; `prefix` (with its slash) leads to them."""
    for name, child in tree.folders.items():
        label = label_of(name)
        for path in child.paths(prefix + name) if label else ():
            kind, *file = path[len(prefix + name) + 1 :].split("/")
            yield path, label, kind if label == "fake" and file else ""
