"""What names say where a layout says nothing: which pictures are frames of one video, which fakes are of which real.

A leak that is not seen is worse than a group that is too large: a wrong group costs precision, a missed one the result.
So what can be read as a tie is read as one, and a remark says so; a user who knows better writes a CSV.
"""

import re
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

import pandas as pd

from facevalue.common.grouping import cell
from facevalue.sources.base import Reading, label_of, part_of, remark
from facevalue.sources.tree import medium

HOLDERS = frozenset({"frames", "videos", "images", "faces", "crops", "imgs", "pictures"})
"""Folders that say what lies in them, not whose it is."""

_MANY = 5  # names of folders of reals, from which on they are people or videos and no sources
_CATEGORIES = 20  # where they are single words, which also name what a set is sorted by (`happy`, `sad`)
_NUMBER = re.compile(r"(?:[ _.-]+(?:frame|frm|img|image|f)?|frame|frm)[ _.-]*\d+$", re.I)
_TOKEN = r"(?:id|ids|v|vid|video|clip|seq|s|sub|subject|p|person|face)?[ ]?\d+"
_IDENTITY = re.compile(rf"{_TOKEN}(?:[ _.-]+{_TOKEN})*", re.I)
_ID = re.compile(r"(?<![a-z])id\d+")
_WORD = re.compile(r"[^\W\d_]+")
_WORD_AND_NUMBER = re.compile(r"(\D+)\d+")
_TARGET_SOURCE = re.compile(r"(?:[a-z]\w*?_)?(\d+)_(\d+)(?:__.+)?")
_COUNTER = re.compile(r"\d*")
_COUNTED = re.compile(r"\D*\d+")


def numbered(stem: str) -> str:
    """The video of a frame, from a name that ends in a number, such as `id0_0000_15` or `clip3-frame007`; else nothing.

    `000_0001` is a frame of 000. Whether that is meant, the other names beside it tell (`name_videos`).
    """
    found = _NUMBER.search(stem)
    return stem[: found.start()] if found else ""


def name_videos(pictures: Counter[str], many: bool) -> bool:
    """Whether names, each of so many pictures, are names of videos or people, and not of what a set consists of.

    At least two of them have several pictures. And most are numbers with little beside (`000_003`, `id7`, `video 12`),
    or one word with `_MANY` numbers (`fake0`, `fake1` ...: StyleGAN2 and StyleGAN3 are two), or there are `_MANY` names
    of more than a word, or many words, where `many` says that there can be no other reason for so many.
    """
    several = [name for name, count in pictures.items() if count > 1]
    if len(several) < 2:
        return False
    numbers = sum(_IDENTITY.fullmatch(name) is not None for name in several)
    words = Counter(found[1].casefold() for name in several if (found := _WORD_AND_NUMBER.fullmatch(name)))
    counted = max((count for count in words.values() if count >= _MANY), default=0)
    titles = sum(_WORD.fullmatch(name) is None for name in several)
    return 2 * max(numbers, counted) > len(several) or (many and (titles >= _MANY or len(several) >= _CATEGORIES))


def read_names(reading: Reading) -> Reading:
    """A reading with the videos and identities that the names in its paths tell; given ones stay as they are.

    A folder that holds the frames of a video is no kind.
    """
    rows = reading.rows.reset_index(drop=True)
    if rows.empty or "identities" in rows:
        return reading
    remarks: tuple[str, ...] = ()
    if "video" not in rows:
        rows, remarks = _with_videos(rows)
    rows, tied = _with_identities(rows)
    return Reading(rows, reading.remarks + remarks + tied)


