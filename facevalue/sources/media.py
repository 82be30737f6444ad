"""Videos, or the frames that were taken from them: in folders, or flat with a number behind the video's name."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from facevalue.sources.tree import Tree, medium

_HOLDERS = ("videos", "frames", "images")  # in this order: where a video is there, its frames are left out


@dataclass(frozen=True)
class MediaFile:
    """One file: a video, or a frame of one."""

    path: str
    name: str  # the video's, without an ending
    video: str  # the video's path, or that of its folder of frames
    folders: tuple[str, ...] = ()  # between the folder that was read and the video, but for those in `_HOLDERS`


def media_files(tree: Tree, prefix: str, frame: re.Pattern[str]) -> Iterator[MediaFile]:
    """The videos or frames in `tree`, which `prefix` leads to: in folders videos/, frames/ or images/, or right here.

    Of a video that is there as a file, the frames are left out. A frame belongs to the video that its folder is named
    after; one without a folder of its own to the first group of `frame`, if that is its name.
    """
    holders = [(name, child) for holder in _HOLDERS for name, child in tree.named(holder)]
    places = [(child, f"{prefix}/{name}") for name, child in holders] or [(tree, prefix)]
    found = [file for child, way in places for file in _files(child, way, frame)]
    if not found and holders:
        found = list(_files(tree, prefix, frame))
    videos = {(file.folders, file.name) for file in found if medium(file.path) == "video"}
    for file in found:
        if medium(file.path) == "video" or (file.folders, file.name) not in videos:
            yield file


def _files(tree: Tree, prefix: str, frame: re.Pattern[str]) -> Iterator[MediaFile]:
    for path in tree.paths(prefix):
        *folders, name = path[len(prefix) + 1 :].split("/")
        folders = [folder for folder in folders if folder.casefold() not in _HOLDERS]
        stem = name.rsplit(".", 1)[0]
        if medium(path) == "video":
            yield MediaFile(path, stem, path, tuple(folders))
        elif folders:
            yield MediaFile(path, folders[-1], path.rsplit("/", 1)[0], tuple(folders[:-1]))
        elif numbered := frame.fullmatch(stem.casefold()):
            video = stem[: numbered.end(1)]
            yield MediaFile(path, video, f"{prefix}/{video}")
        else:
            yield MediaFile(path, stem, path)
