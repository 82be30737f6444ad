"""Folders in which both sides work: parameters, sampled pictures and their splits, as the pipeline's stages make them.

The pictures are drawn, so that anyone can run this, or those of a folder with `real/` and `fake/`.
"""

import subprocess
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import cv2
import yaml

from benchmarks.machine import ROOT
from benchmarks.peers import side as sides
from benchmarks.peers.rows import Row
from benchmarks.peers.running import environment
from demo.drawing.draw import draw
from demo.drawing.params import read_params
from facevalue.common import catalogue, files
from facevalue.common.parallel import cores
from facevalue.splitting import division
from facevalue.splitting.params import SplitParams

_JPEG_QUALITY = 95  # of reduced pictures
_LARGE = 1024  # px: what a given folder holds


@dataclass
class Projects:
    """Makes each project when it is first asked for.

    Attributes:
        folder: where they are made.
        faces: a folder of pictures to take instead of drawn ones.
        most: how many pictures are drawn of each side in px.
    """

    folder: Path
    faces: Path | None
    most: dict[int, int]
    _made: dict[tuple[int, int, int], Path] = field(default_factory=dict)

    def of(self, row: Row) -> Path:
        """The project that a row needs."""
        key = row.side, row.pictures, row.folds
        if key not in self._made:
            self._made[key] = self._make(row, self.folder / "-".join(map(str, key)))
        return self._made[key]

    def _make(self, row: Row, project: Path) -> Path:
        project.mkdir()
        source = self.faces.resolve() if self.faces else self._drawn(row.side)
        settings = parameters(source, row.pictures, row.folds)
        (project / "params.yaml").write_text(yaml.safe_dump(settings))
        command = [sys.executable, "-m", "stages.sample"]
        subprocess.run(command, cwd=project, env=environment(), check=True, stdout=sys.stderr)
        if self.faces and row.side < _LARGE:
            _reduce(project / sides.SAMPLED, row.side)
        split(project)
        (project / "peer").mkdir()
        return project

    def _drawn(self, side: int) -> Path:
        target = self.folder / f"drawn-{side}"
        if not target.exists():
            params = replace(read_params(ROOT / "demo/params.yaml"), side=side, pictures=self.most[side])
            draw(params, target, cores())
        return target


def parameters(source: Path, pictures: int, folds: int) -> dict[str, Any]:
    """Those of the checkout, for a sample of this source; every training runs all its epochs, as the peer's does."""
    settings: dict[str, Any] = yaml.safe_load((ROOT / "params.yaml").read_text())
    settings["source"], settings["layout"] = str(source), "auto"
    settings["sample"]["size"] = pictures
    settings["crop"]["detector"] = "mtcnn"
    settings["split"] |= {"folds": folds, "repeats": 1, "val": 0.2, "test": 0.1}
    settings["train"] |= {"patience": settings["train"]["epochs"], "augment": "light", "tune": "all"}
    return settings


def split(project: Path) -> None:
    """Write what the stage `split` writes of the whole pictures; it would ask for faces too."""
    sampled = catalogue.read(project / sides.SAMPLED / catalogue.FILE_NAME)
    divided = division.divide(sampled, SplitParams.load(project / "params.yaml"))
    for fold, parts in divided.trainings.items():
        for name in catalogue.PARTS:
            files.write_csv(sampled[parts == name], project / "data/sampledsplits" / fold / f"{name}.csv")
    files.write_json({"image_size": None}, project / "data/matched.json")


def _reduce(sampled: Path, side: int) -> None:
    """Make every picture smaller, each pixel the mean of those it stands for."""
    for path in catalogue.read(sampled / catalogue.FILE_NAME)["path"]:
        picture = cv2.imread(str(sampled / path))
        assert picture is not None
        scale = side / max(picture.shape[:2])
        small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        cv2.imwrite(str(sampled / path), small, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
