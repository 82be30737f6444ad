"""Who is on a picture, where a layout says nothing: people's folders, and fakes that are named after reals."""

import re
import unicodedata
from collections import Counter
from functools import lru_cache

import pandas as pd

from facevalue.common.catalogue import item_names
from facevalue.common.grouping import cell
from facevalue.sources.base import label_of, part_of, remark
from facevalue.sources.names.frames import name_videos, numbered
from facevalue.sources.names.item import ACTORS, HOLDERS, is_picture, stem_of
from facevalue.sources.names.people import Folder, people_in

_ID = re.compile(r"(?<![a-z])id\d+")
_TARGET_SOURCE = re.compile(r"(?:[a-z]\w*?_)?(\d+)_([a-z]?\d+)(?:__.+)?")
_COUNTER = re.compile(r"\d*")
_COUNTED = re.compile(r"\D*\d+")
_SEPARATOR = re.compile(r"[ _.()\[\]+-]")
_PIECE = re.compile(r"[^ _.()\[\]+-]+")
_END = re.compile(rf"{_SEPARATOR.pattern}|(?<=\d)(?=[^\W\d_])")  # of a real's name in a fake's: `anna1edited`


def with_people(rows: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The rows with `person`, whose folder a picture lies in, or nothing; it is no kind."""
    homes = [path.rpartition("/")[0] for path in rows["path"].tolist()]
    folders = {home: [name for name in home.split("/") if not _says_nothing(name)] for home in dict.fromkeys(homes)}
    levels: dict[int, set[Folder]] = {}  # from outside and, below 0, from inside: a person's videos are no neighbours
    for home, label in dict.fromkeys(zip(homes, rows["label"].tolist(), strict=True)):
        below = next((i for i, name in enumerate(home.split("/")) if label_of(name)), 0)
        above = sum(not _says_nothing(name) for name in home.split("/")[:below])
        for depth, name in enumerate(folders[home]):
            folder = Folder(name, label, depth < above, depth == len(folders[home]) - 1)
            for level in (depth, depth - len(folders[home])):  # fakes may lie a kind deeper
                levels.setdefault(level, set()).add(folder)
    found = {name: person for level in levels.values() for name, person in people_in(level).items()}
    if "kind" in rows:
        rows = rows.assign(kind=rows["kind"].where(~rows["kind"].isin(found), ""))
    person = {home: next((found[name] for name in names if name in found), "") for home, names in folders.items()}
    said = remark("folders read as people, each a group in both classes", list(found))
    return rows.assign(person=[person[home] for home in homes]), said


@lru_cache(maxsize=100_000)
def _says_nothing(folder: str) -> bool:
    """Of whose it is."""
    return bool(folder.casefold() in HOLDERS or label_of(folder) or part_of(folder))


def with_identities(rows: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The rows with `identities`, by the names of their videos or files, target first; and what was read."""
    items = item_names(rows["video"], rows["path"])
    part = rows["part"] if "part" in rows else pd.Series("", index=rows.index)
    first = rows[["label", "person"]].assign(item=items, part=part).drop_duplicates("item")
    names = [_bare(_name(item), item) for item in first["item"].tolist()]
    ties = _ties(first.assign(name=names))
    reals = {
        tie: item
        for item, label in zip(first["item"].tolist(), first["label"].tolist(), strict=True)
        if label == "real"
        for tie in ties[item]
    }
    fakes = first["item"][first["label"] == "fake"]
    shown = [f"{fake} with {reals[tie]}" for fake in fakes for tie in ties[fake][:1] if tie in reals]
    identities = items.map(lambda item: cell(ties[item]))
    return rows.assign(identities=identities), remark("fakes joined with the reals that their names tell", shown)


def _name(item: str) -> str:
    """As both classes would write it: macOS takes an accent apart, others do not."""
    return unicodedata.normalize("NFC", stem_of(item)).casefold()


def _bare(name: str, item: str) -> str:
    """Without a class's own word before or behind it: `anna_real`, `fake_anna`. What is then a picture's number stays.

    So `0000_fake` is 0000 where it is a video.
    """
    words = list(_PIECE.finditer(name))
    kept = words[bool(words and label_of(words[0][0])) : len(words) - bool(words and label_of(words[-1][0]))]
    bare = name[kept[0].start() : kept[-1].end()] if kept else name
    return name if is_picture(item) and _COUNTER.fullmatch(bare) else bare


def _ties(items: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """What each item's name ties it to: `000_003` to 000 and 003, `0000_fake` to 0000, `id0_id1_0000` to id0 and id1.

    What lies in a person's folder is that person's, whatever its name. `01__walking` is actor 01 of
    DeepFakeDetection, `01_02__walking__KEY` are actors 01 and 02, and `id7/00109.mp4` is id7. Reals are tied to their
    own names. A plain number ties within a part alone: sets that count anew in each part mean nothing by it; and what
    several single pictures are called ties nothing to any of them. Names of no real tie nothing, but in a set that
    names its fakes after two reals, two fakes may share one that is not there.

    Args:
        items: `item`, `label`, `person`, `part` and `name`.
    """
    columns = (items[name].tolist() for name in ("item", "label", "person", "part", "name"))
    rows = list(zip(*columns, strict=True))
    called = [(_key(name, part), is_picture(item)) for item, label, _, part, name in rows if label == "real"]
    count = Counter(key for key, _ in called)
    reals = {key for key, alone in called if count[key] == 1 or not alone}
    pairs = {name: found.groups() for name in items["name"] if (found := _TARGET_SOURCE.fullmatch(name))}
    after_two = any(
        label == "fake" and (part, one) in reals for _, label, _, part, name in rows for one in pairs.get(name, ())
    )
    of_one = _parts_of_one(items)
    ties: dict[str, tuple[str, ...]] = {}
    for item, label, person, part, name in rows:
        if person:
            keys = [("person", person)]
        elif actors := ACTORS.fullmatch(name):
            keys = [("actor", one) for one in actors.groups() if one]
        elif ids := [*filter(_ID.fullmatch, item.casefold().split("/")[:-1]), *_ID.findall(name)]:
            keys = [("", one) for one in ids]
        elif label == "real":
            keys = [key for key in [_key(name, part)] if key in reals] + of_one.get(item, [])
        elif after_two and name in pairs:
            keys = [(part, one) for one in pairs[name]]
        else:
            keys = _longest(name, part, reals, is_picture(item)) + of_one.get(item, [])
        ties[item] = tuple(f"{of} {key}".strip() for of, key in keys)
    shared = Counter(tie for told in ties.values() for tie in told)
    return {item: tuple(tie for tie in told if shared[tie] > 1) for item, told in ties.items()}


def _parts_of_one(items: pd.DataFrame) -> dict[str, list[tuple[str, str]]]:
    """What a video is a part of: `qXv8_9d0aZk_2` of `qXv8_9d0aZk`, where the names say so together.

    Or of itself, where it stands in several parts of a split.
    """
    videos = items[~items["item"].map(is_picture)]
    numbers = videos["name"].map(numbered)
    none = pd.Series("", index=numbers.index, dtype=str)
    whole = numbers if name_videos(Counter(numbers[numbers != ""]), many=False) else none
    cut = videos.groupby(["label", "name"])["part"].transform("nunique") > 1
    whole = whole.where(~cut | videos["name"].str.fullmatch(_COUNTER), videos["name"])
    return {item: [("", name)] for item, name in zip(videos["item"], whole, strict=True) if name}


def _key(name: str, part: str) -> tuple[str, str]:
    return (part if _COUNTER.fullmatch(name) else "", name)


def _longest(name: str, part: str, reals: set[tuple[str, str]], alone: bool) -> list[tuple[str, str]]:
    """The longest real's name that this one is, or starts with before a separator.

    Or that it ends with behind one, where that is more than a number (`faceapp_celeb_07`). A single picture (`alone`)
    is not tied by a counter that a real has too, such as `img_0`: both classes count from 0 as a rule.
    """
    separators = [found.start() for found in _SEPARATOR.finditer(name)]
    told = [name[: found.start()] for found in reversed(list(_END.finditer(name)))]
    if not (alone and _COUNTED.fullmatch(name)):
        told = [name, *told]
    told += [name[start + 1 :] for start in separators if not _COUNTER.fullmatch(name[start + 1 :])]
    keys = (key for one in told if one and (key := _key(one, part)) in reals)
    longest = next(keys, None)
    return [longest] if longest else []
