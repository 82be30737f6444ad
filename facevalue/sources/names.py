"""What names say where a layout says nothing: which pictures are frames of one video, which fakes are of which real.

A leak that is not seen is worse than a group that is too large: a wrong group costs precision, a missed one the result.
So what can be read as a tie is read as one, and a remark says so; a user who knows better writes a CSV.
"""

import re
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

import pandas as pd

from facevalue.common.union_find import linked
from facevalue.sources.base import Reading, label_of, part_of, remark
from facevalue.sources.tree import medium

HOLDERS = frozenset({"frames", "videos", "images", "faces", "crops", "imgs", "pictures"})
"""Folders that say what lies in them, not whose it is."""

_MANY = 5  # names of folders of reals, from which on they are people or videos and no sources
_NUMBERED = re.compile(
    r"(?P<video>.*?[^\W_].*?|.*?\d)(?:[ _.-]+(?:frame|frm|img|image|f)?|frame|frm)[ _.-]*(?P<frame>\d+)", re.I
)
_IDENTITY = re.compile(
    r"(?:id|ids|v|vid|video|clip|seq|s|sub|subject|p|person|face)?[ _.-]*\d[\d _.-]*(?:[ _.-]*id\d+)*", re.I
)
_WORD_AND_NUMBER = re.compile(r"(\D+)\d+")
_TARGET_SOURCE = re.compile(r"(\d+)_(\d+)(?:__.+)?")
_COUNTER = re.compile(r"\d*")


def numbered(stem: str) -> tuple[str, str] | None:
    """A frame's video and its number, from a name such as `id0_0000_15` or `clip3-frame007`; None where there is none.

    `000_0001` is frame 1 of 000. Whether that is meant, the other names beside it tell (`name_videos`).
    """
    found = _NUMBERED.fullmatch(stem)
    return (found["video"], found["frame"]) if found else None


def name_videos(pictures: Counter[str], many: bool) -> bool:
    """Whether names, each of so many pictures, are names of videos or people, and not of what a set consists of.

    At least two of them have several pictures. And most are numbers with little beside (`000_003`, `id7`, `video 12`),
    or one word with `_MANY` numbers (`fake0`, `fake1` ...: StyleGAN2 and StyleGAN3 are two), or there are `_MANY` names
    where `many` says that there can be no other reason for so many.
    """
    several = [name for name, count in pictures.items() if count > 1]
    if len(several) < 2:
        return False
    numbers = sum(_IDENTITY.fullmatch(name) is not None for name in several)
    words = Counter(found[1].casefold() for name in several if (found := _WORD_AND_NUMBER.fullmatch(name)))
    counted = max((count for count in words.values() if count >= _MANY), default=0)
    return 2 * max(numbers, counted) > len(several) or (many and len(several) >= _MANY)


def read_names(reading: Reading) -> Reading:
    """A reading with the videos and groups that the names in its paths tell; given ones stay as they are.

    A folder that holds the frames of a video is no kind.
    """
    rows = reading.rows.reset_index(drop=True)
    if rows.empty or "group" in rows:
        return reading
    remarks: tuple[str, ...] = ()
    if "video" not in rows:
        rows, remarks = _with_videos(rows)
    rows, tied = _with_groups(rows)
    return Reading(rows, reading.remarks + remarks + tied)


