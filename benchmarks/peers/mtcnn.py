"""Faces cut out with MTCNN: the stage `crop` against facenet-pytorch as its README shows it.

The peer saves faces of 160 px, its default; ours are stored at up to `crop.max_side`, several times as many pixels.
Loading the weights counts, imports do not.
"""

import time
from collections.abc import Mapping
from pathlib import Path

from PIL import Image

from benchmarks.peers import side

FACES = Path("peer")  # where the peer saves
BATCH = 8  # pictures; more gained it little and takes memory
SAME_FACE = 0.8  # intersection over union from which two boxes mean one face


def ours(_: str) -> Mapping[str, float]:
    """The stage as `dvc repro` runs it: sheet and tables included."""
    side.as_a_stage()
    from facevalue.cropping import mtcnn, sheet  # noqa: F401  (the stage imports them when it needs them)
    from stages.crop import crop

    start = time.perf_counter()
    crop()
    return {"pictures": len(side.pictures()), "seconds": time.perf_counter() - start}


def peer(variant: str) -> Mapping[str, float]:
    """One picture after the other, or lists of them."""
    from facenet_pytorch import MTCNN

    files = side.pictures()
    start = time.perf_counter()
    mtcnn = MTCNN()
    if variant == "single":
        for number, file in enumerate(files):
            mtcnn(Image.open(file), save_path=str(FACES / f"{number}.png"))
    else:
        for first in range(0, len(files), BATCH):
            images = [Image.open(file) for file in files[first : first + BATCH]]
            mtcnn(images, save_path=[str(FACES / f"{first + number}.png") for number in range(len(images))])
    return {"pictures": len(files), "seconds": time.perf_counter() - start}


def agreement(_: str) -> Mapping[str, float]:
    """How well the stage's boxes, as it left them, lie on the peer's largest ones; not timed."""
    import torch
    from facenet_pytorch import MTCNN
    from torchvision.ops import box_iou

    crops = side.table(Path("data/cropped/catalogue.csv")).set_index("picture")
    mtcnn, overlaps = MTCNN(), []
    for file in side.pictures():
        with Image.open(file) as image:
            boxes, _ = mtcnn.detect(image)
            edges = torch.tensor([image.width, image.height] * 2)
        name = file.relative_to(side.SAMPLED).as_posix()
        if boxes is None or name not in crops.index:
            overlaps.append(float(boxes is None and name not in crops.index))
            continue
        box = torch.tensor(crops.loc[name, ["box_left", "box_top", "box_right", "box_bottom"]].to_numpy(float))
        theirs = torch.from_numpy(boxes[0].astype(float)).clamp(min=0).minimum(edges)
        overlaps.append(float(box_iou(box[None], theirs[None])))
    same = sum(overlap >= SAME_FACE for overlap in overlaps)
    return {"same": same, "of": len(overlaps), "mean_iou": sum(overlaps) / len(overlaps)}


if __name__ == "__main__":
    side.main("benchmarks.peers.mtcnn", {"ours": ours, "peer": peer, "agreement": agreement}, ("single", "batches"))
