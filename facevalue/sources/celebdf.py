"""Celeb-DF (Li et al., CVPR 2020), first and second release, videos or frames.

https://github.com/yuezunli/celeb-deepfakeforensics: `Celeb-real/id0_0000.mp4`, `YouTube-real/00170.mp4`,
`Celeb-synthesis/id0_id1_0000.mp4` (a video of one celebrity that wears the other's face) and
`List_of_testing_videos.txt` with lines such as `1 YouTube-real/00170.mp4`: there 1 is real and 0 is fake. Labels are
taken from the folders, never from these numbers. Both celebrities make the group. The 59 of them are swapped with
each other, so that nearly all of Celeb-real and Celeb-synthesis is one group, which no split can divide: that takes
the official test list, whose crossing is then reported. Celeb-DF++ (Li et al. 2025) adds folders to Celeb-synthesis:
`FaceSwap/SimSwap/id0_id1_0000.mp4`; the last one is the kind.
"""

import re
from collections.abc import Iterator

from facevalue.common.grouping import cell
from facevalue.sources.base import Reading, remark, table
from facevalue.sources.media import MediaFile, media_files
from facevalue.sources.tree import Tree

NAME = "celeb-df"
STRUCTURE = "{Celeb-real,YouTube-real,Celeb-synthesis}, videos or frames"

_LABELS = {"celeb-real": "real", "youtube-real": "real", "celeb-synthesis": "fake"}
_TEST_LIST = "list_of_testing_videos.txt"
_LISTED = {"1": "real", "0": "fake"}  # theirs, not ours
_IDS = re.compile(r"(id\d+)(?:_(id\d+))?_\d+")
_FRAME = re.compile(r"(id\d+(?:_id\d+)?_\d+|\d+)_(?:frame_?)?\d+")


def recognises(tree: Tree) -> bool:
    """A folder of either class, by the name that only this set gives it."""
    return any(True for _ in tree.named(*_LABELS))


def read(tree: Tree) -> Reading:
    """Identities from the ids; a video of YouTube-real tells none. Where there is a test list, the rest is train."""
    found = list(_videos(tree))
    ids = [_ids(folder, file) for folder, file in found]
    tested, remarks = _official(tree, {_key(folder, file): _LABELS[folder] for folder, file in found})
    rest = "train" if tested else ""
    rows = [
        (
            file.path,
            _LABELS[folder],
            _kind(folder, file),
            cell(names),
            "test" if _key(folder, file) in tested else rest,
            file.video,
        )
        for (folder, file), names in zip(found, ids, strict=True)
    ]
    odd = [
        file.video for (folder, file), names in zip(found, ids, strict=True) if folder != "youtube-real" and not names
    ]
    remarks += remark("names that do not parse, each its own group", list(dict.fromkeys(odd)))
    return Reading(table(rows, "path", "label", "kind", "identities", "part", "video"), remarks)


def _videos(tree: Tree) -> Iterator[tuple[str, MediaFile]]:
    for name, child in tree.named(*_LABELS):
        for file in media_files(child, name, _FRAME):
            yield name.casefold(), file


def _kind(folder: str, file: MediaFile) -> str:
    """The method of a fake in Celeb-DF++, which has a folder for each."""
    return file.folders[-1] if file.folders and _LABELS[folder] == "fake" else ""


def _ids(folder: str, file: MediaFile) -> list[str]:
    found = _IDS.fullmatch(file.name.casefold()) if folder != "youtube-real" else None
    return [name for name in found.groups() if name] if found else []


def _key(folder: str, file: MediaFile) -> str:
    """A video as the test list names it, without an ending."""
    return "/".join((folder, *file.folders, file.name)).casefold()


def _official(tree: Tree, labels: dict[str, str]) -> tuple[set[str], tuple[str, ...]]:
    """The videos that the test list names, and what is odd in it; `labels` are the folders'."""
    tested, unread, absent, contrary = set(), [], [], []
    for line in _lines(tree):
        number, _, path = line.partition(" ")
        key = path.strip().rsplit(".", 1)[0].casefold()
        if number not in _LISTED or not key:
            unread.append(line)
        elif key not in labels:
            absent.append(path)
        else:
            tested.add(key)
            contrary += [path] if _LISTED[number] != labels[key] else []
    remarks = remark("lines of the test list that do not parse", unread)
    remarks += remark("tests that are listed and not there", absent)
    return tested, remarks + remark("tests whose listed label is not their folder's (1 is real)", contrary)


def _lines(tree: Tree) -> list[str]:
    lists = [tree.folder / name for name in tree.others if name.casefold() == _TEST_LIST]
    texts = [file.read_text(encoding="utf-8", errors="replace") for file in lists]
    return [line.strip() for text in texts for line in text.splitlines() if line.strip()]
