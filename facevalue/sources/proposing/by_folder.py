"""What the folders that a file lies in, and its name, tell of it: class, kind, part, who is on it."""

import re
from collections import defaultdict
from collections.abc import Sequence

import pandas as pd

from facevalue.sources.base import label_of
from facevalue.sources.names.item import HOLDERS
from facevalue.sources.proposing.words import part_told, told

NO_PICTURES = frozenset({"mask", "masks", "landmark", "landmarks"})
"""Folders of what was made beside the pictures."""

_WHO = re.compile(r"(?:id|identity|person|p|subject|sub|s|actor|speaker|user|m|w)[ _-]?\d+")
_WHO_IN_NAME = re.compile(r"(?:id|person|subject|actor|speaker)\d+|[mw]\d{3}")  # also without a folder of theirs
_TOKEN = re.compile(r"[^\W_]+")


def read_places(paths: Sequence[str]) -> pd.DataFrame:
    """`path`, `label`, `kind`, `part` and `remark` (what told the label) of each path.

    The deepest folder that tells a class counts, then the file's name. Of the folders that all paths share, only a
    class's own word counts: `deepfakes-2024/` may hold both.
    """
    shared = _shared(paths)
    folders = {folder: _folder(folder.split("/"), shared) for folder in {path.rpartition("/")[0] for path in paths}}
    rows = []
    for path in paths:
        folder, _, name = path.rpartition("/")
        label, kind, part, remark = folders[folder]
        if not label:
            label, aside = told(name.rpartition(".")[0])
            remark = "; ".join(filter(None, ["label from the name", aside])) if label else ""
        rows.append((path, label, kind, part, remark))
    return pd.DataFrame(rows, columns=["path", "label", "kind", "part", "remark"], dtype=str)


def people(paths: Sequence[str]) -> list[tuple[str, ...]]:
    """Who is on each file, by `id00076` or `M004` in folders and names, where it stands in several places."""
    at: dict[str, set[str]] = defaultdict(set)
    for folder in {path.rpartition("/")[0] for path in paths}:
        names = folder.split("/")
        for i, name in enumerate(map(str.casefold, names)):
            if _WHO.fullmatch(name):
                at[name].add("/".join(names[: i + 1]))
    on = [_on(path, at) for path in paths]
    for path, names in zip(paths, on, strict=True):
        inside = set(path.casefold().split("/")[:-1])
        for name in names:
            at[name].update(() if name in inside else (path,))
    return [tuple(name for name in names if len(at[name]) > 1) for names in on]


def _on(path: str, known: dict[str, set[str]]) -> list[str]:
    """Whose folders a file lies in, and whom its name tells."""
    *folders, name = path.casefold().split("/")
    told_of = [*folders, *_TOKEN.findall(name.rpartition(".")[0].replace("_", " "))]
    return list(dict.fromkeys(one for one in told_of if one in known or _WHO_IN_NAME.fullmatch(one)))


def _shared(paths: Sequence[str]) -> int:
    """How many folders all paths start with."""
    if not paths:
        return 0
    first, last = (path.split("/")[:-1] for path in (min(paths), max(paths)))
    return next(
        (i for i, pair in enumerate(zip(first, last, strict=False)) if pair[0] != pair[1]), min(len(first), len(last))
    )


def _folder(names: list[str], shared: int) -> tuple[str, str, str, str]:
    part = next((part for name in reversed(names) if (part := part_told(name))), "")
    for i in reversed(range(len(names))):
        label, aside = told(names[i]) if i >= shared else (label_of(names[i]), "")
        if label:
            remark = "; ".join(filter(None, [f"label from the folder '{names[i]}'", aside]))
            return label, _kind(names, i) if label == "fake" else "", part, remark
    return "", "", part, ""


def _kind(names: list[str], i: int) -> str:
    """The folder that tells fake, where it says how; else the one below that is no part, holder or person."""
    if not label_of(names[i]):
        return names[i]
    below = (name for name in names[i + 1 :] if name.casefold() not in HOLDERS)
    return next((name for name in below if not part_told(name) and not _WHO.fullmatch(name.casefold())), "")
