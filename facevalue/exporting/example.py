"""Is a picture fake? python predict.py PICTURE [LEFT TOP RIGHT BOTTOM]: of all of it, or of a part in pixels.

It needs onnxruntime, numpy and Pillow. README.md tells what the network beside it, model.onnx, is to be shown.
"""

import sys
from pathlib import Path

import numpy as np
import onnxruntime
from PIL import Image, ImageOps


def probability(file: str, *part: str) -> float:
    """Of its being fake: the whole picture, upright, fills the input's longer side; the rest has the mean colour."""
    network = onnxruntime.InferenceSession(Path(__file__).with_name("model.onnx"))
    told, (_, height, width, _) = network.get_modelmeta().custom_metadata_map, network.get_inputs()[0].shape
    picture = ImageOps.exif_transpose(Image.open(file)).convert("RGBA")
    picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture).convert("RGB")
    picture = picture.crop(tuple(map(int, part))) if part else picture  # type: ignore[arg-type]
    ratio = max(picture.height / height, picture.width / width)
    size = round(picture.width / ratio), round(picture.height / ratio)
    square = Image.new("RGB", (width, height), told["fill"])
    resized = picture.resize(size, Image.Resampling[told["interpolation"].upper()])
    square.paste(resized, ((width - size[0]) // 2, (height - size[1]) // 2))
    return float(1 / (1 + np.exp(-network.run(None, {"pixels": np.asarray(square)[None]})[0][0])))


if __name__ == "__main__":
    sys.stdout.write(f"{probability(*sys.argv[1:]):.4f}\n")
