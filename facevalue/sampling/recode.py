"""One JPEG encoding for every picture, so that no class is told by how its files were made."""

import io
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from facevalue.sampling.params import Recode

_REDUCING = Image.Resampling.LANCZOS  # Pillow widens it with the reduction, so that nothing aliases
_SUBSAMPLING = "4:2:0"  # what cameras and most sites write


def recode(picture: NDArray[np.uint8], quality: int, max_side: int) -> bytes:
    """The picture as a JPEG file: baseline, 4:2:0, Pillow's tables at `quality`, no EXIF; same pixels, same bytes.

    Args:
        picture: (height, width, 3), RGB.
        quality: 1 to 100.
        max_side: px; a picture whose longer side is larger is reduced to it. None is enlarged.
    """
    image, longest = Image.fromarray(picture), max(picture.shape)
    if longest > max_side:
        image = image.resize(tuple(-(-side * max_side // longest) for side in image.size), _REDUCING)
    file = io.BytesIO()
    image.save(file, format="JPEG", quality=quality, subsampling=_SUBSAMPLING)
    return file.getvalue()


def recoded(picture: NDArray[np.uint8], encoding: Recode | Literal["none"]) -> NDArray[np.uint8]:
    """The picture as `images.read` would return it once recoded; with `none`, the picture itself."""
    if encoding == "none":
        return picture
    with Image.open(io.BytesIO(recode(picture, encoding.quality, encoding.max_side)), formats=("JPEG",)) as image:
        return np.asarray(image)
