"""Taking what is drawn: a picture's file, or some frames of a video, into the folder of the sample."""

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from facevalue import catalogue, images, lookalikes, recoding, videos
from facevalue.auditing import facts
from facevalue.errors import PictureError
from facevalue.params import Recode


@dataclass(frozen=True)
class Taken:
    """The sample's catalogue and its files' facts, a row per picture; `before`: as the source has them, if recoded.

    `joined` is how many groups share theirs with another because their pictures look alike.
    """

    pictures: pd.DataFrame
    facts: pd.DataFrame
    before: pd.DataFrame | None
    joined: int

    def describe(self) -> str:
        """A few words to end a line with: how many frames, and how many groups were joined by their looks."""
        frames = int((self.pictures["video"] != "").sum())
        said = [f"{frames} frames"] if frames else []
        said += [f"{self.joined} groups share one with another, since they look alike"] if self.joined else []
        return "".join(f"; {words}" for words in said)


@dataclass(frozen=True)
class Taker:
    """Writes one unit (`sampling.units`) after the other.

    A picture is copied byte for byte; a frame of a video file is written as PNG, without loss; or both are recoded.

    Attributes:
        root: what the offered paths start from.
        folder: what the sample's paths start from.
        films: the units that are a video's file.
        frames: of each unit that is a folder of frames, their paths.
    """

    root: Path
    folder: Path
    films: frozenset[str]
    frames: Mapping[str, list[str]]
    frames_per_video: int
    recode: Recode | Literal["none"]
    _unit_of: dict[str, str] = field(default_factory=dict)  # by the path in the sample, as the following
    _facts: dict[str, facts.Facts] = field(default_factory=dict)
    _before: dict[str, facts.Facts] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        root: Path,
        offered: pd.DataFrame,
        folder: Path,
        frames_per_video: int,
        recode: Recode | Literal["none"],
    ) -> "Taker":
        """For a source's pictures and videos, a catalogue with `media` and `video`."""
        is_film = offered["media"] == "video"
        frames = offered[~is_film & (offered["video"] != "")]
        listed = {str(video): paths.tolist() for video, paths in frames.groupby("video")["path"]}
        return cls(root, folder, frozenset(offered["path"][is_film]), listed, frames_per_video, recode)

    def take(self, unit: str) -> None:
        """Write it; of a video that cannot be used, nothing stays.

        Raises:
            PictureError: it, or a frame of it that is wanted, cannot be read.
        """
        written: list[str] = []
        try:
            for name, source, picture in self._pictures(unit):
                written.append(name)
                self._write(name, source, picture)
        except PictureError:
            for name in written:
                self._forget(name)
            raise
        self._unit_of.update(dict.fromkeys(written, unit))

    def taken(self, drawn: pd.DataFrame) -> Taken:
        """All that was taken of the units that were drawn, with their labels, groups and what else is known."""
        rows = pd.DataFrame({"unit": list(self._unit_of.values()), "path": list(self._unit_of)}, dtype=str)
        known = drawn.drop(columns="media").rename(columns={"path": "unit"})
        pictures = known.merge(rows, on="unit", validate="one_to_many").drop(columns="unit")
        told = facts.table(pictures["path"], self._facts)
        groups, joined = lookalikes.join(pictures["group"], told)
        ordered = pictures.assign(group=groups)[list(dict.fromkeys((*catalogue.COLUMNS, *pictures)))]
        before = facts.table(pictures["path"], self._before) if self._before else None
        return Taken(ordered, told, before, joined)

    def _pictures(self, unit: str) -> Iterator[tuple[str, Path | None, NDArray[np.uint8]]]:
        """The name in the sample, the file that it is read from (None: from a video), and the picture."""
        if unit in self.films:
            for frame in videos.frames(self.root / unit, self.frames_per_video):
                yield self._named(videos.frame_name(unit, frame.seconds)), None, frame.picture
        else:
            for path in spaced(self.frames.get(unit, [unit]), self.frames_per_video):
                yield self._named(path), self.root / path, self._read(path, unit)

    def _read(self, path: str, unit: str) -> NDArray[np.uint8]:
        try:
            return images.read(self.root / path)
        except PictureError as error:
            raise error if path == unit else PictureError(f"'{path}': {error}") from None

    def _named(self, path: str) -> str:
        return path if self.recode == "none" else recoding.recoded_path(path)

    def _write(self, name: str, source: Path | None, picture: NDArray[np.uint8]) -> None:
        file, encoding = self.folder / name, self.recode
        file.parent.mkdir(parents=True, exist_ok=True)
        if source is None:
            images.write_png(file, picture)
        elif encoding == "none":
            shutil.copyfile(source, file)
        if encoding != "none":
            self._before[name] = facts.facts_of(source or file, picture)
            file.write_bytes(recoding.recode(picture, encoding.quality, encoding.max_side))
            picture = images.read(file)
        self._facts[name] = facts.facts_of(file, picture)

    def _forget(self, name: str) -> None:
        (self.folder / name).unlink(missing_ok=True)
        self._facts.pop(name, None)
        self._before.pop(name, None)


def spaced(items: list[str], count: int) -> list[str]:
    """`count` of them at the most, in their order: the middles of equal parts, as `videos.frames` takes them."""
    places = ((2 * i + 1) * len(items) // (2 * count) for i in range(count))
    return [items[place] for place in dict.fromkeys(places)]
