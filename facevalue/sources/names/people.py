"""Folders that are called after people, told from those that are called after generators or after what is seen."""

import re
from collections.abc import Iterable, Iterator

_FEWEST = 3  # people in both classes, below which two capitalised words may mean anything
_SEPARATORS = re.compile(r"[ _-]+")
# Of two or three capitalised words, these are of no name: of generators and methods, and of what a set is sorted by.
_NO_NAMES = """
adobe anyone big cycle dall dalle deep diffusion fake firefly first flux gan gans generator glide guided imagen
inpainting kandinsky latent lip live midjourney model models motion net neural order portrait progressive real
reenactment stable star style swap synthesis talker talking textures transformer wukong
adult adults angry asian child children face faces female glasses happy high hq image images indoor large left light
low male man men outdoor picture pictures profile quality resolution right sad set small type video videos with without
woman women
"""


def people_in(folders: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Who folders are called after, by the folder's name: `Brad_Pitt` is Brad Pitt, and so is `brad pitt`.

    People are on pictures of both classes; there are `_FEWEST` of them, most of the folders that stand in both classes
    are called by two or three capitalised words, and none by a word of `_NO_NAMES`.

    Args:
        folders: the names of one level, each with a label of what lies in it.
    """
    labels: dict[str, set[str]] = {}
    for name, label in folders:
        labels.setdefault(name, set()).add(label)
    both: dict[str, set[str]] = {}
    for name, found in labels.items():
        both.setdefault(_called(name), set()).update(found)
    shared = [called for called, found in both.items() if len(found) > 1]
    people = {_called(name) for name in labels if _is_name(name)}.intersection(shared)
    if len(people) < _FEWEST or 2 * len(people) <= len(shared) or {*_NO_NAMES.split()} & {*" ".join(shared).split()}:
        return {}
    return {name: _called(name) for name in sorted(labels) if _called(name) in people}


def _called(name: str) -> str:
    return " ".join(_words(name)).casefold()


def _is_name(name: str) -> bool:
    words = list(_words(name))
    return len(words) in (2, 3) and all(word.isalpha() and word[0].isupper() for word in words)


def _words(name: str) -> Iterator[str]:
    return filter(None, _SEPARATORS.split(name))
