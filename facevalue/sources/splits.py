"""Folders for train, validation and test, and in each `real/` and `fake/`.

- "140k Real and Fake Faces": `real_vs_fake/real-vs-fake/{train,valid,test}/{real,fake}`
  (https://www.kaggle.com/datasets/xhlulu/140k-real-and-fake-faces);
- "Deepfake and real images": `Dataset/{Train,Validation,Test}/{Real,Fake}`
  (https://www.kaggle.com/datasets/manjilkarki/deepfake-and-real-images).
"""

from facevalue.sources import folders
from facevalue.sources.base import Reading, part_of, table
from facevalue.sources.tree import Tree

NAME = "splits"
STRUCTURE = "{train,valid,val,validation,test}/{real,fake}"


def recognises(tree: Tree) -> bool:
    """A folder of any part that holds one of either class; and not more others that do, which make it one of those."""
    classed = [part_of(name) for name, child in tree.folders.items() if folders.recognises(child)]
    parts = sum(part != "" for part in classed)
    return 0 < parts >= len(classed) - parts


def read(tree: Tree) -> Reading:
    """As in `folders`, and the part from the outer folder."""
    rows = (
        (*row, part_of(name))
        for name, child in tree.folders.items()
        if part_of(name)
        for row in folders.labelled(child, f"{name}/")
    )
    return Reading(table(rows, "path", "label", "kind", "part"))
