"""Deepfake Detection Challenge (Dolhansky et al., 2020): folders of videos, in each a `metadata.json`.

https://www.kaggle.com/c/deepfake-detection-challenge/data: `dfdc_train_part_0/metadata.json` holds
`{"iqqejyggsm.mp4": {"label": "FAKE", "split": "train", "original": "gzesfubacw.mp4"}, ...}`. A fake's group is its
original video, a real video is its own; who appears in more than one original is not told.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from facevalue.sources.base import Reading, label_of, part_of, remark, table
from facevalue.sources.tree import Tree

NAME = "dfdc"
STRUCTURE = "folders of videos with metadata.json"

_TABLE = "metadata.json"


def recognises(tree: Tree) -> bool:
    """Anywhere in it a table of labels beside what it names."""
    return any(True for _ in _tables(tree))


def read(tree: Tree) -> Reading:
    """Label, group and part of each file that its folder's table names."""
    rows, absent, unnamed, unlabelled = [], [], [], []
    for prefix, node, facts in _tables(tree):
        there = set(node.media)
        absent += [f"{prefix}{name}" for name in facts if name not in there]
        unnamed += [f"{prefix}{name}" for name in node.media if name not in facts]
        for name in (name for name in node.media if name in facts):
            label = label_of(str(facts[name].get("label")))
            if label:
                original = Path(str(facts[name].get("original") or name)).stem
                rows.append((f"{prefix}{name}", label, original, part_of(str(facts[name].get("split")))))
            else:
                unlabelled.append(f"{prefix}{name}")
    remarks = remark("videos in metadata.json that are not there", absent)
    remarks += remark("videos that metadata.json does not name, left out", unnamed)
    remarks += remark("videos labelled neither REAL nor FAKE, left out", unlabelled)
    return Reading(table(rows, "path", "label", "group", "part"), remarks)


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
