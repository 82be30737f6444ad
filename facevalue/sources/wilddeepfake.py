"""WildDeepfake (Zi et al., ACM Multimedia 2020): sequences of faces, cut from videos that were found on the web.

https://github.com/OpenTAI/wild-deepfake: `deepfake_in_the_wild/{real,fake}_{train,test}/N.tar.gz`, in each archive
folders of faces of one sequence, named after their frames. Unpacked in its place such an archive is
`fake_train/N/fake/ID/0.png`; unpacked into a folder of its own there is `N/N/`. Of the 707 videos there are 7,314
sequences, and which are of one video is not told beside the archive that they came in, so that all of an archive are
one group: a group that is too large costs less than one that is torn. Sequences without an archive, as
`real_train/frames/ID/`, are their own.
"""

import re
from collections.abc import Iterator

from facevalue.common.grouping import cell
from facevalue.sources.base import Reading, remark, table
from facevalue.sources.tree import Tree, medium

NAME = "wilddeepfake"
STRUCTURE = "{real,fake}_{train,test}/N/{real,fake}/ID/*.png"

_HOME = re.compile(r"(real|fake)[ _](train|val|test)", re.I)
_NO_ARCHIVES = ("real", "fake", "frames")


def recognises(tree: Tree) -> bool:
    """A folder of a class in a part, by the name that only this set gives it, with sequences in it."""
    return any(child.folders for _, _, child in _homes(tree))


def read(tree: Tree) -> Reading:
    """Label and part from the outer folder, the video from the inner, the group from the archive between."""
    rows, loose = [], []
    for name, found, home in _homes(tree):
        for path in home.paths(name):
            _, *folders, _ = path.split("/")
            if not folders or medium(path) != "picture":
                loose.append(path)
                continue
            sequence = path.rpartition("/")[0]
            archive = "" if folders[0].casefold() in _NO_ARCHIVES else cell([f"{name}/{folders[0]}"])
            rows.append((path, found[1].casefold(), archive, found[2].casefold(), sequence))
    remarks = remark("files that belong to no sequence, left out", loose)
    return Reading(table(rows, "path", "label", "identities", "part", "video"), remarks)


def _homes(tree: Tree) -> Iterator[tuple[str, re.Match[str], Tree]]:
    for name, child in tree.folders.items():
        if found := _HOME.fullmatch(name):
            yield name, found, child
