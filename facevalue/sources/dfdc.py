"""Deepfake Detection Challenge (Dolhansky et al., 2020): folders of videos, in each a `metadata.json`.

https://www.kaggle.com/c/deepfake-detection-challenge/data: `dfdc_train_part_0/metadata.json` holds
`{"iqqejyggsm.mp4": {"label": "FAKE", "split": "train", "original": "gzesfubacw.mp4"}, ...}`. A fake's group is its
original video, a real video is its own; who appears in more than one original is not told. The preview (Dolhansky et
al., 2019) has one `dataset.json` above `original_videos/` and `method_A/`, whose names lead to the videos:
`{"method_A/1/2.mp4": {"label": "fake", "set": "train", "target_id": 1040069, "swapped_id": 1254207}}`. There both
actors make the group.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from facevalue.common.grouping import cell
from facevalue.sources.base import Reading, label_of, part_of, remark, table
from facevalue.sources.tree import Tree

NAME = "dfdc"
STRUCTURE = "folders of videos with metadata.json"

_TABLE = "metadata.json"
_PREVIEW = "dataset.json"


def recognises(tree: Tree) -> bool:
    """Anywhere in it a table of labels beside what it names, or the preview's above it."""
    return _PREVIEW in tree.others or any(True for _ in _tables(tree))


def read(tree: Tree) -> Reading:
    """Label, original and part of each file that a table names."""
    if _PREVIEW in tree.others:
        return _preview(tree)
    rows, absent, unnamed, unlabelled = [], [], [], []
    for prefix, node, facts in _tables(tree):
        there = set(node.media)
        absent += [f"{prefix}{name}" for name in facts if name not in there]
        unnamed += [f"{prefix}{name}" for name in node.media if name not in facts]
        for name in (name for name in node.media if name in facts):
            label = label_of(str(facts[name].get("label")))
            if label:
                original = Path(str(facts[name].get("original") or name)).stem
                rows.append((f"{prefix}{name}", label, cell([original]), part_of(str(facts[name].get("split")))))
            else:
                unlabelled.append(f"{prefix}{name}")
    remarks = remark("videos in metadata.json that are not there", absent)
    remarks += remark("videos that metadata.json does not name, left out", unnamed)
    remarks += remark("videos labelled neither REAL nor FAKE, left out", unlabelled)
    return Reading(table(rows, "path", "label", "identities", "part"), remarks)


def _preview(tree: Tree) -> Reading:
    facts, there = _facts(tree.folder / _PREVIEW), set(tree.paths())
    named = {path: entry for path, entry in facts.items() if path in there and label_of(str(entry["label"]))}
    rows = [
        (
            path,
            label_of(str(entry["label"])),
            path.split("/")[0],
            cell(str(entry[key]) for key in ("target_id", "swapped_id") if entry.get(key) is not None),
            part_of(str(entry.get("set"))),
        )
        for path, entry in named.items()
    ]
    found = table(rows, "path", "label", "kind", "identities", "part")
    remarks = remark("videos in dataset.json that are not there", [path for path in facts if path not in there])
    remarks += remark("videos that dataset.json does not name, left out", sorted(there - set(facts)))
    return Reading(found.assign(kind=found["kind"].where(found["label"] == "fake", "")), remarks)


def _tables(tree: Tree) -> Iterator[tuple[str, Tree, dict[str, dict[str, Any]]]]:
    for prefix, node in tree.walk():
        if _TABLE in node.others and node.media:
            facts = _facts(node.folder / _TABLE)
            if any(name in facts for name in node.media):
                yield f"{prefix}/" if prefix else "", node, facts


def _facts(file: Path) -> dict[str, dict[str, Any]]:
    """What the table says of each file; nothing where it is another project's `metadata.json`."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        return {}
    entries = content.items() if isinstance(content, dict) else ()
    return {name: entry for name, entry in entries if isinstance(entry, dict) and "label" in entry}
