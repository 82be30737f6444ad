"""What a file tells of itself, as names and words."""

import io
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile

from facevalue.common.images import FORMATS
from facevalue.sampling.file_facts import facts_of

Words = list[tuple[str, str]]


def of_picture(file: Path, picture: NDArray[np.uint8]) -> Words:
    """Of a picture that `images.read` has decoded; the first is its format, the second its size."""
    facts = facts_of(file, picture)
    words = [
        ("Format", str(facts["format"])),
        ("Size", _size(picture, file)),
        ("Depth", f"{facts['depth']} bits a colour"),
        ("EXIF", "present" if facts["exif"] else "none"),
    ]
    if quality := jpeg_quality(file):
        tables = f"{facts['luma_quantisation']:.1f} (luma) and {facts['chroma_quantisation']:.1f} (chroma)"
        words += [
            ("JPEG quality", quality),
            ("Mean of its tables", tables),
            ("Chroma subsampling", str(facts["chroma_subsampling"])),
        ]
    return [*words, ("SHA-256", str(facts["digest"]))]


def of_video(file: Path, frame: NDArray[np.uint8], seconds: list[float]) -> Words:
    """Of a video, of which the frames at these times were looked at; one of them is given."""
    times = ", ".join(f"{second:.1f} s" for second in seconds)
    return [
        ("Format", f"video ({file.suffix.removeprefix('.').upper()})"),
        ("Size", _size(frame, file)),
        ("Frames looked at", f"{len(seconds)}: {times}"),
    ]


def jpeg_quality(file: Path) -> str:
    """Which quality of libjpeg gives the tables that a JPEG was encoded with, or comes nearest; of others nothing."""
    with Image.open(file, formats=FORMATS) as image:
        if not isinstance(image, JpegImageFile) or not image.quantization:
            return ""
        luma = image.quantization[min(image.quantization)]
        tables = tuple(map(tuple, image.quantization.values()))
    if tables in _tables():
        return f"{_tables()[tables]} (libjpeg's tables)"
    distances = {quality: np.abs(np.subtract(known[0], luma)).mean() for known, quality in _tables().items()}
    return f"about {min(distances, key=lambda quality: distances[quality])} (tables of its own)"


@cache
def _tables() -> dict[tuple[tuple[int, ...], ...], int]:
    """Those of libjpeg, luma and chroma, with the highest quality that has them."""
    found = {}
    for quality in range(1, 101):
        buffer = io.BytesIO()
        Image.new("RGB", (8, 8)).save(buffer, "JPEG", quality=quality)
        with Image.open(buffer) as image:
            assert isinstance(image, JpegImageFile)
            found[tuple(map(tuple, image.quantization.values()))] = quality
    return found


def _size(picture: NDArray[np.uint8], file: Path) -> str:
    height, width = picture.shape[:2]
    return f"{width:,} × {height:,} px, {file.stat().st_size / 1000:,.0f} kB"
