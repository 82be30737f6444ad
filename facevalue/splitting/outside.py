"""A look from the outside at a division: what the names and folders suggest, whatever the groups say.

Written apart from the readers of layouts, with rules of its own: what both had wrong in the same way, nobody would see.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

_LARGE = 0.34  # of a class: what holds more is a part of the set, not a video or a person
_KIND = 0.1  # of the fakes: a folder that holds less, and is no word, is hardly a way to make fakes
_WORD = re.compile(r"[^\W\d_]+")
_UNEQUAL = 4  # times as many pictures as the smallest has the largest of kinds; videos' frames are more alike in number
_CLASSES = re.compile(r"(?:^|[^a-z])(?:real|fake|original|synthesis|manipulated|generated)(?:$|[^a-z])")
_END = re.compile(r"[ _.()\[\]+-]|(?<=\d)(?=[^\W\d_])")  # of a real's name within a fake's


@dataclass(frozen=True)
class Suspicion:
    """Pictures that names or folders tie together and that stand in more than one part."""

    pictures: int
    example: str  # `folder 'real/000' in test and train`; empty where there is none

    def describe(self) -> str:
        """One line; nothing where nothing is suspected."""
        if not self.pictures:
            return ""
        return (
            f"but names suggest that {self.pictures} pictures stand on two sides, e.g. {self.example}; "
            "give what belongs together one group, in a CSV"
        )


def suspect(catalogue: pd.DataFrame, parts: pd.Series, by_target: bool = False) -> Suspicion:
    """What a stranger would suspect who sees the paths in the source and the parts alone.

    - Pictures of one folder, unless it holds so many that it is no video, or is named after their class or kind.
    - A fake that is named after a real: the same name, or the real's with something behind; or after two, `000_003`. A
      plain number that both classes have is none: they count from 0 as a rule.

    Args:
        catalogue: with `source`, `label`, `kind` and, of frames, `video`.
        parts: of each picture, aligned with it; empty where it has none.
        by_target: whether a fake that is named after two belongs to the first alone, as its user wants it.
    """
    placed = catalogue.assign(path=catalogue["source"], placed=parts)[parts != ""]
    ties: dict[str, list[int]] = {}
    for position, clues in enumerate(_clues(placed, by_target)):
        for clue in clues:
            ties.setdefault(clue, []).append(position)
    where = placed["placed"].tolist()
    torn = {clue: members for clue, members in ties.items() if len({where[member] for member in members}) > 1}
    if not torn:
        return Suspicion(0, "")
    first = min(torn)
    example = f"{first} in {' and '.join(sorted({where[member] for member in torn[first]}))}"
    return Suspicion(len({member for members in torn.values() for member in members}), example)


def _clues(pictures: pd.DataFrame, by_target: bool) -> Iterator[list[str]]:
    folders = pictures["path"].str.rpartition("/")[0]
    labels, kinds = pictures["label"], pictures["kind"].str.casefold()
    size = pictures.groupby([folders, labels])["path"].transform("size")
    share = size / labels.map(labels.value_counts())
    last = folders.str.rpartition("/")[2].str.casefold()
    of_kinds = size[(last == kinds) & (labels == "fake")]
    is_kind = (last == kinds) & ((share > _KIND) | bool(of_kinds.max() >= _UNEQUAL * of_kinds.min()))
    tells = ~last.map(lambda name: _is_a_word(name) or _CLASSES.search(name) is not None) & ~_run_on(folders, pictures)
    is_one = (size > 1) & (share <= _LARGE) & ~is_kind & tells
    videos = pictures["video"] if "video" in pictures else pd.Series("", index=pictures.index)
    names = _named(videos.where(videos != "", folders.where(is_one, pictures["path"])))
    one_real = _unique(names[labels == "real"], videos[labels == "real"].where(videos != "", pictures["path"]))
    series = _series(pictures["path"], labels).where(videos == "", "")
    for folder, tied, name, label, of in zip(folders, is_one, names, labels, series, strict=True):
        after = [name] if label == "real" else _named_after(name, one_real)[: 1 if by_target else None]
        told = [
            real for real in after if real in one_real and (label == "real" or not (real == name and name.isdigit()))
        ]
        one = [f"folder {folder!r}"] if tied else [f"pictures of {of!r}"] if of else []
        yield [*one, *(f"name {real!r}" for real in told)]


def _series(paths: pd.Series, labels: pd.Series) -> pd.Series:
    """What several pictures of a folder are called before a number (`Al_Go_0001`); nothing where most are called so."""
    stems = paths.str.replace(r"\.\w{2,4}$", "", regex=True)
    before = stems.str.extract(r"^(.*[^\W\d_][^/]*?)[ _.-]+\d+$")[0].fillna("")
    size = before.groupby([before, labels]).transform("size")
    words = before.str.rpartition("/")[2].map(_is_a_word)
    return before.where((size > 1) & (size <= _LARGE * labels.map(labels.value_counts())) & ~words, "")


def _run_on(folders: pd.Series, pictures: pd.DataFrame) -> pd.Series:
    """Folders of numbers whose pictures count on in them, 05000/05017.png: a set cut up by its size."""
    last, stem = folders.str.rpartition("/")[2], _named(pictures["path"])
    both = last.str.fullmatch(r"\d{2,15}") & stem.str.fullmatch(r"\d{2,15}")
    zeros = last[both].map(lambda name: len(name) - len(name.rstrip("0"))).astype(int)
    beyond = stem[both].astype(int) - last[both].astype(int)
    fits = (beyond >= 0) & (beyond < np.power(10.0, zeros)) & (zeros > 0)
    return both & fits.reindex(both.index, fill_value=False) if fits.all() else both & False


def _is_a_word(folder: str) -> bool:
    """Such as `frames` or `ffhq`: a set or a kind of thing, where a video or a person has a number or a title."""
    return _WORD.fullmatch(folder) is not None


def _named(paths: pd.Series) -> pd.Series:
    """The last name of each path, without an ending."""
    return paths.str.rpartition("/")[2].str.replace(r"\.\w{2,4}$", "", regex=True)


def _unique(names: pd.Series, items: pd.Series) -> set[str]:
    """The names that one item alone has: that others have too, such as a frame's number, tells nothing."""
    return set(pd.DataFrame({"name": names, "item": items}).drop_duplicates()["name"].drop_duplicates(keep=False))


def _named_after(fake: str, reals: set[str]) -> list[str]:
    both = re.fullmatch(r"(\d+)_(\d+)(?:_.*)?", fake)
    if both and reals.intersection(both.groups()):
        return list(both.groups())
    beginnings = [fake[: found.start()] for found in _END.finditer(fake)]
    return [beginning for beginning in (fake, *reversed(beginnings)) if beginning in reals][:1]
