"""Videos, or the folders of frames that were taken from them."""

from collections.abc import Iterator
from dataclasses import dataclass

from facevalue.sources.tree import Tree

_HOLDERS = ("videos", "frames", "images")  # in this order: where there are videos, their frames are left out


@dataclass(frozen=True)
class MediaFile:
    """One file: a video, or a frame of one."""

    path: str
    name: str  # the video's, without an ending
    video: str  # the video's path, or that of its folder of frames


def media_files(tree: Tree, prefix: str) -> Iterator[MediaFile]:
    """The videos or frames in `tree`, which `prefix` leads to: in a folder videos/, frames/ or images/ or right here.

    A frame belongs to the video that the folder right below is named after.
    """
    for holder in _HOLDERS:
        for name, child in tree.named(holder):
            if found := list(_files(child, f"{prefix}/{name}")):
                yield from found
                return
    yield from _files(tree, prefix)


def _files(tree: Tree, prefix: str) -> Iterator[MediaFile]:
    for path in tree.paths(prefix):
        name, *frame = path[len(prefix) + 1 :].split("/")
        yield MediaFile(path, name, f"{prefix}/{name}") if frame else MediaFile(path, name.rsplit(".", 1)[0], path)
