"""Real and Fake Face Detection by the Computational Intelligence and Photography Lab, Yonsei University.

https://www.kaggle.com/datasets/ciplab/real-and-fake-face-detection: `training_real/real_00001.jpg`, and
`training_fake/easy_1_1110.jpg`: a photo retouched by an expert, how hard it is to see (`easy`, `mid`, `hard`; its
authors call this subjective), a number, and four digits that say which regions were replaced (left eye, right eye,
nose, mouth), kept in the column `regions`. The archive holds the same pictures twice, also in
`real_and_fake_face_detection/`. Nothing says who is on a picture.
"""

import re
from collections.abc import Iterator

from facevalue.sources.base import Reading, remark, table
from facevalue.sources.tree import Tree

NAME = "ciplab"
STRUCTURE = "[real_and_fake_face/]training_{real,fake}"

_LABELS = {"training_real": "real", "training_fake": "fake"}
_REAL = re.compile(r"real_\d+")
_FAKE = re.compile(r"(easy|mid|hard)_\d+_([01]{4})")


def recognises(tree: Tree) -> bool:
    """A folder of either class, by the name that only this set gives it."""
    return any(True for _ in _classes(tree))


def read(tree: Tree) -> Reading:
    """Kind and regions from a fake's name; one that does not parse has neither."""
    rows, odd = [], []
    for prefix, label, child in _classes(tree):
        for path in child.paths(prefix):
            name = path.rsplit("/", 1)[1].rsplit(".", 1)[0].casefold()
            fake = _FAKE.fullmatch(name) if label == "fake" else None
            if not fake and not (label == "real" and _REAL.fullmatch(name)):
                odd.append(path)
            rows.append((path, label, *(fake.groups() if fake else ("", ""))))
    return Reading(table(rows, "path", "label", "kind", "regions"), remark("names that do not parse", odd))


def _classes(tree: Tree) -> Iterator[tuple[str, str, Tree]]:
    homes = [("", tree), *((f"{name}/", child) for name, child in tree.named("real_and_fake_face"))]
    for prefix, home in homes:
        for name, child in home.named(*_LABELS):
            yield prefix + name, _LABELS[name.casefold()], child
