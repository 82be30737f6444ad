"""An opened video that can be read from any point, within bounds of size, effort and reach."""

import math
from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeAlias

import av
from av.container import InputContainer
from av.packet import Packet
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from facevalue.common import images
from facevalue.common.errors import PictureError

VideoPacket: TypeAlias = "Packet[VideoStream]"
Timed: TypeAlias = "Packet[VideoStream] | VideoFrame"

# Nothing that can name a further file or an address (playlists, `concat`, image sequences), and no MPEG program
# streams (.mpg): they time only some of their frames, so after a seek nobody knows which frame it is.
FORMATS = ("MP4", "QuickTime", "Matroska", "WebM", "AVI", "MPEG-TS")
SUFFIXES = frozenset({".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".ts", ".mts", ".m2ts"})
MAX_DECODED = 20_000_000_000  # pixels per seek: 10,000 frames of full HD, five minutes without a keyframe
MAX_REORDERED = 17  # frames from decoding to screen: H.264 and HEVC hold back 16 at most
_OPTIONS = {
    "format_whitelist": "mov,matroska,avi,mpegts",
    "protocol_whitelist": "file",
    "fflags": "discardcorrupt",  # the packet that a truncated file cuts in two
    "max_pixels": str(images.MAX_PIXELS),  # the decoder's own bound, should a stream grow on its way
}
# PyAV refuses a video for a tag that is not UTF-8, unless told to do what it does from 19 on, where it cannot be told.
_TAGS: dict[str, Any] = {"metadata_errors": "surrogateescape"} if int(av.__version__.split(".")[0]) < 19 else {}


class VideoFile:
    """A video and its first moving stream; all times are ticks of that stream's time base."""

    def __init__(self, path: Path) -> None:
        """Open.

        Raises:
            PictureError: there is no such file, no video stream, or its pictures are too large.
            Exception: whatever else PyAV raises for a file that it cannot read.
        """
        if not path.is_file():  # a named pipe would wait for ever
            raise PictureError("no such file")
        self._url = f"file:{path.absolute()}"
        self._open()

    def __enter__(self) -> "VideoFile":
        return self

    def __exit__(self, *exception: object) -> None:
        self._container.close()

    def _open(self) -> None:
        self._container: InputContainer = av.open(self._url, options=_OPTIONS, **_TAGS)
        try:
            self._stream = _video_stream(self._container)
        except PictureError:
            self._container.close()
            raise

    @property
    def tick(self) -> Fraction:
        """Seconds."""
        base = self._stream.time_base
        return Fraction(base.numerator, base.denominator) if base else Fraction(1, av.time_base)

    @property
    def start(self) -> int:
        """Where the headers say that the stream starts."""
        return self._stream.start_time or 0

    @property
    def claimed_end(self) -> int | None:
        """Where the headers say that it ends; they can be wrong, or mean another stream."""
        if self._stream.duration:
            return self.start + self._stream.duration
        duration = self._container.duration
        return self.start + math.ceil(Fraction(duration, av.time_base) / self.tick) if duration else None

    def packets(self, seek: int | None) -> Iterator[VideoPacket]:
        """Undecoded, in the order of decoding, from about `seek` (None: the beginning) to the end."""
        self._go(seek)
        return filter(_is_timed, self._container.demux(self._stream))

    def decoded(self, seek: int | None) -> Iterator[VideoFrame]:
        """Frames in the order of the screen; those before the first keyframe lack what they were predicted from.

        Raises:
            PictureError: a frame is too large, or the iteration has taken more than `MAX_DECODED` pixels.
        """
        self._go(seek)
        pixels = 0
        for frame in self._container.decode(self._stream):
            images.refuse_size(frame.width, frame.height)
            pixels += frame.width * frame.height
            if pixels > MAX_DECODED:
                raise PictureError(f"no keyframe within {MAX_DECODED // 1_000_000_000} gigapixels before a frame")
            if _is_timed(frame):
                yield frame

    def _go(self, seek: int | None) -> None:
        if seek is not None:
            with suppress(av.error.FFmpegError):  # a file without an index: then from the beginning
                self._container.seek(seek, stream=self._stream)
                return
        self._container.close()
        self._open()


def when(item: Timed) -> int:
    """The tick from which it is on screen; where a format tells only when to decode, that."""
    return _known(item.pts, item.dts)


def decoded_at(packet: VideoPacket) -> int:
    """Ascending from packet to packet, and never after `when`."""
    return _known(packet.dts, packet.pts)


def on_screen_by(packet: VideoPacket) -> int:
    """`when`, or the latest that it can be where the format does not tell."""
    return when(packet) + (MAX_REORDERED * (packet.duration or 0) if packet.pts is None else 0)


def _is_timed(item: Timed) -> bool:
    """All but the empty packet at the end."""
    return item.pts is not None or item.dts is not None


def _known(tick: int | None, other: int | None) -> int:
    known = other if tick is None else tick
    assert known is not None  # `_is_timed`
    return known


def _video_stream(container: InputContainer) -> VideoStream:
    moving = [stream for stream in container.streams.video if not stream.disposition & Disposition.attached_pic]
    if not moving:
        raise PictureError("no video stream")
    stream = moving[0]
    if stream.codec_context is None:
        raise PictureError("a video codec that is not known here")
    images.refuse_size(stream.width, stream.height)
    stream.thread_type = "NONE"
    stream.codec_context.options = {"max_pixels": _OPTIONS["max_pixels"]}
    return stream
