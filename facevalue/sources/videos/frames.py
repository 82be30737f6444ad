"""Which frames: those on screen at evenly spaced times.

A frame is on screen from its own timestamp until the next frame's, whatever the container says of frame rates and
durations, so variable frame rates need no case of their own. To reach it, decoding starts at the last keyframe before
it; a video is never decoded as a whole for a few frames. Decoding is single-threaded: the same file, the same bytes.
"""

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import chain, groupby, islice, pairwise, takewhile
from pathlib import Path
from typing import Any, NamedTuple

import av
import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from facevalue.common.errors import PictureError
from facevalue.sources.videos.video_file import FORMATS, MAX_REORDERED, VideoFile, decoded_at, on_screen_by, when


class _Keyframe(NamedTuple):
    """When it is on screen, and what to seek to land on it or before (None: the beginning)."""

    tick: float
    seek: int | None


class Frame(NamedTuple):
    """A picture of shape (height, width, 3), RGB, 0 to 255, and the second from which it is on screen."""

    seconds: float
    picture: NDArray[np.uint8]


def frames(path: Path, count: int) -> list[Frame]:
    """The frames on screen at `count` evenly spaced times, in their order.

    Time i (from 0) is at (i + 1/2) / count of the video: the middle of the i-th of `count` equal parts, so that each
    frame stands for an equal share, and the first and the last moment, often black or faded, are not favoured.
    A frame is given once, so a video of fewer frames gives fewer. A truncated file is as long as what is left of it.

    The picture is turned as the display matrix says. Its pixels are not resampled to be square, nor are fields
    deinterlaced: both would blur the traces that a detector looks for. YUV becomes RGB by the matrix and range that
    the stream names, or by ITU-R BT.601, limited range, where it names none (as swscale does). Seconds count from the
    container's zero, which need not be the first frame's. AVI knows no times of presentation: where its frames are
    reordered (B-frames), the times are off by up to three frames.

    Raises:
        PictureError: the file is no video of a known format, has no video stream or no frame, is damaged at a frame
            that is wanted, is larger than `images.MAX_PIXELS` or thinner than `images.MAX_ASPECT`, or takes more than
            `video_file.MAX_DECODED` pixels from a keyframe to a frame.
    """
    try:
        with VideoFile(path) as video:
            return list(_frames(video, count))
    except PictureError:
        raise
    except Exception as error:
        # PyAV raises FFmpeg's errors, which share no base with the OSError and ValueError that it raises as well.
        raise PictureError(_reason(path, error)) from error


def timed(seconds: float) -> str:
    """The time as it stands in a frame's name, which then sorts by time: at 3.24 s `00003.240000`.

    The time and not a number: the same frame is called the same, however many are taken.
    """
    return f"{seconds:012.6f}"


def _frames(video: VideoFile, count: int) -> Iterator[Frame]:
    start, end = _extent(video)
    wanted = [start + Fraction(2 * i + 1, 2 * count) * (end - start) for i in range(count)]
    starts = [(_keyframe(video, tick), tick) for tick in wanted]
    for _, shared in groupby(starts, lambda pair: pair[0].tick):
        keyframes, ticks = zip(*shared, strict=True)
        for frame in _on_screen(video.decoded(keyframes[0].seek), ticks):
            seconds = float(when(frame) * video.tick)
            if frame.is_corrupt:
                raise PictureError(f"damaged at {seconds:.1f} s")
            yield Frame(seconds, _upright(frame))


def _extent(video: VideoFile) -> tuple[int, int]:
    """When the first frame appears, and the last one that is there ends."""
    first = [when(packet) for packet in islice(video.packets(None), MAX_REORDERED)]
    if not first:
        raise PictureError("no frames")
    for seek in _backwards(video, video.claimed_end):
        last = [(when(packet) + (packet.duration or 0), packet.is_keyframe) for packet in video.packets(seek)]
        if any(is_keyframe for _, is_keyframe in last):  # so that no packet before is shown after these
            break
    return min(first), max(end for end, _ in last)


def _keyframe(video: VideoFile, tick: Fraction) -> _Keyframe:
    """The last keyframe on screen at or before a time.

    Seeking alone does not tell: some formats seek by the time of decoding, others to any frame.
    """
    for seek in _backwards(video, math.floor(tick)):
        before = takewhile(lambda packet: decoded_at(packet) <= tick, video.packets(seek))
        keys = [when(packet) for packet in before if packet.is_keyframe and on_screen_by(packet) <= tick]
        if keys:
            return _Keyframe(keys[-1], seek)
    return _Keyframe(-math.inf, None)


def _backwards(video: VideoFile, tick: int | None) -> Iterator[int | None]:
    """Points to seek: `tick`, then in doubling steps before it, and at last the beginning."""
    back = 0
    while tick is not None and tick - back > video.start:
        yield tick - back
        back = 2 * back or math.ceil(1 / video.tick)
    yield None


def _on_screen(decoded: Iterator[VideoFrame], ticks: Sequence[Fraction]) -> Iterator[VideoFrame]:
    """The frames that are on screen at the ascending `ticks`, each once."""
    timed = ((frame, float(when(frame))) for frame in decoded)
    for (frame, _), (_, until) in pairwise(chain(timed, [(None, math.inf)])):
        later = [tick for tick in ticks if tick >= until]
        if frame is not None and len(later) < len(ticks):
            yield frame
        if not later:
            return
        ticks = later


def _upright(frame: VideoFrame) -> NDArray[np.uint8]:
    """RGB, turned and mirrored as the display matrix says, to the nearest quarter."""
    picture = frame.to_ndarray(format="rgb24", threads=1)
    matrix: Any = frame.side_data.get("DISPLAYMATRIX")
    if matrix is not None:
        # In 16.16 fixed point: what is stored at (x, y) is shown at (a x + c y, b x + d y).
        a, b, _, c, d = np.frombuffer(matrix, dtype=np.int32)[:5].tolist()
        if abs(b) + abs(c) > abs(a) + abs(d):
            picture, a, d = picture.swapaxes(0, 1), c, b
        picture = picture[:: -1 if d < 0 else 1, :: -1 if a < 0 else 1]
    return np.ascontiguousarray(picture, dtype=np.uint8)


def _reason(path: Path, error: Exception) -> str:
    if isinstance(error, PermissionError):
        return "no permission to read it"
    if path.stat().st_size == 0:
        return "zero bytes"
    detail = error.strerror if isinstance(error, av.error.FFmpegError) else str(error)
    return f"damaged, or no {', '.join(FORMATS[:-1])} or {FORMATS[-1]} ({detail or type(error).__name__})"