def _with_videos(rows: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
    places = rows["path"].map(_place)
    is_picture = rows["path"].map(medium) == "picture"
    video = pd.Series("", index=rows.index, dtype=str)
    by_folder = video
    fake = rows["label"] == "fake"
    real_names = _folder_names(places[is_picture & ~fake])
    reals_are = name_videos(real_names, many=True)
    fakes_are = _fakes_are_videos(_folder_names(places[is_picture & fake]), real_names if reals_are else Counter())
    for of_label, are_videos in ((~fake, reals_are), (fake, fakes_are)):
        if are_videos:
            inside = is_picture & of_label & places.map(lambda place: place.holds_frames)
            by_folder = by_folder.where(~inside, places.map(lambda place: place.folder))
    flat = places[is_picture & (by_folder == "")]
    by_number = _numbered_in(flat).reindex(rows.index).fillna("")
    video = by_folder.where(by_folder != "", by_number)
    if "kind" in rows:
        no_kind = (by_folder != "") & (rows["kind"] == places.map(lambda place: place.name))
        rows = rows.assign(kind=rows["kind"].where(~no_kind & ~rows["kind"].str.casefold().isin(HOLDERS), ""))
    said = remark("folders read as videos, so that their frames stay together", _once(by_folder))
    said += remark("numbers at the end of names read as those of frames", _once(by_number))
    return rows.assign(video=video), said


class _Place(NamedTuple):
    """Where a picture lies below its class: the deepest folder's path and name, how deep, and the picture's stem."""

    folder: str
    name: str
    stem: str
    depth: int

    @property
    def holds_frames(self) -> bool:
        return self.depth > 0


def _place(path: str) -> _Place:
    """Class folders, parts and holders are no places; the deepest other folder is."""
    *folders, file = path.split("/")
    named = [name for name in folders if not (label_of(name) or part_of(name) or name.casefold() in HOLDERS)]
    inside = [name for name in folders[_last_class(folders) :] if name.casefold() not in HOLDERS]
    depth = len(inside)
    return _Place(
        "/".join(folders), inside[-1] if inside else (named[-1] if named else ""), file.rsplit(".", 1)[0], depth
    )


def _last_class(folders: list[str]) -> int:
    """The position behind the folder of the class or the part, whichever comes later."""
    return max((i + 1 for i, name in enumerate(folders) if label_of(name) or part_of(name)), default=0)


def _folder_names(places: Iterable["_Place"]) -> Counter[str]:
    return Counter(place.name for place in places if place.holds_frames)


def _fakes_are_videos(fakes: Counter[str], reals: Counter[str]) -> bool:
    """Folders of fakes are kinds, unless they are named as videos are, or after the reals' videos."""
    if name_videos(fakes, many=False):
        return True
    tied = sum(any(name == real or name.startswith((f"{real}_", f"{real}-")) for real in reals) for name in fakes)
    return len(fakes) > 1 and 2 * tied > len(fakes)


def _numbered_in(flat: pd.Series) -> pd.Series:
    """The video of each picture whose name ends in a frame's number, where the names of its folder say so together."""
    table = pd.DataFrame(
        [(index, place.folder, place.stem, *(numbered(place.stem) or ("", ""))) for index, place in flat.items()],
        columns=["index", "folder", "stem", "video", "frame"],
    ).set_index("index")
    found = pd.Series("", index=table.index, dtype=str)
    for folder, names in table.groupby("folder"):
        several = Counter(names["video"][names["video"] != ""])
        if name_videos(several, many=False):
            videos = names["video"].where(names["video"].map(several) > 1, "")
            found.loc[names.index] = (f"{folder}/" + videos).where(videos != "", "")
    return found


def _with_groups(rows: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
    items = rows["video"].where(rows["video"] != "", rows["path"])
    part = rows["part"] if "part" in rows else pd.Series("", index=rows.index)
    first = pd.DataFrame({"item": items, "label": rows["label"], "part": part}).drop_duplicates("item")
    ties = _ties(first.assign(name=first["item"].map(_stem)))
    groups = dict(zip(first["item"], linked([[item, *ties.get(item, ())] for item in first["item"]]), strict=True))
    reals = {
        tie: item
        for item, label in zip(first["item"], first["label"], strict=True)
        if label == "real"
        for tie in ties.get(item, ())
    }
    fakes = first["item"][first["label"] == "fake"]
    shown = [f"{fake} with {reals[tie]}" for fake in fakes for tie in ties.get(fake, ())[:1] if tie in reals]
    return rows.assign(group=items.map(groups)), remark("fakes joined with the reals that their names tell", shown)


def _ties(items: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """What each item's name ties it to: `000_003` to 000 and 003, `0000_fake` to 0000; reals to their own names.

    A plain number ties within a part alone: sets that count anew in each part mean nothing by it. Names of no real tie
    nothing, but in a set that names its fakes after two reals, two fakes may share one that is not there.

    Args:
        items: `item`, `label`, `part` and `name`.
    """
    named = Counter(key for name, part in zip(*_of(items, "real"), strict=True) for key in _keys(name, part))
    reals = {key for key, count in named.items() if count == 1}  # what two reals are called ties nothing to either
    pairs = {name: found.groups() for name in _of(items, "fake")[0] if (found := _TARGET_SOURCE.fullmatch(name))}
    after_two = any(
        (part, one) in reals for name, part in zip(*_of(items, "fake"), strict=True) for one in pairs.get(name, ())
    )
    ties: dict[str, tuple[str, ...]] = {}
    for item, label, part, name in items[["item", "label", "part", "name"]].itertuples(index=False):
        if label == "real":
            keys = [key for key in _keys(name, part) if key in reals]
        elif after_two and name in pairs:
            keys = [(part, one) for one in pairs[name]]
        else:
            keys = _longest(name, part, reals, alone=medium(item) == "picture")
        ties[item] = tuple(f"~{of}: {key}" for of, key in keys)  # sorts behind paths, which name a group
    return ties


def _of(items: pd.DataFrame, label: str) -> tuple[list[str], list[str]]:
    chosen = items[items["label"] == label]
    return chosen["name"].tolist(), chosen["part"].tolist()


def _keys(name: str, part: str) -> list[tuple[str, str]]:
    return [(part, name)] if _COUNTER.fullmatch(name) else [("any", name)]


def _longest(name: str, part: str, reals: set[tuple[str, str]], alone: bool) -> list[tuple[str, str]]:
    """The longest real's name that this one is, or starts with before a separator.

    A single picture (`alone`) is not tied by a number that a real has too: both classes count from 0 as a rule.
    """
    ends = [found.start() for found in reversed(list(re.finditer(r"[ _.-]", name)))]
    if not (alone and _COUNTER.fullmatch(name)):
        ends = [len(name), *ends]
    keys = (key for end in ends if end for key in _keys(name[:end], part) if key in reals)
    return [key] if (key := next(keys, None)) else []


def _stem(item: str) -> str:
    """The name of a picture, of a video's file, or of a folder of frames."""
    name = item.rsplit("/", 1)[-1]
    return name.rsplit(".", 1)[0] if medium(name) else name


def _once(videos: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(video for video in videos if video))
