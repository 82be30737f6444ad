"""Writing what is drawn: a picture's file, or some frames of a video, into the folder of the sample."""

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from facevalue.common import catalogue, images
from facevalue.common.errors import PictureError
from facevalue.sampling import file_facts
from facevalue.sampling.near_duplicates import join_near_duplicates
from facevalue.sampling.params import Recode
from facevalue.sampling.recode import recode, recoded_path
from facevalue.sources import videos


@dataclass(frozen=True)
class Written:
    """The sample's catalogue and its files' facts, a row per picture; `before`: as the source has them, if recoded.

    `joined` is how many groups share theirs with another because of near-duplicates.
    """

    pictures: pd.DataFrame
    facts: pd.DataFrame
    before: pd.DataFrame | None
    joined: int

    def describe(self) -> str:
        """A few words to end a line with: how many frames, and how many groups near-duplicates joined."""
        frames = int((self.pictures["video"] != "").sum())
        said = [f"{frames} frames"] if frames else []
        said += [f"{self.joined} groups share one with another by near-duplicates"] if self.joined else []
        return "".join(f"; {words}" for words in said)


@dataclass(frozen=True)
class SampleWriter:
    """Writes one item (`catalogue.items`) after the other.

    A picture is copied byte for byte; a frame of a video file is written as PNG, without loss; or both are recoded.

    Attributes:
        root: what the offered paths start from.
        folder: what the sample's paths start from.
        video_files: the items that are a video's file.
        frames: of each item that is a folder of frames, their paths.
    """

    root: Path
    folder: Path
    video_files: frozenset[str]
    frames: Mapping[str, list[str]]
    frames_per_video: int
    recode: Recode | Literal["none"]
    _item_of: dict[str, str] = field(default_factory=dict)  # by the path in the sample, as the following
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
        return cls(root, folder, frozenset(offered["path"][is_video_file]), listed, frames_per_video, recode)

    def write(self, item: str) -> None:
        """Write it; of a video that cannot be used, nothing stays.

        Raises:
            PictureError: it, or a frame of it that is wanted, cannot be read.
        """
        names: list[str] = []
        try:
            for name, source, picture in self._pictures(item):
                names.append(name)
                self._write_picture(name, source, picture)
        except PictureError:
            for name in names:
                self._forget(name)
            raise
        self._item_of.update(dict.fromkeys(names, item))

    def written(self, drawn: pd.DataFrame) -> Written:
        """All that was written of the items that were drawn, with their labels, groups and what else is known."""
        rows = pd.DataFrame({"item": list(self._item_of.values()), "path": list(self._item_of)}, dtype=str)
        known = drawn.drop(columns="media").rename(columns={"path": "item"})
        pictures = known.merge(rows, on="item", validate="one_to_many").drop(columns="item")
        facts = file_facts.table(pictures["path"], self._facts)
        groups, joined = join_near_duplicates(pictures["group"], facts)
        ordered = pictures.assign(group=groups)[list(dict.fromkeys((*catalogue.COLUMNS, *pictures)))]
        before = file_facts.table(pictures["path"], self._before) if self._before else None
        return Written(ordered, facts, before, joined)

    def _pictures(self, item: str) -> Iterator[tuple[str, Path | None, NDArray[np.uint8]]]:
        """The name in the sample, the file that it is read from (None: from a video), and the picture."""
        if item in self.video_files:
            for frame in videos.frames(self.root / item, self.frames_per_video):
                yield self._named(videos.frame_name(item, frame.seconds)), None, frame.picture
        else:
            for path in spaced(self.frames.get(item, [item]), self.frames_per_video):
                yield self._named(path), self.root / path, self._read(path, item)

    def _read(self, path: str, item: str) -> NDArray[np.uint8]:
        try:
            return images.read(self.root / path)
        except PictureError as error:
            raise error if path == item else PictureError(f"'{path}': {error}") from None

    def _named(self, path: str) -> str:
        return path if self.recode == "none" else recoded_path(path)

    def _write_picture(self, name: str, source: Path | None, picture: NDArray[np.uint8]) -> None:
        file, encoding = self.folder / name, self.recode
        file.parent.mkdir(parents=True, exist_ok=True)
        if source is None:
            images.write_png(file, picture)
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
    places = ((2 * i + 1) * len(items) // (2 * count) for i in range(count))
    return [items[place] for place in dict.fromkeys(places)]