def _with_videos(rows: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The rows with `video`, by folders first, then by numbers; and what was read."""
    places = [_place(path) for path in rows["path"]]
    folder, name = (pd.Series([getattr(place, field) for place in places], rows.index) for field in ("folder", "name"))
    is_picture, fake = rows["path"].map(medium) == "picture", rows["label"] == "fake"
    inside = is_picture & (name != "")
    reals, fakes = (Counter(name[inside & of_label]) for of_label in (~fake, fake))
    reals_are = name_videos(reals, many=True)
    fakes_are = _fakes_are_videos(fakes, reals if reals_are else Counter())
    by_folder = folder.where(inside & ((~fake & reals_are) | (fake & fakes_are)), "")
    by_number = _numbered_in(rows["path"][is_picture & (by_folder == "")]).reindex(rows.index).fillna("")
    if "kind" in rows:
        is_video = (by_folder != "") & (rows["kind"] == name)
        rows = rows.assign(kind=rows["kind"].where(~is_video & ~rows["kind"].str.casefold().isin(HOLDERS), ""))
    said = remark("folders read as videos, so that their frames stay together", _once(by_folder))
    said += remark("numbers at the end of names read as those of frames", _once(by_number))
    return rows.assign(video=by_folder.where(by_folder != "", by_number)), said


class _Place(NamedTuple):
    """The folder that a picture lies in, and its last name below the class and the part, which is none of `HOLDERS`."""

    folder: str
    name: str


def _place(path: str) -> _Place:
    *folders, _ = path.split("/")
    below = max((i + 1 for i, name in enumerate(folders) if label_of(name) or part_of(name)), default=0)
    names = [name for name in folders[below:] if name.casefold() not in HOLDERS]
    return _Place("/".join(folders), names[-1] if names else "")


def _fakes_are_videos(fakes: Counter[str], reals: Counter[str]) -> bool:
    """Folders of fakes are kinds, unless they are named as videos are, or after the reals' videos."""
    if name_videos(fakes, many=False):
        return True
    tied = sum(any(name == real or name.startswith((f"{real}_", f"{real}-")) for real in reals) for name in fakes)
    return len(fakes) > 1 and 2 * tied > len(fakes)


def _numbered_in(paths: pd.Series) -> pd.Series:
    """The video of each picture whose name ends in a frame's number, where the names of its folder say so together."""
    videos = pd.Series([numbered(_stem(path)) for path in paths], paths.index, dtype=str)
    found = pd.Series("", index=paths.index, dtype=str)
    for folder, names in videos.groupby(paths.map(lambda path: path.rpartition("/")[0])):
        several = Counter(names[names != ""])
        if name_videos(several, many=False):
            found.update((f"{folder}/" + names)[names.map(several).fillna(0) > 1])
    return found


def _with_identities(rows: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
    items = rows["video"].where(rows["video"] != "", rows["path"])
    part = rows["part"] if "part" in rows else pd.Series("", index=rows.index)
    first = pd.DataFrame({"item": items, "label": rows["label"], "part": part}).drop_duplicates("item")
    ties = _ties(first.assign(name=first["item"].map(lambda item: _stem(item).casefold())))
    reals = {
        tie: item
        for item, label in zip(first["item"], first["label"], strict=True)
        if label == "real"
        for tie in ties[item]
    }
    fakes = first["item"][first["label"] == "fake"]
    shown = [f"{fake} with {reals[tie]}" for fake in fakes for tie in ties[fake][:1] if tie in reals]
    identities = items.map(lambda item: cell(ties[item]))
    return rows.assign(identities=identities), remark("fakes joined with the reals that their names tell", shown)


def _ties(items: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """What each item's name ties it to: `000_003` to 000 and 003, `0000_fake` to 0000, `id0_id1_0000` to id0 and id1.

    Reals are tied to their own names. A plain number ties within a part alone: sets that count anew in each part mean
    nothing by it; and what several single pictures are called ties nothing to any of them. Names of no real tie
    nothing, but in a set that names its fakes after two reals, two fakes may share one that is not there.

    Args:
        items: `item`, `label`, `part` and `name`.
    """
    rows = list(items[["item", "label", "part", "name"]].itertuples(index=False))
    called = [(_key(name, part), _is_picture(item)) for item, label, part, name in rows if label == "real"]
    count = Counter(key for key, _ in called)
    reals = {key for key, alone in called if count[key] == 1 or not alone}
    pairs = {name: found.groups() for name in items["name"] if (found := _TARGET_SOURCE.fullmatch(name))}
    after_two = any(
        label == "fake" and (part, one) in reals for _, label, part, name in rows for one in pairs.get(name, ())
    )
    ties: dict[str, tuple[str, ...]] = {}
    for item, label, part, name in rows:
        if ids := _ID.findall(name):
            keys = [("", one) for one in ids]
        elif label == "real":
            keys = [key for key in [_key(name, part)] if key in reals]
        elif after_two and name in pairs:
            keys = [(part, one) for one in pairs[name]]
        else:
            keys = _longest(name, part, reals, _is_picture(item))
        ties[item] = tuple(f"{of} {key}".strip() for of, key in keys)
    shared = Counter(tie for told in ties.values() for tie in told)
    return {item: tuple(tie for tie in told if shared[tie] > 1) for item, told in ties.items()}


def _key(name: str, part: str) -> tuple[str, str]:
    return (part if _COUNTER.fullmatch(name) else "", name)


def _longest(name: str, part: str, reals: set[tuple[str, str]], alone: bool) -> list[tuple[str, str]]:
    """The longest real's name that this one is, or starts with before a separator.

    Or that it ends with behind one, where that is more than a number (`faceapp_celeb_07`). A single picture (`alone`)
    is not tied by a counter that a real has too, such as `img_0`: both classes count from 0 as a rule.
    """
    separators = [found.start() for found in re.finditer(r"[ _.-]", name)]
    told = [name[:end] for end in reversed(separators)]
    if not (alone and _COUNTED.fullmatch(name)):
        told = [name, *told]
    told += [name[start + 1 :] for start in separators if not _COUNTER.fullmatch(name[start + 1 :])]
    keys = (key for one in told if one and (key := _key(one, part)) in reals)
    longest = next(keys, None)
    return [longest] if longest else []


def _is_picture(item: str) -> bool:
    return medium(item) == "picture"


def _stem(item: str) -> str:
    """The name of a picture, of a video's file, or of a folder of frames."""
    name = item.rsplit("/", 1)[-1]
    return name.rsplit(".", 1)[0] if medium(name) else name


def _once(videos: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(video for video in videos if video))
