"""A folder per generator, and in each the classes, or the parts and in each the classes.

- ForenSynths (Wang et al., CVPR 2020, https://github.com/PeterWang512/CNNDetection): `GENERATOR/{0_real,1_fake}`;
- GenImage (Zhu et al., NeurIPS 2023, https://github.com/GenImage-Dataset/GenImage):
  `GENERATOR/{train,val}/{ai,nature}`.

A fake's kind is its generator.
"""

from collections.abc import Iterator

from facevalue.sources import folders
from facevalue.sources.base import Reading, label_of, part_of, table
from facevalue.sources.tree import Tree

NAME = "generators"
STRUCTURE = "GENERATOR/[{train,val}/]{real,fake}, also {nature,ai}"


def recognises(tree: Tree) -> bool:
    """Several folders, of which one is neither a class nor a part, and holds both classes, or a part that does.

    A folder alone is only what a set lies in.
    """
    return len(tree.folders) > 1 and any(_has_both(child) for _, _, child in _classed(tree))


def read(tree: Tree) -> Reading:
    """Label from the inner folder, kind from the outer, the part from the one between."""
    rows = (
        (path, label, generator if label == "fake" else "", part)
        for generator, (way, part), child in _classed(tree)
        if _has_both(child)
        for path, label, _ in folders.labelled(child, way)
    )
    return Reading(table(rows, "path", "label", "kind", "part"))


def _classed(tree: Tree) -> Iterator[tuple[str, tuple[str, str], Tree]]:
    """Each generator, the way to what may hold its classes with the part on it, and the folder."""
    for generator, child in tree.folders.items():
        if not (label_of(generator) or part_of(generator)):
            yield generator, (f"{generator}/", ""), child
            for name, inner in child.folders.items():
                if part_of(name):
                    yield generator, (f"{generator}/{name}/", part_of(name)), inner


def _has_both(tree: Tree) -> bool:
    return {label_of(name) for name in tree.folders} >= {"real", "fake"}
