"""FaceForensics++ (Rössler et al., ICCV 2019), videos or frames.

https://github.com/ondyari/FaceForensics: `original_sequences/{youtube,actors}` and `manipulated_sequences/METHOD`,
in each `{raw,c23,c40}/videos/NAME.mp4` (c0 in earlier releases) or the frames that `extract_compressed_videos.py`
writes to `images/NAME/0000.png`; others call that folder `frames`. The masks beside them are no pictures of faces.
A manipulated video is named after two originals, `TARGET_SOURCE` (`000_003`); Google's DeepFakeDetection adds scene
and a key (`01_02__exit_phone_room__YVGY8LOK`, its originals `01__exit_phone_room`). A copy of these alone goes round
as `DFD_original sequences/` and `DFD_manipulated_sequences/[DFD_manipulated_sequences/]` (Kaggle). Both faces, target
and source, make the group. The official lists `dataset/splits/{train,val,test}.json` hold pairs of originals, 720,
140 and 140 of them, and are read where they lie in the tree or in its folder `splits/`. They do not cover the actors.
Some YouTube videos gave several originals, on both sides of these lists: `conversion_dict.json` says which, and where
it lies beside them these originals share a group.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from facevalue.common.errors import SourceError
from facevalue.common.grouping import cell
from facevalue.sources.base import Reading, remark, table
from facevalue.sources.json_text import parsed
from facevalue.sources.media import MediaFile, media_files
from facevalue.sources.tree import Tree

NAME = "ff++"
STRUCTURE = "[DFD_]{original,manipulated}_sequences/[METHOD/{raw,c23,c40}/{videos,frames}/]TARGET_SOURCE[.mp4]"

_LABELS = {"original_sequences": "real", "manipulated_sequences": "fake"}
_COPIES = {
    f"dfd_{which}{separator}sequences": label
    for which, label in (("original", "real"), ("manipulated", "fake"))
    for separator in "_ "
}
_COPIED = "DeepFakeDetection"  # as FaceForensics++ names it
COMPRESSIONS = ("raw", "c0", "c23", "c40")
_IDS = re.compile(r"(\d+)(?:_([A-Z]?\d+))?(?:__.+)?")
_FRAMES = {
    "real": re.compile(r"(\d+(?:__.+)?)_(?:frame_?)?\d+"),
    "fake": re.compile(r"(\d+_[a-z]?\d+(?:__.+)?)_(?:frame_?)?\d+"),
}
_CONVERSIONS = "conversion_dict.json"


def recognises(tree: Tree) -> bool:
    """A folder of either class, by the name that only this set gives it."""
    return any(True for _ in tree.named(*_LABELS, *_COPIES))


def read(tree: Tree) -> Reading:
    """Kind from the method, identities from target and source, the compression kept."""
    found = list(_sequences(tree))
    origin = _origins(tree)
    ids = [_ids(file) for *_, file in found]
    part = _official(tree)
    rows = [
        (
            file.path,
            label,
            method if label == "fake" else "",
            cell(origin.get(name, name) for name in names),
            part.get(names[0], "") if names else "",
            file.video,
            compression,
        )
        for (label, method, compression, file), names in zip(found, ids, strict=True)
    ]
    odd = list(dict.fromkeys(file.video for (*_, file), names in zip(found, ids, strict=True) if not names))
    return Reading(
        table(rows, "path", "label", "kind", "identities", "part", "video", "compression"),
        remark("names that do not parse, each its own group", odd) + _unequal(found) + _several(found),
    )


def _sequences(tree: Tree) -> Iterator[tuple[str, str, str, MediaFile]]:
    """Label, method and compression of every video or frame."""
    for outer, sequences in tree.named(*_LABELS):
        label = _LABELS[outer.casefold()]
        nodes = [("", f"{outer}/", sequences)]  # the first release has no folder for the method of its originals
        nodes += [(method, f"{outer}/{method}/", node) for method, node in sequences.folders.items()]
        for method, way, node in nodes:
            for compression, child in node.named(*COMPRESSIONS):
                for file in media_files(child, f"{way}{compression}", _FRAMES[label]):
                    yield label, method, compression.casefold(), file
    for name, copy in tree.named(*_COPIES):
        label = _COPIES[name.casefold()]
        for file in media_files(copy, name, _FRAMES[label]):
            yield label, _COPIED, "", file


def _ids(file: MediaFile) -> list[str]:
    found = _IDS.fullmatch(file.name)
    return [name for name in found.groups() if name] if found else []


def _unequal(found: list[tuple[str, str, str, MediaFile]]) -> tuple[str, ...]:
    """Where one class is compressed otherwise than the other, the compression tells them apart."""
    of = {
        wanted: sorted({compression for label, _, compression, _ in found if label == wanted})
        for wanted in _LABELS.values()
    }
    if of["real"] == of["fake"] or not all(of.values()):
        return ()
    return (f"compression tells real from fake: real {', '.join(of['real'])}, fake {', '.join(of['fake'])}",)


def _several(found: list[tuple[str, str, str, MediaFile]]) -> tuple[str, ...]:
    """A video that is there in several qualities is drawn as several."""
    qualities: dict[tuple[str, str, str], set[str]] = {}
    for label, method, compression, file in found:
        qualities.setdefault((label, method, file.name), set()).add(compression)
    several = [
        f"{method}/{name}: {', '.join(sorted(of))}" for (_, method, name), of in qualities.items() if len(of) > 1
    ]
    return remark("videos in several compressions, which a sample takes for several videos", several)


def _origins(tree: Tree) -> dict[str, str]:
    """The YouTube video that each original was cut from, where the table of them lies in the tree."""
    homes = [tree, *(child for _, child in tree.named("splits", "dataset"))]
    tables = [home.folder / _CONVERSIONS for home in homes if _CONVERSIONS in home.others]
    return {name: f"youtube {str(cut).rsplit(' ', 1)[0]}" for file in tables for name, cut in _table(file).items()}


def _table(file: Path) -> dict[str, object]:
    content = _content(file)
    if not isinstance(content, dict):
        raise SourceError(f"'{file}' is not a table of originals and their videos; replace it or move it away.")
    return {str(name): cut for name, cut in content.items()}


def _official(tree: Tree) -> dict[str, str]:
    """The part of each original that an official list names."""
    homes = [tree, *(child for _, child in tree.named("splits"))]
    lists = {
        part: home.folder / f"{part}.json"
        for home in homes
        for part in ("train", "val", "test")
        if f"{part}.json" in home.others
    }
    return {name: part for part, file in lists.items() for pair in _pairs(file) for name in pair}


def _pairs(file: Path) -> list[list[str]]:
    content = _content(file)
    if not isinstance(content, list) or not all(isinstance(pair, list) for pair in content):
        raise SourceError(f"'{file}' is not a list of pairs of originals; replace it or move it away.")
    return [[str(name) for name in pair] for pair in content]


def _content(file: Path) -> object:
    """What a JSON file holds; None where it is none."""
    try:
        content = parsed(file.read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        return None
    return content
