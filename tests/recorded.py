"""What DVC records of a run, for a project whose networks a test has made."""

import json
from pathlib import Path
from typing import Any

from dvc.fs import LocalFileSystem
from dvc_data.hashfile.build import build
from dvc_data.hashfile.db import HashFileDB

METHODS = ("full", "crop")


def recorded(root: Path, source: str) -> None:
    """Write `dvc.lock`: a sample of a source, and the networks below `models/` tested; the hashes are DVC's own."""
    for name in METHODS:
        (root / f"models/{name}").mkdir(exist_ok=True, parents=True)
    deps = [{"path": f"models/{name}", "md5": _hashed(root / f"models/{name}")} for name in METHODS]
    stages: dict[str, Any] = {name: {"params": {"params.yaml": {}}} for name in ("crop", "train_full", "train_crop")}
    stages["sample"] = {"params": {"params.yaml": {"source": source, "sample.size": 60}}}
    stages["evaluate"] = {"deps": deps}
    (root / "dvc.lock").write_text(json.dumps({"stages": stages}))


def _hashed(folder: Path) -> str:
    odb = HashFileDB(LocalFileSystem(), str(folder.parent / "none"))
    _, _, found = build(odb, str(folder), LocalFileSystem(), "md5", dry_run=True)
    return str(found.hash_info.value)
