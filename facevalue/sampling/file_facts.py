"""What a picture's file tells without a look at the picture."""

import hashlib
import io
from collections.abc import Mapping
from pathlib import Path

import imagehash
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from PIL import Image, ImageStat
from PIL.JpegImagePlugin import JpegImageFile

from facevalue.common.images import FORMATS, bits

TEXTS = ("format", "chroma_subsampling")
NUMBERS = (
    "width",
    "height",
    "bytes_per_pixel",
    "luma_quantisation",
    "chroma_quantisation",
    "exif",
    "brightness_mean",
    "brightness_spread",
)

Facts = dict[str, str | float]


def facts_of(file: Path | bytes, picture: NDArray[np.uint8]) -> Facts:
    """The facts of a picture that `images.read` has decoded; of its file only the header is parsed again.

    Returns:
        `format`; `depth`, the bits that a colour fills, `12 of 16` where not all of them; `width` and `height`,
        upright, px; `bytes_per_pixel`; `luma_quantisation` and `chroma_quantisation`, the mean of the JPEG table, 0
        where there is none; `chroma_subsampling` as 4:a:b, or `none`; `exif`, 1 if the header holds a block of it;
        `brightness_mean` and `brightness_spread` (standard deviation) of luma, 0 to 255; `hash`, 64 bits on luma's
        lowest frequencies (`imagehash.phash`), 16 hex digits; `digest`, the file's SHA-256.
    """
    grey = Image.fromarray(picture).convert("L")
    luma = ImageStat.Stat(grey)
    content = file if isinstance(file, bytes) else file.read_bytes()
    with Image.open(io.BytesIO(content), formats=FORMATS) as image:
        return {
            "format": str(image.format),
            "depth": _depth(image),
            "width": picture.shape[1],
            "height": picture.shape[0],
            "bytes_per_pixel": len(content) / (grey.width * grey.height),
            **_compression(image),
            "exif": int("exif" in image.info),
            "brightness_mean": luma.mean[0],
            "brightness_spread": luma.stddev[0],
            "hash": str(imagehash.phash(grey)),
            "digest": hashlib.sha256(content).hexdigest(),
        }


def table(paths: pd.Series, found: Mapping[str, Facts]) -> pd.DataFrame:
    """A row per path, in that order, with what was found there."""
    return pd.DataFrame([{"path": path} | found[path] for path in paths])


def read(csv: Path) -> pd.DataFrame:
    """A table of facts that a stage wrote; text stays text, also a hash of digits alone."""
    return pd.read_csv(
        csv, dtype=dict.fromkeys(("path", *TEXTS, "depth", "hash", "digest"), str), keep_default_na=False
    )


def _depth(image: Image.Image) -> str:
    filled = bits(image)
    return f"{filled} of 16" if image.mode.startswith("I") and filled < 16 else str(filled)


def _compression(image: Image.Image) -> Facts:
    """Of a JPEG, also one that carries further pictures (MPO); its first component is luma, its second chroma."""
    luma, chroma, subsampling = 0.0, 0.0, "none"
    if isinstance(image, JpegImageFile):
        first, *others = image.layer  # (name, horizontal factor, vertical factor, table)
        luma = _table_mean(image, first[3])
        for second in others[:1]:
            chroma, subsampling = _table_mean(image, second[3]), _subsampling(first[1:3], second[1:3])
    return {"luma_quantisation": luma, "chroma_quantisation": chroma, "chroma_subsampling": subsampling}


def _table_mean(image: JpegImageFile, table: int) -> float:
    """A table may also follow between the scans, where the header does not tell it."""
    return float(np.mean(image.quantization.get(table, [0])))


def _subsampling(luma: tuple[int, ...], chroma: tuple[int, ...]) -> str:
    """The J:a:b notation: of four pixels in a row, how many have their own chroma, and how many in the row below."""
    columns, rows = luma[0] / chroma[0], luma[1] / chroma[1]
    return f"4:{4 / columns:g}:{4 / columns if rows == 1 else 0:g}"
