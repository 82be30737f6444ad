"""The table of crops: which face was cut from which picture, and which pictures have none."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from facevalue.common.cache import Cache, key_of, surroundings
from facevalue.common.catalogue import LABELS
from facevalue.common.errors import SourceError
from facevalue.cropping.cropper import CachedDetector, Cropper
from facevalue.cropping.detectors import device_name, load_detector
from facevalue.cropping.finding import FaceFinder, Found
from facevalue.cropping.params import CropParams

_EDGES = ("left", "top", "right", "bottom")
_LANDMARKS = ("left_eye", "right_eye", "nose", "left_mouth", "right_mouth")  # as the viewer sees them


@dataclass(frozen=True)
class Crops:
    """The pictures with a face, as a catalogue of crops, and those without, as in the sample.

    A crop's `picture` is the path of the sampled picture; the box, landmarks and square are in that picture's pixels.
    """

    found: pd.DataFrame
    without: pd.DataFrame

    def describe(self) -> str:
        """One line: pictures, faces, and pictures without, per class."""
        lost = self.without["label"].value_counts()
        per_class = ", ".join(f"{lost.get(label, 0)} {label}" for label in LABELS)
        faces, without = len(self.found), len(self.without)
        return f"{faces + without} pictures, {faces} faces, {without} without ({per_class})"

    def one_per_kind(self, most: int) -> pd.DataFrame:
        """The first crop of each kind, real first, `most` at the most."""
        first = self.found.drop_duplicates("kind")
        return first.sort_values("label", ascending=False, kind="stable").head(most)


def face_finder(settings: CropParams, accelerator: str = "auto") -> FaceFinder:
    """What finds the face that is cropped.

    Args:
        settings: how the face is found and cut.
        accelerator: `cpu`, or anything else for a CUDA device where there is one.

    Raises:
        DownloadError: the detector's weights cannot be had.
    """
    detector = load_detector(settings, "cpu" if accelerator == "cpu" else "auto")
    return FaceFinder(
        detector, settings.min_confidence, settings.detect_side, settings.margin, settings.keep, settings.max_side
    )


def cropper(settings: CropParams, cache: Cache, accelerator: str = "auto") -> Cropper:
    """What crops the pictures of the sample; as `face_finder`, with what the cache holds.

    Another margin, or another size to store, asks for other crops of the same faces.
    """
    finder = face_finder(settings, accelerator)
    computed = key_of(surroundings("common", "cropping"), device_name(accelerator))
    faces = key_of(computed, settings.model_dump_json(exclude={"margin", "max_side"}))
    known = CachedDetector(finder.detector, cache, faces)
    made = cropper, (settings, cache, accelerator)
    return Cropper(replace(finder, detector=known), cache, key_of(computed, settings.model_dump_json()), made)


def crop_path(picture: str) -> str:
    """Where a picture's crop lies: the whole name is kept, since `a.jpg` and `a.png` may stand side by side."""
    return f"{picture}.png"


def tabulate(sampled: pd.DataFrame, found: Mapping[str, Found | None]) -> Crops:
    """Join what was found, by path, to the sampled pictures.

    Raises:
        SourceError: a class is left without a single face.
    """
    has_face = sampled["path"].map(found.get).notna()
    for label in LABELS:
        if not has_face[sampled["label"] == label].any():
            raise SourceError(
                f"no face was found in any of the {(sampled['label'] == label).sum()} {label} pictures; lower "
                "crop.min_confidence or raise crop.detect_side in params.yaml, or try the other crop.detector."
            )
    with_face = sampled[has_face].reset_index(drop=True)
    facts = pd.DataFrame([_facts(found[path]) for path in with_face["path"]])
    crops = with_face.assign(picture=with_face["path"], path=with_face["path"].map(crop_path))
    return Crops(pd.concat([crops, facts], axis=1), sampled[~has_face])


def _facts(found: Found | None) -> dict[str, float]:
    assert found is not None
    box = {f"box_{edge}": value for edge, value in zip(_EDGES, found.box, strict=True)}
    landmarks = {
        f"{name}_{axis}": value
        for name, point in zip(_LANDMARKS, found.landmarks, strict=True)
        for axis, value in zip("xy", point, strict=True)
    }
    square = {f"square_{edge}": getattr(found.square, edge) for edge in ("left", "top", "side")}
    return {"confidence": found.confidence, "faces": found.faces, "face_share": found.share} | box | square | landmarks
