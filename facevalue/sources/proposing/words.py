"""What words in folders, names and cells tell of a class: for proposals, which a user looks through.

Layouts read a folder's whole name (`base.label_of`). Here a word in it is enough: `SimSwap_v2`, `fake-faces-2`.
"""

import re
from typing import NamedTuple

from facevalue.sources.base import label_of, part_of

# What made a picture, or where it was taken from; a class's own word beside it counts for more.
_MADE_WORDS = """
deepfake deepfakes face2face neuraltextures faceshifter faceapp wav2lip sadtalker generated gan gans diffusion ddpm ldm
midjourney dalle sdxl forgery forgeries swap swaps swapped inswapper blendface facedancer uniface heygen deepfacelab
pirender hyperreenact styleclip
"""
_MADE = frozenset(_MADE_WORDS.split())
_MADE_ENDING = re.compile(r"(?:style|star|big|cycle|gau|pg|pro|att|fs|vq|rel|da|mask|sn|mmd|face)-?gan\d*|[a-z]+swap")
_TAKEN = frozenset(["youtube", "ffhq", "celeba", "celebahq", "vggface", "vggface2", "voxceleb", "lfw", "actors"])
_HEARD = frozenset(["audio", "audios", "voice", "sound"])
_NAMES_TOO = frozenset({"ai", "nature"})  # a class's word when a folder is called so, else also a person or a scene
# Beside these a word says nothing of what lies in the folder: `real-vs-fake`, `deepfake_dataset`, `non_fake`.
_SILENT_WORDS = "vs versus and or non not no un dataset datasets database data detection challenge benchmark"
_SILENT = frozenset(_SILENT_WORDS.split())
_PIECE = re.compile(r"[^\W_]+")
_CAMEL = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


class Told(NamedTuple):
    """A class, or nothing, and what a user should know of it."""

    label: str
    remark: str = ""


def told(name: str) -> Told:
    """The class that the words in a name tell; nothing where they tell both.

    What is said of the sound is left aside: `RealVideo-FakeAudio` shows a real face.
    """
    if label := label_of(name):
        return Told(label)
    words = _words(name)
    if words == ["deep", "fake", "detection"]:
        return Told("fake")  # Google's set within FaceForensics++
    heard = {i for i, word in enumerate(words) if i and word in _HEARD and label_of(words[i - 1])}
    sounds = {label_of(words[i - 1]) for i in heard}
    rest = [word for i, word in enumerate(words) if not {i, i + 1} & heard]
    label = _label(rest)
    aside = f"its sound is {min(sounds)}" if sounds - {label} and label else ""
    return Told(label, aside)


def part_told(name: str) -> str:
    """The part that a word in a folder's name tells: `Test-Dev`, `train_images`."""
    parts = {part for word in _words(name) if (part := part_of(word))}
    return parts.pop() if len(parts) == 1 else ""


def _label(words: list[str]) -> str:
    if _SILENT & set(words):
        return ""
    if labels := {label for word in words if (label := label_of(word)) and word not in _NAMES_TOO}:
        return labels.pop() if len(labels) == 1 else ""
    if any(word in _MADE or _MADE_ENDING.fullmatch(word) for word in words):
        return "fake"
    return "real" if any(word in _TAKEN for word in words) else ""


def _words(name: str) -> list[str]:
    """Pieces between separators, and those of which one is written as `FaceSwap` is, each in lower case."""
    words = []
    for piece in _PIECE.findall(name):
        parts = _CAMEL.findall(piece)
        whole = piece.casefold()
        if whole in _MADE | _TAKEN or _MADE_ENDING.fullmatch(whole) or len(parts) < 2:
            words.append(whole)
        else:
            words += [part.casefold() for part in parts]
    return words
