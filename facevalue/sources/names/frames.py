"""Which pictures are frames of one video, where a layout says nothing: by the folders they lie in, or by numbers."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import pandas as pd

from facevalue.sources.base import label_of, part_of, remark
from facevalue.sources.names.item import ACTORS, HOLDERS, stem_of
from facevalue.sources.tree import medium

_KEY = 8  # characters of a key at least
_MANY = 5  # names of folders of reals, from which on they are people or videos and no sources
_CATEGORIES = 20  # where they are single words, which also name what a set is sorted by (`happy`, `sad`)
_NUMBER = re.compile(r"(?:[ _.-]+(?:frame|frm|img|image|f)?|frame|frm)[ _.-]*\d+$", re.I)
_TOKEN = r"(?:id|ids|v|vid|video|clip|seq|s|sub|subject|p|person|face)?[ ]?\d+"
_IDENTITY = re.compile(rf"{_TOKEN}(?:[ _.-]+{_TOKEN})*", re.I)
_WORD = re.compile(r"[^\W\d_]+")
_WORD_AND_NUMBER = re.compile(r"(\D+)\d+")
_GLUED = re.compile(r"^(.*[^\W\d])\d{2,}$")
_FEW_DIGITS = re.compile(r"\d{1,15}", re.A)
_LEAST_IN_A_FOLDER = 10  # pictures, where a set is cut into folders only because it is large


def numbered(stem: str) -> str:
    """The video of a frame, from a name that ends in a number, such as `id0_0000_15` or `clip3-frame007`; else nothing.

    `000_0001` is a frame of 000. Whether that is meant, the other names beside it tell (`name_videos`).
    """
    found = _NUMBER.search(stem)
    return stem[: found.start()] if found else ""


def name_videos(pictures: Counter[str], many: bool) -> bool:
    """Whether names, each of so many pictures, are names of videos or people, and not of what a set consists of.

    At least two of them have several pictures, or there are `_MANY` with one each. And most are numbers with little
    beside (`000_003`, `id7`, `video 12`), or begin with actors (`01_02__walking`), or are one word with `_MANY` numbers
    (`fake0`, `fake1` ...: StyleGAN2 and StyleGAN3 are two). Or all of `_MANY` are of one length, as keys are. Or there
    are `_MANY` names of more than a word, or many words, where `many` says that nothing else can be the reason.
    """
    several = [name for name, count in pictures.items() if count > 1]
    if len(several) < 2:
        several = list(pictures) if len(pictures) >= _MANY else []
    if len(several) < 2:
        return False
    if are_keys(several):
        return True
    numbers = sum(any(form.fullmatch(name) for form in (_IDENTITY, ACTORS)) for name in several)
    words = Counter(found[1].casefold() for name in several if (found := _WORD_AND_NUMBER.fullmatch(name)))
    counted = max((count for count in words.values() if count >= _MANY), default=0)
    titles = sum(_WORD.fullmatch(name) is None for name in several)
    return 2 * max(numbers, counted) > len(several) or (many and (titles >= _MANY or len(several) >= _CATEGORIES))


def are_keys(names: Sequence[str]) -> bool:
    """Whether names are of one length, as those of DFDC (`aagfhgtpmv`) and YouTube are: words are not.

    A few may be shorter, whose ends are taken for separators (`4b9MQntu5y-`).
    """
    lengths = Counter(map(len, names))
    usual, count = max(lengths.items(), key=lambda each: each[1], default=(0, 0))
    return (
        len(names) >= _MANY
        and usual >= _KEY
        and 4 * count >= 3 * len(names)
        and usual - 2 <= min(lengths)
        and max(lengths) == usual
    )


def with_videos(rows: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The rows with `video`, by folders first, then by numbers; and what was read."""
    places = [_place(path) for path in rows["path"]]
    folder, name = (pd.Series([getattr(place, field) for place in places], rows.index) for field in ("folder", "name"))
    is_picture, fake = rows["path"].map(medium) == "picture", rows["label"] == "fake"
    inside = is_picture & (name != "") & ~_numbered_on(rows["path"], name)
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
    rows = rows.assign(video=by_folder.where(by_folder != "", by_number))
    films = set(zip(rows["label"][~is_picture], rows["path"][~is_picture].map(stem_of), strict=True))
    filmed = pd.Series([whose in films for whose in zip(rows["label"], name, strict=True)], rows.index, dtype=bool)
    again = (by_folder != "") & filmed
    said += remark("frames of videos that are there too, left out", _once(by_folder[again]))
    return rows[~again].reset_index(drop=True), said


def _numbered_on(paths: pd.Series, folders: pd.Series) -> pd.Series:
    """Pictures in folders of so many each, whose numbers run on: `00000/00000.png` to `01000/01999.png` of FFHQ."""
    stems = paths.map(stem_of)
    both = stems.str.fullmatch(_FEW_DIGITS) & folders.str.fullmatch(_FEW_DIGITS)
    folder, number = folders[both].astype(int), stems[both].astype(int)
    step = pd.Series(folder.unique()).sort_values().diff().min()
    if not step >= _LEAST_IN_A_FOLDER or (folder // step != number // step).any():
        both[:] = False
    return both


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
    """The video of each picture whose name ends in a frame's number, where the names of its folder say so together.

    A second number may stand behind that, of the face in the frame; or it may follow at once (`aagfhgtpmv000`). How
    often a name stands in all folders counts: a video may be cut into parts.
    """
    folders = paths.map(lambda path: path.rpartition("/")[0]).astype(str)
    stems, videos = paths.map(stem_of).astype(str), pd.Series("", index=paths.index, dtype=str)
    once = stems.map(numbered).astype(str)
    for names in (once, once.map(numbered).astype(str), stems.str.extract(_GLUED)[0].fillna("")):
        size = names[names != ""].value_counts()
        several = (names.map(size).fillna(0) > 1) & (videos == "")
        told: dict[str, Counter[str]] = {}
        for folder, name in dict.fromkeys(zip(folders[several], names[several], strict=True)):
            told.setdefault(folder, Counter())[name] = int(size[name])
        videos_in = {folder for folder, found in told.items() if name_videos(found, many=False)}
        videos = videos.where(~(several & folders.isin(videos_in)), folders + "/" + names)
    return videos


def _once(videos: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(video for video in videos if video))
