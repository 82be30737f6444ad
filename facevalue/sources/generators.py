"""A folder per generator, and in each the classes, or what they are divided by: parts, or categories of pictures.

- ForenSynths (Wang et al., CVPR 2020, https://github.com/PeterWang512/CNNDetection): `GENERATOR/{0_real,1_fake}`, of
  some generators `GENERATOR/CATEGORY/{0_real,1_fake}`, in its repository below `{train,val,test}/`; and for training
  ProGAN alone, `CATEGORY/{0_real,1_fake}`, where one category is called `train`;
- GenImage (Zhu et al., NeurIPS 2023, https://github.com/GenImage-Dataset/GenImage):
  `GENERATOR/{train,val}/{ai,nature}`, as unpacked with a folder more between.

A fake's kind is its generator, or what the outer folder is. Where the folders are called after people, the names tell
that (`names`), and they are no kinds.
"""

from collections.abc import Iterator

from facevalue.sources import folders
from facevalue.sources.base import Reading, label_of, part_of, table
from facevalue.sources.tree import Tree

NAME = "generators"
STRUCTURE = "GENERATOR/[{train,val}/]{real,fake}, also {nature,ai}"

_DEEPEST = 2  # folders between a generator's and its classes


def recognises(tree: Tree) -> bool:
    """Several folders, of which one is neither a class nor a part, and holds both classes, or what holds them.

    A folder alone is only what a set lies in.
    """
    named = (each for each in _generators(tree) if not part_of(each[0]))
    return len(tree.folders) > 1 and any(True for _, way, part, child in named for _ in _classed(child, way, part))


def read(tree: Tree) -> Reading:
    """Label from the inner folder, kind from the outer, the part from one around or between."""
    rows = (
        (path, label, generator if label == "fake" else "", on)
        for generator, way, part, child in _generators(tree)
        for to_classes, on, classes in _classed(child, way, part)
        for path, label, _ in folders.labelled(classes, to_classes)
    )
    return Reading(table(rows, "path", "label", "kind", "part"))


def _generators(tree: Tree) -> Iterator[tuple[str, str, str, Tree]]:
    """Each generator, the way to it, the part that stands on that, and its folder."""
    for name, child in tree.folders.items():
        if part_of(name) and not _has_both(child):
            for generator, inner in child.folders.items():
                if _has_both(inner) or not _is_class(generator):
                    yield generator, f"{name}/{generator}/", part_of(name), inner
        elif _has_both(child) or not _is_class(name):
            yield name, f"{name}/", "", child


def _classed(tree: Tree, way: str, part: str, depth: int = 0) -> Iterator[tuple[str, str, Tree]]:
    """What holds both classes: the way to it, the part that stands on that, and the folder."""
    if _has_both(tree):
        yield way, part, tree
    elif depth < _DEEPEST:
        are_parts = all(part_of(name) for name in tree.folders)  # beside an airplane, a train is one more category
        for name, child in tree.folders.items():
            yield from _classed(child, f"{way}{name}/", part or (part_of(name) if are_parts else ""), depth + 1)


def _is_class(name: str) -> bool:
    """`Deepfakes` is a word for the fakes, and also one of FaceForensics++'s methods."""
    return label_of(name) != "" and not folders.is_method(name)


def _has_both(tree: Tree) -> bool:
    return {label_of(name) for name in tree.folders} >= {"real", "fake"}
