"""Miniature videos whose every frame carries its number as stripes: bit b lights the b-th eighth from the left."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.stream import Disposition
from numpy.typing import NDArray

from facevalue.sources import videos

BITS = 8
VP8: dict[str, Any] = {"codec": "libvpx", "codec_options": {"deadline": "realtime", "cpu-used": "8"}}


def striped(number: int, width: int = 64, height: int = 64) -> NDArray[np.uint8]:
    """Shape (height, width, 3); numbers below 256."""
    lit = np.array([28 + 200 * (number >> bit & 1) for bit in range(BITS)], dtype=np.uint8)
    return np.broadcast_to(lit.repeat(width // BITS)[None, :, None], (height, width, 3)).copy()


def number_of(picture: NDArray[np.uint8]) -> int:
    """What `striped` wrote, after any lossy codec."""
    stripes = np.array_split(picture[picture.shape[0] // 2].mean(axis=1), BITS)
    return sum(int(stripe.mean() > 128) << bit for bit, stripe in enumerate(stripes))


def write_video(
    path: Path,
    pictures: Sequence[NDArray[np.uint8]],
    *,
    codec: str = "libx264",
    fps: int = 25,
    times: Sequence[int] | None = None,
    gop: int = 12,
    b_frames: int = 2,
    matrix: tuple[int, int, int, int] = (1, 0, 0, 1),
    codec_options: Mapping[str, str] | None = None,
    options: Mapping[str, str] | None = None,
) -> Path:
    """Encode.

    Args:
        times: of presentation, in ticks of 1 / `fps` s; one after the other if not given.
        matrix: a, b, c, d of the display matrix: what is stored at (x, y) is shown at (a x + c y, b x + d y).
    """
    with av.open(str(path), "w", options=dict(options or {})) as container:
        stream: Any = container.add_stream(codec, rate=fps, options=dict(codec_options or {}))
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        stream.gop_size, stream.max_b_frames = gop, b_frames
        stream.codec_context.time_base = Fraction(1, fps)
        a, b, c, d = (value << 16 for value in matrix)
        stream.set_display_matrix((a, b, 0, c, d, 0, 0, 0, 1 << 30))
        for picture, tick in zip(pictures, times or range(len(pictures)), strict=True):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = tick, Fraction(1, fps)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def write_numbered(path: Path, count: int, **how: Any) -> Path:
    """Frames 0 to `count` - 1; `how` as in `write_video`."""
    return write_video(path, [striped(number) for number in range(count)], **how)


def write_sound(path: Path) -> Path:
    """A tenth of a second of silence, no picture."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=16000)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1600), dtype=np.float32), format="fltp", layout="mono")
        frame.sample_rate, frame.pts = 16000, 0
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def write_cover(path: Path) -> Path:
    """No film, but the picture that music carries."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("png", rate=1)
        stream.width = stream.height = 64
        stream.pix_fmt = "rgb24"
        stream.disposition = Disposition.attached_pic
        frame = av.VideoFrame.from_ndarray(striped(1), format="rgb24")
        frame.pts = 0
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def decoded_in_a_row(path: Path) -> dict[float, int]:
    """Second: number of each frame, decoded from the beginning to the end."""
    with av.open(str(path)) as container:
        frames = ((frame.time, np.asarray(frame.to_ndarray(format="rgb24"))) for frame in container.decode(video=0))
        return {seconds: number_of(picture.astype(np.uint8)) for seconds, picture in frames}


def numbers(path: Path, count: int) -> list[int]:
    return [number_of(frame.picture) for frame in videos.frames(path, count)]


def expected(row: dict[float, int], end: float, count: int) -> list[int]:
    """By the definition, from a full decode: the frames on screen at the middles of `count` equal parts, each once."""
    starts = sorted(row)
    times = [starts[0] + (i + 0.5) / count * (end - starts[0]) for i in range(count)]
    return [row[start] for start in sorted({starts[bisect_right(starts, time + 1e-9) - 1] for time in times})]
