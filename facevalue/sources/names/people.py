"""Folders that are called after people or videos, told from those that are called after generators or what is seen."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from facevalue.sources.names.frames import are_keys, name_videos

_FEWEST = 3  # people in both classes, below which two capitalised words may mean anything
_MANY = 5  # folders in both classes, from which on single words are names, too
_SEPARATORS = re.compile(r"[ _-]+")
# These are of no name: of generators and methods, and of what a set is sorted by.
_NO_NAME_WORDS = """
adobe anyone big cycle dall dalle deep diffusion fake firefly first flux gan gans generator glide guided imagen
inpainting kandinsky latent lip live midjourney model models motion net neural order portrait progressive real
reenactment sdxl stable star style swap synthesis talker talking textures transformer vqdm wukong adm ddpm ldm
adult adults angry asian baby black brown child children daylight disgust disgusted elderly face faces fear fearful
female girl glasses happy high hq image images indoor indian large latino left light low male man men neutral night old
outdoor picture pictures profile quality resolution right sad set small smile smiling surprise surprised teen type video
videos white with without woman women young
"""
_NO_NAMES = frozenset(_NO_NAME_WORDS.split())
_MAKER = re.compile(r"(?:style|star|big|cycle|gau|pro|pg|att|fs|vq)gan\d*|\w+(?:swap|diffusion)")


class Folder(NamedTuple):
    """One folder on the way to pictures."""

    name: str
    label: str  # of what lies in it
    above: bool  # whether it holds the folders of the classes
    last: bool  # whether it holds the pictures


def people_in(folders: Iterable[Folder]) -> dict[str, str]:
    """Who or what video folders are called after, by their names: `Brad_Pitt` is Brad Pitt, and so is `brad pitt`.

    People are on pictures of both classes, so most of the names that both have are

    - two or three capitalised words, of `_FEWEST` people, none a word of `_NO_NAMES`,
    - or, below the classes, `_MANY` words of which none is one of those,
    - or, above them, numbered as videos are (`name_videos`), such as `clip01/{real,fake}/`.

    Or, whatever holds folders of pictures, are called by keys (`are_keys`).

    Args:
        folders: those of one level.
    """
    level = sorted(folders)
    labels: dict[str, set[str]] = {}
    for folder in level:
        labels.setdefault(_called(folder.name), set()).add(folder.label)
    shared = [called for called, found in labels.items() if len(found) > 1]
    people = _people(level, shared) or _keys(level)
    return {folder.name: _called(folder.name) for folder in level if _called(folder.name) in people}


def _people(level: list[Folder], shared: list[str]) -> set[str]:
    names = {_called(folder.name) for folder in level if _is_name(folder.name)}.intersection(shared)
    words = {*" ".join(shared).split()}
    no_names = bool(words & _NO_NAMES or any(map(_MAKER.fullmatch, words)))
    if len(names) >= _FEWEST and 2 * len(names) > len(shared) and not no_names:
        return names
    if all(folder.above for folder in level):
        return set(shared) if len(shared) >= _MANY and name_videos(Counter(shared * 2), many=False) else set()
    single = {called for called in shared if called.isalpha()}
    return single if len(single) >= _MANY and not no_names else set()


def _keys(level: list[Folder]) -> set[str]:
    names = sorted({folder.name for folder in level if not folder.last})
    return set(map(_called, names)) if are_keys(names) and not all(map(str.isdecimal, names)) else set()


def _called(name: str) -> str:
    return " ".join(_words(name)).casefold()


def _is_name(name: str) -> bool:
    words = list(_words(name))
    return len(words) in (2, 3) and all(word.isalpha() and word[0].isupper() for word in words)


def _words(name: str) -> Iterator[str]:
    return filter(None, _SEPARATORS.split(name))
