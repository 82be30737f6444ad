"""DeepfakeBench's rearranged sets (Yan et al., NeurIPS 2023): frames of many sets, and a JSON that says what they are.

https://github.com/SCLBD/DeepfakeBench, `preprocessing/rearrange.py`: `preprocessing/dataset_json/Celeb-DF-v2.json` is
`{"Celeb-DF-v2": {"CelebDFv2_real": {"train": {"id0_0000": {"label": "CelebDFv2_real", "frames": [PATH, ...]}}}}}`, and
FaceForensics++ has its compressions below the parts. Labels end in `real` or `fake` (`DFDCP_FakeA`) or are one of
FaceForensics++'s methods (`FF-DF`). Paths are those of the machine that wrote them: a frame is the file whose last
folders are the same, at least to the first above its video that tells a class or a method.

Its parts are not always parts. All of DeepFakeDetection and UADFV stand in each, which says nothing; the training part
of Celeb-DF holds its tests too, and the validation part repeats the test's or the training's. So a video is of the test
if it stands there, else of the training if it stands there. A set without its JSON is read as what it was made from.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from facevalue.common.errors import SourceError
from facevalue.sources.base import Reading, label_of, remark, table
from facevalue.sources.faceforensics import COMPRESSIONS
from facevalue.sources.json_text import parsed
from facevalue.sources.names.item import HOLDERS
from facevalue.sources.tree import Tree

NAME = "deepfakebench"
STRUCTURE = (
    "[preprocessing/dataset_json/]SET.json: {SET: {LABEL: {train: {VIDEO: {label, frames}}}}}, beside the frames"
)

_BEGINNING = re.compile(r'\s*\{\s*"[^"]+"\s*:\s*\{\s*"[^"]+"\s*:\s*\{\s*"(?:train|val|test)"\s*:\s*\{')
_LOOKED_AT = 4096  # characters of a file's beginning
_MANY = 100  # JSONs in one folder: these are of something else
_LARGEST = 2**29  # bytes of one; all of FaceForensics++ takes a fifth
_METHODS = {
    "ff-df": "Deepfakes",
    "ff-f2f": "Face2Face",
    "ff-fs": "FaceSwap",
    "ff-nt": "NeuralTextures",
    "ff-fh": "FaceShifter",
    "dfd_fake": "DeepFakeDetection",
}
_LABEL = re.compile(r"[^\n]*[-_](real|fake)[a-z]?", re.I)


@dataclass(frozen=True)
class _Video:
    """What a JSON says of one."""

    of: str  # the set
    label: str
    part: str
    compression: str
    frames: list[str]


def recognises(tree: Tree) -> bool:
    """Anywhere in it, but not among pictures, a JSON that begins as they do."""
    return any(True for _ in _tables(tree))


def read(tree: Tree) -> Reading:
    """Label, kind and part of each frame that a JSON names; whose it is, the videos' names tell."""
    there: dict[str, list[str]] = {}
    for path in tree.paths():
        there.setdefault(_tail(path), []).append(path)
    found: dict[str, _Video] = {}
    absent, unknown = [], []
    parts: dict[tuple[str, str], set[str]] = {}  # by the set and the video's folder
    for file in _tables(tree):
        for video in _videos(file):
            if not _label(video.label):
                unknown.append(video.label)
                continue
            for frame in video.frames:
                path = _nearest(frame, there.get(_tail(frame), []))
                if not path:
                    absent.append(frame)
                    continue
                if _label(found.setdefault(path, video).label) != _label(video.label):
                    raise SourceError(
                        f"'{file}' says that '{path}' is {video.label!r:.50}, but it stands there otherwise."
                    )
                parts.setdefault((found[path].of, path.rpartition("/")[0]), set()).add(video.part)
    told = _parts(parts)
    rows = [
        (path, _label(video.label), _kind(video.label), told[video.of, folder], folder, video.compression)
        for path, video in found.items()
        for folder in [path.rpartition("/")[0]]
    ]
    remarks = remark("frames in the JSON that are not there", absent)
    remarks += remark("videos whose label is neither real nor fake, left out", unknown)
    return Reading(table(rows, "path", "label", "kind", "part", "video", "compression"), remarks)


def _tables(tree: Tree) -> Iterator[Path]:
    for _, node in tree.walk():
        names = [name for name in node.others if name.lower().endswith(".json")]
        if not node.media and len(names) <= _MANY:
            for name in names:
                with (node.folder / name).open(encoding="utf-8", errors="replace") as file:
                    if _BEGINNING.match(file.read(_LOOKED_AT)):
                        yield node.folder / name


def _videos(file: Path) -> Iterator[_Video]:
    if file.stat().st_size > _LARGEST:
        raise SourceError(f"'{file}' is larger than {_LARGEST // 2**20} MiB; divide it by its labels.")
    try:
        content = parsed(file.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        reason = " ".join(str(error).split())[:100]
        raise SourceError(f"'{file}' is no JSON that can be read ({reason}); write it again or move it away.") from None
    for of, labels in _items(content):
        for label, by_part in _items(labels):
            for part, by_compression in _items(by_part):
                for compression, videos in _by_compression(by_compression):
                    for entry in videos.values():
                        if isinstance(entry, dict) and isinstance(frames := entry.get("frames"), list):
                            named = [frame for frame in frames if isinstance(frame, str)]
                            yield _Video(of, str(entry.get("label", label)), part, compression, named)


def _items(content: object) -> list[tuple[str, object]]:
    return list(content.items()) if isinstance(content, dict) else []


def _by_compression(content: object) -> list[tuple[str, dict[str, object]]]:
    """The videos of each compression; those of sets that have none stand here themselves."""
    found = [(name, inner) for name, inner in _items(content) if name in COMPRESSIONS and isinstance(inner, dict)]
    return found or ([("", content)] if isinstance(content, dict) else [])


def _label(name: str) -> str:
    if name.casefold() in _METHODS:
        return "fake"
    found = _LABEL.fullmatch(name)
    return found[1].casefold() if found else label_of(name)


def _kind(name: str) -> str:
    return _METHODS.get(name.casefold(), name) if _label(name) == "fake" else ""


def _tail(path: str) -> str:
    """Its end, from the first folder above the video that is no holder and no compression."""
    folders = path.replace("\\", "/").split("/")
    start = len(folders) - 3  # of a frame, its video, and what is above
    while start > 0 and (folders[start].casefold() in HOLDERS or folders[start] in COMPRESSIONS):
        start -= 1
    return "/".join(folders[max(0, start) :])


def _nearest(frame: str, paths: list[str]) -> str:
    """The path that shares most of its end; nothing where several do."""
    if len(paths) < 2:
        return paths[0] if paths else ""
    folders = frame.replace("\\", "/").split("/")
    shared = {path: _shared(folders, path.split("/")) for path in paths}
    most = [path for path, count in shared.items() if count == max(shared.values())]
    return most[0] if len(most) == 1 else ""


def _shared(one: list[str], other: list[str]) -> int:
    alike = [a == b for a, b in zip(reversed(one), reversed(other), strict=False)]
    return alike.index(False) if False in alike else len(alike)


def _parts(found: dict[tuple[str, str], set[str]]) -> dict[tuple[str, str], str]:
    divided = {of for (of, _), parts in found.items() if not parts >= {"train", "test"}}
    return {
        (of, video): next((part for part in ("test", "train", "val") if part in parts), "") if of in divided else ""
        for (of, video), parts in found.items()
    }
