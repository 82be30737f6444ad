"""The few operations of OpenCV that the drawing modules use, on float32 images in and out."""

import cv2
import numpy as np

from demo.drawing.maths import Array, f32


def enlarged(image: Array, height: int, width: int) -> Array:
    """An image stretched smoothly (cubic) to a larger size."""
    return f32(cv2.resize(f32(image), (width, height), interpolation=cv2.INTER_CUBIC))


def interpolated(image: Array, height: int, width: int) -> Array:
    """An image stretched to a larger size, linearly between its pixels."""
    return f32(cv2.resize(f32(image), (width, height), interpolation=cv2.INTER_LINEAR))


def reduced(image: Array, side: int) -> Array:
    """A square image shrunk to `side` px by averaging areas."""
    return f32(cv2.resize(f32(image), (side, side), interpolation=cv2.INTER_AREA))


def blurred(image: Array, sigma: float, sigma_y: float = 0) -> Array:
    """An image blurred by a Gaussian of `sigma` px, along y of `sigma_y` px where that is given."""
    return f32(cv2.GaussianBlur(f32(image), (0, 0), sigmaX=sigma, sigmaY=sigma_y))


def looked_up(image: Array, x: Array, y: Array) -> Array:
    """The values of an image at pixel coordinates; its border goes on outside."""
    return f32(cv2.remap(f32(image), f32(x), f32(y), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE))


def moved(image: Array, dx: float, dy: float) -> Array:
    """An image moved right and down by fractions of a pixel; its border goes on."""
    move = f32([[1, 0, dx], [0, 1, dy]])
    size = image.shape[1], image.shape[0]
    return f32(cv2.warpAffine(f32(image), move, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE))


def window(image: Array, x: float, y: float, shape: tuple[int, ...], outside: float) -> Array:
    """The window of an image whose corner lies at `x, y` (fractions of pixels allowed); `outside` fills the rest."""
    move, flags = f32([[1, 0, x], [0, 1, y]]), cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return f32(cv2.warpAffine(f32(image), move, shape[::-1], flags=flags, borderValue=outside))


def slopes(image: Array) -> tuple[Array, Array]:
    """The derivatives of an image along x and y, per pixel."""
    return f32(cv2.Sobel(f32(image), -1, 1, 0, scale=1 / 8)), f32(cv2.Sobel(f32(image), -1, 0, 1, scale=1 / 8))


def grown(mask: Array, reach: int) -> Array:
    """A mask widened by `reach` px on every side."""
    return f32(cv2.dilate(f32(mask), np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)))
