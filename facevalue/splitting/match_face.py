"""At which input side the whole picture's network sees the face as large as the face's own network does.

At equal input sides the face has more pixels in the crop than in the whole picture: whether the face wins for what it
shows or for its resolution cannot be told then.
"""

import math

import pandas as pd

from facevalue.common.errors import SplitError

_STEP = 32  # px; what most networks reduce their input by
_SHARE = ["square_side", "face_share", "box_left", "box_top", "box_right", "box_bottom"]


def side(crops: pd.DataFrame, face_side: int, largest: int) -> int:
    """The least multiple of 32 px at which the median face's square has `face_side` px, or more.

    Args:
        crops: the square that was cut out, the box in it and its share of the picture's longer side.
        face_side: px, of the face's network.
        largest: px, that a network may have.

    Raises:
        SplitError: it would have to be larger, or there is no face.
    """
    if crops.empty:
        raise SplitError("train_full.image_size is match_face, and no face was found. Set it to null in params.yaml.")
    wanted = max(face_side, math.ceil(face_side / share(crops) / _STEP) * _STEP)
    if wanted > largest:
        raise SplitError(
            f"train_full.image_size is match_face, and the median face is so small a part of its picture that Method 1 "
            f"would take {wanted:,} px, more than {largest:,}. Lower train_crop.image_size, or set it to null."
        )
    return int(wanted)


def share(crops: pd.DataFrame) -> float:
    """The median share of the square that is cut out in the picture's longer side; above 1 where it reaches beyond."""
    boxes = crops[_SHARE].astype(float)
    longer = pd.concat([boxes["box_right"] - boxes["box_left"], boxes["box_bottom"] - boxes["box_top"]], axis=1).max(
        axis=1
    )
    return float((boxes["square_side"] * boxes["face_share"] / longer).median())


def describe(whole_side: int, face_side: int) -> str:
    """What it costs, said before anything is trained."""
    times = (whole_side / face_side) ** 2
    seen = "the median face is at least as large as in Method 2"
    return f"Method 1 takes {whole_side} px, at which {seen}: {times:.1f} times its pixels"
