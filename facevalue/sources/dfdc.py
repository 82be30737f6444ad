"""Deepfake Detection Challenge (Dolhansky et al., 2020): folders of videos, in each a `metadata.json`.

https://www.kaggle.com/c/deepfake-detection-challenge/data: `dfdc_train_part_0/metadata.json` holds
`{"iqqejyggsm.mp4": {"label": "FAKE", "split": "train", "original": "gzesfubacw.mp4"}, ...}`. A fake's group is its
original video, a real video is its own; who appears in more than one original is not told. Copies keep the videos in
a folder `videos/` below the table, or spell `A.MP4` what the table calls `a.mp4`. The preview (Dolhansky et al., 2019)
has one `dataset.json` above `original_videos/` and `method_A/`, whose names lead to the videos:
`{"method_A/1/2.mp4": {"label": "fake", "set": "train", "target_id": 1040069, "swapped_id": 1254207}}`. There both
actors make the group.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from facevalue.common.grouping import cell
from facevalue.sources.base import Reading, label_of, part_of, remark, table
from facevalue.sources.json_text import parsed
from facevalue.sources.names.item import HOLDERS
from facevalue.sources.tree import Tree, medium

NAME = "dfdc"
STRUCTURE = "folders of videos, beside or below metadata.json"

_TABLE = "metadata.json"
_PREVIEW = "dataset.json"


def recognises(tree: Tree) -> bool:
    """Anywhere in it a table of labels beside or above what it names, or the preview's above it."""
    return _PREVIEW in tree.others or any(True for _ in _tables(tree))


def read(tree: Tree) -> Reading:
    """Label, original and part of each file that a table names."""
    if _PREVIEW in tree.others:
        return _preview(tree)
    rows, absent, unnamed, unlabelled = [], [], [], []
    for prefix, paths, facts, named in _tables(tree):
        spelled = {name.casefold(): name for name in facts}
        absent += [f"{prefix}{name}" for name in sorted(set(facts) - set(named.values()))]
        unnamed += [path for path in paths if path not in named]
        for path, name in named.items():
            label = label_of(str(facts[name].get("label")))
            if label:
                original = str(facts[name].get("original") or name)
                original = Path(spelled.get(original.casefold(), original)).stem
                rows.append((path, label, cell([original]), part_of(str(facts[name].get("split")))))
            else:
                unlabelled.append(path)
    remarks = remark("videos in metadata.json that are not there", absent)
    remarks += remark("videos that metadata.json does not name, left out", unnamed)
    remarks += remark("videos labelled neither REAL nor FAKE, left out", unlabelled)
    return Reading(table(rows, "path", "label", "identities", "part"), remarks)


def _preview(tree: Tree) -> Reading:
    facts = {_video(path): (path, entry) for path, entry in _facts(tree.folder / _PREVIEW).items()}
    rows, found, unnamed = [], set(), []
    for path in tree.paths():
        top, _ = video = _video(path)
        _, entry = facts.get(video, ("", {}))
        if label := label_of(str(entry.get("label"))):
            actors = (entry[key] for key in ("target_id", "swapped_id") if entry.get(key) is not None)
            frames = "" if medium(path) == "video" else path.rpartition("/")[0]
            kind = top if label == "fake" else ""
            rows.append((path, label, kind, cell(map(str, actors)), part_of(str(entry.get("set"))), frames))
            found.add(video)
        else:
            unnamed.append(path)
    absent = [path for video, (path, _) in facts.items() if video not in found]
    remarks = remark("videos in dataset.json that are not there", absent)
    remarks += remark("videos that dataset.json does not name, left out", sorted(unnamed))
    return Reading(table(rows, "path", "label", "kind", "identities", "part", "video"), remarks)


def _video(path: str) -> tuple[str, str]:
    """The outermost folder and the name of a video, or of the one that a frame's folder is named after."""
    top, *folders, name = path.split("/") if "/" in path else ("", path)
    return top, Path(name).stem if medium(name) == "video" or not folders else folders[-1]


def _tables(tree: Tree) -> Iterator[tuple[str, list[str], dict[str, dict[str, Any]], dict[str, str]]]:
    """Each table that names something: its folder, the paths it may name, what it says, and how it calls each."""
    for way, node in tree.walk():
        if _TABLE in node.others:
            prefix = f"{way}/" if way else ""
            paths = [prefix + name for name in node.media]
            paths += [
                f"{prefix}{holder}/{name}"
                for holder, child in node.named(*HOLDERS)
                if _TABLE not in child.others
                for name in child.media
            ]
            facts = _facts(node.folder / _TABLE) if paths else {}
            if named := _named(paths, facts):
                yield prefix, paths, facts, named


def _named(paths: list[str], facts: dict[str, dict[str, Any]]) -> dict[str, str]:
    """The name in the table of each path that it names: as it is spelled, else without case where only one is meant."""
    folded: dict[str, list[str]] = {}
    for name in facts:
        folded.setdefault(name.casefold(), []).append(name)
    files = Counter(path.rsplit("/", 1)[-1].casefold() for path in paths)
    named = {}
    for path in paths:
        name = path.rsplit("/", 1)[-1]
        alike = folded.get(name.casefold(), [])
        if name in facts:
            named[path] = name
        elif len(alike) == 1 and files[name.casefold()] == 1:
            named[path] = alike[0]
    return named


def _facts(file: Path) -> dict[str, dict[str, Any]]:
    """What the table says of each file; nothing where it is another project's `metadata.json`."""
    try:
        content = parsed(file.read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        return {}
    entries = content.items() if isinstance(content, dict) else ()
    return {name: entry for name, entry in entries if isinstance(entry, dict) and "label" in entry}
