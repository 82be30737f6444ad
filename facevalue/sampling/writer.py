"""Writing what is drawn: a picture's file, or some frames of a video, into the folder of the sample."""

import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from facevalue.common import catalogue, images
from facevalue.common.errors import PictureError
from facevalue.common.grouping import groups
from facevalue.sampling import file_facts
from facevalue.sampling.naming import ending, own_name
from facevalue.sampling.near_duplicates import looks
from facevalue.sampling.params import Recode
from facevalue.sampling.recode import recode
from facevalue.sources import shards, videos


@dataclass(frozen=True)
class Written:
    """The sample's catalogue and its files' facts, a row per picture; `before`: as the source has them, if recoded."""

    pictures: pd.DataFrame
    facts: pd.DataFrame
    before: pd.DataFrame | None

    def describe(self) -> str:
        """A few words to end a line with: frames, pictures that look like another, and those of another depth."""
        frames, alike = (int((self.pictures[column] != "").sum()) for column in ("video", "look"))
        depths = Counter((self.facts if self.before is None else self.before)["depth"])
        said = [f"{frames} frames"] if frames else []
        said += [f"{alike} pictures are near-duplicates of another"] if alike else []
        said += [
            f"{count} fill {depth} bits, and were scaled as such" for depth, count in depths.items() if " " in depth
        ]
        return "".join(f"; {words}" for words in said)


class _Picture(NamedTuple):
    """A picture that is to be written."""

    name: str  # in the sample
    source: str  # the path in the source of what it is taken from
    file: Path | bytes | None  # that, or what a shard holds; none for a frame of a video
    pixels: NDArray[np.uint8]


@dataclass(frozen=True)
class SampleWriter:
    """Writes one item (`catalogue.items`) after the other.

    A picture is copied byte for byte; a frame of a video file is written as PNG, without loss; or both are recoded.

    Attributes:
        root: what the offered paths start from.
        folder: what the sample's paths start from.
        labels: of each item.
        video_files: the items that are a video's file.
        frames: of each item that is a folder of frames, their paths.
    """

    root: Path
    folder: Path
    labels: Mapping[str, str]
    video_files: frozenset[str]
    frames: Mapping[str, list[str]]
    frames_per_video: int
    recode: Recode | Literal["none"]
    _origin: dict[str, tuple[str, str]] = field(default_factory=dict)  # item and source, by the path in the sample
    _facts: dict[str, file_facts.Facts] = field(default_factory=dict)
    _before: dict[str, file_facts.Facts] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        root: Path,
        offered: pd.DataFrame,
        folder: Path,
        frames_per_video: int,
        recode: Recode | Literal["none"],
    ) -> "SampleWriter":
        """For a source's pictures and videos, a catalogue with `media` and `video`."""
        is_video_file = offered["media"] == "video"
        frames = offered[~is_video_file & (offered["video"] != "")]
        listed = {str(video): paths.tolist() for video, paths in frames.groupby("video")["path"]}
        items = catalogue.items(offered)
        labels = dict(zip(items["path"], items["label"], strict=True))
        return cls(root, folder, labels, frozenset(offered["path"][is_video_file]), listed, frames_per_video, recode)

    def write(self, item: str) -> None:
        """Write it; of a video that cannot be used, nothing stays.

        Raises:
            PictureError: it, or a frame of it that is wanted, cannot be read.
        """
        origin: dict[str, tuple[str, str]] = {}
        try:
            for taken in self._pictures(item):
                origin[taken.name] = (item, taken.source)
                self._write_picture(taken)
        except PictureError:
            for name in origin:
                self._forget(name)
            raise
        self._origin.update(origin)

    def written(self, drawn: pd.DataFrame) -> Written:
        """All that was written of the items that were drawn, with their labels, groups and what else is known."""
        rows = pd.DataFrame.from_dict(self._origin, "index", str, ["item", "source"]).reset_index(names="path")
        known = drawn.drop(columns="media").rename(columns={"path": "item"})
        pictures = known.merge(rows, on="item", validate="one_to_many").drop(columns="item")
        facts = file_facts.table(pictures["path"], self._facts)
        pictures["look"] = looks(facts, pictures["video"])
        pictures["group"] = groups(pictures)
        ordered = pictures[list(dict.fromkeys((*catalogue.COLUMNS, "source", *pictures)))]
        before = file_facts.table(pictures["path"], self._before) if self._before else None
        return Written(ordered, facts, before)

    def _pictures(self, item: str) -> Iterator[_Picture]:
        label, recoded = self.labels[item], "" if self.recode == "none" else ".jpg"
        if item in self.video_files:
            own = own_name(label, item)
            for frame in videos.frames(self.root / item, self.frames_per_video):
                name = f"{own}.{videos.timed(frame.seconds)}{recoded or '.png'}"
                yield _Picture(name, item, None, frame.picture)
        else:
            for path in spaced(self.frames.get(item, [item]), self.frames_per_video):
                name = f"{own_name(label, path)}{recoded or ending(path)}"
                yield _Picture(name, path, *self._read(path, item))

    def _read(self, path: str, item: str) -> tuple[Path | bytes, NDArray[np.uint8]]:
        try:
            source = shards.located(self.root / path)
            return source, images.read(source)
        except PictureError as error:
            raise error if path == item else PictureError(f"'{path}': {error}") from None

    def _write_picture(self, taken: _Picture) -> None:
        (name, _, source, picture), encoding = taken, self.recode
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        if source is None:
            images.write_png(file, picture)
        elif encoding == "none" and isinstance(source, bytes):
            file.write_bytes(source)
        elif encoding == "none":
            shutil.copyfile(source, file)
        if encoding != "none":
            self._before[name] = file_facts.facts_of(source or file, picture)
            file.write_bytes(recode(picture, encoding.quality, encoding.max_side))
            picture = images.read(file)
        self._facts[name] = file_facts.facts_of(file, picture)

    def _forget(self, name: str) -> None:
        (self.folder / name).unlink(missing_ok=True)
        self._facts.pop(name, None)
        self._before.pop(name, None)


def spaced(items: list[str], count: int) -> list[str]:
    """`count` of them at the most, in their order: the middles of equal parts, as `videos.frames` takes them."""
    if count >= len(items):  # parts of one or less, so that each has its middle in one of them
        return items
    return [items[(2 * i + 1) * len(items) // (2 * count)] for i in range(count)]
