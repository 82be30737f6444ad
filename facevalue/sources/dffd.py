"""Diverse Fake Face Dataset (Dang et al., CVPR 2020): a folder per source, in each the three parts.

http://cvlab.cse.msu.edu/dffd-dataset.html: half for training, 5 % for validation, 45 % for the test, no identity on
two sides by its authors' word. The real sources are FFHQ, CelebA and FaceForensics++'s originals; the fake ones are
named after what made them. Users fetch some of the sources elsewhere and spell them their way (`celeba`, `celeba_2w`,
`CelebAMask-HQ`), so the beginning of a name decides.
"""

from collections.abc import Iterator

from facevalue.sources.base import Reading, part_of, remark, table
from facevalue.sources.tree import Tree

NAME = "dffd"
STRUCTURE = "SOURCE/{train,validation,test}, SOURCE such as ffhq, faceapp, pggan_v1"

_BEGINNINGS = {
    "real": ("ffhq", "celeba", "youtube"),
    "fake": ("pggan", "stylegan", "stargan", "faceapp", "deepfakes", "face2face", "faceswap"),
}


def recognises(tree: Tree) -> bool:
    """A known source with a part in it."""
    return any(_label(name) for name, _ in _sources(tree))


def read(tree: Tree) -> Reading:
    """Label and kind from the source's name, the part from the folder inside."""
    rows, unknown = [], []
    for name, source in _sources(tree):
        label = _label(name)
        if not label:
            unknown.append(name)
            continue
        kind = name if label == "fake" else ""
        for part, child in source.folders.items():
            rows += [(path, label, kind, part_of(part)) for path in child.paths(f"{name}/{part}") if part_of(part)]
    return Reading(table(rows, "path", "label", "kind", "part"), remark("unknown sources, left out", unknown))


def _sources(tree: Tree) -> Iterator[tuple[str, Tree]]:
    return ((name, child) for name, child in tree.folders.items() if any(map(part_of, child.folders)))


def _label(name: str) -> str:
    return next((label for label, names in _BEGINNINGS.items() if name.casefold().startswith(names)), "")
