"""What words in folders, names and cells tell of a class: for proposals, which a user looks through.

Layouts read a folder's whole name (`base.label_of`). Here a word in it is enough: `SimSwap_v2`, `fake-faces-2`.
"""

import re
from itertools import zip_longest
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
# An adjective tells a class only at the end or before what people add to it: not in `real_estate`, `fake_news`.
_ADJECTIVES = frozenset(["real", "fake", "original", "authentic", "genuine", "artificial", "synthetic"])
_ADDED_WORDS = """
image images img imgs picture pictures pic pics photo photos portrait portraits selfie selfies face faces facial head
heads video videos vid vids movie movies clip clips frame frames sequence sequences crop crops cropped aligned resized
sample samples example examples set sets subset part parts folder class label content media file files jpg jpeg png
person persons people human humans man men woman women male female actor celeb celebs celebrity celebrities identity
from with for using only all new old final raw low high quality compressed easy mid medium hard intelligence
celebdf dfdc ffpp faceforensics dfd dffd wilddeepfake deeperforensics
"""
_ADDED = frozenset(_ADDED_WORDS.split())
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
    told_by = [word for word, after in zip_longest(words, words[1:], fillvalue="") if _counts(word, after)]
    if labels := {label for word in told_by if (label := label_of(word)) and word not in _NAMES_TOO}:
        return labels.pop() if len(labels) == 1 else ""
    if any(map(_made, words)):
        return "fake"
    return "real" if any(word in _TAKEN for word in words) else ""


def _counts(word: str, after: str) -> bool:
    """Whether a word means the pictures, by the next one: a number, two letters at most (`v2`), or what is known."""
    if word not in _ADJECTIVES or len(after) <= 2 or not after.isalpha():
        return True
    return after in _ADDED | _TAKEN or _made(after) or bool(label_of(after) or part_of(after))


def _made(word: str) -> bool:
    return word in _MADE or _MADE_ENDING.fullmatch(word) is not None


def _words(name: str) -> list[str]:
    """Pieces between separators, and those of which one is written as `FaceSwap` is, each in lower case."""
    words = []
    for piece in _PIECE.findall(name):
        parts = _CAMEL.findall(piece)
        whole = piece.casefold()
        if _made(whole) or whole in _TAKEN or len(parts) < 2:
            words.append(whole)
        else:
            words += [part.casefold() for part in parts]
    return words
